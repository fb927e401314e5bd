//! `relight resume RUN`

use std::time::Duration;

use clap::Args;
use engine::base::{Clock as _, IdSource as _, Lang, RequestId, RunId, SystemClock, SystemIds, UnitId};
use engine::executor::{AdoptError, Adoption, load};
use engine::run::{Actor, Answer, Replayed, Request, RunStatus, Submission, UnitState};
use engine::store::Store;
use tokio::time::{Instant, sleep};

use super::ask::{put, wait};
use super::drive::drive;
use super::exit::Exit;
use super::failure::Failure;
use super::inputs::SecretArgs;
use super::join::join;
use super::options::{ActorArgs, Format, RunArg, StateArgs};
use super::pick::pick;
use super::place::Place;
use super::{owner, pick as names, say};

/// How long another engine's lease is waited for: it runs out within ten seconds of that engine's death.
const PATIENCE: Duration = Duration::from_secs(15);
/// Between two tries.
const PERIOD: Duration = Duration::from_millis(250);
/// How long the engine in this process may take to answer.
const ANSWER: Duration = Duration::from_secs(30);

/// Takes over a run that no engine has any more and carries it on as `run` does.
///
/// Steps that were at work are found again; nothing is started twice. A paused run is unpaused. Of a run that stands still
/// because units failed, the units are named; --retry-failed tries them again.
#[derive(Debug, Args)]
pub(super) struct ResumeArgs {
    #[command(flatten)]
    run: RunArg,
    /// Try failed and unknown units again
    #[arg(long)]
    retry_failed: bool,
    #[command(flatten)]
    secrets: SecretArgs,
    #[command(flatten)]
    actor: ActorArgs,
    #[command(flatten)]
    state: StateArgs,
    /// Form of the outcome
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Resumes.
pub(super) async fn resume(args: ResumeArgs) -> Result<Exit, Failure> {
    let actor = args.actor.actor()?;
    let secrets = args.secrets.read()?;
    let joined = join(&Place::of(&args.state)?, Adoption::OnlyAsked).await?;
    let store = joined.database.store.as_ref();
    let found = pick(store, &args.run.run).await?;
    let run = found.run;
    let before = load(store, run).await?.replayed;
    let status = before.state.status();
    let waits = !store.pending(&[run]).await?.is_empty();
    // Of a run that is over milestones can still be corrected, by a request that waits.
    if !status.is_open() && !waits {
        return Err(Failure::refused(format!("run {run} is over ({})", status.keyword()))
            .hint(format!("its report: relight report {}", names::short(run))));
    }
    let stuck = stuck(&before);
    if status == RunStatus::Failed && !args.retry_failed && !waits {
        return Err(stands_still(run, &before, &stuck));
    }
    // Asked before the run is taken over, so that taking it over carries them out in the same breath.
    let mut asked = Vec::new();
    if status == RunStatus::Paused {
        asked.push(ask(store, run, &actor, Request::Resume).await?);
    }
    if args.retry_failed {
        // What was rolled back did not fail: it starts again only where somebody asks for that unit.
        let undone = |unit: &UnitId| {
            let state = before.plan.find(unit).map(|ix| before.state.unit(ix).state);
            state == Some(UnitState::RolledBack)
        };
        for unit in stuck.into_iter().filter(|unit| !undone(unit)) {
            asked.push(ask(store, run, &actor, Request::RetryStep { unit }).await?);
        }
    }
    // Not of this run alone: what it called may be carried by the same dead process.
    owner::release_dead(store).await?;
    let until = Instant::now() + PATIENCE;
    let mut told = false;
    while let Err(error) = joined.engine.adopt(run, secrets.clone()).await {
        match error {
            AdoptError::Owned(_) if Instant::now() < until => {
                if !told {
                    let owner = found.owner.as_deref().unwrap_or("another engine");
                    say::note(&format!("{owner} has the run; waiting in case it is gone"));
                    told = true;
                }
                sleep(PERIOD).await;
            }
            error => return Err(error.into()),
        }
    }
    for request in asked {
        // What somebody else did in between is not undone; the run goes on as it is.
        if let Some(Answer::Refused { message, .. }) = wait(store, request, ANSWER).await? {
            say::note(&format!("refused: {}", message.get(Lang::En)));
        }
    }
    drive(&joined, run, before.head.seq, args.format).await
}

fn stuck(replayed: &Replayed) -> Vec<UnitId> {
    let (plan, state) = (&replayed.plan, &replayed.state);
    let stuck = plan.unit_ixs().filter(|unit| state.unit(*unit).state.is_stuck());
    stuck.map(|unit| plan.unit(unit).id.clone()).collect()
}

fn stands_still(run: RunId, replayed: &Replayed, stuck: &[UnitId]) -> Failure {
    let (plan, state) = (&replayed.plan, &replayed.state);
    let reasons = stuck.iter().filter_map(|unit| plan.find(unit)).map(|unit| {
        let (id, here) = (&plan.unit(unit).id, state.unit(unit));
        let said = here.said.as_ref().map(|(_, reason)| reason);
        let why = here.cause.as_ref().map(|cause| &cause.message).or(said).map_or("", |why| why.get(Lang::En));
        let word = if here.state == UnitState::Unknown {
            "outcome unknown"
        } else if here.state == UnitState::RolledBack {
            "rolled back"
        } else {
            "failed"
        };
        format!("\n  {id}: {word}: {why}")
    });
    let message = format!("run {run} stands still until somebody decides about{}", reasons.collect::<String>());
    let short = names::short(run);
    Failure::refused(message)
        .hint(format!("try them again: relight resume {short} --retry-failed"))
        .hint(format!("or decide one by one: relight retry|skip|attest {short} UNIT, then resume"))
}

async fn ask(store: &dyn Store, run: RunId, actor: &Actor, request: Request) -> Result<RequestId, Failure> {
    let id = RequestId(SystemIds.fresh());
    put(store, Submission { id, run, actor: actor.clone(), request, at: SystemClock.now() }).await?;
    Ok(id)
}
