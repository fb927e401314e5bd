//! A unit that failed, of which nobody can say whether its work was done, or that was rolled back.

use engine::plan::UnitIx;
use engine::run::{HOLDS, Request, UnitState};

use super::panel::{Form, Look};
use crate::pages::Tag;
use crate::urls;

/// A stuck unit and the ways onward.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of the template")]
pub(super) struct StuckAsk {
    pub(super) form: Form,
    pub(super) keys: [String; 6],
    pub(super) unit: String,
    pub(super) title: String,
    pub(super) href: String,
    pub(super) state: Tag,
    pub(super) unknown: bool,
    /// A step of its way back is at stake, not one of its way forward.
    pub(super) undoing: bool,
    pub(super) undone: bool,
    pub(super) step: String,
    pub(super) cause: String,
    pub(super) downstream: usize,
    pub(super) services: String,
    pub(super) no_return: bool,
    /// The person may bring it to its end.
    pub(super) may: bool,
    /// The person may also go on without it, or choose for it.
    pub(super) may_leave: bool,
    /// What is to be chosen.
    pub(super) choose_what: String,
    /// What may be chosen where conditions could not decide: name and words on the button.
    pub(super) branches: Vec<(String, String)>,
    /// Its work is to decide: there is nothing to vouch for.
    pub(super) decides: bool,
}

impl StuckAsk {
    pub(super) fn of(look: &Look<'_>, ix: UnitIx) -> Self {
        let (w, plan) = (look.w, &look.view.plan);
        let (unit, run) = (plan.unit(ix), look.view.state.unit(ix));
        let step = unit.step(run.step).map(|step| w.text(&step.title).to_owned());
        let undone = run.state == UnitState::RolledBack;
        let why_undone = run.said.as_ref().map(|(_, reason)| reason).filter(|_| undone);
        let cause = run.cause.as_ref().map(|cause| &cause.message).or(why_undone);
        let undecided = run.decided.as_ref().is_none_or(|decided| decided.branch.is_none());
        let unjudged = run.judged.as_ref().is_some_and(|judged| judged.holds.is_none());
        let branches = if unjudged {
            vec![(HOLDS.to_owned(), w.t("choose-holds"))]
        } else {
            let all = unit.decision().filter(|_| undecided).into_iter().flat_map(|decision| &decision.branches);
            all.map(|branch| (branch.name.to_string(), w.with("choose-branch", "branch", w.text(&branch.title))))
                .collect()
        };
        let services = plan.body().services.iter().filter(|service| service.needs.contains(&ix));
        Self {
            form: look.form.clone(),
            keys: std::array::from_fn(|_| look.key()),
            unit: unit.id.to_string(),
            title: look.name(ix),
            href: urls::run_unit(look.view.run, &unit.id),
            state: Tag::unit(w, run.state),
            unknown: run.state == UnitState::Unknown,
            undoing: run.is_going_back(),
            undone,
            step: step.filter(|_| !undone).unwrap_or_default(),
            cause: cause.map_or_else(String::new, |cause| w.text(cause).to_owned()),
            downstream: plan.graph().downstream(ix).len(),
            services: services.map(|service| w.text(&service.title)).collect::<Vec<_>>().join(", "),
            no_return: unit.point_of_no_return,
            may: look.may(&Request::RetryUnit { unit: unit.id.clone() }),
            may_leave: look.may(&Request::Skip { unit: unit.id.clone(), reason: String::new() }),
            choose_what: if unjudged { w.t("choose-holds-what") } else { w.t("choose-what") },
            branches,
            decides: unit.decision().is_some(),
        }
    }
}
