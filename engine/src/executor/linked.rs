//! Linked starts: a step that is a run of another runbook.
//!
//! The id of that run follows from the journal of the run that calls. However often an engine dies on the way, the next one
//! comes to the same id, finds the run that exists, and waits for it: it is declared once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use super::declaration::{Declaration, DeclareError};
use super::engine::Inner;
use super::loading::LoadError;
use super::tempo::Letter;
use crate::action::Launch;
use crate::base::{Bilingual, CaseId, CasePart, InputName, Lang, RequestId, RunId, RunbookId, Secret, Text};
use crate::plan::{EnvValue, InputKind, Link, LinkWait, MarkKind, Mode, Plan};
use crate::run::{
    Actor, Cause, CauseKind, LinkedRun, Outcome, Parent, Request, RunStatus, Seen, Simulation, State, Submission,
    overall_verdict, plan_recovery,
};
use crate::store::Error;

/// Between two tries to reach a store that does not answer.
const PAUSE: Duration = Duration::from_secs(1);

/// A call that a step makes.
#[derive(Debug)]
pub(super) struct Calling {
    pub(super) launch: Launch,
    pub(super) link: Link,
    /// The run that it stands for.
    pub(super) run: RunId,
    /// Who declared the run that calls: the called one is declared in the same name.
    pub(super) requester: Actor,
    /// Why it was declared.
    pub(super) reason: String,
    /// Who called the run that calls.
    pub(super) parent: Option<Parent>,
    /// The case of the run that calls: the called one supports it there.
    pub(super) case: Option<CaseId>,
    /// How the run that calls is played.
    pub(super) simulation: Option<Simulation>,
}

/// What became of the called run.
enum Found {
    /// It is there.
    Yes,
    /// It can not be declared.
    Refused(Text),
    /// Nobody can say: the store does not answer.
    Unsaid,
}

impl Inner {
    /// Declares the called run unless it exists, and waits for what the call wants of it. The letter holds the clock of a mock
    /// run while the called one is not on its way yet; one comes back with the end.
    pub(super) fn call(
        self: Arc<Self>,
        calling: Calling,
        letter: Option<Letter>,
        stop: CancellationToken,
    ) -> BoxFuture<'static, (Outcome, Option<Letter>)> {
        // Boxed, because a run that is declared may call others in turn.
        async move {
            let mut letter = letter;
            let outcome = self.made(&calling, &mut letter, &stop).await;
            (outcome, letter)
        }
        .boxed()
    }

    async fn made(
        self: &Arc<Self>,
        calling: &Calling,
        letter: &mut Option<Letter>,
        stop: &CancellationToken,
    ) -> Outcome {
        let run = calling.run;
        loop {
            match self.found(calling).await {
                Found::Yes => break,
                Found::Refused(why) => return refused(&calling.link.runbook, &why),
                Found::Unsaid => tokio::time::sleep(PAUSE).await,
            }
        }
        if calling.link.wait == LinkWait::None {
            return Outcome::Succeeded { seen: seen("선포됨", "declared", linked(run, RunStatus::Declared)) };
        }
        loop {
            match self.follow(calling, letter, stop).await {
                Ok(outcome) => return outcome,
                // What keeps it from being read may pass; what is wrong with its journal does not.
                Err(LoadError::Store(_)) => tokio::time::sleep(PAUSE).await,
                Err(error @ LoadError::Corrupt { .. }) => {
                    let seen = seen("결과 불명", "unknown", linked(run, RunStatus::Running));
                    return Outcome::Unknown { why: error.text(), seen };
                }
            }
        }
    }

    async fn follow(
        self: &Arc<Self>,
        calling: &Calling,
        letter: &mut Option<Letter>,
        stop: &CancellationToken,
    ) -> Result<Outcome, LoadError> {
        let link = &calling.link;
        let ends = |plan: &Plan, state: &State| concluded(link, plan, state);
        tokio::select! {
            biased;
            // What has ended need not be ended.
            outcome = self.until(calling.run, letter, ends) => return outcome,
            () = stop.cancelled() => {}
        }
        // The clock of a mock run stands until the called one has heard of it.
        let held = letter.take().or_else(|| self.hold(calling.launch.run));
        self.abort(calling).await?;
        // What is to end is waited for to its very end.
        let over = |plan: &Plan, state: &State| {
            if state.status().is_open() { None } else { concluded(link, plan, state) }
        };
        let outcome = self.until(calling.run, letter, over).await;
        drop(held);
        outcome
    }

    async fn found(self: &Arc<Self>, calling: &Calling) -> Found {
        match self.means.store.rows_after(calling.run, 0, 1).await {
            // Whoever carries it: where nobody does, this engine.
            Ok(_) => match self.take(calling.run, BTreeMap::new()).await {
                Ok(_) => Found::Yes,
                Err(error) => {
                    tracing::warn!(run = %calling.run, %error, "the called run is not adopted now; tried again");
                    Found::Unsaid
                }
            },
            Err(Error::NoSuchRun(_)) => match self.begin(calling).await {
                Ok(()) => Found::Yes,
                Err(DeclareError::Store(Error::Unavailable { .. }) | DeclareError::ShuttingDown) => Found::Unsaid,
                Err(error) => Found::Refused(error.text()),
            },
            Err(_) => Found::Unsaid,
        }
    }

    async fn begin(self: &Arc<Self>, calling: &Calling) -> Result<(), DeclareError> {
        let Calling { launch, link, run, requester, reason, parent, case, simulation } = calling;
        let Some((plan, source)) = launch.plan.callee(&link.runbook) else {
            return Err(DeclareError::Unlinked(link.runbook.clone()));
        };
        let source = source.to_owned();
        let (inputs, secrets) = values(launch, link, &plan);
        let mode = if link.mock { Mode::Mock } else { launch.mode };
        // Nobody is asked to play people in a run that only rehearses beside a real one.
        let alone = Simulation { people: true, ..Simulation::default() };
        let played = simulation.as_ref().map_or(alone, |simulation| Simulation {
            speed: simulation.speed,
            people: simulation.people,
            ..Simulation::default()
        });
        let above = parent.iter().flat_map(Parent::lineage).collect();
        // Who does not wait for it would wait for ever, or not at all.
        let waits = (link.wait != LinkWait::None).then_some(launch.run);
        let lenders = waits.map(|own| parent.iter().flat_map(|parent| parent.lenders.clone()).chain([own]).collect());
        let lenders = lenders.unwrap_or_default();
        let declaration = Declaration {
            run: *run,
            plan: Arc::new(plan),
            source,
            mode,
            inputs,
            secrets,
            requester: requester.clone(),
            reason: reason.clone(),
            concurrency: None,
            simulation: (mode == Mode::Mock).then_some(played),
            event_at: None,
            detect_at: None,
            parent: Some(Parent { run: launch.run, unit: launch.plan.unit(launch.unit).id.clone(), lenders, above }),
            case: *case,
            part: case.map(|_| CasePart::Support),
            preflight: None,
            deeds: Vec::new(),
        };
        Arc::clone(self).declare(declaration).await.map(drop)
    }

    /// The step is to end: so is the run that it called.
    async fn abort(&self, calling: &Calling) -> Result<(), LoadError> {
        let run = calling.run;
        let unit = &calling.launch.plan.unit(calling.launch.unit).id;
        let reason = format!("{} / {unit}", calling.launch.run);
        let id = RequestId(self.means.ids.fresh());
        let at = self.means.clock.now();
        let request = Request::Abort { reason };
        let submission = Submission { id, run, actor: calling.requester.clone(), request, at };
        self.means.store.submit(submission, Vec::new()).await?;
        self.nudge.notify_one();
        self.orphaned.notify_one();
        Ok(())
    }
}

fn refused(runbook: &RunbookId, why: &Text) -> Outcome {
    let (ko, en) = (why.get(Lang::Ko), why.get(Lang::En));
    let message =
        Text::new(format!("{runbook} 실행을 선포할 수 없습니다: {ko}"), format!("{runbook} can not be run: {en}"));
    let cause = Cause { kind: CauseKind::Refused, message };
    let summary = Text::new("호출한 런북이 거부됨", "the called runbook was refused");
    Outcome::Failed { cause, seen: Seen { summary, ..Seen::default() } }
}

/// What a call comes to by the state of the called run; `None` while it is to wait on.
fn concluded(link: &Link, plan: &Plan, state: &State) -> Option<Outcome> {
    let run = state.header().run;
    let (status, recovery) = (state.status(), plan_recovery(plan, state));
    let linked =
        || LinkedRun { run, status, rta: recovery.rta, rto: recovery.rto, verdict: overall_verdict(plan, state) };
    let failed = |kind, cause: (&str, &str), words: (&str, &str)| {
        let (ko, en) = causes(plan, state);
        let message = Text::new(
            format!("호출한 실행 {run}이(가) {}{ko}", cause.0),
            format!("run {run}, which it called, {}{en}", cause.1),
        );
        Some(Outcome::Failed { cause: Cause { kind, message }, seen: seen(words.0, words.1, linked()) })
    };
    match status {
        RunStatus::Completed => return Some(Outcome::Succeeded { seen: seen("완료됨", "completed", linked()) }),
        RunStatus::Aborted => {
            return failed(CauseKind::Aborted, ("중단되었습니다", "was aborted"), ("중단됨", "aborted"));
        }
        RunStatus::Declared
        | RunStatus::Running
        | RunStatus::Waiting
        | RunStatus::Paused
        | RunStatus::Failed
        | RunStatus::Aborting => {}
    }
    // Housekeeping of the called run is its own affair.
    let reached = match link.wait {
        LinkWait::Ready => recovery.end.map(|_| ("복구됨", "recovered")),
        LinkWait::Verified => state.mark(MarkKind::Verified).map(|_| ("업무 확인됨", "verified")),
        LinkWait::None => None,
    };
    if let Some((ko, en)) = reached.filter(|_| status != RunStatus::Aborting) {
        return Some(Outcome::Succeeded { seen: seen(ko, en, linked()) });
    }
    if status != RunStatus::Failed {
        return None;
    }
    let cause = (
        "사람의 결정을 기다리며 멈췄습니다. 그 실행에서 해결한 뒤 이 단위를 재시도하면 이어집니다",
        "stands still until a person decides there; then retry this unit, and it goes on with that run",
    );
    failed(CauseKind::Called, cause, ("실패", "failed"))
}

/// What keeps the units of a run from being ready, in the words of their causes; at most three.
fn causes(plan: &Plan, state: &State) -> (String, String) {
    const SAID: usize = 3;
    let stuck = plan.unit_ixs().filter_map(|unit| Some((unit, state.unit(unit).cause.as_ref()?)));
    let (mut ko, mut en) = (String::new(), String::new());
    for (unit, cause) in stuck.take(SAID) {
        let id = &plan.unit(unit).id;
        ko.push_str(&format!(". {id}: {}", cause.message.get(Lang::Ko)));
        en.push_str(&format!("; {id}: {}", cause.message.get(Lang::En)));
    }
    (ko, en)
}

type Values = (BTreeMap<InputName, String>, BTreeMap<InputName, Secret>);

/// Values for the inputs of the called run, open and secret. What was not given here, or not said, is not given there either:
/// where it must be, the declaration says so.
fn values(launch: &Launch, link: &Link, plan: &Plan) -> Values {
    let (mut open, mut secret) = (BTreeMap::new(), BTreeMap::new());
    let environment = &launch.environment;
    for (name, value) in &link.inputs {
        let is_secret = plan.body().inputs.iter().any(|input| input.name == *name && input.kind == InputKind::Secret);
        match value {
            EnvValue::Input(input) if is_secret => {
                secret.extend(environment.secrets.get(input).map(|known| (name.clone(), Secret::new(known.expose()))));
            }
            EnvValue::Input(input) => {
                open.extend(environment.inputs.get(input).map(|known| (name.clone(), known.clone())));
            }
            EnvValue::Literal(text) => drop(open.insert(name.clone(), text.clone())),
            EnvValue::Output(unit, output) => {
                open.extend(launch.outputs.get(&(*unit, output.clone())).map(|said| (name.clone(), said.clone())));
            }
            // The compiler lets none of these through.
            EnvValue::Secret(_) => {}
        }
    }
    (open, secret)
}

const fn linked(run: RunId, status: RunStatus) -> LinkedRun {
    LinkedRun { run, status, rta: None, rto: None, verdict: None }
}

fn seen(ko: &str, en: &str, linked: LinkedRun) -> Seen {
    let run = linked.run;
    Seen {
        summary: Text::new(format!("{ko}: {run}"), format!("{en}: {run}")),
        linked: Some(Box::new(linked)),
        ..Seen::default()
    }
}
