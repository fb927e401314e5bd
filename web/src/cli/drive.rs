//! Carrying one run on until it is over, stands still, or is interrupted.

use engine::base::{RunId, Timestamp};
use engine::executor::{Engine, LoadError, Settled, load};
use engine::run::RunStatus;
use tokio::sync::watch;

use super::exit::Exit;
use super::failure::Failure;
use super::interrupts::Interrupts;
use super::join::Joined;
use super::options::Format;
use super::outcome::conclude;
use super::screen::Screen;
use super::{pick, say};

/// Shows the run from behind row `seq` while the engine carries it, and says at the end how it stands.
pub(super) async fn drive(joined: &Joined, run: RunId, seq: u64, format: Format) -> Result<Exit, Failure> {
    let engine = &joined.engine;
    let mut interrupts = Interrupts::listen()?;
    let (end, ended) = watch::channel(());
    let shown = tokio::spawn(Screen::fitting(format).show(engine.clone(), run, seq, ended));
    let settled = tokio::select! {
        settled = with_called(engine, run) => Some(settled?),
        () = interrupts.next() => None,
    };
    let interrupted = settled.is_none();
    if interrupted {
        say::note(&format!(
            "stopping: nothing new is started, steps at work go on without this engine; \
             go on with `relight resume {}` (Ctrl-C again: at once)",
            pick::short(run)
        ));
    }
    tokio::select! {
        () = engine.shut_down() => {}
        () = interrupts.next() => engine.shut_down_hard(),
    }
    drop(end);
    // Only a fault of ours ends the picture early, and the outcome below is what counts.
    shown.await.unwrap_or_default();
    let settled = match settled {
        Some(settled) => settled,
        None => as_recorded(engine, run).await?,
    };
    let exit = conclude(run, &settled, now(engine, &settled), format)?;
    if !interrupted && exit == Exit::Interrupted {
        say::note("another engine has taken the run over and goes on with it");
    }
    Ok(exit)
}

/// Waits for the rest of a run and, once that is over, of those that it called without waiting for them.
async fn with_called(engine: &Engine, run: RunId) -> Result<Settled, LoadError> {
    let settled = engine.settled(run).await?;
    if !settled.state.status().is_open() {
        let others: Vec<RunId> = engine.carried().into_iter().filter(|other| *other != run).collect();
        if !others.is_empty() {
            say::note(&format!("the run is over; {} that it called and did not wait for go on", others.len()));
        }
        for other in others {
            engine.settled(other).await?;
        }
    }
    Ok(settled)
}

async fn as_recorded(engine: &Engine, run: RunId) -> Result<Settled, LoadError> {
    let replayed = load(engine.store().as_ref(), run).await?.replayed;
    Ok(Settled { plan: replayed.plan.into(), state: replayed.state.into() })
}

fn now(engine: &Engine, settled: &Settled) -> Timestamp {
    let state = &settled.state;
    match state.status() {
        RunStatus::Completed | RunStatus::Aborted => state.last_at(),
        RunStatus::Declared
        | RunStatus::Running
        | RunStatus::Waiting
        | RunStatus::Paused
        | RunStatus::Failed
        | RunStatus::Aborting => {
            if state.header().simulation.is_some() {
                state.last_at()
            } else {
                engine.clock().now().max(state.last_at())
            }
        }
    }
}
