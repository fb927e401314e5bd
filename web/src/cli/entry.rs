//! From the process's arguments to an exit code.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tokio::runtime::Builder;

use super::exit::Exit;
use super::failure::Failure;
use super::logging::{self, LogFormat};
use super::{
    abort, approve, attest, complete, demo, keeper, pause, rerun, resume, retry, runs, serve, skip, stop, tier, unpause,
    verify,
};

/// Starts a whole data centre again: runs disaster-recovery runbooks, times them unit by unit, and reports.
#[derive(Debug, Parser)]
#[command(name = "relight", version, max_term_width = 100)]
struct Cli {
    /// What the log on standard error tells, such as `info` or `relight=debug`
    #[arg(long, global = true, value_name = "FILTER", env = "RELIGHT_LOG", hide_env_values = true)]
    log: Option<String>,
    /// Form of the log
    #[arg(long, global = true, value_enum, default_value_t, env = "RELIGHT_LOG_FORMAT", hide_env_values = true)]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Resume(resume::ResumeArgs),
    Approve(approve::ApproveArgs),
    Complete(complete::CompleteArgs),
    Pause(pause::PauseArgs),
    Unpause(unpause::UnpauseArgs),
    Abort(abort::AbortArgs),
    Retry(retry::RetryArgs),
    Rerun(rerun::RerunArgs),
    Skip(skip::SkipArgs),
    Attest(attest::AttestArgs),
    Stop(stop::StopArgs),
    Runs(runs::RunsArgs),
    Serve(serve::ServeArgs),
    Demo(demo::DemoArgs),
    #[command(hide = true)]
    Tier(tier::TierArgs),
    Verify(verify::VerifyArgs),
}

/// Reads the command line and carries it out.
pub fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1);
    // Before anything else is set up: every first step of a run waits for this.
    if words.next().is_some_and(|word| word == "keeper") {
        return keeper::keeper(words);
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(asked) => return answer(&asked),
    };
    logging::start(cli.log.as_deref(), Some("warn"), cli.log_format);
    let exit = carry_out(cli.command).unwrap_or_else(|failure| failure.report());
    exit.into()
}

/// Help and version go to standard output, faults to standard error. A reader that is gone is no fault.
fn answer(asked: &clap::Error) -> ExitCode {
    asked.print().unwrap_or_default();
    if asked.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() }
}

fn carry_out(command: Command) -> Result<Exit, Failure> {
    let runtime = match command {
        Command::Serve(_) | Command::Demo(_) => Builder::new_multi_thread().enable_all().build(),
        // A command waits for a database and for processes; a second thread would cost it more than it brings.
        _ => Builder::new_current_thread().enable_all().build(),
    };
    let runtime = runtime.map_err(|cause| Failure::unable(format!("the system gives no event queue: {cause}")))?;
    runtime.block_on(async {
        match command {
            Command::Resume(args) => resume::resume(args).await,
            Command::Approve(args) => approve::approve(args).await,
            Command::Complete(args) => complete::complete(args).await,
            Command::Pause(args) => pause::pause(args).await,
            Command::Unpause(args) => unpause::unpause(args).await,
            Command::Abort(args) => abort::abort(args).await,
            Command::Retry(args) => retry::retry(args).await,
            Command::Rerun(args) => rerun::rerun(args).await,
            Command::Skip(args) => skip::skip(args).await,
            Command::Attest(args) => attest::attest(args).await,
            Command::Stop(args) => stop::stop(args).await,
            Command::Runs(args) => runs::runs(args).await,
            Command::Serve(args) => serve::serve(args).await,
            Command::Demo(args) => demo::demo(args).await,
            Command::Tier(args) => tier::tier(args).await,
            Command::Verify(args) => verify::verify(args).await,
        }
    })
}
