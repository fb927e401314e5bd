//! `relight attest RUN UNIT`

use clap::Args;
use engine::base::UnitId;
use engine::run::Request;

use super::ask::{AskArgs, ask};
use super::exit::Exit;
use super::failure::Failure;

/// Marks a unit as done by other means, and says what shows it.
#[derive(Debug, Args)]
pub(super) struct AttestArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// Unit
    unit: UnitId,
    /// What shows that it is done
    #[arg(long, value_name = "TEXT")]
    evidence: String,
}

/// Asks for it.
pub(super) async fn attest(args: AttestArgs) -> Result<Exit, Failure> {
    ask(&args.ask, Request::Attest { unit: args.unit, evidence: args.evidence }).await
}
