//! What time will bring about. Every timer lives exactly as long as its reason, so that a replayed state has the same ones.

use super::state::{State, Timer};
use super::{Account, Control, Holding, Ledger};
use crate::base::{Millis, Timestamp};
use crate::plan::{Action, Plan, UnitIx};

impl State {
    pub(super) fn begin_clock(&mut self, plan: &Plan, at: Timestamp, ix: UnitIx) {
        self.forget_target(plan, ix);
        let holding = self.holding();
        let unit = &mut self.units[ix.at()];
        unit.eligible_at = Some(at);
        unit.started_at = None;
        unit.ledger = Ledger::default();
        unit.ledger.switch(at, Account::of_unit(unit.state, holding));
        self.expect_target(plan, ix);
    }

    /// Watches the target of a unit whose clock runs, unless it was said already that it took longer.
    pub(super) fn expect_target(&mut self, plan: &Plan, ix: UnitIx) {
        let unit = &self.units[ix.at()];
        if let (Some(target), Some(since), false) = (plan.unit(ix).target, unit.eligible_at, unit.exceeded) {
            self.timers.extend(self.past(since, target).map(|at| (at, Timer::Target(ix))));
        }
    }

    pub(super) fn forget_target(&mut self, plan: &Plan, ix: UnitIx) {
        if let (Some(target), Some(since)) = (plan.unit(ix).target, self.units[ix.at()].eligible_at)
            && let Some(at) = self.past(since, target)
        {
            self.timers.remove(&(at, Timer::Target(ix)));
        }
    }

    /// The instant at which a span that began at `since` has taken longer than `limit`: one millisecond past it, since
    /// equality is met. `None` while the exercise is held: no such instant comes before it goes on.
    fn past(&self, since: Timestamp, limit: Millis) -> Option<Timestamp> {
        let excluded = self.exclusions.within(since, self.last_at);
        (!self.exclusions.is_open()).then(|| since.plus(limit).plus(excluded).plus(Millis(1)))
    }

    /// The exercise is held: no target and no objective comes nearer.
    pub(super) fn forget_deadlines(&mut self) {
        self.timers.retain(|(_, timer)| !matches!(timer, Timer::Target(_) | Timer::Rto(_)));
    }

    /// The exercise goes on: every target and objective is later by what was excluded.
    pub(super) fn expect_deadlines(&mut self, plan: &Plan) {
        for ix in plan.unit_ixs() {
            if Account::of_unit(self.units[ix.at()].state, Holding::Nothing).is_some() {
                self.expect_target(plan, ix);
            }
        }
        self.set_rto_timers(plan);
    }

    /// What an open gate of a unit has still to say by itself, and when.
    fn of_gate(&self, plan: &Plan, ix: UnitIx) -> Vec<(Timestamp, Timer)> {
        let unit = &self.units[ix.at()];
        let Some(open) = unit.gate.as_ref().filter(|open| open.decided.is_none()) else { return Vec::new() };
        let Some(Action::Gate(gate)) = plan.unit(ix).step(unit.step).map(|step| &step.action) else {
            return Vec::new();
        };
        let reminder = gate.reminds_after().filter(|_| !open.reminded && !open.overdue);
        let reminder = reminder.map(|after| (open.opened_at.plus(after), Timer::Reminder(ix)));
        let level = gate.escalate.get(open.level as usize);
        let level = level.map(|level| (open.opened_at.plus(level.after), Timer::Escalation(ix)));
        let deadline = open.deadline.filter(|_| !open.overdue).map(|at| (at, Timer::Gate(ix)));
        reminder.into_iter().chain(level).chain(deadline).collect()
    }

    pub(super) fn expect_of_gate(&mut self, plan: &Plan, ix: UnitIx) {
        let timers = self.of_gate(plan, ix);
        self.timers.extend(timers);
    }

    pub(super) fn forget_gate(&mut self, plan: &Plan, ix: UnitIx) {
        for timer in self.of_gate(plan, ix) {
            self.timers.remove(&timer);
        }
    }

    /// Forgets everything that time would bring about for a unit that nothing is at work for.
    pub(super) fn forget_timers(&mut self, plan: &Plan, ix: UnitIx) {
        self.forget_due(ix);
        self.forget_gate(plan, ix);
        self.forget_target(plan, ix);
    }

    pub(super) fn forget_timeout(&mut self, plan: &Plan, ix: UnitIx) {
        let Some(flight) = &self.units[ix.at()].flight else { return };
        if let Some(timeout) = plan.unit(ix).step(flight.step).and_then(|step| step.timeout) {
            self.timers.remove(&(flight.since.plus(timeout), Timer::Step(ix)));
        }
    }

    pub(super) fn forget_due(&mut self, ix: UnitIx) {
        if let Some(due) = self.units[ix.at()].due.take() {
            self.timers.remove(&(due, Timer::Due(ix)));
        }
    }

    /// Keeps how many units each objective still waits for. Its timer lives exactly as long as there are any.
    pub(super) fn count_objectives(&mut self, plan: &Plan, ix: UnitIx, done: bool) {
        let count = |open: &mut u32| if done { *open -= 1 } else { *open += 1 };
        if !plan.unit(ix).rto_exclude {
            count(&mut self.open);
            self.set_rto_timer(plan, None);
        }
        for (service, place) in plan.body().services.iter().zip(0..) {
            if service.needs.binary_search(&ix).is_ok() {
                count(&mut self.open_services[place as usize]);
                self.set_rto_timer(plan, Some(place));
            }
        }
    }

    pub(super) fn set_rto_timers(&mut self, plan: &Plan) {
        self.timers.retain(|(_, timer)| !matches!(timer, Timer::Rto(_)));
        self.set_rto_timer(plan, None);
        for (_, place) in plan.body().services.iter().zip(0..) {
            self.set_rto_timer(plan, Some(place));
        }
    }

    /// Sets or removes the timer of the run (`None`) or of a service.
    pub(super) fn set_rto_timer(&mut self, plan: &Plan, service: Option<u32>) {
        let (rto, open, late) = match service.map(|place| (&plan.body().services[place as usize], place as usize)) {
            None => (plan.body().objectives.rto, self.open, self.late.contains(&None)),
            Some((service, place)) => {
                let late = self.late.iter().flatten().any(|id| *id == service.id);
                (service.effective_rto(), self.open_services[place], late)
            }
        };
        let Some((origin, rto)) = self.origin(plan).zip(rto) else { return };
        let Some(past) = self.past(origin, rto) else { return };
        let timer = (past, Timer::Rto(service));
        if open > 0 && !late && !matches!(self.control, Control::Over(_)) {
            self.timers.insert(timer);
        } else {
            self.timers.remove(&timer);
        }
    }
}
