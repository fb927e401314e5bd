//! The runbooks that steps call: found, compiled as they stand, and put beside the plan that calls them.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::lints::call;
use super::super::{Action, Body, Callee, Plan, UnitIx, linking};
use super::{Context, Places};
use crate::base::{InputName, Millis, RunbookId};
use crate::runbook::{Diagnostics, Findings, Severity, Source, Span, Spanned, Surroundings};

/// Calls within calls, at most.
pub(in super::super) const DEPTH: usize = 8;
/// Runbooks that one leads to, at most. Their plans are frozen with it.
pub(in super::super) const CALLEES: usize = 64;

/// A call as it was written.
#[derive(Debug)]
pub(in super::super) struct WrittenLink {
    /// Whose step it is.
    pub(in super::super) unit: UnitIx,
    /// The runbook.
    pub(in super::super) runbook: Spanned<RunbookId>,
    /// Where each of its inputs is written.
    pub(in super::super) inputs: BTreeMap<InputName, Span>,
}

/// A runbook that was called before in the same compilation.
type Known = Option<(Rc<Plan>, Rc<str>)>;

/// What is being compiled because something calls it.
#[derive(Debug, Default)]
pub(super) struct Chain {
    /// The runbooks on the way from the first one to here.
    above: Vec<RunbookId>,
    known: BTreeMap<RunbookId, Known>,
    /// The circle that was found last.
    circle: Option<Vec<RunbookId>>,
}

/// Why a runbook can not be called.
#[derive(Debug)]
pub(in super::super) enum Uncallable {
    /// No file has its name; there are these.
    Missing(Vec<String>),
    /// Its file can not be read.
    Unreadable(std::io::Error),
    /// Its file is that of another runbook, or of a component.
    Misnamed(String),
    /// It has errors.
    Broken(Source, Diagnostics),
    /// It would be called by itself.
    Circle(Vec<RunbookId>),
    /// Calls within calls within calls.
    Deep,
    /// Too many runbooks.
    Many,
    /// What is wrong with it was said at an earlier call.
    Said,
}

/// Puts the plans of all called runbooks beside a body, and their planned times into the units that wait for them.
pub(super) fn resolve(
    context: Context<'_>,
    body: &mut Body,
    places: &Places,
    around: &Surroundings,
    chain: &mut Chain,
    findings: &mut Findings<'_>,
) {
    chain.above.push(body.runbook.clone());
    let mut plans: BTreeMap<RunbookId, Rc<Plan>> = BTreeMap::new();
    for written in &places.links {
        let (plan, source) = match callee(context, &written.runbook, around, chain) {
            Ok(found) => found,
            Err(why) => {
                call::uncallable(&written.runbook, &why, findings);
                continue;
            }
        };
        for (id, deeper) in &plan.body().callees {
            body.callees.entry(id.clone()).or_insert_with(|| deeper.clone());
        }
        let alone = Body { callees: BTreeMap::new(), ..plan.body().clone() };
        let made = Callee { body: Box::new(alone), source: source.to_string() };
        body.callees.insert(written.runbook.value.clone(), made);
        call::fits(written, body, &plan, findings);
        plans.insert(written.runbook.value.clone(), plan);
    }
    chain.above.pop();
    if body.callees.len() > CALLEES
        && let Some(first) = places.links.first()
    {
        call::uncallable(&first.runbook, &Uncallable::Many, findings);
    }
    budget(body, &plans);
}

/// Calls get the planned time of what they wait for, and a unit that says nothing about its time that of its calls.
fn budget(body: &mut Body, plans: &BTreeMap<RunbookId, Rc<Plan>>) {
    for unit in &mut body.units {
        let steps = unit.steps.iter_mut().chain(unit.rollback.iter_mut().map(|undo| &mut undo.step));
        for step in steps {
            if let Action::Link(link) = &mut step.action {
                link.planned = plans.get(&link.runbook).map_or(Millis::ZERO, |plan| linking::planned(link, plan));
            }
        }
        let waits =
            unit.steps.iter().map(|step| if let Action::Wait(time) = step.action { time } else { Millis::ZERO });
        let called: Millis = unit.links().map(|link| link.planned).sum();
        if unit.target.is_none() && called > Millis::ZERO {
            unit.target = Some(called + waits.sum());
        }
    }
}

fn callee(
    context: Context<'_>,
    id: &RunbookId,
    around: &Surroundings,
    chain: &mut Chain,
) -> Result<(Rc<Plan>, Rc<str>), Uncallable> {
    if let Some(from) = chain.above.iter().position(|above| above == id) {
        let circle: Vec<RunbookId> = chain.above[from..].iter().chain([id]).cloned().collect();
        chain.circle = Some(circle.clone());
        return Err(Uncallable::Circle(circle));
    }
    if let Some(known) = chain.known.get(id) {
        return known.clone().ok_or(Uncallable::Said);
    }
    if chain.above.len() > DEPTH {
        return Err(Uncallable::Deep);
    }
    if chain.known.len() >= CALLEES {
        return Err(Uncallable::Many);
    }
    let found = compiled(context, id, around, chain);
    chain.known.insert(id.clone(), found.as_ref().ok().cloned());
    found
}

fn compiled(
    context: Context<'_>,
    id: &RunbookId,
    around: &Surroundings,
    chain: &mut Chain,
) -> Result<(Rc<Plan>, Rc<str>), Uncallable> {
    let found = around.runbooks.find(id).map_err(Uncallable::Unreadable)?;
    let Some((source, around)) = found else { return Err(Uncallable::Missing(around.runbooks.ids())) };
    chain.circle = None;
    let compiled = context.compile_below(&source, &around, chain);
    match compiled.plan {
        Some(plan) if plan.body().runbook == *id => Ok((Rc::new(plan), source.text().into())),
        Some(plan) => Err(Uncallable::Misnamed(plan.body().runbook.to_string())),
        None => match chain.circle.take() {
            Some(circle) => {
                chain.circle = Some(circle.clone());
                Err(Uncallable::Circle(circle))
            }
            None if compiled.diagnostics.count(Severity::Error) == 0 => Err(Uncallable::Misnamed(String::new())),
            None => Err(Uncallable::Broken(source, compiled.diagnostics)),
        },
    }
}
