//! `relight skip RUN UNIT`

use clap::Args;
use engine::base::UnitId;
use engine::run::Request;

use super::ask::{AskArgs, ask};
use super::exit::Exit;
use super::failure::Failure;

/// Goes on without a unit.
#[derive(Debug, Args)]
pub(super) struct SkipArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// Unit
    unit: UnitId,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Asks for it.
pub(super) async fn skip(args: SkipArgs) -> Result<Exit, Failure> {
    ask(&args.ask, Request::Skip { unit: args.unit, reason: args.reason }).await
}
