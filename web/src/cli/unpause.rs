//! `relight unpause RUN`

use clap::Args;
use engine::run::Request;

use super::ask::{AskArgs, ask};
use super::exit::Exit;
use super::failure::Failure;

/// Goes on with a run that is paused.
///
/// `relight resume` is another thing: it takes over a run that no engine has any more.
#[derive(Debug, Args)]
pub(super) struct UnpauseArgs {
    #[command(flatten)]
    ask: AskArgs,
}

/// Asks for it.
pub(super) async fn unpause(args: UnpauseArgs) -> Result<Exit, Failure> {
    ask(&args.ask, Request::Resume).await
}
