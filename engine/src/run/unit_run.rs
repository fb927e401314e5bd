//! Where one unit of a run stands, and the attempts that were made at it.

use std::collections::{BTreeMap, BTreeSet};

use super::gate::OpenGate;
use super::manual::OpenManual;
use super::{Actor, AttemptId, Cause, Decided, Elsewhere, Holder, Judged, Ledger, Outcome, Purpose, StepIx, UnitState};
use crate::base::{LockName, Millis, OutputName, Text, Timestamp};
use crate::plan::Step;

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

impl UnitRun {
    pub(super) fn new() -> Self {
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
