//! All that is asked, as one panel.

use askama::Template;
use engine::base::{IdSource, Timestamp};
use engine::executor::View;
use engine::plan::{Action, UnitIx};
use engine::run::{Act, Actor, Delegation, Request, UnitState, permit, second};

use super::controls::Controls;
use super::gate::GateAsk;
use super::manual::ManualAsk;
use super::marks::MarksAsk;
use super::rollback::RollbackAsk;
use super::stuck::StuckAsk;
use crate::extract::SignedIn;
use crate::i18n::Words;
use crate::urls;

/// What every acting form carries.
#[derive(Debug, Clone)]
pub(super) struct Form {
    /// Where it goes.
    pub(super) action: String,
    /// The token of the session.
    pub(super) csrf: String,
}

/// Who looks at what.
pub(super) struct Look<'a> {
    pub(super) w: Words,
    pub(super) view: &'a View,
    pub(super) actor: Actor,
    /// What the person brings in place of others.
    pub(super) delegations: Vec<Delegation>,
    /// Now; in simulated time the run's.
    pub(super) now: Timestamp,
    pub(super) ids: &'a dyn IdSource,
    pub(super) form: Form,
}

impl<'a> Look<'a> {
    fn of(w: Words, view: &'a View, person: &SignedIn, ids: &'a dyn IdSource) -> Self {
        let (body, mode) = (view.plan.body(), view.state.header().mode);
        let org = body.organisation.as_ref();
        let form = Form { action: urls::run_act(view.run), csrf: person.session.csrf.clone() };
        let delegations = person.stands_in.at(org, mode, &body.runbook);
        let last = view.state.last_at();
        let now = if view.state.header().simulation.is_some() { last } else { last.max(person.stands_in.instant()) };
        Self { w, view, actor: person.actor_at(org, Some(mode)), delegations, now, ids, form }
    }
}

impl Look<'_> {
    /// A fresh number for a form: sent twice, it takes effect once.
    pub(super) fn key(&self) -> String {
        self.ids.fresh().to_string()
    }

    /// Whether the person may ask this of the run.
    pub(super) fn may(&self, request: &Request) -> bool {
        permit(&self.actor, Act::Ask(request), false).is_ok()
    }

    /// Whether the person may confirm the declaration of the run as the second one.
    pub(super) fn may_second(&self) -> bool {
        second(&self.actor, &self.view.state.header().requester).is_ok()
    }

    /// Whether time passes by itself between two looks. Simulated time jumps.
    pub(super) fn ticks(&self) -> bool {
        self.view.state.header().simulation.is_none()
    }

    pub(super) fn name(&self, ix: UnitIx) -> String {
        self.w.text(&self.view.plan.unit(ix).title).to_owned()
    }

    pub(super) fn names(&self, units: &[UnitIx]) -> String {
        units.iter().map(|unit| self.name(*unit)).collect::<Vec<_>>().join(" · ")
    }
}

/// The panel. Its template escapes everything that people or runbooks wrote.
#[derive(Debug, Template)]
#[template(path = "asks/panel.html")]
pub struct Asks {
    w: Words,
    gates: Vec<GateAsk>,
    manuals: Vec<ManualAsk>,
    stuck: Vec<StuckAsk>,
    controls: Option<Controls>,
    marks: Option<MarksAsk>,
    rollback: Option<RollbackAsk>,
    open: bool,
}

/// One piece of manual work on a page of its own.
#[derive(Debug, Template)]
#[template(path = "tasks/task.html")]
pub struct Task {
    w: Words,
    ask: ManualAsk,
}

/// One gate on a page of its own.
#[derive(Debug, Template)]
#[template(path = "approvals/gate.html")]
pub struct Approval {
    w: Words,
    ask: GateAsk,
}

impl Approval {
    /// The gate at which a unit waits; `None` where it waits at none. `confirmed` is when the person last showed again who
    /// that is, while that counts.
    pub fn of(
        w: Words,
        view: &View,
        person: &SignedIn,
        ids: &dyn IdSource,
        ix: UnitIx,
        confirmed: Option<Timestamp>,
    ) -> Option<Self> {
        let look = Look::of(w, view, person, ids);
        let run = view.state.unit(ix);
        match (run.state, view.plan.unit(ix).step(run.step).map(|step| &step.action)) {
            (UnitState::AwaitingGate, Some(Action::Gate(gate))) => {
                Some(Self { w, ask: GateAsk::of(&look, ix, gate)?.alone(confirmed) })
            }
            _ => None,
        }
    }

    /// What a vote is bound to.
    pub fn digest(&self) -> &str {
        &self.ask.digest
    }

    /// Whether the person who looks can vote.
    pub const fn is_open(&self) -> bool {
        self.ask.refusal.is_none()
    }
}

impl Task {
    /// The manual work that a unit asks for now; `None` where it asks for none.
    pub fn of(w: Words, view: &View, person: &SignedIn, ids: &dyn IdSource, ix: UnitIx) -> Option<Self> {
        let look = Look::of(w, view, person, ids);
        let run = view.state.unit(ix);
        let step = view.plan.unit(ix).step(run.step);
        match (run.state, step.map(|step| &step.action)) {
            (UnitState::AwaitingManual, Some(Action::Manual(manual))) => {
                let ask = ManualAsk::of(&look, ix, manual)?;
                let next = urls::tasks().to_owned();
                Some(Self { w, ask: ManualAsk { next, alone: true, ..ask } })
            }
            _ => None,
        }
    }
}

impl Asks {
    /// What a run asks of a person now.
    pub fn of(w: Words, view: &View, person: &SignedIn, ids: &dyn IdSource) -> Self {
        let look = Look::of(w, view, person, ids);
        let mut asks = Self {
            w,
            gates: Vec::new(),
            manuals: Vec::new(),
            stuck: Vec::new(),
            controls: Controls::of(&look),
            marks: MarksAsk::of(&look),
            rollback: RollbackAsk::of(&look),
            open: view.state.status().is_open(),
        };
        for ix in view.plan.unit_ixs() {
            let run = view.state.unit(ix);
            let step = view.plan.unit(ix).step(run.step);
            match (run.state, step.map(|step| &step.action)) {
                (UnitState::AwaitingGate, Some(Action::Gate(gate))) => {
                    asks.gates.extend(GateAsk::of(&look, ix, gate));
                }
                (UnitState::AwaitingManual, Some(Action::Manual(manual))) => {
                    asks.manuals.extend(ManualAsk::of(&look, ix, manual));
                }
                (UnitState::Failed | UnitState::Unknown | UnitState::RolledBack, _) => {
                    asks.stuck.push(StuckAsk::of(&look, ix));
                }
                _ => {}
            }
        }
        asks
    }
}
