//! The rules of the way back, told from the events alone: which steps it has is reckoned anew each time from what was
//! begun, and what stands on what from the words of the runbook.

use std::collections::BTreeSet;

use engine::base::Timestamp;
use engine::plan::{Action, OnFail, Phase, Step};
use engine::run::Event;

use crate::books::Book;
use crate::model::{Model, Verdict, rule};

/// What a unit's events tell of its way back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Back {
    /// It was called back and waits for its attempt to end.
    pub(crate) called: bool,
    /// It is to be undone, or is being undone.
    pub(crate) going: bool,
    /// Steps of the way forward that were begun, or that a probe or a person vouched for, since it was last undone.
    pub(crate) begun: BTreeSet<usize>,
    /// Those of them that are done.
    pub(crate) finished: BTreeSet<usize>,
    /// Steps of the way back that are done.
    pub(crate) walked: BTreeSet<usize>,
}

impl Back {
    pub(crate) const fn is_on(&self) -> bool {
        self.called || self.going
    }
}

/// Whether a step may have changed something.
fn changes(step: &Step) -> bool {
    let looks = match &step.action {
        Action::Http(http) => http.method == "GET" || http.method == "HEAD",
        Action::Tcp(_) | Action::Look(_) | Action::Check(_) | Action::Wait(_) | Action::Until(_) | Action::Mark(_) => {
            true
        }
        Action::Gate(_) | Action::Decision(_) => true,
        Action::Command(_) | Action::Change(_) | Action::Manual(_) | Action::Link(_) => false,
    };
    step.phase == Phase::Run && !looks
}

impl Model<'_> {
    /// The steps that undo what was begun of a unit: those of its last step first, its own at the end, and where the
    /// runbook has none, the one of a person.
    pub(crate) fn way_back(&self, unit: usize) -> Vec<usize> {
        let it = &self.plan.units()[unit];
        let begun = &self.units[unit].back.begun;
        let forward = it.steps.len();
        if it.rollback.is_empty() {
            return if self.changed_something(unit) { vec![forward] } else { Vec::new() };
        }
        let of = |wanted: Option<usize>| {
            let places = it.rollback.iter().enumerate();
            places.filter(move |(_, undo)| undo.of.map(usize::from) == wanted).map(move |(at, _)| forward + at)
        };
        let mut way: Vec<usize> = begun.iter().rev().flat_map(|step| of(Some(*step))).collect();
        if begun.iter().any(|step| it.steps[*step].phase != Phase::Pre) {
            way.extend(of(None));
        }
        way
    }

    /// Everything that can not be ready before a unit is.
    pub(crate) fn after(&self, unit: usize) -> BTreeSet<usize> {
        let mut after = BTreeSet::from([unit]);
        loop {
            let more: Vec<usize> =
                (0..self.units.len()).filter(|other| !self.needs[*other].is_disjoint(&after)).collect();
            let before = after.len();
            after.extend(more);
            if after.len() == before {
                break;
            }
        }
        after.remove(&unit);
        after
    }

    fn changed_something(&self, unit: usize) -> bool {
        let it = &self.plan.units()[unit];
        !it.nothing_to_undo && self.units[unit].back.begun.iter().any(|step| changes(&it.steps[*step]))
    }

    /// Whether a unit was begun and not undone since.
    fn stands(&self, unit: usize) -> bool {
        match self.units[unit].state {
            "ready" | "attested" | "failed" | "unknown" | "running" | "verifying" => true,
            "not_selected" | "cancelled" | "rolled_back" => false,
            _ => self.changed_something(unit),
        }
    }

    /// Whether all work of a point of no return was done.
    pub(crate) fn passed(&self, unit: usize) -> bool {
        let it = &self.plan.units()[unit];
        let last = it.steps.iter().rposition(|step| step.phase == Phase::Run).unwrap_or(it.steps.len() - 1);
        it.point_of_no_return && self.units[unit].back.finished.contains(&last)
    }

    /// A unit is to be undone: by whom it may be, and what must not be in its way.
    fn may_go_back(&self, unit: usize, asked_by_person: bool) -> Verdict {
        rule!(!self.aborting, "rolled back during an abort");
        for other in self.after(unit).into_iter().chain([unit]) {
            rule!(!self.passed(other), "unit {unit} goes back across the point of no return {other}");
        }
        let stood_on =
            self.after(unit).into_iter().find(|other| self.stands(*other) && !self.units[*other].back.is_on());
        rule!(
            stood_on.is_none(),
            "unit {unit} goes back although {stood_on:?} stands on it, being {:?}",
            stood_on.map(|other| (self.units[other].state, &self.units[other].back))
        );
        let told = &self.units[unit];
        let by_setting = self.plan.units()[unit].on_fail == OnFail::Rollback && told.state == "failed";
        let by_time = told.back.called || self.taken_back == Some(self.last);
        rule!(asked_by_person || by_setting || by_time, "rolled back because nobody asked");
        Ok(())
    }

    /// Holds an event of the way back against the rules; `false` where it is another event.
    pub(crate) fn take_back(&mut self, at: Timestamp, unit: usize, event: &Event) -> Result<bool, String> {
        match event {
            Event::Recalled { by, .. } => {
                rule!(self.units[unit].at_work.is_some(), "called back from no attempt");
                rule!(!self.units[unit].back.is_on(), "called back twice");
                self.may_go_back(unit, by.is_some())?;
                self.units[unit].back.called = true;
                self.units[unit].usable = false;
            }
            Event::RollbackAsked { by, .. } => {
                let told = &self.units[unit];
                rule!(told.at_work.is_none(), "asked to go back while at work");
                rule!(!told.back.going, "asked to go back twice");
                rule!(told.state != "rolled_back" && told.state != "cancelled", "nothing of it is left");
                self.may_go_back(unit, by.is_some())?;
                let told = &mut self.units[unit];
                if told.eligible.is_none() || told.settled.is_some() {
                    told.eligible = Some(at);
                    told.exceeded = false;
                    told.book = Book::default();
                }
                let step = told.step;
                Self::again(told, step);
                told.usable = false;
                told.back.called = false;
                told.back.going = true;
                told.back.walked.clear();
                self.go(at, unit, "awaiting_rollback");
            }
            Event::RollbackBegun { step, .. } => {
                rule!(self.units[unit].state == "awaiting_rollback", "a way back begins that nobody asked for");
                let waits_for = self.after(unit).into_iter().find(|other| self.units[*other].back.is_on());
                rule!(waits_for.is_none(), "unit {unit} goes back before {waits_for:?}");
                rule!(self.way_back(unit).first() == Some(&usize::from(*step)), "a way back begins elsewhere");
                self.units[unit].step = usize::from(*step);
                self.go(at, unit, "queued");
            }
            Event::RolledBack { by, evidence, .. } => {
                let told = &self.units[unit];
                rule!(told.at_work.is_none(), "undone while at work");
                if by.is_some() {
                    rule!(told.back.going && told.state != "awaiting_rollback", "vouched for what is not undone");
                    rule!(!evidence.trim().is_empty(), "vouched for without evidence");
                    rule!(!self.gate_ahead(unit), "vouched for around a gate");
                } else if told.back.going {
                    let left = self.way_back(unit).into_iter().find(|step| !told.back.walked.contains(step));
                    let here = told.granted.is_some().then_some(told.step);
                    rule!(left.is_none() || left == here, "undone before step {left:?} was");
                } else {
                    rule!(told.state == "pending" && !self.changed_something(unit), "undone without a way back");
                }
                let told = &mut self.units[unit];
                told.back = Back::default();
                told.usable = false;
                told.step = 0;
                told.tries = 0;
                told.asked = None;
                told.granted = None;
                told.due = None;
                self.settle(at, unit, "rolled_back");
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// A step of the way back is left: it was done, and the next one that is due follows.
    pub(crate) fn may_leave_back(&self, at: Timestamp, unit: usize, next: usize) -> Verdict {
        let told = &self.units[unit];
        rule!(told.granted.is_some(), "a step is left that was not done");
        rule!(told.due.is_none_or(|due| at >= due), "a wait is over too early");
        let way = self.way_back(unit);
        let here = way.iter().position(|step| *step == told.step);
        let follows = here.and_then(|here| way.get(here + 1));
        rule!(next == told.step || follows == Some(&next), "step {next} follows {} on the way back", told.step);
        Ok(())
    }

    /// What must hold between two decisions.
    pub(crate) fn back_at_rest(&self, unit: usize) -> Verdict {
        let told = &self.units[unit];
        let waits = told.state == "awaiting_rollback";
        let blocked = self.after(unit).into_iter().any(|other| self.units[other].back.is_on());
        rule!(!waits || blocked, "unit {unit} waits for nothing before it goes back");
        rule!(!told.back.called || told.at_work.is_some(), "unit {unit} was called back and is not at work");
        let on_way = ["awaiting_rollback", "rolling_back"].contains(&told.state);
        rule!(!on_way || told.back.going, "unit {unit} is {} without going back", told.state);
        Ok(())
    }
}
