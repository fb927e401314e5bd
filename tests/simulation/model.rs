//! What a run must look like, told from its events alone and in other words than the engine's: no transition table, no
//! counters, no timers. Every event is held against the rules; what the engine believes is compared with what is told here.

use std::collections::{BTreeMap, BTreeSet};

use engine::base::{LockName, Millis, Mode, RunId, Timestamp, UnitId};
use engine::plan::{
    Action, Branch, Decision, Exclusion, Gate, MarkKind, Node, OnFail, Origin, Phase, Plan, StageFlow, Step, UnitIx,
};
use engine::run::{AttemptId, End, Event, ManualResult, Outcome, Purpose, Unselected, Vote};

use crate::books::{Book, account_of_run, account_of_unit};
use crate::conditions;
use crate::undoing::Back;

/// What is wrong, in words.
pub(crate) type Verdict = Result<(), String>;

macro_rules! rule {
    ($holds:expr, $($said:tt)+) => {
        if !$holds {
            return Err(format!($($said)+));
        }
    };
}
pub(crate) use rule;

/// What an open gate was told.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) digest: engine::base::Digest,
    pub(crate) deadline: Option<Timestamp>,
    pub(crate) overdue: bool,
    pub(crate) votes: Vec<Vote>,
}

/// An attempt that began and did not end.
#[derive(Debug, Clone)]
pub(crate) struct AtWork {
    pub(crate) attempt: AttemptId,
    pub(crate) step: usize,
    pub(crate) purpose: Purpose,
    pub(crate) since: Timestamp,
    pub(crate) timed_out: bool,
    pub(crate) stopped: bool,
}

/// A unit as its events tell it.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) state: &'static str,
    pub(crate) step: usize,
    pub(crate) tries: u32,
    pub(crate) at_work: Option<AtWork>,
    pub(crate) asked: Option<Asked>,
    pub(crate) eligible: Option<Timestamp>,
    pub(crate) settled: Option<Timestamp>,
    pub(crate) book: Book,
    pub(crate) exceeded: bool,
    pub(crate) back: Back,
    /// Its condition was judged since it waits: whether it holds, where that can be told.
    pub(crate) judged: Option<Option<bool>>,
    /// It decided: the branch, where one was taken.
    pub(crate) decided: Option<Option<String>>,
    /// The lock and the run that it was last said to wait for.
    pub(crate) awaits: Option<(LockName, RunId)>,
    /// The step at hand was done, so that it may be left.
    pub(crate) granted: Option<Purpose>,
    /// A wait, a retry: not before this.
    pub(crate) due: Option<Timestamp>,
    /// Steps whose last attempt nobody could tell about, and nobody cleared since.
    in_doubt: BTreeSet<usize>,
    /// Steps with a probe that were attempted and not said to be undone since.
    unprobed: BTreeSet<usize>,
}

/// A run as its events tell it.
#[derive(Debug, Clone)]
pub(crate) struct Model<'p> {
    pub(crate) plan: &'p Plan,
    pub(crate) needs: Vec<BTreeSet<usize>>,
    tail: Vec<Millis>,
    pub(crate) units: Vec<Told>,
    pub(crate) declared: Timestamp,
    pub(crate) ended: Option<(Timestamp, End)>,
    pub(crate) held: bool,
    pub(crate) aborting: bool,
    adopted: bool,
    pub(crate) last: Timestamp,
    pub(crate) book: Book,
    marks: BTreeMap<MarkKind, Timestamp>,
    late: BTreeSet<Option<String>>,
    concurrency: u32,
    requester: String,
    mode: Mode,
    inputs: BTreeMap<String, Option<String>>,
    given: BTreeSet<u32>,
    voted_just_now: Option<usize>,
    locks: BTreeSet<LockName>,
}

/// Everything a unit waits for, by the words of the runbook: its needs, the stages it or its stage needs (whole, and what
/// those need), and in a sequence the unit before.
fn needs_of(plan: &Plan) -> Vec<BTreeSet<usize>> {
    let body = plan.body();
    let mut stages: Vec<BTreeSet<usize>> = Vec::new();
    for stage in &body.stages {
        let mut all: BTreeSet<usize> = stage.units.clone().map(|unit| unit as usize).collect();
        for need in &stage.needs {
            all.extend(stages[need.at()].clone());
        }
        stages.push(all);
    }
    let mut needs = Vec::new();
    for (at, unit) in body.units.iter().enumerate() {
        let mut mine: BTreeSet<usize> = unit.needs.iter().map(|need| need.at()).collect();
        let stage = &body.stages[unit.stage.at()];
        for need in unit.needs_stages.iter().chain(&stage.needs) {
            mine.extend(stages[need.at()].clone());
        }
        if stage.flow == StageFlow::Sequential && at > stage.units.start as usize {
            mine.insert(at - 1);
        }
        needs.push(mine);
    }
    needs
}

fn tails(plan: &Plan, needs: &[BTreeSet<usize>]) -> Vec<Millis> {
    fn tail(plan: &Plan, needs: &[BTreeSet<usize>], unit: usize) -> Millis {
        let after = (0..needs.len()).filter(|other| needs[*other].contains(&unit));
        let longest = after.map(|other| tail(plan, needs, other)).max().unwrap_or_default();
        let unit = &plan.units()[unit];
        longest + if unit.rto_exclude { Millis::ZERO } else { unit.target.unwrap_or_default() }
    }
    (0..needs.len()).map(|unit| tail(plan, needs, unit)).collect()
}

pub(crate) fn satisfied(state: &str) -> bool {
    ["ready", "attested", "skipped", "not_selected"].contains(&state)
}

/// Whether one may go on from an unknown end without asking anybody.
fn harmless(step: &Step) -> bool {
    step.idempotent
        || match &step.action {
            Action::Http(http) => http.method == "GET" || http.method == "HEAD",
            Action::Tcp(_) | Action::Look(_) | Action::Check(_) => true,
            Action::Wait(_) | Action::Mark(_) | Action::Decision(_) => true,
            Action::Command(_) | Action::Change(_) | Action::Manual(_) | Action::Gate(_) => false,
        }
}

/// The state of a unit with a step of this phase at work.
fn at_work_in(phase: Phase, acts: bool) -> &'static str {
    match phase {
        Phase::Rollback => "rolling_back",
        Phase::Run if acts => "running",
        Phase::Pre | Phase::Run | Phase::Post => "verifying",
    }
}

fn is_gate(step: &Step) -> bool {
    matches!(step.action, Action::Gate(_))
}

impl<'p> Model<'p> {
    pub(crate) fn new(plan: &'p Plan, at: Timestamp, first: &Event) -> Result<Self, String> {
        let Event::Declared(header) = first else {
            return Err("the first event declares nothing".to_owned());
        };
        let needs = needs_of(plan);
        let told = Told {
            state: "pending",
            step: 0,
            tries: 0,
            at_work: None,
            asked: None,
            eligible: None,
            settled: None,
            book: Book::default(),
            exceeded: false,
            back: Back::default(),
            judged: None,
            decided: None,
            awaits: None,
            granted: None,
            due: None,
            in_doubt: BTreeSet::new(),
            unprobed: BTreeSet::new(),
        };
        let mut book = Book::default();
        book.enter(at, Some("queue"));
        Ok(Self {
            tail: tails(plan, &needs),
            units: vec![told; needs.len()],
            needs,
            plan,
            declared: at,
            ended: None,
            held: false,
            aborting: false,
            adopted: false,
            last: at,
            book,
            marks: BTreeMap::new(),
            late: BTreeSet::new(),
            concurrency: header.concurrency,
            requester: header.requester.name.as_str().to_owned(),
            mode: header.mode,
            inputs: header.inputs.iter().map(|(name, value)| (name.as_str().to_owned(), value.clone())).collect(),
            given: BTreeSet::new(),
            voted_just_now: None,
            locks: BTreeSet::new(),
        })
    }

    pub(crate) fn of(plan: &'p Plan, events: &[(Timestamp, Event)]) -> Result<Self, String> {
        let mut model = Self::new(plan, events[0].0, &events[0].1)?;
        for (at, event) in &events[1..] {
            model.take(*at, event)?;
        }
        Ok(model)
    }

    fn ix(&self, unit: &UnitId) -> usize {
        self.plan.find(unit).map_or(usize::MAX, UnitIx::at)
    }

    fn step(&self, unit: usize) -> &'p Step {
        let place = u16::try_from(self.units[unit].step).unwrap();
        self.plan.units()[unit].step(place).unwrap()
    }

    pub(crate) fn needs_met(&self, unit: usize) -> bool {
        self.needs[unit].iter().all(|need| satisfied(self.units[*need].state))
    }

    pub(crate) fn origin(&self) -> Option<Timestamp> {
        let kind = match self.plan.body().objectives.clock {
            Origin::Event => MarkKind::Event,
            Origin::Detect => MarkKind::Detect,
            Origin::Declare => MarkKind::Declare,
        };
        self.marks.get(&kind).copied()
    }

    /// Holds the next event against the rules and takes it in.
    pub(crate) fn take(&mut self, at: Timestamp, event: &Event) -> Verdict {
        rule!(at >= self.last, "time goes back at {event:?}");
        self.last = at;
        if self.ended.is_some() {
            let may_follow = matches!(
                event,
                Event::Late { .. } | Event::Obeyed { .. } | Event::Marked { .. } | Event::Adopted { .. }
            );
            rule!(may_follow, "{event:?} follows the end");
        }
        let voted = self.voted_just_now.take();
        match event.unit() {
            Some(unit) => {
                let unit = self.ix(unit);
                rule!(unit < self.units.len(), "{event:?} is about no unit of the plan");
                self.take_unit(at, unit, event, voted)?;
            }
            None => self.take_run(at, event)?,
        }
        if let Some((end, _)) = self.ended {
            self.book.enter(end, None);
        } else {
            let account = account_of_run(self.held, self.adopted, self.units.iter().map(|unit| unit.state));
            self.book.enter(at, Some(account));
        }
        Ok(())
    }

    fn take_run(&mut self, at: Timestamp, event: &Event) -> Verdict {
        match event {
            Event::Adopted { .. } => self.adopted = true,
            Event::Marked { mark, value, .. } => {
                rule!(*value <= at, "a mark lies in the future");
                self.marks.insert(*mark, *value);
            }
            Event::RtoExceeded { service } => {
                let scope = service.as_ref().map(|id| id.as_str().to_owned());
                rule!(self.late.insert(scope.clone()), "{scope:?} is said to be late twice");
                let (rto, open) = self.scope(scope.as_deref());
                rule!(open, "{scope:?} is said to be late although all of it is there");
                let deadline = self.origin().zip(rto).map(|(origin, rto)| origin.plus(rto));
                rule!(deadline.is_some_and(|deadline| at > deadline), "{scope:?} is said to be late too early");
            }
            Event::Paused { .. } => {
                rule!(!self.held && !self.aborting, "paused while paused or aborting");
                self.held = true;
                self.rebook_queued(at);
            }
            Event::Resumed { .. } => {
                rule!(self.held, "resumed while not paused");
                self.held = false;
                self.rebook_queued(at);
            }
            Event::AbortRequested { .. } => {
                rule!(!self.aborting, "aborted twice");
                self.aborting = true;
                self.held = false;
                self.rebook_queued(at);
            }
            Event::Stalled => {
                rule!(self.status() == "failed", "stalled while {}", self.status());
            }
            Event::Ended { end } => {
                let all = self.units.iter().all(|unit| satisfied(unit.state));
                match end {
                    End::Completed => rule!(all && !self.aborting, "completed although something is left"),
                    End::Aborted => rule!(self.aborting, "ended as aborted without an abort"),
                }
                rule!(self.units.iter().all(|unit| unit.at_work.is_none()), "ended with an attempt at work");
                self.ended = Some((at, *end));
                for unit in &mut self.units {
                    unit.book.enter(at, None);
                    if unit.eligible.is_some() {
                        unit.settled.get_or_insert(at);
                    }
                }
            }
            Event::Obeyed { .. } => {}
            other => return Err(format!("{other:?} is about no unit, or a second declaration")),
        }
        Ok(())
    }

    #[expect(clippy::too_many_lines, reason = "the rules of one event stand together")]
    fn take_unit(&mut self, at: Timestamp, unit: usize, event: &Event, voted: Option<usize>) -> Verdict {
        let state = self.units[unit].state;
        let settled = ["ready", "attested", "skipped", "not_selected", "cancelled", "rolled_back"].contains(&state);
        let decides = matches!(event, Event::Attested { .. } | Event::Skipped { .. }) && state == "rolled_back";
        let revives = matches!(
            event,
            Event::Reset { .. }
                | Event::Rewound { .. }
                | Event::Late { .. }
                | Event::RollbackAsked { .. }
                | Event::Locked { .. }
        );
        rule!(!settled || revives || decides, "{event:?} reaches a unit that is {state}");
        if self.take_back(at, unit, event)? {
            return Ok(());
        }
        match event {
            Event::Eligible { .. } => {
                rule!(state == "pending", "a unit that is {state} becomes eligible");
                rule!(self.left_out(unit).is_none(), "a unit that is no part of the run becomes eligible");
                let judged = self.units[unit].judged;
                let asked = self.plan.units()[unit].when.is_some();
                rule!(judged.is_some() == asked && judged != Some(Some(false)), "eligible against its condition");
                rule!(self.needs_met(unit), "eligible before all it needs is there");
                let told = &mut self.units[unit];
                told.eligible = Some(at);
                told.book = Book::default();
                told.exceeded = false;
                self.go(at, unit, "queued");
            }
            Event::Started { step, attempt, number, purpose, .. } => {
                self.may_begin(unit, usize::from(*step))?;
                self.may_attempt(at, unit, *attempt, *number, *purpose)?;
                let phase = self.step(unit).phase;
                let acts = *purpose == Purpose::Act;
                self.go(at, unit, at_work_in(phase, acts));
                if acts {
                    self.begin(unit);
                }
                let told = &mut self.units[unit];
                let since = at;
                let (timed_out, stopped) = (false, false);
                told.at_work =
                    Some(AtWork { attempt: *attempt, step: told.step, purpose: *purpose, since, timed_out, stopped });
                told.granted = None;
                told.due = None;
                if acts {
                    told.tries = *number;
                    told.unprobed.insert(told.step);
                }
            }
            Event::TimedOut { attempt, .. } => {
                let timeout = self.step(unit).timeout;
                let Some(work) = self.units[unit].at_work.as_mut().filter(|work| work.attempt == *attempt) else {
                    return Err("an attempt that is not at work ran out of time".to_owned());
                };
                rule!(!work.timed_out, "an attempt ran out of time twice");
                rule!(
                    timeout.is_some_and(|limit| at >= work.since.plus(limit)),
                    "an attempt ran out of time too early"
                );
                work.timed_out = true;
            }
            Event::StopRequested { attempt, .. } => {
                let Some(work) = self.units[unit].at_work.as_mut().filter(|work| work.attempt == *attempt) else {
                    return Err("an attempt that is not at work is stopped".to_owned());
                };
                work.stopped = true;
            }
            Event::Finished { attempt, outcome, .. } => self.take_finish(at, unit, *attempt, outcome)?,
            Event::Late { attempt, .. } => {
                let mine = self.units[unit].at_work.as_ref().is_some_and(|work| work.attempt == *attempt);
                rule!(!mine, "an attempt at work is called late");
            }
            Event::RetryScheduled { due, .. } => {
                let retry = self.step(unit).retry;
                rule!(self.units[unit].tries < retry.attempts, "more tries than the runbook allows");
                rule!(!self.units[unit].back.called, "tried again although it was called back");
                rule!(*due == at.plus(retry.every), "a retry at another time than the runbook says");
                self.units[unit].due = Some(*due);
                self.go(at, unit, "retry_wait");
            }
            Event::Requeued { .. } => {
                rule!(state == "retry_wait", "requeued while {state}");
                rule!(self.units[unit].due.is_some_and(|due| at >= due), "requeued too early");
                self.go(at, unit, "queued");
            }
            Event::GateOpened { step, deadline, digest, .. } => {
                self.may_begin(unit, usize::from(*step))?;
                let Action::Gate(gate) = &self.step(unit).action else {
                    return Err("a gate opens where there is none".to_owned());
                };
                rule!(*deadline == gate.timeout.map(|timeout| at.plus(timeout)), "a deadline of its own");
                self.begin(unit);
                self.units[unit].granted = None;
                self.units[unit].asked =
                    Some(Asked { digest: *digest, deadline: *deadline, overdue: false, votes: Vec::new() });
                self.go(at, unit, "awaiting_gate");
            }
            Event::Voted { vote, .. } => {
                rule!(
                    self.vote_counts(unit, vote).is_ok(),
                    "a vote that breaks a rule: {:?}",
                    self.vote_counts(unit, vote)
                );
                if let Some(asked) = &mut self.units[unit].asked {
                    asked.votes.push(vote.clone());
                }
                self.voted_just_now = Some(unit);
            }
            Event::GateOverdue { .. } => {
                let asked = self.units[unit].asked.as_mut().filter(|_| state == "awaiting_gate");
                let Some(asked) = asked else { return Err("a gate that is not open is overdue".to_owned()) };
                rule!(!asked.overdue, "a gate is said to be overdue twice");
                rule!(asked.deadline.is_some_and(|deadline| at >= deadline), "a gate is overdue too early");
                asked.overdue = true;
            }
            Event::GateDecided { approved, .. } => {
                rule!(voted == Some(unit), "a gate was decided by something else than a vote");
                let Action::Gate(gate) = &self.step(unit).action else { return Err("no gate to decide".to_owned()) };
                let votes = self.units[unit].asked.as_ref().map_or(&[][..], |asked| &asked.votes);
                let refused = votes.iter().any(|vote| !vote.approve);
                let enough = votes.len() >= gate.quorum as usize;
                rule!(*approved != refused && (refused || enough), "a gate was decided against its votes");
                self.units[unit].granted = approved.then_some(Purpose::Act);
                self.go(at, unit, "queued");
            }
            Event::ManualOpened { step, .. } => {
                self.may_begin(unit, usize::from(*step))?;
                rule!(matches!(self.step(unit).action, Action::Manual(_)), "no manual step to open");
                self.begin(unit);
                self.units[unit].granted = None;
                self.go(at, unit, "awaiting_manual");
            }
            Event::ManualClosed { result, evidence, .. } => {
                rule!(state == "awaiting_manual", "manual work is closed while {state}");
                let Action::Manual(manual) = &self.step(unit).action else { return Err("no manual step".to_owned()) };
                let silent = evidence.trim().is_empty();
                rule!(!silent || (!manual.evidence && *result == ManualResult::Done), "closed without evidence");
                self.units[unit].granted = (*result != ManualResult::Failed).then_some(Purpose::Act);
                self.go(at, unit, "queued");
            }
            Event::Passed { step, until, .. } => {
                self.may_begin(unit, usize::from(*step))?;
                match (&self.step(unit).action, until) {
                    (Action::Wait(time), Some(until)) => rule!(*until == at.plus(*time), "a wait of another length"),
                    (Action::Mark(_), None) => {}
                    (other, _) => return Err(format!("{other:?} can not be passed")),
                }
                self.units[unit].due = *until;
                self.units[unit].granted = Some(Purpose::Act);
                self.begin(unit);
                let phase = self.step(unit).phase;
                self.go(at, unit, at_work_in(phase, true));
            }
            Event::StepDone { next, .. } => {
                let next = usize::from(*next);
                self.leave(at, unit, next)?;
                let told = &mut self.units[unit];
                if next != told.step {
                    told.granted = None;
                }
                told.step = next;
                told.tries = 0;
                told.due = None;
                self.go(at, unit, "queued");
            }
            Event::Ready { .. } => {
                let steps = self.plan.units()[unit].steps.len();
                rule!(!self.units[unit].back.going, "ready on the way back");
                self.leave(at, unit, steps)?;
                self.settle(at, unit, "ready");
            }
            Event::Failed { .. } => {
                self.units[unit].granted = None;
                self.go(at, unit, "failed");
            }
            Event::Unknown { .. } => {
                rule!(self.units[unit].at_work.is_none(), "unknown while at work");
                self.go(at, unit, "unknown");
            }
            Event::Attested { .. } => {
                rule!(!self.gate_ahead(unit), "attested around a gate");
                rule!(!self.units[unit].back.is_on(), "attested while it goes back");
                let all = 0..self.plan.units()[unit].steps.len();
                self.units[unit].back.begun.extend(all.clone());
                self.units[unit].back.finished.extend(all);
                self.amend_decision(unit);
                self.settle(at, unit, "attested");
            }
            Event::Skipped { by, .. } => {
                rule!(!self.gate_ahead(unit), "skipped around a gate");
                rule!(!self.units[unit].back.is_on(), "skipped while it goes back");
                let by_setting = self.plan.units()[unit].on_fail == OnFail::Skip && state == "failed";
                rule!(by.is_some() || by_setting, "skipped by nobody");
                self.amend_decision(unit);
                self.settle(at, unit, "skipped");
            }
            Event::LockAwaited { lock, holder, .. } => {
                rule!(state == "queued", "a unit that is {state} waits for a lock");
                rule!(self.plan.units()[unit].locks.contains(lock), "it waits for a lock that it does not want");
                rule!(!self.has_locks(unit), "it waits for locks that the run has");
                let awaits = Some((lock.clone(), holder.run));
                rule!(self.units[unit].awaits != awaits, "said twice for which lock it waits");
                self.units[unit].awaits = awaits;
            }
            Event::Locked { locks, .. } => {
                rule!(!self.has_locks(unit), "locks are taken that the run has");
                rule!(*locks == self.plan.units()[unit].locks, "other locks are taken than the unit wants");
                self.locks.extend(locks.iter().cloned());
                let has = |unit: &engine::plan::Unit| unit.locks.is_subset(&self.locks);
                for (told, _) in self.units.iter_mut().zip(self.plan.units()).filter(|(_, unit)| has(unit)) {
                    told.awaits = None;
                }
            }
            Event::Judged { holds, by, saw, .. } => {
                rule!(state == "pending" && self.needs_met(unit), "judged before its time");
                let Some(when) = &self.plan.units()[unit].when else { return Err("no condition".to_owned()) };
                let known = |name: &str| self.known(name);
                let told = conditions::holds(when.text(), &known);
                match by {
                    None => {
                        rule!(*holds == told, "a condition is said to be {holds:?}, it is {told:?}");
                        rule!(*saw == conditions::saw(when.text(), &known), "a condition saw {saw:?}");
                    }
                    Some(_) => rule!(*holds == Some(true), "a person says something else than that it holds"),
                }
                self.units[unit].judged = Some(*holds);
            }
            Event::Decided { branch, by, saw, .. } => {
                let step = self.units[unit].step;
                let Action::Decision(decision) = &self.step(unit).action else { return Err("no decision".to_owned()) };
                let branch = branch.as_ref().map(|branch| branch.as_str().to_owned());
                if by.is_none() {
                    self.may_begin(unit, step)?;
                    let (taken, seen) = self.look(decision);
                    rule!(branch == taken, "the branch {branch:?} is taken, {taken:?} holds");
                    rule!(*saw == seen, "a decision saw {saw:?}, there was {seen:?}");
                } else {
                    rule!(state == "queued" && self.needs_met(unit), "a person decides before there is need");
                    let named = decision.branches.iter().any(|known| Some(known.name.as_str()) == branch.as_deref());
                    rule!(named, "a person takes a branch that is not there");
                }
                self.units[unit].granted = branch.is_some().then_some(Purpose::Act);
                self.units[unit].decided = Some(branch);
            }
            Event::NotSelected { why, .. } => {
                let told = self.left_out(unit);
                let own = self.units[unit].judged == Some(Some(false));
                let fits = match why {
                    Unselected::Mode | Unselected::Branch { .. } => told.as_ref() == Some(why),
                    Unselected::Condition => told.is_none() && own,
                };
                rule!(fits, "not selected because of {why:?}, told is {told:?}");
                self.settle(at, unit, "not_selected");
            }
            Event::Cancelled { .. } => {
                rule!(self.aborting, "cancelled without an abort");
                self.units[unit].back.called = false;
                self.units[unit].back.going = false;
                self.settle(at, unit, "cancelled");
            }
            Event::Reset { step, .. } => {
                rule!(!self.aborting, "started again during an abort");
                let back = usize::from(*step) >= self.plan.units()[unit].steps.len();
                rule!(back == self.units[unit].back.going, "started again on another way than it goes");
                rule!(!back || self.way_back(unit).contains(&usize::from(*step)), "no step of its way back");
                let told = &mut self.units[unit];
                if state == "rolled_back" && told.eligible.is_some() {
                    // Undone and done again is one time; what passed in between waited for a person.
                    told.book.amend("manual");
                } else if satisfied(state) || state == "rolled_back" {
                    told.eligible = Some(at);
                    told.exceeded = false;
                    told.book = Book::default();
                }
                told.back.walked.retain(|walked| *walked < usize::from(*step));
                Self::again(told, usize::from(*step));
                self.go(at, unit, "queued");
            }
            Event::Rewound { .. } => {
                rule!(!self.aborting, "rewound during an abort");
                let told = &mut self.units[unit];
                rule!(told.at_work.is_none(), "rewound while at work");
                rule!(!told.back.is_on(), "rewound while it goes back");
                told.eligible = None;
                told.exceeded = false;
                told.book = Book::default();
                Self::again(told, 0);
                told.judged = None;
                told.state = "pending";
            }
            Event::TargetExceeded { .. } => {
                let target = self.plan.units()[unit].target;
                let told = &mut self.units[unit];
                rule!(!told.exceeded, "a target is exceeded twice in one round");
                let deadline = told.eligible.zip(target).map(|(since, target)| since.plus(target));
                rule!(deadline.is_some_and(|deadline| at > deadline), "a target is exceeded too early");
                told.exceeded = true;
            }
            other => return Err(format!("{other:?} is about a unit")),
        }
        Ok(())
    }

    /// A person starts a unit again: doubts about its steps are that person's from here on.
    pub(crate) fn again(told: &mut Told, step: usize) {
        told.step = step;
        told.tries = 0;
        told.settled = None;
        told.asked = None;
        told.granted = None;
        told.decided = None;
        told.due = None;
        told.in_doubt.clear();
    }

    fn take_finish(&mut self, at: Timestamp, unit: usize, attempt: AttemptId, outcome: &Outcome) -> Verdict {
        let Some(work) = self.units[unit].at_work.take_if(|work| work.attempt == attempt) else {
            return Err("an attempt that is not at work ends".to_owned());
        };
        let step = self.plan.units()[unit].step(u16::try_from(work.step).unwrap()).unwrap();
        let told = &mut self.units[unit];
        match (work.purpose, outcome) {
            (purpose, Outcome::Succeeded { .. }) => told.granted = Some(purpose),
            (Purpose::Act, Outcome::Failed { .. }) => {}
            (Purpose::Act, Outcome::Unknown { .. }) => {
                if !harmless(step) {
                    told.in_doubt.insert(work.step);
                }
            }
            (Purpose::Probe, Outcome::Failed { .. }) => {
                rule!(!work.timed_out && !work.stopped, "a probe that was ended says `not done`");
                told.in_doubt.remove(&work.step);
                told.unprobed.remove(&work.step);
            }
            (Purpose::Probe, Outcome::Unknown { .. }) => {
                if harmless(step) {
                    told.unprobed.remove(&work.step);
                }
            }
        }
        self.go(at, unit, "queued");
        Ok(())
    }

    /// The step at hand was begun.
    fn begin(&mut self, unit: usize) {
        let told = &mut self.units[unit];
        if !told.back.going {
            told.back.begun.insert(told.step);
        }
    }

    /// The step at hand is left for `next`: what lies between them is done, on the way forward.
    fn leave(&mut self, at: Timestamp, unit: usize, next: usize) -> Verdict {
        if self.units[unit].back.going {
            self.may_leave_back(at, unit, next)?;
            let told = &mut self.units[unit];
            if next != told.step {
                told.back.walked.insert(told.step);
            }
            return Ok(());
        }
        self.may_leave(at, unit, next)?;
        let told = &mut self.units[unit];
        told.back.begun.extend(told.step..next);
        told.back.finished.extend(told.step..next);
        Ok(())
    }

    pub(crate) fn has_locks(&self, unit: usize) -> bool {
        self.plan.units()[unit].locks.is_subset(&self.locks)
    }

    /// Rules for the beginning of any step.
    fn may_begin(&self, unit: usize, step: usize) -> Verdict {
        let told = &self.units[unit];
        rule!(told.state == "queued", "a step of a unit that is {} begins", told.state);
        rule!(told.step == step, "step {step} begins, {} is at hand", told.step);
        rule!(told.at_work.is_none(), "two attempts of one unit");
        rule!(self.adopted && !self.held, "a step begins while the run is not to go on");
        rule!(!self.aborting, "a step begins after an abort");
        rule!(!told.back.called, "a step begins of a unit that was called back");
        rule!(self.has_locks(unit), "a step begins without the locks of its unit");
        let on_way = step >= self.plan.units()[unit].steps.len();
        rule!(on_way == told.back.going, "step {step} is of another way than the unit goes");
        let due = self.way_back(unit).into_iter().find(|step| !told.back.walked.contains(step));
        rule!(!on_way || due == Some(step), "step {step} of the way back before {due:?}");
        let first = told.step == 0 && told.tries == 0;
        rule!(!first || self.needs_met(unit), "a unit begins before all it needs is there");
        Ok(())
    }

    fn may_attempt(
        &mut self,
        at: Timestamp,
        unit: usize,
        attempt: AttemptId,
        number: u32,
        purpose: Purpose,
    ) -> Verdict {
        rule!(self.given.insert(attempt.0), "attempt {} is given twice", attempt.0);
        rule!(self.room(unit), "a bound on concurrency is broken");
        let weight = (self.tail[unit], std::cmp::Reverse(unit));
        let sooner = (0..self.units.len()).find(|other| {
            (self.tail[*other], std::cmp::Reverse(*other)) > weight
                && self.waits_for_worker(*other)
                && self.has_locks(*other)
                && self.room(*other)
        });
        rule!(sooner.is_none(), "unit {unit} starts before the more urgent {sooner:?}");
        let told = &self.units[unit];
        let step = self.step(unit);
        rule!(told.due.is_none_or(|due| at >= due), "an attempt before its time");
        match purpose {
            Purpose::Act => {
                rule!(number == told.tries + 1, "attempt number {number} after {}", told.tries);
                rule!(!told.in_doubt.contains(&told.step), "repeated although nobody knows whether it was done");
                let probed = step.already_done.is_none() || !told.unprobed.contains(&told.step);
                rule!(probed, "repeated without asking its probe");
            }
            Purpose::Probe => rule!(step.already_done.is_some(), "a probe that the runbook does not have"),
        }
        Ok(())
    }

    fn waits_for_worker(&self, unit: usize) -> bool {
        self.units[unit].state == "queued"
            && matches!(
                self.step(unit).action,
                Action::Command(_)
                    | Action::Http(_)
                    | Action::Tcp(_)
                    | Action::Look(_)
                    | Action::Change(_)
                    | Action::Check(_)
            )
    }

    fn target(&self, unit: usize, step: usize) -> Option<&'p str> {
        let unit = &self.plan.units()[unit];
        let own = match &unit.step(u16::try_from(step).unwrap()).unwrap().action {
            Action::Command(command) => command.on.as_ref(),
            Action::Look(look) => look.on(),
            _ => None,
        };
        own.or(unit.on.as_ref()).map(|target| target.as_str())
    }

    /// Whether the bounds leave room for one more: counted anew each time.
    fn room(&self, unit: usize) -> bool {
        let body = self.plan.body();
        let working: Vec<(usize, usize)> = self
            .units
            .iter()
            .enumerate()
            .filter_map(|(at, told)| told.at_work.as_ref().map(|work| (at, work.step)))
            .collect();
        let stage = body.units[unit].stage;
        let in_stage = working.iter().filter(|(at, _)| body.units[*at].stage == stage).count();
        let here = self.target(unit, self.units[unit].step);
        let on_target = working.iter().filter(|(at, step)| here.is_some() && self.target(*at, *step) == here).count();
        working.len() < self.concurrency as usize
            && body.stages[stage.at()].max_parallel.is_none_or(|most| in_stage < most as usize)
            && body.limits.per_target.is_none_or(|most| on_target < most as usize)
    }

    /// A step is left only when it was done; a probe may leave all work behind, but no gate.
    fn may_leave(&self, at: Timestamp, unit: usize, next: usize) -> Verdict {
        let told = &self.units[unit];
        let steps = &self.plan.units()[unit].steps;
        let Some(by) = told.granted else { return Err("a step is left that was not done".to_owned()) };
        rule!(told.due.is_none_or(|due| at >= due), "a wait is over too early");
        rule!(next >= told.step, "a unit goes back by itself");
        let far = next > told.step + 1;
        let covers = by == Purpose::Probe && steps[told.step].probe_covers_unit;
        rule!(!far || covers, "steps are left out");
        if far {
            let left_out = &steps[told.step + 1..next];
            rule!(
                left_out.iter().all(|step| step.phase != Phase::Post && !is_gate(step)),
                "a check or a gate is left out"
            );
        }
        Ok(())
    }

    /// What a name stands for now.
    fn known(&self, name: &str) -> Option<String> {
        let inner = |prefix: &str, suffix: &str| name.strip_prefix(prefix)?.strip_suffix(suffix).map(str::to_owned);
        if name == "mode" {
            return Some(self.mode.keyword().to_owned());
        }
        if let Some(input) = inner("inputs.", "") {
            return self.inputs.get(&input).cloned().flatten();
        }
        if let Some(unit) = inner("units[\"", "\"].state") {
            return Some(self.units[self.ix(&unit.parse().ok()?)].state.to_owned());
        }
        let service = inner("services[\"", "\"].ready")?;
        let service = self.plan.body().services.iter().find(|known| known.id.as_str() == service)?;
        let there = |unit: &UnitIx| ["ready", "attested"].contains(&self.units[unit.at()].state);
        Some(service.needs.iter().all(there).to_string())
    }

    /// The branch that holds, if there is one, and what was looked at until it was found.
    fn look(&self, decision: &Decision) -> (Option<String>, conditions::Saw) {
        let mut seen = conditions::Saw::new();
        let known = |name: &str| self.known(name);
        for branch in &decision.branches {
            let name = || Some(branch.name.as_str().to_owned());
            let Some(when) = &branch.when else { return (name(), seen) };
            seen.extend(conditions::saw(when.text(), &known));
            match conditions::holds(when.text(), &known) {
                Some(true) => return (name(), seen),
                Some(false) => {}
                None => return (None, seen),
            }
        }
        (None, seen)
    }

    /// Why a unit is no part of the run, its own condition left aside: the mode, or every decision that names it is settled
    /// and took another way.
    fn left_out(&self, unit: usize) -> Option<Unselected> {
        let units = self.plan.units();
        if !units[unit].modes.is_empty() && !units[unit].modes.contains(&self.mode) {
            return Some(Unselected::Mode);
        }
        let mut deciders = Vec::new();
        for (at, decider) in units.iter().enumerate() {
            let Some(Action::Decision(decision)) = decider.steps.first().map(|step| &step.action) else { continue };
            let names = |branch: &Branch| branch.select.iter().any(|named| named.at() == unit);
            if !decision.branches.iter().any(names) {
                continue;
            }
            deciders.push(decider.id.clone());
            let told = &self.units[at];
            let taken = told.decided.clone().flatten();
            let taken = decision.branches.iter().find(|branch| Some(branch.name.as_str()) == taken.as_deref());
            if !satisfied(told.state) || taken.is_some_and(names) {
                return None;
            }
        }
        (!deciders.is_empty()).then_some(Unselected::Branch { deciders })
    }

    pub(crate) fn gate_ahead(&self, unit: usize) -> bool {
        let (it, step) = (&self.plan.units()[unit], self.units[unit].step);
        if self.units[unit].back.going {
            let rest = step.saturating_sub(it.steps.len());
            return it.rollback[rest.min(it.rollback.len())..].iter().any(|undo| is_gate(&undo.step));
        }
        it.steps[step.min(it.steps.len())..].iter().any(is_gate)
    }

    /// The gate that is open at a unit.
    pub(crate) fn open_gate(&self, unit: usize) -> Option<(&'p Gate, &Asked)> {
        let told = &self.units[unit];
        match (&self.step(unit).action, &told.asked) {
            (Action::Gate(gate), Some(asked)) if told.state == "awaiting_gate" => Some((gate, asked)),
            _ => None,
        }
    }

    /// Whether a vote keeps all rules of the open gate.
    pub(crate) fn vote_counts(&self, unit: usize, vote: &Vote) -> Verdict {
        let Some((gate, asked)) = self.open_gate(unit) else { return Err("no gate is open".to_owned()) };
        let name = &vote.by.name;
        let kept_out = gate.exclude.contains(&Exclusion::Requester) && name.as_str() == self.requester;
        rule!(!kept_out, "the requester votes");
        let before: Vec<&Vote> = asked.votes.iter().filter(|other| other.by.name == *name).collect();
        rule!(!gate.distinct || before.is_empty(), "{name} votes twice");
        rule!(before.iter().all(|other| other.role != vote.role), "{name} votes twice in one role");
        let asked_now = gate.approvers.contains(&vote.role) || (asked.overdue && gate.escalate.contains(&vote.role));
        rule!(asked_now, "the role {} is not asked", vote.role);
        rule!(vote.by.holds(&vote.role), "{name} does not hold {}", vote.role);
        rule!(vote.digest == asked.digest, "the vote is about something else");
        rule!(vote.approve || !vote.comment.trim().is_empty(), "rejected without a reason");
        Ok(())
    }

    /// Whether a voter's vote should be taken: some role makes it count.
    pub(crate) fn vote_welcome(&self, unit: usize, vote: &Vote) -> bool {
        let Some((gate, _)) = self.open_gate(unit) else { return false };
        gate.approvers.iter().chain(&gate.escalate).any(|role| {
            let vote = Vote { role: role.clone(), ..vote.clone() };
            self.vote_counts(unit, &vote).is_ok()
        })
    }

    /// What passed since a unit was undone waited for a person.
    fn amend_decision(&mut self, unit: usize) {
        let told = &mut self.units[unit];
        if told.state == "rolled_back" && told.eligible.is_some() {
            told.book.amend("manual");
        }
    }

    pub(crate) fn go(&mut self, at: Timestamp, unit: usize, state: &'static str) {
        let told = &mut self.units[unit];
        told.state = state;
        told.awaits = None;
        told.book.enter(at, account_of_unit(state, self.held));
    }

    pub(crate) fn settle(&mut self, at: Timestamp, unit: usize, state: &'static str) {
        self.go(at, unit, state);
        self.units[unit].settled = Some(at);
    }

    fn rebook_queued(&mut self, at: Timestamp) {
        for unit in self.units.iter_mut().filter(|unit| unit.state == "queued") {
            unit.book.enter(at, account_of_unit("queued", self.held));
        }
    }

    /// The objective of the run or a service, and whether something it needs is not there.
    fn scope(&self, service: Option<&str>) -> (Option<Millis>, bool) {
        let body = self.plan.body();
        let open = |unit: usize| !satisfied(self.units[unit].state);
        match service {
            None => {
                let counted = (0..self.units.len()).filter(|unit| !body.units[*unit].rto_exclude);
                (body.objectives.rto, counted.into_iter().any(open))
            }
            Some(id) => {
                body.services.iter().find(|service| service.id.as_str() == id).map_or((None, false), |service| {
                    (service.effective_rto(), service.needs.iter().any(|unit| open(unit.at())))
                })
            }
        }
    }

    /// The status by the words of the documentation, not by the engine's function.
    pub(crate) fn status(&self) -> &'static str {
        let any = |states: &[&str]| self.units.iter().any(|unit| states.contains(&unit.state));
        match self.ended {
            Some((_, End::Completed)) => "completed",
            Some((_, End::Aborted)) => "aborted",
            None if self.aborting => "aborting",
            None if self.held => "paused",
            None if !self.adopted => "declared",
            None if any(&["queued", "running", "verifying", "retry_wait", "rolling_back"]) => "running",
            None if any(&["awaiting_gate", "awaiting_manual"]) => "waiting",
            None if any(&["failed", "unknown", "rolled_back"]) => "failed",
            None => "running",
        }
    }

    /// What must hold between two decisions: nothing that should have happened by now is missing.
    pub(crate) fn at_rest(&self, now: Timestamp, draining: bool) -> Verdict {
        if self.ended.is_some() || !self.adopted {
            return Ok(());
        }
        let now = now.max(self.last);
        let scopes = self.plan.body().services.iter().map(|service| Some(service.id.as_str())).chain([None]);
        for scope in scopes {
            let (rto, open) = self.scope(scope);
            let late = self.origin().zip(rto).is_some_and(|(origin, rto)| now > origin.plus(rto));
            let said = self.late.contains(&scope.map(str::to_owned));
            rule!(!(late && open) || said, "nobody said that {scope:?} is late");
        }
        for (at, told) in self.units.iter().enumerate() {
            let unit = &self.plan.units()[at];
            self.back_at_rest(at)?;
            // Nobody counts on a unit that is undone.
            let counts = told.eligible.filter(|_| told.settled.is_none() && !told.back.going).zip(unit.target);
            let late = counts.is_some_and(|(since, target)| now > since.plus(target));
            rule!(!late || told.exceeded, "nobody said that unit {at} exceeds its target");
            let waits = told.asked.as_ref().filter(|_| told.state == "awaiting_gate");
            let overdue = waits.is_some_and(|asked| asked.deadline.is_some_and(|deadline| now >= deadline));
            rule!(!overdue || waits.is_some_and(|asked| asked.overdue), "nobody said that gate {at} is overdue");
            let out_of_time = told.at_work.as_ref().is_some_and(|work| {
                let timeout = unit.step(u16::try_from(work.step).unwrap()).and_then(|step| step.timeout);
                !work.timed_out && timeout.is_some_and(|limit| now >= work.since.plus(limit))
            });
            rule!(!out_of_time, "nobody said that unit {at} ran out of time");
            if self.aborting {
                let moves =
                    ["pending", "queued", "retry_wait", "awaiting_gate", "awaiting_manual", "awaiting_rollback"];
                rule!(!moves.contains(&told.state), "unit {at} is still {} during an abort", told.state);
                continue;
            }
            rule!(told.state != "pending" || !self.needs_met(at), "unit {at} waits for nothing");
            let out = self.left_out(at).is_some();
            rule!(told.state != "pending" || !out, "unit {at} still waits although it is no part of the run");
            if !self.held && !draining && told.state == "queued" && self.has_locks(at) {
                rule!(self.waits_for_worker(at), "unit {at} is queued although it needs no worker");
                rule!(!self.room(at), "unit {at} is queued although there is room");
            }
        }
        let all = self.units.iter().all(|unit| satisfied(unit.state));
        rule!(!all && !self.units.is_empty(), "everything is done and the run does not end");
        Ok(())
    }
}

/// A barrier never holds a unit: kept beside the model so that its needs can be compared with the graph's.
pub(crate) fn direct_needs_agree(plan: &Plan) -> Verdict {
    let told = needs_of(plan);
    for unit in plan.unit_ixs() {
        let mut seen = BTreeSet::new();
        let mut open = plan.graph().predecessors(plan.graph().unit(unit)).to_vec();
        while let Some(node) = open.pop() {
            match plan.graph().node(node) {
                Node::Unit(need) => {
                    seen.insert(need.at());
                }
                Node::Barrier(_) => open.extend(plan.graph().predecessors(node)),
            }
        }
        rule!(seen == told[unit.at()], "{unit:?} needs {:?}, the graph says {seen:?}", told[unit.at()]);
    }
    Ok(())
}
