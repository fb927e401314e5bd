//! Manual work that waits.

use engine::plan::{Manual, UnitIx};
use engine::run::may_complete;

use super::panel::{Form, Look};

/// Manual work and what the person can do about it.
#[derive(Debug)]
pub(super) struct ManualAsk {
    pub(super) form: Form,
    pub(super) key: String,
    pub(super) unit: String,
    pub(super) title: String,
    pub(super) instruction: String,
    pub(super) expected: Option<String>,
    pub(super) copy: Option<String>,
    pub(super) who: String,
    pub(super) evidence: bool,
    pub(super) since: Option<i64>,
    pub(super) may: bool,
}

impl ManualAsk {
    pub(super) fn of(look: &Look<'_>, ix: UnitIx, manual: &Manual) -> Self {
        let w = look.w;
        let run = look.view.state.unit(ix);
        let unit = look.view.plan.unit(ix);
        let roles: Vec<&str> = manual.roles.iter().map(engine::base::RoleName::as_str).collect();
        Self {
            form: look.form.clone(),
            key: look.key(),
            unit: unit.id.to_string(),
            title: look.name(ix),
            instruction: w.text(&manual.instruction).to_owned(),
            expected: manual.expected.as_ref().map(|text| w.text(text).to_owned()),
            copy: manual.copy.clone(),
            who: if roles.is_empty() { "operator · commander".to_owned() } else { roles.join(" · ") },
            evidence: manual.evidence,
            since: run.started_at.or(run.eligible_at).filter(|_| look.ticks()).map(|at| at.0),
            may: may_complete(manual, look.actor),
        }
    }
}
