//! Putting a request before whoever owns a run, and waiting for the answer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use engine::base::{Clock as _, IdSource as _, Lang, RequestId, SystemClock, SystemIds};
use engine::executor::AdoptError;
use engine::run::{Answer, Replayed, Request, Submission, replay};
use engine::store::{Changed, Deed, RunSummary, Store};
use serde::Serialize;
use tokio::time::{Instant, sleep};

use super::exit::Exit;
use super::failure::Failure;
use super::join::join_to_play;
use super::options::{ActorArgs, Format, RunArg, StateArgs};
use super::pick::pick;
use super::place::Place;
use super::say;
use crate::deeds::{self, Doer};

/// How long an owner may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a request waits for an engine to come where none has the run: long enough for one that takes over, no longer.
const WITHOUT_OWNER: Duration = Duration::from_secs(2);
/// Between two looks at the inbox.
const PERIOD: Duration = Duration::from_millis(25);

/// What all requests have in common.
#[derive(Debug, Args)]
pub(super) struct AskArgs {
    #[command(flatten)]
    pub(super) run: RunArg,
    #[command(flatten)]
    pub(super) actor: ActorArgs,
    #[command(flatten)]
    pub(super) state: StateArgs,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

/// The last word on a request, as JSON.
#[derive(Debug, Serialize)]
struct Reply<'a> {
    run: String,
    request: String,
    verb: &'a str,
    answer: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

/// Asks `request` of the run that the options name.
pub(super) async fn ask(args: &AskArgs, request: Request) -> Result<Exit, Failure> {
    let (store, run) = find(args).await?;
    submit(&*store, &run, args, request).await
}

/// Asks what may also be asked of a run that is over. Nobody has such a run, so this process takes it for as long as the
/// answer takes; it starts nothing.
pub(super) async fn ask_even_after(args: &AskArgs, request: Request) -> Result<Exit, Failure> {
    let joined = join_to_play(&Place::of(&args.state)?).await?;
    let store = Arc::clone(&joined.database.store);
    let run = pick(&*store, &args.run.run).await?;
    if run.summary.status.is_open() {
        return submit(&*store, &run, args, request).await;
    }
    let (id, verb, actor) = (RequestId(SystemIds.fresh()), request.verb(), args.actor.actor()?);
    let deed = put(&*store, Submission { id, run: run.run, actor, request, at: SystemClock.now() }).await?;
    let answer = match joined.engine.adopt(run.run, BTreeMap::new()).await {
        // Another engine came first, and answers.
        Ok(()) | Err(AdoptError::Owned(_)) => wait(&*store, id, PATIENCE).await?,
        Err(why) => return Err(why.into()),
    };
    joined.engine.shut_down().await;
    record_refusal(&*store, deed, answer.as_ref()).await?;
    tell(&run, id, verb, answer.as_ref(), args.format)
}

/// The run that the options name, in its open store.
pub(super) async fn find(args: &AskArgs) -> Result<(Arc<dyn Store>, RunSummary), Failure> {
    let store = Place::of(&args.state)?.open().await?.store;
    let run = pick(&*store, &args.run.run).await?;
    if !run.summary.status.is_open() {
        let status = run.summary.status.keyword();
        return Err(Failure::refused(format!("run {} is over ({status}); nothing can be asked of it", run.run)));
    }
    Ok((store, run))
}

/// The journal of a run, folded.
pub(super) async fn fold(store: &dyn Store, run: &RunSummary) -> Result<Replayed, Failure> {
    let stored = store.load(run.run).await?;
    Ok(replay(run.run, &stored.frozen.plan, &stored.rows)?)
}

/// Puts the request into the run's inbox and waits for what its owner says.
pub(super) async fn submit(
    store: &dyn Store,
    run: &RunSummary,
    args: &AskArgs,
    request: Request,
) -> Result<Exit, Failure> {
    let id = RequestId(SystemIds.fresh());
    let verb = request.verb();
    let actor = args.actor.actor()?;
    let deed = put(store, Submission { id, run: run.run, actor, request, at: SystemClock.now() }).await?;
    let patience = if run.owner.is_some() { PATIENCE } else { WITHOUT_OWNER };
    let answer = wait(store, id, patience).await?;
    record_refusal(store, deed, answer.as_ref()).await?;
    tell(run, id, verb, answer.as_ref(), args.format)
}

/// Puts a submission into its run's inbox, together with the deed that tells of it.
pub(super) async fn put(store: &dyn Store, submission: Submission) -> Result<Deed, Failure> {
    let Submission { id, run, actor, request, at } = &submission;
    let stored = store.load(*run).await?;
    let Replayed { plan, state, .. } = replay(*run, &stored.frozen.plan, &stored.rows)?;
    let before = deeds::found(&plan, &state, request);
    let deed = Deed { before, ..deeds::of_request(&Doer::at_host(actor.clone()), *run, *id, request, *at) };
    store.submit(submission, vec![deed.clone()]).await?;
    Ok(deed)
}

/// Where the run's owner refused what was asked, the audit log says so too.
async fn record_refusal(store: &dyn Store, deed: Deed, answer: Option<&Answer>) -> Result<(), Failure> {
    let Some(Answer::Refused { code, .. }) = answer else { return Ok(()) };
    let refused = deeds::refused(Deed { at: SystemClock.now(), ..deed }, code);
    match store.change(refused.at, Vec::new(), vec![refused]).await? {
        // Without changes there is nothing that could be stale.
        Changed::Done | Changed::Stale { .. } => Ok(()),
    }
}

/// The answer to a request, if it comes in time.
pub(super) async fn wait(store: &dyn Store, id: RequestId, patience: Duration) -> Result<Option<Answer>, Failure> {
    let until = Instant::now() + patience;
    loop {
        if let Some(answer) = store.answer(id).await? {
            return Ok(Some(answer));
        }
        if Instant::now() >= until {
            return Ok(None);
        }
        sleep(PERIOD).await;
    }
}

fn tell(run: &RunSummary, id: RequestId, verb: &str, answer: Option<&Answer>, format: Format) -> Result<Exit, Failure> {
    let (word, seq, code, message) = match answer {
        Some(Answer::Accepted { seq }) => ("accepted", Some(*seq), None, None),
        Some(Answer::Refused { code, message }) => ("refused", None, Some(code.as_str()), Some(message.get(Lang::En))),
        None => ("kept", None, None, None),
    };
    if format == Format::Json {
        let (run, request) = (run.run.to_string(), id.to_string());
        say::json(&Reply { run, request, verb, answer: word, seq, code, message })?;
    }
    match answer {
        Some(Answer::Accepted { seq }) => {
            if format == Format::Human {
                say::line(&format!("{verb}: accepted, row {seq} of run {}", run.run))?;
            }
            Ok(Exit::Done)
        }
        Some(Answer::Refused { message, .. }) => {
            Err(Failure::refused(format!("{verb} was refused: {}", message.get(Lang::En))))
        }
        None => Err(kept(run, verb)),
    }
}

fn kept(run: &RunSummary, verb: &str) -> Failure {
    match &run.owner {
        Some(owner) => Failure::unable(format!("the engine that has the run ({owner}) does not answer yet"))
            .hint(format!("the request is kept: {verb} takes effect when that engine, or the next one, comes to it")),
        None => Failure::unable("no engine has the run at present")
            .hint(format!("the request is kept: {verb} takes effect with `relight resume {}`", run.run)),
    }
}
