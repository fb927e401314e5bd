//! Events of a run as lines for people at a terminal.

use engine::base::{Lang, ServiceId, Timestamp, UnitId};
use engine::plan::Plan;
use engine::report::{Names, Weight, phrase, weight};
use engine::run::{Cause, Event, Outcome, State, StepIx, UnitTiming};

/// The line of an event, or nothing for one that tells a person nothing new. `state` is the state after it, `before` the
/// event before it.
pub(super) fn line(plan: &Plan, state: &State, at: Timestamp, event: &Event, before: Option<&Event>) -> Option<String> {
    let said = said(plan, state, at, event, before)?;
    Some(format!("{:>9}  {said}", at.since(state.declared_at()).clock()))
}

fn said(plan: &Plan, state: &State, at: Timestamp, event: &Event, before: Option<&Event>) -> Option<String> {
    match event {
        // With the command that answers, or the numbers that a person at a terminal looks for.
        Event::GateOpened { unit, .. } => Some(format!("{unit}: asks for approval: {}", wanted(plan, unit))),
        Event::ManualOpened { unit, .. } => Some(format!("{unit}: asks for manual work: relight complete RUN {unit}")),
        Event::Decided { unit, branch: None, .. } => {
            Some(format!("{unit}: no branch to take: relight choose RUN {unit} BRANCH"))
        }
        Event::Ready { unit } => Some(format!("{unit}: ready{}", took(plan, state, unit, at))),
        // The line above has told the cause.
        Event::Failed { unit, cause } if is_told(before, cause) => Some(format!("{unit}: failed")),
        // How it went follows from what comes next, and the outcome is a line of its own.
        Event::Finished { outcome: Outcome::Succeeded { .. }, .. }
        | Event::Adopted { .. }
        | Event::Marked { .. }
        | Event::Ended { .. } => None,
        // Every other event in the words that the console and the report have for it.
        other => (weight(other) > Weight::Thread).then(|| phrase(other, &Ids(plan), Lang::En)),
    }
}

/// Whether a unit failed by just what the event before this one has told.
fn is_told(before: Option<&Event>, why: &Cause) -> bool {
    matches!(before, Some(Event::Finished { outcome: Outcome::Failed { cause, .. }, .. }) if cause == why)
}

/// Units by their ids: what the commands of a terminal take.
struct Ids<'a>(&'a Plan);

impl Names for Ids<'_> {
    fn unit(&self, unit: &UnitId, _: Lang) -> String {
        unit.to_string()
    }

    fn step(&self, unit: &UnitId, step: StepIx, lang: Lang) -> String {
        self.0.step(unit, step, lang)
    }

    fn service(&self, service: &ServiceId, _: Lang) -> String {
        service.to_string()
    }

    fn instant(&self, at: Timestamp) -> String {
        self.0.instant(at)
    }
}

fn wanted(plan: &Plan, unit: &UnitId) -> String {
    let gate = plan.find(unit).and_then(|ix| plan.unit(ix).steps.iter().find_map(|step| step.action.gate()));
    gate.map_or_else(String::new, |gate| {
        let roles: Vec<&str> = gate.approvers.iter().map(engine::base::RoleName::as_str).collect();
        format!("{} of {}: relight approve RUN {unit}", gate.quorum, roles.join(", "))
    })
}

fn took(plan: &Plan, state: &State, unit: &UnitId, at: Timestamp) -> String {
    let Some(ix) = plan.find(unit) else {
        return String::new();
    };
    let timing = UnitTiming::of(plan, state, ix, at);
    match (timing.elapsed, timing.target) {
        (Some(took), Some(target)) => format!(" after {} (target {})", took.clock(), target.clock()),
        (Some(took), None) => format!(" after {}", took.clock()),
        (None, _) => String::new(),
    }
}
