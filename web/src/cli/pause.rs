//! `relight pause RUN`

use clap::Args;
use engine::run::Request;

use super::ask::{AskArgs, ask};
use super::exit::Exit;
use super::failure::Failure;

/// Holds a run: no new step starts until it is unpaused; what runs, runs on.
#[derive(Debug, Args)]
pub(super) struct PauseArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Hold the exercise: no clock counts until the run is unpaused. Never in a real disaster
    #[arg(long)]
    exercise: bool,
}

/// Asks for it.
pub(super) async fn pause(args: PauseArgs) -> Result<Exit, Failure> {
    let reason = args.reason;
    let request = if args.exercise { Request::ExerciseHold { reason } } else { Request::Pause { reason } };
    ask(&args.ask, request).await
}
