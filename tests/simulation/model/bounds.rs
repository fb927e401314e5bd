//! What may begin, and when: order, places, doubts.

use engine::base::Timestamp;
use engine::plan::Action;
use engine::run::{AttemptId, Purpose};

use super::rule::{Verdict, rule};
use super::told::Model;

impl<'p> Model<'p> {
    /// Rules for the beginning of any step.
    pub(super) fn may_begin(&self, unit: usize, step: usize) -> Verdict {
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

    pub(super) fn may_attempt(
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

    pub(super) fn waits_for_worker(&self, unit: usize) -> bool {
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

    pub(super) fn target(&self, unit: usize, step: usize) -> Option<&'p str> {
        let unit = &self.plan.units()[unit];
        let own = match &unit.step(u16::try_from(step).unwrap()).unwrap().action {
            Action::Command(command) => command.on.as_ref(),
            Action::Look(look) => look.on(),
            _ => None,
        };
        own.or(unit.on.as_ref()).map(|target| target.as_str())
    }

    /// Whether the bounds leave room for one more: counted anew each time.
    pub(super) fn room(&self, unit: usize) -> bool {
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
}
