//! What is part of a run and what is not: conditions, decisions, modes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Actor, State, UnitRun, UnitState};
use crate::base::{BranchName, Text, Timestamp, UnitId};
use crate::plan::{InputKind, Name, Plan, Sway, UnitIx, Value};

/// What a person chooses who lets a unit run whose condition nobody can judge.
pub const HOLDS: &str = "holds";

/// The values that a condition looked at, by their names; `None` for a name that had none.
pub type Saw = BTreeMap<String, Option<String>>;

/// How the condition of a unit was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// When.
    pub at: Timestamp,
    /// Whether it held; `None` when that could not be told.
    pub holds: Option<bool>,
    /// Who said so; `None` when the condition itself did.
    pub by: Option<Actor>,
    /// Why, in that person's words.
    pub reason: String,
    /// What it saw.
    pub saw: Saw,
}

/// How a decision was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// When.
    pub at: Timestamp,
    /// The branch that was taken; `None` when there was none to take.
    pub branch: Option<BranchName>,
    /// Who chose it; `None` when its condition did.
    pub by: Option<Actor>,
    /// Why, in that person's words.
    pub reason: String,
    /// What the conditions saw.
    pub saw: Saw,
}

/// Why a unit is no part of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Unselected {
    /// The runbook leaves it out in the mode of the run.
    Mode,
    /// Its condition does not hold.
    Condition,
    /// No branch that was taken names it.
    Branch {
        /// The decisions that could have.
        deciders: Vec<UnitId>,
    },
    /// It is for the other answer of a gate.
    Vote {
        /// The unit of the gate.
        gate: UnitId,
        /// Whether the gate was approved.
        approved: bool,
    },
}

impl Unselected {
    /// In words.
    pub fn text(&self) -> Text {
        match self {
            Self::Mode => Text::new("이 모드에서는 실행하지 않음", "left out in this mode"),
            Self::Condition => Text::new("조건이 성립하지 않음", "its condition does not hold"),
            Self::Branch { deciders } => {
                let by = deciders.iter().map(UnitId::as_str).collect::<Vec<_>>().join(", ");
                Text::new(format!("{by}에서 선택되지 않음"), format!("not chosen by {by}"))
            }
            Self::Vote { gate, approved: true } => Text::new(
                format!("{gate} 승인됨: 반려될 때만 실행"),
                format!("for a rejection of {gate}, which was approved"),
            ),
            Self::Vote { gate, approved: false } => Text::new(
                format!("{gate} 반려됨: 승인될 때만 실행"),
                format!("for an approval of {gate}, which was rejected"),
            ),
        }
    }
}

impl State {
    /// What the run knows under a name at this moment.
    pub(super) fn known(&self, plan: &Plan, name: &Name) -> Option<Value> {
        match name {
            Name::Mode => Some(Value::text(self.header.mode.keyword())),
            Name::Input(input) => {
                let text = self.header.inputs.get(input)?.as_deref()?;
                let kind = plan.body().inputs.iter().find(|known| known.name == *input).map(|known| &known.kind)?;
                match kind {
                    InputKind::Bool => Some(Value::Bool(text == "true")),
                    InputKind::Text | InputKind::Enum(_) | InputKind::Datetime => Some(Value::text(text)),
                    InputKind::Secret => None,
                }
            }
            Name::UnitState(unit) => Some(Value::text(self.unit(plan.find(unit)?).state.keyword())),
            Name::Output(unit, output) => {
                self.unit(plan.find(unit)?).outputs.get(output).map(|said| Value::text(said.as_str()))
            }
            Name::ServiceReady(service) => {
                let service = plan.body().services.iter().find(|known| known.id == *service)?;
                let ready = |unit: &UnitIx| matches!(self.unit(*unit).state, UnitState::Ready | UnitState::Attested);
                Some(Value::Bool(service.needs.iter().all(ready)))
            }
        }
    }

    /// Why a unit is no part of the run, as far as mode and decisions have settled that; what its own condition says of it
    /// comes after that.
    pub(super) fn unselected(&self, plan: &Plan, ix: UnitIx) -> Option<Unselected> {
        if !plan.unit(ix).runs_in(self.header.mode) {
            return Some(Unselected::Mode);
        }
        if let Some(sway) = plan.selection().sways(ix).iter().find(|sway| self.is_swayed_out(**sway)) {
            let gate = plan.unit(sway.gate).id.clone();
            return Some(Unselected::Vote { gate, approved: sway.rejected });
        }
        let deciders = plan.selection().deciders(ix);
        let out = !deciders.is_empty() && deciders.iter().all(|decider| self.passes_over(plan, *decider, ix));
        out.then(|| Unselected::Branch {
            deciders: deciders.iter().map(|decider| plan.unit(*decider).id.clone()).collect(),
        })
    }

    /// Whether a gate got another answer than the one that a unit is for.
    fn is_swayed_out(&self, sway: Sway) -> bool {
        let run = self.unit(sway.gate);
        run.state.satisfies() && run.was_rejected() != sway.rejected
    }

    /// Whether a decision is settled and nothing of what it chose is this unit.
    fn passes_over(&self, plan: &Plan, decider: UnitIx, unit: UnitIx) -> bool {
        let run = self.unit(decider);
        if !run.state.satisfies() {
            return false;
        }
        let branch = run.decided.as_ref().and_then(|decided| decided.branch.as_ref());
        let taken = branch.and_then(|branch| plan.unit(decider).decision()?.branch(branch));
        taken.is_none_or(|taken| taken.select.binary_search(&unit).is_err())
    }
}

impl UnitRun {
    /// Whether its last gate was rejected and the run goes on with what the gate names for that.
    pub fn was_rejected(&self) -> bool {
        self.state == UnitState::Skipped && self.gate.as_ref().is_some_and(|gate| gate.decided == Some(false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_conditions_may_see_of_a_unit_is_what_lets_others_go_on() {
        let settled: Vec<_> =
            UnitState::ALL.into_iter().filter(|state| state.satisfies()).map(UnitState::keyword).collect();
        assert_eq!(settled, crate::plan::SETTLED);
    }
}
