//! What can be rolled back: the whole run, a stage, a unit.

use engine::plan::UnitIx;
use engine::run::{Request, Scope, UnitState};

use super::panel::{Form, Look};

/// The choices of the form, each with the value that [`super::super::handlers::runs::act`] reads back and its name.
#[derive(Debug)]
pub(super) struct RollbackAsk {
    pub(super) form: Form,
    pub(super) key: String,
    pub(super) choices: Vec<(String, String)>,
}

impl RollbackAsk {
    /// `None` while nothing was begun that could be undone.
    pub(super) fn of(look: &Look<'_>) -> Option<Self> {
        let (w, plan) = (look.w, &look.view.plan);
        let begun = |ix: UnitIx| {
            let run = look.view.state.unit(ix);
            !run.is_going_back() && can_be_undone(run.state)
        };
        let mut choices = Vec::new();
        let whole = Request::Rollback { scope: Scope::Run, downstream: true, reason: String::new() };
        if look.may(&whole) && plan.unit_ixs().any(begun) {
            choices.push(("run".to_owned(), w.t("rollback-run")));
        }
        // What may be asked of one stage or unit may be asked of each.
        let part = plan.body().stages.first().map(|stage| Scope::Stage { stage: stage.id.clone() });
        let part = part.map(|scope| Request::Rollback { scope, downstream: true, reason: String::new() });
        let parts = part.is_some_and(|part| look.may(&part));
        if parts && plan.body().stages.len() > 1 {
            let stages = plan.body().stages.iter().filter(|stage| stage.unit_ixs().any(begun));
            choices.extend(
                stages.map(|stage| {
                    (format!("stage:{}", stage.id), w.with("rollback-stage", "stage", w.text(&stage.title)))
                }),
            );
        }
        let units = plan.unit_ixs().filter(|ix| parts && begun(*ix));
        choices.extend(
            units.map(|ix| (format!("unit:{}", plan.unit(ix).id), w.with("rollback-unit", "unit", look.name(ix)))),
        );
        (!choices.is_empty()).then(|| Self { form: look.form.clone(), key: look.key(), choices })
    }
}

/// Whether a unit in this state may have done something.
const fn can_be_undone(state: UnitState) -> bool {
    match state {
        UnitState::Running
        | UnitState::Verifying
        | UnitState::RetryWait
        | UnitState::AwaitingManual
        | UnitState::Ready
        | UnitState::Attested
        | UnitState::Failed
        | UnitState::Unknown => true,
        UnitState::Pending
        | UnitState::Queued
        | UnitState::AwaitingGate
        | UnitState::Skipped
        | UnitState::NotSelected
        | UnitState::Cancelled
        | UnitState::AwaitingRollback
        | UnitState::RollingBack
        | UnitState::RolledBack => false,
    }
}
