//! The state of a run: what the journal says so far, arranged for those who decide and those who look.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::gate::OpenGate;
use super::manual::OpenManual;
use super::marks::Marks;
use super::{
    Account, Actor, AttemptId, Cause, Census, Control, Decided, Elsewhere, Exclusions, Header, Holder, Holding, Judged,
    Ledger, Outcome, Purpose, RunStatus, StepIx, UnitState, status,
};
use crate::base::{LockName, Millis, OutputName, ServiceId, TargetName, Text, Timestamp};
use crate::plan::{MarkKind, Origin, Plan, Step, UnitIx};

/// An attempt at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flight {
    /// Its number.
    pub attempt: AttemptId,
    /// The step.
    pub step: StepIx,
    /// Its number among the attempts of the step.
    pub number: u32,
    /// What for.
    pub purpose: Purpose,
    /// The keeper that holds it.
    pub keeper: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// It ran out of its time and is being ended.
    pub timed_out: bool,
    /// An operator is ending it.
    pub stopped: bool,
    /// The engine that started it is gone.
    pub inherited: bool,
}

/// An attempt that was made, for tables and reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its number.
    pub attempt: AttemptId,
    /// The step.
    pub step: StepIx,
    /// Its number among the attempts of the step.
    pub number: u32,
    /// What for.
    pub purpose: Purpose,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended, and how.
    pub ended: Option<(Timestamp, Outcome)>,
}

/// Where one unit of a run stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRun {
    /// Its state.
    pub state: UnitState,
    /// The step it is at.
    pub step: StepIx,
    /// Attempts of that step so far.
    pub tries: u32,
    /// The attempt at work.
    pub flight: Option<Flight>,
    /// When its clock started.
    pub eligible_at: Option<Timestamp>,
    /// When its first step began.
    pub started_at: Option<Timestamp>,
    /// When it was ready, attested, skipped, failed for good or cancelled.
    pub settled_at: Option<Timestamp>,
    /// Where its time went.
    pub ledger: Ledger,
    /// Its gate, while it asks and after it was decided.
    pub gate: Option<OpenGate>,
    /// Its manual work, while it is open and after it was closed.
    pub manual: Option<OpenManual>,
    /// Why it failed, or why its outcome can not be told.
    pub cause: Option<Cause>,
    /// Who vouched for or skipped it, and the evidence or reason given.
    pub said: Option<(Option<Actor>, Text)>,
    /// How its condition was judged, where it has one.
    pub judged: Option<Judged>,
    /// How it decided, where that is its work.
    pub decided: Option<Decided>,
    /// The lock that it waits for, and the run that has it.
    pub awaits_lock: Option<(LockName, Holder)>,
    /// What it knows of the run that it waits for.
    pub elsewhere: Elsewhere,
    /// What its steps said for those of later units.
    pub outputs: BTreeMap<OutputName, String>,
    /// It took longer than its target.
    pub exceeded: bool,
    /// All its attempts.
    pub attempts: Vec<Attempt>,
    /// When it was usable, so that what needs it may begin although it is not ready yet.
    pub usable_at: Option<Timestamp>,
    /// When a wait or a retry is due.
    pub(super) due: Option<Timestamp>,
    /// The probe said `not done` after the last attempt, so the step may be attempted again.
    pub(super) cleared: bool,
    /// Steps attempted in any round, by place.
    pub(super) touched: BTreeSet<StepIx>,
    /// Gates opened so far; part of what voters vote on.
    pub(super) gates: u32,
    /// Manual steps opened so far.
    pub(super) manuals: u32,
    /// It is to be undone, or is being undone.
    pub(super) undoing: bool,
    /// It is to be undone as soon as its attempt has ended: who wants it, and why.
    pub(super) recalled: Option<(Option<Actor>, Text)>,
    /// Steps of the way forward that were begun since it was last undone: the first so many.
    pub(super) begun: StepIx,
    /// Those of them that were done: the first so many.
    pub(super) done: StepIx,
}

/// Reasons to wake up at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// A retry or a wait of a unit is due.
    Due(UnitIx),
    /// The attempt of a unit runs out of time.
    Step(UnitIx),
    /// Half of the time of a unit's gate is over.
    Reminder(UnitIx),
    /// The next level of escalation of a unit's gate begins.
    Escalation(UnitIx),
    /// The gate of a unit becomes overdue.
    Gate(UnitIx),
    /// A unit exceeds its target.
    Target(UnitIx),
    /// The run (`None`) or the service at this place exceeds its objective.
    Rto(Option<u32>),
    /// What an abort could not end in time is given up.
    AbortGrace,
}

impl Timer {
    /// Whether it belongs to a gate that asks.
    pub(super) const fn is_of_gate(self) -> bool {
        match self {
            Self::Reminder(_) | Self::Escalation(_) | Self::Gate(_) => true,
            Self::Due(_) | Self::Step(_) | Self::Target(_) | Self::Rto(_) | Self::AbortGrace => false,
        }
    }
}

/// The state of a run: a fold of its journal over its plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub(super) header: Header,
    pub(super) seq: u64,
    pub(super) declared_at: Timestamp,
    pub(super) last_at: Timestamp,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) control: Control,
    pub(super) census: Census,
    pub(super) units: Vec<UnitRun>,
    pub(super) marks: Marks,
    pub(super) ledger: Ledger,
    pub(super) exclusions: Exclusions,
    pub(super) token: u64,
    pub(super) engine: Option<String>,
    pub(super) late: BTreeSet<Option<ServiceId>>,
    pub(super) stalled: bool,
    pub(super) pause_reason: Option<(Option<Actor>, Text)>,
    pub(super) seconded: bool,
    pub(super) attempts: u32,
    /// Unmet needs by node.
    pub(super) unmet: Vec<u32>,
    /// Direct successors by node that are, or lead to, a unit going back. Empty until the first unit does.
    pub(super) standing: Vec<u32>,
    /// Units to be undone on which nothing stands any more; the same decision begins their way back.
    pub(super) turning: BTreeSet<UnitIx>,
    /// Pending units whose last need was just met; the same decision makes them eligible.
    pub(super) released: BTreeSet<UnitIx>,
    /// Queued units whose next step needs a worker, most urgent first.
    pub(super) ready: BTreeSet<Urgency>,
    /// Queued units whose next step needs none: gates, manual steps, waits, marks.
    pub(super) passing: BTreeSet<Urgency>,
    /// Queued units that want a lock which the run does not have.
    pub(super) barred: BTreeSet<UnitIx>,
    /// Queued units that wait for another run.
    pub(super) waiting: BTreeSet<UnitIx>,
    /// Locks that the run has.
    pub(super) locks: BTreeSet<LockName>,
    pub(super) occupied: u32,
    pub(super) occupied_stage: Vec<u32>,
    pub(super) occupied_target: BTreeMap<TargetName, u32>,
    pub(super) timers: BTreeSet<(Timestamp, Timer)>,
    /// Units that the run's objective still waits for.
    pub(super) open: u32,
    /// Units that the objectives of services still wait for, by place.
    pub(super) open_services: Vec<u32>,
}

/// Order of dispatch: longest remaining path first, then as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Urgency(pub Reverse<Millis>, pub UnitIx);

impl State {
    pub(super) fn new(plan: &Plan, header: Header, at: Timestamp) -> Self {
        let graph = plan.graph();
        let unmet = (0..u32::try_from(graph.len()).unwrap_or(u32::MAX))
            .map(|at| u32::try_from(graph.predecessors(crate::plan::NodeIx(at)).len()).unwrap_or(u32::MAX))
            .collect::<Vec<_>>();
        let released = plan.unit_ixs().filter(|unit| unmet[unit.at()] == 0).collect();
        let mut census = Census::default();
        let units = plan.unit_ixs().map(|_| {
            census.enter(UnitState::Pending);
            UnitRun::new()
        });
        Self {
            units: units.collect(),
            census,
            unmet,
            standing: Vec::new(),
            turning: BTreeSet::new(),
            released,
            header,
            seq: 1,
            declared_at: at,
            last_at: at,
            ended_at: None,
            control: Control::New,
            marks: Marks::default(),
            ledger: Ledger::default(),
            exclusions: Exclusions::default(),
            token: 0,
            engine: None,
            late: BTreeSet::new(),
            stalled: false,
            pause_reason: None,
            seconded: false,
            attempts: 0,
            ready: BTreeSet::new(),
            passing: BTreeSet::new(),
            barred: BTreeSet::new(),
            waiting: BTreeSet::new(),
            locks: BTreeSet::new(),
            occupied: 0,
            occupied_stage: vec![0; plan.body().stages.len()],
            occupied_target: BTreeMap::new(),
            timers: BTreeSet::new(),
            open: count(plan.units().iter().filter(|unit| !unit.rto_exclude)),
            open_services: plan.body().services.iter().map(|service| count(service.needs.iter())).collect(),
        }
    }

    /// What was fixed at declaration.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Place of the last event in the journal.
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// When the run was declared.
    pub const fn declared_at(&self) -> Timestamp {
        self.declared_at
    }

    /// When the last event was recorded.
    pub const fn last_at(&self) -> Timestamp {
        self.last_at
    }

    /// When the run was over.
    pub const fn ended_at(&self) -> Option<Timestamp> {
        self.ended_at
    }

    /// The status, a pure function of the units' states.
    pub fn status(&self) -> RunStatus {
        status(self.control, &self.census)
    }

    /// How many units are in which state.
    pub const fn census(&self) -> &Census {
        &self.census
    }

    /// Where a unit stands.
    pub fn unit(&self, unit: UnitIx) -> &UnitRun {
        &self.units[unit.at()]
    }

    /// A milestone.
    pub fn mark(&self, mark: MarkKind) -> Option<Timestamp> {
        self.marks.get(mark)
    }

    /// All milestones with their corrections.
    pub const fn marks(&self) -> &Marks {
        &self.marks
    }

    /// The instant from which recovery time is reckoned, by the plan's choice.
    pub fn origin(&self, plan: &Plan) -> Option<Timestamp> {
        self.mark(origin_mark(plan.body().objectives.clock))
    }

    /// Where the run's time went, from its declaration on.
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Stretches of an exercise that count for no clock.
    pub const fn exclusions(&self) -> &Exclusions {
        &self.exclusions
    }

    /// When an objective reckoned from `origin` is over, as of `now`: what is excluded moves it.
    pub fn deadline(&self, origin: Timestamp, objective: Millis, now: Timestamp) -> Timestamp {
        origin.plus(objective).plus(self.exclusions.within(origin, now))
    }

    /// What holds the clocks of the units.
    pub(super) fn holding(&self) -> Holding {
        match self.control {
            Control::Hold if self.exclusions.is_open() => Holding::Exercise,
            Control::Hold => Holding::Pause,
            Control::New | Control::Go | Control::Abort | Control::Over(_) => Holding::Nothing,
        }
    }

    /// The engine that holds the run, for people.
    pub fn engine(&self) -> Option<&str> {
        self.engine.as_deref()
    }

    /// Who paused it and why, while it is paused.
    pub const fn pause_reason(&self) -> Option<&(Option<Actor>, Text)> {
        self.pause_reason.as_ref()
    }

    /// Whether another person must still confirm the declaration before anything is started.
    pub const fn awaits_second(&self) -> bool {
        self.header.second_person && !self.seconded
    }

    /// Whether the run (`None`) or a service was said to be later than its objective.
    pub fn is_late(&self, service: Option<&ServiceId>) -> bool {
        self.late.contains(&service.cloned())
    }

    /// The next instant at which time alone changes something.
    pub fn next_timer(&self) -> Option<Timestamp> {
        self.timers.first().map(|(at, _)| *at)
    }

    /// Attempts at work, for whoever takes the run over.
    pub fn flights(&self) -> impl Iterator<Item = (UnitIx, &Flight)> {
        (0..).map(UnitIx).zip(&self.units).filter_map(|(ix, unit)| unit.flight.as_ref().map(|flight| (ix, flight)))
    }

    /// How many attempts are at work.
    pub const fn in_flight(&self) -> u32 {
        self.occupied
    }

    /// The step a unit is at.
    pub(super) fn step<'p>(&self, plan: &'p Plan, unit: UnitIx) -> Option<&'p Step> {
        plan.unit(unit).step(self.units[unit.at()].step)
    }

    /// Units done so far: what needs them may go on.
    pub fn done(&self) -> u32 {
        self.census.count(UnitState::satisfies)
    }

    /// The account that the run's time goes to at this moment: work before waiting, waiting as planned before trouble.
    pub(super) fn account(&self) -> Option<Account> {
        let any = |state| self.census.of(state) > 0;
        match self.control {
            Control::Over(_) => None,
            Control::Hold if self.awaits_second() => Some(Account::Gate),
            Control::Hold if self.exclusions.is_open() => Some(Account::Excluded),
            Control::Hold => Some(Account::Pause),
            Control::New => Some(Account::Queue),
            Control::Go | Control::Abort if any(UnitState::Running) => Some(Account::Exec),
            Control::Go | Control::Abort if any(UnitState::RollingBack) => Some(Account::Rollback),
            Control::Go | Control::Abort if any(UnitState::Verifying) => Some(Account::Check),
            Control::Go | Control::Abort if any(UnitState::RetryWait) => Some(Account::RetryWait),
            Control::Go | Control::Abort if any(UnitState::AwaitingGate) => Some(Account::Gate),
            Control::Go | Control::Abort if any(UnitState::AwaitingManual) => Some(Account::Manual),
            Control::Go | Control::Abort if any(UnitState::Unknown) => Some(Account::Unknown),
            Control::Go | Control::Abort if any(UnitState::Failed) || any(UnitState::RolledBack) => {
                Some(Account::Manual)
            }
            Control::Go | Control::Abort => Some(Account::Queue),
        }
    }
}

impl UnitRun {
    fn new() -> Self {
        Self {
            state: UnitState::Pending,
            step: 0,
            tries: 0,
            flight: None,
            eligible_at: None,
            started_at: None,
            settled_at: None,
            ledger: Ledger::default(),
            gate: None,
            manual: None,
            cause: None,
            said: None,
            judged: None,
            decided: None,
            awaits_lock: None,
            elsewhere: Elsewhere::default(),
            outputs: BTreeMap::new(),
            exceeded: false,
            attempts: Vec::new(),
            usable_at: None,
            due: None,
            cleared: false,
            touched: BTreeSet::new(),
            gates: 0,
            manuals: 0,
            undoing: false,
            recalled: None,
            begun: 0,
            done: 0,
        }
    }

    /// When it became ready, by its own steps or by a person's word.
    pub fn ready_at(&self) -> Option<Timestamp> {
        matches!(self.state, UnitState::Ready | UnitState::Attested).then_some(self.settled_at).flatten()
    }

    /// Whether what needs it may go on: it is settled well, or usable.
    pub const fn lets_others_begin(&self) -> bool {
        self.state.satisfies() || self.usable_at.is_some()
    }

    /// Time since it was eligible, until it was settled or `now`.
    pub fn elapsed(&self, now: Timestamp) -> Option<Millis> {
        self.eligible_at.map(|since| self.settled_at.unwrap_or(now).since(since))
    }

    /// Whether it is to be undone or is being undone, at work or not.
    pub const fn is_going_back(&self) -> bool {
        self.undoing || self.recalled.is_some()
    }

    /// The newest attempt, whose output is of interest.
    pub fn last_attempt(&self) -> Option<&Attempt> {
        self.attempts.last()
    }

    /// Whether the step it is at must be probed before it may be attempted (again).
    pub(super) fn wants_probe(&self, step: &Step) -> bool {
        step.already_done.is_some() && self.touched.contains(&self.step) && !self.cleared
    }

    /// Clears what belongs to the round that ends; attempts stay on record.
    pub(super) fn begin_round(&mut self) {
        self.tries = 0;
        self.settled_at = None;
        self.gate = None;
        self.manual = None;
        self.cause = None;
        self.said = None;
        self.decided = None;
        self.due = None;
        self.cleared = false;
        if !self.elsewhere.reached {
            self.elsewhere = Elsewhere::default();
        }
    }
}

fn count(items: impl Iterator) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

/// The mark behind a choice of origin.
pub const fn origin_mark(origin: Origin) -> MarkKind {
    match origin {
        Origin::Event => MarkKind::Event,
        Origin::Detect => MarkKind::Detect,
        Origin::Declare => MarkKind::Declare,
    }
}

/// The next step at which the unit asks for consent, on the way that it is on, and which nobody decided in its favour: a gate of
/// its own, or a call of a runbook with gates.
pub(super) fn consent_ahead(plan: &Plan, unit: UnitIx, at: StepIx) -> Option<&Step> {
    let unit = plan.unit(unit);
    let asks = |step: &&Step| plan.asks_consent(step);
    match usize::from(at).checked_sub(unit.steps.len()) {
        None => unit.steps.iter().skip(usize::from(at)).find(asks),
        Some(back) => unit.rollback.iter().skip(back).map(|undo| &undo.step).find(asks),
    }
}
