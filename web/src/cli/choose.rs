//! `relight choose RUN UNIT BRANCH`

use clap::Args;
use engine::base::{BranchName, UnitId};
use engine::run::Request;

use super::ask::{AskArgs, ask};
use super::exit::Exit;
use super::failure::Failure;

/// Takes a branch of a decision that found none, or lets a unit run whose condition can not be judged.
#[derive(Debug, Args)]
pub(super) struct ChooseArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// Unit
    unit: UnitId,
    /// Branch; `holds` to let a unit run
    branch: BranchName,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Asks for it.
pub(super) async fn choose(args: ChooseArgs) -> Result<Exit, Failure> {
    ask(&args.ask, Request::Choose { unit: args.unit, branch: args.branch, reason: args.reason }).await
}
