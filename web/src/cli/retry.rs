//! `relight retry RUN UNIT`

use clap::Args;
use engine::base::UnitId;
use engine::run::Request;

use super::ask::{AskArgs, ask};
use super::exit::Exit;
use super::failure::Failure;

/// Tries a failed or unknown unit again, from the step at which it stands.
#[derive(Debug, Args)]
pub(super) struct RetryArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// Unit
    unit: UnitId,
    /// From its first step on
    #[arg(long)]
    from_start: bool,
}

/// Asks for it.
pub(super) async fn retry(args: RetryArgs) -> Result<Exit, Failure> {
    let RetryArgs { ask: options, unit, from_start } = args;
    let request = if from_start { Request::RetryUnit { unit } } else { Request::RetryStep { unit } };
    ask(&options, request).await
}
