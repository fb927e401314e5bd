//! What the events of a rollback make of their unit.

use super::super::state::State;
use super::super::{Account, Actor, Ledger, StepIx, UnitEvent};
use super::Illegal;
use super::shift::mismatch;
use crate::base::{Text, Timestamp};
use crate::plan::{Plan, UnitIx};

impl State {
    /// The unit is to be undone as soon as its attempt has ended.
    pub(super) fn recall(&mut self, plan: &Plan, ix: UnitIx, by: Option<&Actor>, reason: &Text) -> Result<(), Illegal> {
        let unit = &mut self.units[ix.at()];
        if unit.flight.is_none() || unit.is_going_back() {
            return Err(mismatch(self.seq, plan, ix, "attempt that it could be called back from"));
        }
        unit.recalled = Some((by.cloned(), reason.clone()));
        let was = unit.state;
        // Nothing more begins on what is about to go.
        self.undone(plan, ix, was, 0);
        self.goes_back(plan, ix);
        Ok(())
    }

    /// The unit is to be undone. Its clock goes on where it runs; otherwise it runs from here.
    pub(super) fn ask_back(
        &mut self,
        plan: &Plan,
        at: Timestamp,
        ix: UnitIx,
        by: Option<&Actor>,
        reason: &Text,
    ) -> Result<(), Illegal> {
        let unit = &self.units[ix.at()];
        if unit.flight.is_some() || unit.undoing {
            return Err(mismatch(self.seq, plan, ix, "moment to begin its way back"));
        }
        let was = unit.state;
        let clock_runs = unit.eligible_at.is_some() && unit.settled_at.is_none();
        let was_going_back = unit.is_going_back();
        self.forget_timers(plan, ix);
        self.released.remove(&ix);
        if !clock_runs {
            let unit = &mut self.units[ix.at()];
            unit.eligible_at = Some(at);
            unit.started_at = None;
            unit.exceeded = false;
            unit.ledger = Ledger::default();
        }
        self.shift(plan, at, ix, UnitEvent::AskRollback)?;
        self.undone(plan, ix, was, 0);
        let unit = &mut self.units[ix.at()];
        unit.begin_round();
        unit.undoing = true;
        unit.recalled = None;
        unit.said = Some((by.cloned(), reason.clone()));
        if was_going_back {
            self.may_turn(plan, ix);
        } else {
            self.goes_back(plan, ix);
        }
        Ok(())
    }

    /// Nothing stands on the unit any more: its way back begins.
    pub(super) fn turn_back(&mut self, plan: &Plan, at: Timestamp, ix: UnitIx, step: StepIx) -> Result<(), Illegal> {
        let unit = &self.units[ix.at()];
        let first = plan.unit(ix).next_back(unit.begun, 0);
        if !self.turning.contains(&ix) || first != Some(step) {
            return Err(mismatch(self.seq, plan, ix, "way back from here"));
        }
        self.turning.remove(&ix);
        self.units[ix.at()].step = step;
        self.shift(plan, at, ix, UnitEvent::TurnBack)
    }

    /// What the unit did is undone, or there was nothing to undo.
    pub(super) fn rolled_back(
        &mut self,
        plan: &Plan,
        at: Timestamp,
        ix: UnitIx,
        by: Option<&Actor>,
        evidence: &str,
    ) -> Result<(), Illegal> {
        let unit = &self.units[ix.at()];
        let untouched = !plan.unit(ix).left_traces(unit.begun);
        if !unit.undoing && !untouched {
            return Err(mismatch(self.seq, plan, ix, "way back that it could have gone"));
        }
        self.released.remove(&ix);
        let was = unit.state;
        self.settle(plan, at, ix, UnitEvent::RolledBack)?;
        self.undone(plan, ix, was, 0);
        let unit = &mut self.units[ix.at()];
        unit.step = 0;
        unit.outputs.clear();
        unit.tries = 0;
        unit.cleared = false;
        unit.gate = None;
        unit.manual = None;
        unit.cause = None;
        (unit.begun, unit.done) = (0, 0);
        if by.is_some() {
            unit.said = Some((by.cloned(), Text::plain(evidence)));
        }
        self.no_longer_back(plan, ix);
        Ok(())
    }

    /// Whatever it is now, the unit does not go back any more.
    pub(super) fn no_longer_back(&mut self, plan: &Plan, ix: UnitIx) {
        let unit = &mut self.units[ix.at()];
        if unit.is_going_back() {
            unit.undoing = false;
            unit.recalled = None;
            self.went_back(plan, ix);
        }
    }

    /// A person decides what follows for a unit that was undone: what passed since waited for that.
    pub(super) fn book_decision(&mut self, at: Timestamp, ix: UnitIx) {
        let unit = &mut self.units[ix.at()];
        if let Some(stopped) = unit.settled_at.filter(|_| unit.eligible_at.is_some()) {
            unit.ledger.book(Account::Manual, self.exclusions.counted(stopped, at));
            unit.ledger.book(Account::Excluded, self.exclusions.within(stopped, at));
        }
    }

    /// A unit that was undone starts again: its clock goes on.
    pub(super) fn clock_goes_on(&mut self, plan: &Plan, at: Timestamp, ix: UnitIx) {
        if self.unit(ix).eligible_at.is_some() {
            self.expect_target(plan, ix);
        } else {
            self.begin_clock(plan, at, ix);
        }
    }

    /// Notes how far the unit came on its way forward.
    pub(super) fn begins(&mut self, plan: &Plan, ix: UnitIx, step: StepIx) {
        if step < plan.unit(ix).turning_point() {
            let unit = &mut self.units[ix.at()];
            unit.begun = unit.begun.max(step + 1);
        }
    }

    /// Notes that everything before `next` is done, by the unit itself or as its probe says.
    pub(super) fn has_done(&mut self, plan: &Plan, ix: UnitIx, next: StepIx) {
        let next = next.min(plan.unit(ix).turning_point());
        let unit = &mut self.units[ix.at()];
        if !unit.undoing {
            unit.done = unit.done.max(next);
            unit.begun = unit.begun.max(next);
        }
    }
}
