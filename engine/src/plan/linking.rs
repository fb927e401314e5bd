//! The plans of the runbooks that steps call, frozen together with the plan that calls them.
//!
//! A call means the runbook as it stands when the caller is compiled. So its plan becomes a part of the caller's, covered by
//! the same digest: what is edited after the declaration reaches no run of the tree.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Action, Body, Graph, Link, LinkWait, MarkKind, Node, Plan, Schedule, Step, Unit};
use crate::base::{Millis, Mode, OrgId, RunbookId};

/// A runbook that is called, as it was when the caller was compiled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callee {
    /// Its plan, without what it calls itself: that stands beside it.
    pub(super) body: Box<Body>,
    /// The YAML it was compiled from.
    pub source: String,
}

impl Callee {
    /// What its runbook says.
    pub const fn body(&self) -> &Body {
        &self.body
    }
}

impl Plan {
    /// A runbook that its steps call, as a plan of its own. `None` for one that they do not.
    pub fn callee(&self, runbook: &RunbookId) -> Option<(Self, &str)> {
        let callee = self.body().callees.get(runbook)?;
        let mut body = (*callee.body).clone();
        body.callees = closure(&body, &self.body().callees);
        let graph = Graph::of(&body)?;
        let schedule = Schedule::of(&body, &graph);
        Some((Self::complete(body, graph, schedule).ok()?, &callee.source))
    }

    /// The organisation of a runbook that its steps call; `None` is the top of the tree.
    pub fn organisation_of(&self, runbook: &RunbookId) -> Option<&OrgId> {
        self.body().callees.get(runbook)?.body.organisation.as_ref()
    }

    /// Whether a step asks people for their consent: a gate, or a call that waits for a runbook with gates, its own calls
    /// included. What such a call only plays, or does not wait for, it does not ask about.
    pub fn asks_consent(&self, step: &Step) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![step];
        while let Some(step) = open.pop() {
            if step.action.gate().is_some() {
                return true;
            }
            let waited_for = step.action.link().filter(|link| !link.mock && link.wait != LinkWait::None);
            if let Some(link) = waited_for.filter(|link| seen.insert(&link.runbook)) {
                let callee = self.body().callees.get(&link.runbook);
                open.extend(callee.into_iter().flat_map(|it| &it.body.units).flat_map(|unit| &unit.steps));
            }
        }
        false
    }

    /// All runbooks that a run in a mode leads to, itself left out, with the modes that they would be run in.
    pub fn led_to(&self, mode: Mode) -> BTreeSet<(&RunbookId, Mode)> {
        let mut found = BTreeSet::new();
        let mut open = vec![(self.body(), mode)];
        while let Some((body, mode)) = open.pop() {
            for link in links(body) {
                let mode = if link.mock { Mode::Mock } else { mode };
                let callee = self.body().callees.get(&link.runbook);
                if let Some(callee) = callee.filter(|_| found.insert((&link.runbook, mode))) {
                    open.push((&callee.body, mode));
                }
            }
        }
        found
    }
}

impl Unit {
    /// The calls of its way forward, in order.
    pub fn links(&self) -> impl Iterator<Item = &Link> {
        self.steps.iter().filter_map(|step| step.action.link())
    }
}

/// The calls that a body makes, those of the way back too.
pub(super) fn links(body: &Body) -> impl Iterator<Item = &Link> {
    let back = |unit: &'_ Unit| unit.rollback.len();
    let forward = body.units.iter().flat_map(Unit::links);
    let undoing = body.units.iter().filter(move |unit| back(unit) > 0).flat_map(|unit| &unit.rollback);
    forward.chain(undoing.filter_map(|undo| undo.step.action.link()))
}

/// Of all that is called somewhere, what one body leads to.
fn closure(body: &Body, all: &BTreeMap<RunbookId, Callee>) -> BTreeMap<RunbookId, Callee> {
    let mut found = BTreeMap::new();
    let mut open: Vec<&RunbookId> = links(body).map(|link| &link.runbook).collect();
    while let Some(id) = open.pop() {
        if let Some(callee) = all.get(id).filter(|_| !found.contains_key(id)) {
            found.insert(id.clone(), callee.clone());
            open.extend(links(&callee.body).map(|link| &link.runbook));
        }
    }
    found
}

/// How long a call keeps its unit by the plan of what it calls: until all is ready that counts for its recovery, preparations
/// before that included, since the caller waits for them too.
pub(super) fn planned(link: &Link, plan: &Plan) -> Millis {
    let finish = finish(plan);
    let counted = plan.unit_ixs().filter(|ix| !plan.unit(*ix).rto_exclude).map(|ix| finish[ix.at()]);
    let whole = counted.max().unwrap_or_default();
    match link.wait {
        LinkWait::None => Millis::ZERO,
        LinkWait::Ready => whole,
        LinkWait::Verified => {
            let reached = plan.unit_ixs().filter_map(|ix| {
                let unit = plan.unit(ix);
                let at = unit.steps.iter().position(|step| matches!(step.action, Action::Mark(MarkKind::Verified)))?;
                let first = unit.steps.iter().take(at).all(|step| matches!(step.action, Action::Mark(_)));
                let own = if first { unit.target.unwrap_or_default() } else { Millis::ZERO };
                Some(finish[ix.at()].saturating_sub(own))
            });
            reached.max().unwrap_or(whole)
        }
    }
}

/// When each node of a plan is done at the earliest, every unit with its whole target.
fn finish(plan: &Plan) -> Vec<Millis> {
    let graph = plan.graph();
    let mut finish = vec![Millis::ZERO; graph.len()];
    for &at in graph.order() {
        let start = graph.predecessors(at).iter().map(|before| finish[before.at()]).max().unwrap_or_default();
        let own = match graph.node(at) {
            Node::Unit(unit) => plan.unit(unit).target.unwrap_or_default(),
            Node::Barrier(_) => Millis::ZERO,
        };
        finish[at.at()] = start + own;
    }
    finish
}
