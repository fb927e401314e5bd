//! From the process's arguments to an exit code.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use paper::pdf::press_main;
use tokio::runtime::Builder;

use super::exit::Exit;
use super::failure::Failure;
use super::logging::{self, LogFormat};
use super::{
    abort, anchor, approve, attest, audit, check, choose, compare, complete, components, demo, derive, doctor, explain,
    findings, forecast, import, keeper, key, mark, pause, plan, preflight, replication, report, rerun, resume, retry,
    rollback, run, runs, schema, seal, secret, serve, skip, stop, tier, unpause, user, verify,
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
    Check(check::CheckArgs),
    /// Prints the JSON Schema of runbooks, for editors
    Schema,
    Explain(explain::ExplainArgs),
    Run(Box<run::RunArgs>),
    Resume(resume::ResumeArgs),
    Approve(approve::ApproveArgs),
    Complete(complete::CompleteArgs),
    Pause(pause::PauseArgs),
    Unpause(unpause::UnpauseArgs),
    Abort(abort::AbortArgs),
    Retry(retry::RetryArgs),
    Rerun(rerun::RerunArgs),
    Rollback(rollback::RollbackArgs),
    Skip(skip::SkipArgs),
    Attest(attest::AttestArgs),
    Choose(choose::ChooseArgs),
    Stop(stop::StopArgs),
    Mark(mark::MarkArgs),
    Plan(plan::PlanArgs),
    Forecast(forecast::ForecastArgs),
    Preflight(preflight::PreflightArgs),
    Components(components::ComponentsArgs),
    Derive(derive::DeriveArgs),
    Import(import::ImportArgs),
    Replication(replication::ReplicationArgs),
    Runs(runs::RunsArgs),
    Compare(compare::CompareArgs),
    Findings(findings::FindingsArgs),
    Report(report::ReportArgs),
    Verify(verify::VerifyArgs),
    Seal(seal::SealArgs),
    Anchor(anchor::AnchorArgs),
    Key(key::KeyArgs),
    Audit(audit::AuditArgs),
    Secret(secret::SecretArgs),
    User(user::UserArgs),
    Serve(serve::ServeArgs),
    Demo(demo::DemoArgs),
    Doctor(doctor::DoctorArgs),
    #[command(hide = true)]
    Tier(tier::TierArgs),
}

/// Reads the command line and carries it out.
pub fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1);
    // Before anything else is set up: every first step of a run waits for this.
    match words.next() {
        Some(word) if word == "keeper" => return keeper::keeper(words),
        Some(word) if word == "press" => return press_main(),
        Some(_) | None => {}
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
    match command {
        Command::Check(args) => check::check(&args),
        Command::Plan(args) => plan::plan(&args),
        Command::Forecast(args) => alone(forecast::forecast(args)),
        Command::Preflight(args) => alone(preflight::preflight(args)),
        Command::Components(args) => components::components(&args),
        Command::Derive(args) => derive::derive(&args),
        Command::Import(args) => import::import(&args),
        Command::Schema => schema::schema(),
        Command::Explain(args) => explain::explain(&args),
        Command::Run(args) => alone(run::run(*args)),
        Command::Resume(args) => alone(resume::resume(args)),
        Command::Approve(args) => alone(approve::approve(args)),
        Command::Complete(args) => alone(complete::complete(args)),
        Command::Pause(args) => alone(pause::pause(args)),
        Command::Unpause(args) => alone(unpause::unpause(args)),
        Command::Abort(args) => alone(abort::abort(args)),
        Command::Retry(args) => alone(retry::retry(args)),
        Command::Rerun(args) => alone(rerun::rerun(args)),
        Command::Rollback(args) => alone(rollback::rollback(args)),
        Command::Skip(args) => alone(skip::skip(args)),
        Command::Choose(args) => alone(choose::choose(args)),
        Command::Attest(args) => alone(attest::attest(args)),
        Command::Stop(args) => alone(stop::stop(args)),
        Command::Mark(args) => alone(mark::mark(args)),
        Command::Replication(args) => alone(replication::replication(args)),
        Command::Runs(args) => alone(runs::runs(args)),
        Command::Compare(args) => alone(compare::compared(args)),
        Command::Findings(args) => alone(findings::findings(args)),
        Command::Report(args) => alone(report::report(args)),
        Command::Verify(args) => alone(verify::verify(args)),
        Command::Seal(args) => alone(seal::seal(args)),
        Command::Anchor(args) => alone(anchor::anchor(args)),
        Command::Key(args) => alone(key::key(args)),
        Command::Audit(args) => alone(audit::audit(args)),
        Command::Secret(args) => secret::secret(args),
        Command::User(args) => alone(user::user(args)),
        Command::Serve(args) => crowd(serve::serve(args)),
        Command::Demo(args) => crowd(demo::demo(args)),
        Command::Doctor(args) => alone(doctor::doctor(args)),
        Command::Tier(args) => alone(tier::tier(args)),
    }
}

/// On one thread: a command waits for a database and for processes; a second thread would cost it more than it brings.
fn alone(work: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
    on(Builder::new_current_thread(), work)
}

/// On a thread for each processor: many browsers and many runs at once.
fn crowd(work: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
    on(Builder::new_multi_thread(), work)
}

fn on(mut builder: Builder, work: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
    let runtime = builder.enable_all().build();
    runtime.map_err(|cause| Failure::unable(format!("the system gives no event queue: {cause}")))?.block_on(work)
}
