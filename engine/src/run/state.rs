//! The state of a run: what the journal says so far, arranged for those who decide and those who look.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::marks::Marks;
use super::{
    Account, Actor, Census, Control, Exclusions, Flight, Header, Holding, Ledger, RunStatus, StepIx, UnitRun,
    UnitState, status,
};
use crate::base::{LockName, Millis, ServiceId, TargetName, Text, Timestamp};
use crate::plan::{MarkKind, Origin, Plan, Step, UnitIx};

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
