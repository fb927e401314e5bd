//! `relight rollback RUN`

use clap::Args;
use engine::base::{StageId, UnitId};
use engine::run::{Request, Scope};

use super::ask::{AskArgs, ask};
use super::exit::Exit;
use super::failure::Failure;

/// Undoes what was done, in reverse order: a unit, a stage, or the run back to its last safe point.
#[derive(Debug, Args)]
pub(super) struct RollbackArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// Only this unit; without `--unit` and `--stage` everything behind the last point of no return
    #[arg(long, value_name = "UNIT", conflicts_with = "stage")]
    unit: Option<UnitId>,
    /// Only the units of this stage
    #[arg(long, value_name = "STAGE")]
    stage: Option<StageId>,
    /// And all that was built on it; without this such a wish is refused
    #[arg(long)]
    downstream: bool,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Asks for it.
pub(super) async fn rollback(args: RollbackArgs) -> Result<Exit, Failure> {
    let RollbackArgs { ask: options, unit, stage, downstream, reason } = args;
    let scope = match (unit, stage) {
        (Some(unit), _) => Scope::Unit { unit },
        (None, Some(stage)) => Scope::Stage { stage },
        (None, None) => Scope::Run,
    };
    ask(&options, Request::Rollback { scope, downstream, reason }).await
}
