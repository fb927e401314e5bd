//! What people decide about a unit, and what follows from an abort.

use engine::base::Timestamp;
use engine::plan::{Action, OnFail};
use engine::run::Event;

use super::rule::{Verdict, rule};
use super::told::{Model, Told, satisfied};
use crate::books::Book;

impl Model<'_> {
    /// Takes in what was decided about a unit.
    pub(super) fn take_decision(&mut self, at: Timestamp, unit: usize, event: &Event) -> Verdict {
        let state = self.units[unit].state;
        match event {
            Event::Attested { .. } => {
                rule!(!self.gate_ahead(unit) && !self.gate_before(unit), "attested around a gate");
                rule!(!self.units[unit].back.is_on(), "attested while it goes back");
                let all = 0..self.plan.units()[unit].steps.len();
                self.units[unit].back.begun.extend(all.clone());
                self.units[unit].back.finished.extend(all);
                self.amend_decision(unit);
                self.settle(at, unit, "attested");
            }
            Event::Skipped { by, .. } => {
                let rejected = self.units[unit].asked.as_ref().is_some_and(|asked| asked.decided == Some(false));
                let branched =
                    rejected && matches!(&self.step(unit).action, Action::Gate(gate) if gate.branch().is_some());
                rule!(branched || !self.gate_ahead(unit), "skipped around a gate");
                rule!(!self.units[unit].back.is_on(), "skipped while it goes back");
                let by_setting = self.plan.units()[unit].on_fail == OnFail::Skip && state == "failed";
                rule!(by.is_some() || by_setting || branched, "skipped by nobody");
                rule!(by_setting || branched || !self.gate_before(unit), "skipped while a gate before it asks");
                self.amend_decision(unit);
                self.settle(at, unit, "skipped");
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
                let usable = self.plan.units()[unit].usable;
                let told = &mut self.units[unit];
                told.usable &= usable.is_some_and(|usable| *step > usable.after) && !back;
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
                told.usable = false;
                told.exceeded = false;
                told.book = Book::default();
                Self::again(told, 0);
                told.judged = None;
                told.state = "pending";
            }
            other => return Err(format!("{other:?} is told elsewhere")),
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

    /// What passed since a unit was undone waited for a person.
    pub(super) fn amend_decision(&mut self, unit: usize) {
        let told = &mut self.units[unit];
        if told.state == "rolled_back" && told.eligible.is_some() {
            told.book.amend("manual");
        }
    }
}
