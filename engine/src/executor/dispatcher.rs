//! One run's owner: takes inputs in, decides, makes it durable, then acts. Nothing else touches the run's state.

mod attempts;
mod leaving;
mod turn;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use self::turn::Pending;
use super::claims::{Claims, Judged};
use super::committer::Committer;
use super::engine::Inner;
use super::rehearsal::Rehearsal;
use super::starts::{Heard, Starts};
use super::tempo::{Letter, Tempo};
use crate::action::{Ended, Environment, Runner};
use crate::base::{Clock, IdSource, Millis, Mode, RequestId, Timestamp};
use crate::plan::{Plan, UnitIx};
use crate::run::{AttemptId, ClockOffset, Head, Input, OutputChunk, State, Submission};
use crate::store::{Lease, Store};

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

    /// How far the store's clock is from this engine's. What is played has no clock that could be off.
    async fn clock_of_store(&self) -> Option<ClockOffset> {
        if self.state.header().mode == Mode::Mock {
            return None;
        }
        let before = self.means.clock.now();
        let told = self.means.store.now().await.ok()?;
        Some(ClockOffset::between(before, self.means.clock.now(), told, Millis(1)))
    }

    async fn carry_on(&mut self) -> Result<Exit, Broken> {
        if self.state.status().is_open() {
            let clock = self.clock_of_store().await;
            let adopt = Input::Adopt { engine: self.means.engine.clone(), token: self.lease.token, clock };
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
        let mut inputs = rehearsal.next(&self.plan, &self.state, now, || RequestId(ids.fresh()));
        let last = inputs.pop()?;
        for input in inputs {
            // The votes of one quorum, the items of one checklist, in their order; a refusal of one of them breaks nothing.
            if self.take_in(input).is_err() {
                break;
            }
        }
        Some(last)
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
}

impl std::fmt::Debug for Dispatcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dispatcher").field("run", &self.lease.run).finish_non_exhaustive()
    }
}
