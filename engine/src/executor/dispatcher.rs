//! One run's owner: takes inputs in, decides, makes it durable, then acts. Nothing else touches the run's state.

use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures::FutureExt as _;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::claims::{Claims, Judged};
use super::committer::Committer;
use super::engine::Inner;
use super::followers::Note;
use super::linked::Calling;
use super::rehearsal::Rehearsal;
use super::starts::{Heard, Starts};
use super::tempo::{Letter, Tempo};
use crate::action::{Ended, Environment, Launch, Outputs, Runner};
use crate::base::{Clock, IdSource, RequestId, Text, Timestamp};
use crate::plan::{Action, Plan, UnitIx};
use crate::run::{
    Answer, AttemptId, Decision, Effect, Head, Illegal, Input, Outcome, OutputChunk, Purpose, Row, RunStatus, Seen,
    State, StepIx, Submission, Surroundings, decide,
};
use crate::store::{Append, Error, Lease, Store};

/// Output that nothing else is committed with is committed at least so often.
const OUTPUT_PAUSE: Duration = Duration::from_millis(200);
/// Inputs decided upon before the next commit, at most.
const INPUTS_A_TURN: usize = 512;

/// What all dispatchers of an engine share.
#[derive(Debug, Clone)]
pub(super) struct Means {
    pub(super) store: Arc<dyn Store>,
    pub(super) committer: Committer,
    pub(super) runner: Arc<dyn Runner>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn IdSource>,
    pub(super) engine: String,
    pub(super) soft: CancellationToken,
    pub(super) hard: CancellationToken,
}

/// What a dispatcher is told from outside.
#[derive(Debug)]
pub(super) enum Message {
    /// Somebody asks for something.
    Submission(Submission),
    /// The lease is gone: stop at once.
    Lost,
}

/// A run that came to rest: over, or failed and waiting for a person.
#[derive(Debug, Clone)]
pub struct Settled {
    /// Its plan.
    pub plan: Arc<Plan>,
    /// Its state.
    pub state: Arc<State>,
}

/// How a dispatcher ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// The run is over.
    Over,
    /// The engine is being shut down; another one may take the run over.
    ShutDown,
    /// Another engine owns the run now.
    Lost,
    /// The journal refused what was decided: a fault in the engine, or in the journal.
    Corrupt,
}

/// Channels into and out of a dispatcher.
#[derive(Debug)]
pub(super) struct Wiring {
    pub(super) messages: mpsc::Receiver<Message>,
    pub(super) settled: watch::Sender<Option<Settled>>,
    /// Place of the last durable row.
    pub(super) committed: watch::Sender<u64>,
}

/// Everything about the run that the dispatcher starts from.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) plan: Arc<Plan>,
    pub(super) state: State,
    pub(super) head: Head,
    pub(super) lease: Lease,
    pub(super) environment: Arc<Environment>,
    /// The clock of a mock run.
    pub(super) tempo: Option<Arc<Tempo>>,
}

#[derive(Debug)]
struct AttemptEnded {
    unit: UnitIx,
    attempt: AttemptId,
    ended: Ended,
    /// Of a called run: holds the clock of a mock run until the end is taken in.
    letter: Option<Letter>,
}

pub(super) struct Dispatcher {
    means: Means,
    /// Where runs are declared: some steps are runs of other runbooks.
    inner: Weak<Inner>,
    wiring: Wiring,
    plan: Arc<Plan>,
    state: State,
    head: Head,
    lease: Lease,
    environment: Arc<Environment>,
    rehearsal: Option<Rehearsal>,
    workers: JoinSet<()>,
    stops: HashMap<AttemptId, CancellationToken>,
    ended_sender: mpsc::Sender<AttemptEnded>,
    ended: mpsc::Receiver<AttemptEnded>,
    output_sender: mpsc::Sender<OutputChunk>,
    output: mpsc::Receiver<OutputChunk>,
    claims: Claims,
    starts: Starts,
    turn: Pending,
    /// The engine is on its way out: nothing new is started.
    draining: bool,
    /// Requests taken in already.
    heard: HashSet<RequestId>,
}

/// What was decided and is not durable yet.
#[derive(Debug, Default)]
struct Pending {
    rows: Vec<Row>,
    output: Vec<OutputChunk>,
    answers: Vec<(RequestId, Answer)>,
    effects: Vec<Effect>,
    finished: Vec<AttemptId>,
}

/// What woke the dispatcher up.
enum Wake {
    Input(Input),
    Output,
    Time,
    Leave(Exit),
}

/// Why a turn can not be finished.
struct Broken(Exit);

impl Dispatcher {
    pub(super) fn new(means: Means, inner: Weak<Inner>, wiring: Wiring, start: Start) -> Self {
        let (ended_sender, ended) = mpsc::channel(1_024);
        let (output_sender, output) = mpsc::channel(1_024);
        let real = means.clock.now();
        let simulation = start.state.header().simulation.clone();
        let Start { plan, state, head, lease, environment, tempo } = start;
        // Simulated time goes on where the journal stopped, however long the engine was away.
        let seat = tempo.map(|tempo| tempo.sit(state.last_at(), real));
        let rehearsal = simulation.zip(seat).map(|(simulation, seat)| Rehearsal::new(simulation, seat));
        let claims = Claims::new(Arc::clone(&means.store), lease.clone(), &state);
        let starts = Starts::new(Weak::clone(&inner));
        Self {
            means,
            inner,
            wiring,
            plan,
            state,
            head,
            lease,
            environment,
            rehearsal,
            workers: JoinSet::new(),
            stops: HashMap::new(),
            ended_sender,
            ended,
            output_sender,
            output,
            claims,
            starts,
            turn: Pending::default(),
            draining: false,
            heard: HashSet::new(),
        }
    }

    /// Carries the run on until it is over or must be left.
    pub(super) async fn run(mut self) -> Exit {
        let exit = match self.carry_on().await {
            Ok(exit) | Err(Broken(exit)) => exit,
        };
        // Attempts that live inside the engine end here; those that the keeper holds do not notice.
        self.workers.abort_all();
        match exit {
            Exit::Over => self.means.runner.over(self.lease.run, self.lease.token),
            Exit::ShutDown | Exit::Lost | Exit::Corrupt => {}
        }
        if exit != Exit::Lost
            && let Err(error) = self.means.store.release(&self.lease).await
        {
            tracing::warn!(run = %self.lease.run, %error, "the lease could not be given back; it runs out by itself");
        }
        exit
    }

    async fn carry_on(&mut self) -> Result<Exit, Broken> {
        if self.state.status().is_open() {
            let adopt = Input::Adopt { engine: self.means.engine.clone(), token: self.lease.token };
            self.take_in(adopt)?;
        }
        // Requests that came while nobody owned the run.
        match self.means.store.pending(&[self.lease.run]).await {
            Ok(waiting) => {
                for submission in waiting {
                    self.take_in(Input::Submission(submission))?;
                }
            }
            Err(error) => {
                tracing::warn!(run = %self.lease.run, %error, "waiting requests could not be read; asked again later");
            }
        }
        loop {
            self.commit().await?;
            if !self.state.status().is_open() {
                return Ok(Exit::Over);
            }
            self.claims.follow(&self.plan, &self.state);
            let clock = self.rehearsal.as_ref().map(|rehearsal| rehearsal.seat().tempo());
            self.starts.follow(&self.plan, &self.state, || clock.map(Tempo::letter));
            match self.wait().await {
                Wake::Input(input) => self.take_in(input)?,
                Wake::Time => self.take_in(Input::Tick)?,
                Wake::Output => {}
                Wake::Leave(exit) => return self.leave(exit).await,
            }
            self.drain()?;
        }
    }

    fn now(&self) -> Timestamp {
        let real = self.means.clock.now();
        self.rehearsal.as_ref().map_or(real, |rehearsal| rehearsal.now(real))
    }

    /// Waits for whatever comes first.
    async fn wait(&mut self) -> Wake {
        if self.means.hard.is_cancelled() || self.means.soft.is_cancelled() {
            return Wake::Leave(Exit::ShutDown);
        }
        if let Some(input) = self.rehearsed() {
            return Wake::Input(input);
        }
        let until = self.until_next();
        if self.rehearsal.is_some() && until == Some(Duration::ZERO) {
            // Simulated time has come to its next instant: what ends there comes before what runs out there.
            return self.rehearsed().map_or(Wake::Time, Wake::Input);
        }
        let timer = async {
            match until {
                Some(time) => tokio::time::sleep(time).await,
                None => std::future::pending().await,
            }
        };
        let called = async {
            match &self.rehearsal {
                Some(rehearsal) => rehearsal.seat().called().await,
                None => std::future::pending().await,
            }
        };
        let unsaved = !self.turn.output.is_empty();
        let wake = tokio::select! {
            biased;
            () = self.means.hard.cancelled() => Wake::Leave(Exit::ShutDown),
            Some(ended) = self.ended.recv() => self.landed(ended),
            Some(Heard { unit, news, letter }) = self.starts.next() => {
                if let Some(rehearsal) = &self.rehearsal {
                    rehearsal.seat().busy();
                }
                drop(letter);
                Wake::Input(Input::Heard { unit, news })
            }
            Some(Judged { unit, claim }) = self.claims.next() => Wake::Input(Input::Claimed { unit, claim }),
            message = self.wiring.messages.recv() => match message {
                Some(Message::Submission(submission)) => Wake::Input(Input::Submission(submission)),
                Some(Message::Lost) => Wake::Leave(Exit::Lost),
                None => Wake::Leave(Exit::ShutDown),
            },
            Some(chunk) = self.output.recv() => {
                self.turn.output.push(chunk);
                Wake::Output
            }
            () = tokio::time::sleep(OUTPUT_PAUSE), if unsaved => Wake::Output,
            () = timer => Wake::Time,
            // What is due is found when it is looked for anew.
            () = called => Wake::Output,
            () = self.means.soft.cancelled() => Wake::Leave(Exit::ShutDown),
        };
        if let Some(rehearsal) = &self.rehearsal {
            rehearsal.seat().busy();
        }
        wake
    }

    fn until_next(&mut self) -> Option<Duration> {
        let real = self.means.clock.now();
        match &mut self.rehearsal {
            Some(rehearsal) => rehearsal.until_next(&self.state, real),
            None => self.state.next_timer().map(|at| at.since(real).to_std()),
        }
    }

    /// What simulated time has brought.
    fn rehearsed(&mut self) -> Option<Input> {
        let now = self.now();
        let ids = Arc::clone(&self.means.ids);
        let rehearsal = self.rehearsal.as_mut()?;
        let mut inputs = rehearsal.next(&self.plan, &self.state, now, || RequestId(ids.fresh())).into_iter();
        let first = inputs.next();
        for input in inputs {
            // The further votes of one quorum; a refusal of one of them breaks nothing.
            if self.take_in(input).is_err() {
                return first;
            }
        }
        first
    }

    fn landed(&mut self, ended: AttemptEnded) -> Wake {
        let AttemptEnded { unit, attempt, ended, letter } = ended;
        self.stops.remove(&attempt);
        if let Some(rehearsal) = &self.rehearsal {
            rehearsal.seat().busy();
        }
        drop(letter);
        Wake::Input(match ended {
            Ended::With(outcome) => {
                self.turn.finished.push(attempt);
                Input::Outcome { unit, attempt, outcome }
            }
            Ended::NeverStarted => Input::NeverStarted { unit, attempt },
        })
    }

    /// Takes in everything else that is there already, so that one commit serves it all.
    fn drain(&mut self) -> Result<(), Broken> {
        for _ in 0..INPUTS_A_TURN {
            let mut idle = true;
            if let Ok(ended) = self.ended.try_recv()
                && let Wake::Input(input) = self.landed(ended)
            {
                self.take_in(input)?;
                idle = false;
            }
            match self.wiring.messages.try_recv() {
                Ok(Message::Submission(submission)) => {
                    self.take_in(Input::Submission(submission))?;
                    idle = false;
                }
                Ok(Message::Lost) => return Err(Broken(Exit::Lost)),
                Err(_) => {}
            }
            if let Some(input) = self.rehearsed() {
                self.take_in(input)?;
                idle = false;
            }
            if idle {
                break;
            }
        }
        // After the outcomes: what an attempt said stands in the journal's commit before or with its end.
        while let Ok(chunk) = self.output.try_recv() {
            self.turn.output.push(chunk);
        }
        Ok(())
    }

    /// Decides upon one input and binds what came of it to the chain.
    fn take_in(&mut self, input: Input) -> Result<(), Broken> {
        // A request can come twice: found waiting in the store when the run was taken over, and routed by the inbox.
        if let Input::Submission(submission) = &input
            && !self.heard.insert(submission.id)
        {
            return Ok(());
        }
        let keeper = self.means.runner.keeper();
        let around = Surroundings { now: self.now(), keeper, draining: self.draining };
        let decision = match decide(&self.plan, &mut self.state, input, &around) {
            Ok(decision) => decision,
            Err(illegal) => return Err(self.corrupt(&illegal)),
        };
        let Decision { events, effects, answer } = decision;
        for (at, event) in events {
            if let Some(rehearsal) = &mut self.rehearsal {
                rehearsal.watch(&self.plan, at, &event);
            }
            match self.head.seal(self.lease.run, at, &event) {
                Ok(row) => self.turn.rows.push(row),
                Err(error) => {
                    tracing::error!(run = %self.lease.run, %error, "an event can not be written down; the run is left as it is");
                    return Err(Broken(Exit::Corrupt));
                }
            }
        }
        self.turn.effects.extend(effects);
        self.turn.answers.extend(answer);
        Ok(())
    }

    fn corrupt(&self, illegal: &Illegal) -> Broken {
        tracing::error!(run = %self.lease.run, %illegal, "the tables refuse what was decided; the run is left as it is");
        Broken(Exit::Corrupt)
    }

    /// Makes everything decided so far durable, then acts on it.
    async fn commit(&mut self) -> Result<(), Broken> {
        let pending = std::mem::take(&mut self.turn);
        let has_rows = !pending.rows.is_empty();
        if has_rows || !pending.output.is_empty() || !pending.answers.is_empty() {
            let expected = pending.rows.first().map_or(self.head.seq, |row| row.seq - 1);
            let append = Append {
                lease: self.lease.clone(),
                expected,
                rows: pending.rows,
                output: pending.output,
                answers: pending.answers,
                summary: self.state.summary(&self.plan),
            };
            match self.means.committer.append(append).await {
                Ok(()) => {}
                Err(error @ (Error::Fenced { .. } | Error::Conflict { .. } | Error::NoSuchRun(_))) => {
                    tracing::warn!(run = %self.lease.run, %error, "this engine lost the run; what it wanted to record is forgotten");
                    return Err(Broken(Exit::Lost));
                }
                Err(error) => {
                    tracing::error!(run = %self.lease.run, %error, "the run is left where the journal stands");
                    return Err(Broken(Exit::ShutDown));
                }
            }
        }
        if has_rows {
            self.say_whether_settled();
            self.wiring.committed.send_replace(self.head.seq);
            self.tell_followers();
        }
        let acts = !pending.effects.is_empty();
        for effect in pending.effects {
            self.perform(effect);
        }
        if !pending.finished.is_empty() {
            if acts {
                // What starts now goes to the keeper first; what it may forget can wait for a moment.
                tokio::task::yield_now().await;
            }
            self.means.runner.settled(self.lease.run, self.lease.token, &pending.finished);
        }
        Ok(())
    }

    /// A run that failed and was repaired is at work again: whoever asks then waits for its next rest.
    fn say_whether_settled(&self) {
        let rests = matches!(self.state.status(), RunStatus::Completed | RunStatus::Aborted | RunStatus::Failed);
        if rests {
            let settled = Settled { plan: Arc::clone(&self.plan), state: Arc::new(self.state.clone()) };
            self.wiring.settled.send_replace(Some(settled));
        } else {
            self.wiring.settled.send_if_modified(|settled| settled.take().is_some());
        }
    }

    /// Tells the runs that wait for this one.
    fn tell_followers(&self) {
        let Some(inner) = self.inner.upgrade() else { return };
        inner.followers.tell(self.lease.run, || Note {
            plan: Arc::clone(&self.plan),
            state: Arc::new(self.state.clone()),
            letter: self.rehearsal.as_ref().map(|rehearsal| rehearsal.seat().tempo().letter()),
        });
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Start { unit, step, attempt, number, purpose } => {
                self.make(None, (unit, step, attempt), number, purpose);
            }
            Effect::Reattach { unit, step, attempt, number, purpose, keeper } => {
                self.make(Some(keeper), (unit, step, attempt), number, purpose);
            }
            Effect::Kill { attempt } => {
                let now = self.now();
                let played = match &mut self.rehearsal {
                    Some(rehearsal) => rehearsal.kill(&self.state, now, attempt),
                    None => false,
                };
                if let Some(stop) = self.stops.get(&attempt).filter(|_| !played) {
                    stop.cancel();
                }
            }
        }
    }

    /// Makes an attempt, or with `back` finds one again.
    fn make(
        &mut self,
        back: Option<Option<String>>,
        (unit, step, attempt): (UnitIx, StepIx, AttemptId),
        number: u32,
        purpose: Purpose,
    ) {
        let now = self.now();
        let mut letter = None;
        if let Some(rehearsal) = &mut self.rehearsal {
            letter = rehearsal.start(&self.plan, &self.state, now, (unit, step, attempt), purpose);
            if letter.is_none() {
                return;
            }
        }
        let flight = self.state.unit(unit).flight.as_ref().filter(|flight| flight.attempt == attempt);
        let launch = Launch {
            run: self.lease.run,
            token: self.lease.token,
            mode: self.state.header().mode,
            plan: Arc::clone(&self.plan),
            unit,
            step,
            attempt,
            number,
            purpose,
            since: flight.map_or(now, |flight| flight.since),
            environment: Arc::clone(&self.environment),
            outputs: self.outputs(unit),
        };
        let stop = self.stops.entry(attempt).or_default().clone();
        let calling = self.calling(&launch);
        let inner = Weak::clone(&self.inner);
        let runner = Arc::clone(&self.means.runner);
        let (ended, output) = (self.ended_sender.clone(), self.output_sender.clone());
        self.workers.spawn(async move {
            let work = async {
                if let (Some(calling), Some(inner)) = (calling, inner.upgrade()) {
                    let (outcome, letter) = inner.call(calling, letter, stop).await;
                    return (Ended::With(outcome), letter);
                }
                let ended = match back {
                    None => runner.run(launch, output, stop).await,
                    Some(keeper) => runner.reattach(launch, keeper.as_deref(), output, stop).await,
                };
                (ended, None)
            };
            let result = AssertUnwindSafe(work).catch_unwind().await;
            let (ended_with, letter) = result.unwrap_or_else(|_| {
                let why = Text::new(
                    "엔진의 작업자가 고장 났습니다. 엔진의 결함이니 엔진 기록을 확인하십시오",
                    "the engine's worker broke down; this is a fault of the engine, see its log",
                );
                (Ended::With(Outcome::Unknown { why, seen: Seen::default() }), None)
            });
            // The dispatcher may be gone; then the next owner finds the attempt again.
            let _ = ended.send(AttemptEnded { unit, attempt, ended: ended_with, letter }).await;
        });
        while self.workers.try_join_next().is_some() {}
    }

    /// The run of another runbook that an attempt is.
    fn calling(&self, launch: &Launch) -> Option<Calling> {
        let Action::Link(link) = &launch.step().action else { return None };
        let header = self.state.header();
        let run = self.state.linked(launch.unit, launch.attempt).filter(|_| launch.purpose == Purpose::Act)?;
        Some(Calling {
            launch: launch.clone(),
            link: link.clone(),
            run,
            requester: header.requester.clone(),
            reason: header.reason.clone(),
            parent: header.parent.clone(),
            simulation: header.simulation.clone(),
        })
    }

    /// What the steps of units before this one said.
    fn outputs(&self, unit: UnitIx) -> Arc<Outputs> {
        let said = |before: UnitIx| {
            let said = &self.state.unit(before).outputs;
            said.iter().map(move |(name, value)| ((before, name.clone()), value.clone()))
        };
        Arc::new(self.plan.speech().before(unit).flat_map(said).collect())
    }

    /// A soft shutdown lets requests that are under way inside the engine end, for a bounded time, and starts nothing.
    async fn leave(&mut self, exit: Exit) -> Result<Exit, Broken> {
        const PATIENCE: Duration = Duration::from_secs(5);
        if exit != Exit::ShutDown || self.rehearsal.is_some() || self.means.hard.is_cancelled() {
            return Ok(exit);
        }
        self.draining = true;
        let deadline = tokio::time::sleep(PATIENCE);
        tokio::pin!(deadline);
        while self.state.flights().any(|(unit, flight)| self.dies_with_engine(unit, flight.step, flight.purpose)) {
            let wake = tokio::select! {
                biased;
                () = self.means.hard.cancelled() => break,
                () = &mut deadline => break,
                Some(ended) = self.ended.recv() => self.landed(ended),
            };
            if let Wake::Input(input) = wake {
                self.take_in(input)?;
            }
            self.drain()?;
            self.commit().await?;
        }
        Ok(exit)
    }

    fn dies_with_engine(&self, unit: UnitIx, step: StepIx, purpose: Purpose) -> bool {
        let Some(step) = self.plan.unit(unit).step(step) else { return false };
        match purpose {
            Purpose::Act => !matches!(step.action, Action::Command(_) | Action::Link(_)) && !step.action.is_read_only(),
            Purpose::Probe => false,
        }
    }
}

impl std::fmt::Debug for Dispatcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dispatcher").field("run", &self.lease.run).finish_non_exhaustive()
    }
}
