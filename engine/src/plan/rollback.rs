//! The way back: what undoes a unit, in which order, and where there is no simple way back any more.
//!
//! Places count on from the way forward: with three steps of `pre`, `run` and `post` the first step back is at place 3.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{Action, Evidence, Manual, Phase, Plan, Retry, Step, Unit, UnitIx};
use crate::base::Text;

/// A step of the way back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// Place of the step it undoes; `None` when it undoes the unit as a whole.
    pub of: Option<u16>,
    /// What is done.
    pub step: Step,
}

/// The one step back of a unit that says nothing about how it is undone: a person does it and says what shows it.
static BY_HAND: LazyLock<Step> = LazyLock::new(|| Step {
    title: Text::new("손으로 되돌리기", "undo it by hand"),
    phase: Phase::Rollback,
    action: Action::Manual(Manual {
        instruction: Text::new(
            "이 단위에는 되돌리기 절차가 없습니다. 한 일을 직접 되돌리고, 무엇으로 확인했는지 적으십시오",
            "This unit has no rollback steps. Undo what it did, as far as it went, and say what shows it",
        ),
        evidence: Evidence::TEXT,
        // Where it did not come to anything there is nothing to undo, and a person may say so.
        may_not_apply: true,
        ..Manual::default()
    }),
    timeout: None,
    retry: Retry::NONE,
    idempotent: false,
    already_done: None,
    probe_covers_unit: false,
    outputs: Vec::new(),
});

impl Step {
    /// Whether doing it may leave something behind that a rollback has to undo.
    pub const fn leaves_traces(&self) -> bool {
        let asks_only = matches!(self.action, Action::Gate(_)) || self.action.is_read_only();
        // What people were told is not undone.
        let tells_only = matches!(&self.action, Action::Change(change) if !change.touches());
        matches!(self.phase, Phase::Run) && !asks_only && !tells_only
    }
}

impl Plan {
    /// The points of no return that a gate of a unit stands before: the unit itself, and all that comes after it.
    pub fn no_return_behind(&self, unit: UnitIx) -> Vec<UnitIx> {
        let after = self.graph().downstream(unit).into_iter();
        std::iter::once(unit).chain(after).filter(|unit| self.unit(*unit).point_of_no_return).collect()
    }
}

impl Unit {
    /// The step at a place, on the way forward or on the way back.
    pub fn step(&self, at: u16) -> Option<&Step> {
        let at = usize::from(at);
        if let Some(step) = self.steps.get(at) {
            return Some(step);
        }
        let back = at - self.steps.len();
        if self.rollback.is_empty() && back == 0 {
            return Some(&BY_HAND);
        }
        self.rollback.get(back).map(|undo| &undo.step)
    }

    /// Place of the first step of the way back: the number of those of the way forward.
    pub fn turning_point(&self) -> u16 {
        place(self.steps.len())
    }

    /// The next step back at or behind the place `from`, after the first `begun` steps of the way forward were begun.
    /// `None` when nothing of them is left to be undone.
    pub fn next_back(&self, begun: u16, from: u16) -> Option<u16> {
        let begun = usize::from(begun);
        let left = self.left_traces(place(begun));
        let first = self.steps.len();
        let from = usize::from(from).max(first);
        if self.rollback.is_empty() {
            return (left && from == first).then(|| place(first));
        }
        // Begun at all: its checks before the work change nothing.
        let worked = self.steps.iter().take(begun).any(|step| step.phase != Phase::Pre);
        let due = |undo: &Undo| undo.of.map_or(worked, |of| usize::from(of) < begun);
        (from - first..self.rollback.len())
            .find(|at| self.rollback.get(*at).is_some_and(due))
            .map(|at| place(first + at))
    }

    /// Whether the first `begun` steps of the way forward may have left something behind.
    pub fn left_traces(&self, begun: u16) -> bool {
        !self.nothing_to_undo && self.steps.iter().take(usize::from(begun)).any(Step::leaves_traces)
    }

    /// Whether its work changes something by itself, and its runbook does not say that there is nothing to undo. What people
    /// did, people undo: they are asked when it comes to it. What a called run did is undone there.
    pub(super) fn changes_something(&self) -> bool {
        let by_itself =
            |step: &Step| step.leaves_traces() && !matches!(step.action, Action::Manual(_) | Action::Link(_));
        !self.nothing_to_undo && self.steps.iter().any(by_itself)
    }

    /// Whether all its work lies within the first `done` steps: at a point of no return there is then no way back.
    pub fn is_behind_work(&self, done: u16) -> bool {
        let work = self.steps.iter().rposition(|step| step.phase == Phase::Run);
        usize::from(done) > work.unwrap_or(self.steps.len().saturating_sub(1))
    }
}

fn place(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}
