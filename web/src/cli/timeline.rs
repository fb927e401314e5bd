//! Events of a run as lines for people at a terminal.

use engine::base::{Lang, Timestamp, UnitId};
use engine::plan::{Action, Plan};
use engine::run::{Event, Outcome, State, UnitTiming};

const LANG: Lang = Lang::En;

/// The line of an event, or nothing for one that tells a person nothing new. `state` is the state after it.
pub(super) fn line(plan: &Plan, state: &State, at: Timestamp, event: &Event) -> Option<String> {
    let said = said(plan, state, at, event)?;
    Some(format!("{:>9}  {said}", at.since(state.declared_at()).clock()))
}

fn said(plan: &Plan, state: &State, at: Timestamp, event: &Event) -> Option<String> {
    Some(match event {
        Event::Declared(header) => {
            format!("declared by {} in mode {}", header.requester.name, header.mode.keyword())
        }
        Event::Started { unit, step, number, .. } => {
            let tries = if *number > 1 { format!(", attempt {number}") } else { String::new() };
            format!("{unit}: {}{tries}", step_name(plan, unit, *step))
        }
        Event::TimedOut { unit, .. } => format!("{unit}: ran out of its time and is being ended"),
        Event::Finished { unit, outcome, .. } => match outcome {
            Outcome::Succeeded { .. } => return None,
            Outcome::Failed { cause, .. } => format!("{unit}: {}", cause.message.get(LANG)),
            Outcome::Unknown { why, .. } => format!("{unit}: outcome unknown: {}", why.get(LANG)),
        },
        Event::GateOpened { unit, .. } => format!("{unit}: waits for approval: {}", wanted(plan, unit)),
        Event::Voted { unit, vote } => {
            let word = if vote.approve { "approved" } else { "rejected" };
            format!("{unit}: {word} by {} as {}", vote.by.name, vote.role)
        }
        Event::GateOverdue { unit } => format!("{unit}: the gate's time has run out; it stays open"),
        Event::ManualOpened { unit, .. } => format!("{unit}: waits for manual work: relight complete RUN {unit}"),
        Event::ManualClosed { unit, by, .. } => format!("{unit}: manual work answered by {}", by.name),
        Event::StopRequested { unit, by, .. } => format!("{unit}: is being stopped by {}", by.name),
        Event::Ready { unit } => format!("{unit}: ready{}", took(plan, state, unit, at)),
        Event::Failed { unit, cause } => format!("{unit}: FAILED: {}", cause.message.get(LANG)),
        Event::Unknown { unit, why } => format!("{unit}: UNKNOWN: {}", why.get(LANG)),
        Event::Attested { unit, by, evidence } => format!("{unit}: attested by {}: {evidence}", by.name),
        Event::Skipped { unit, reason, .. } => format!("{unit}: skipped: {}", reason.get(LANG)),
        Event::NotSelected { unit, why } => format!("{unit}: not part of this run: {}", why.get(LANG)),
        Event::Reset { unit, by, .. } => format!("{unit}: started again by {}", by.name),
        Event::TargetExceeded { unit } => format!("{unit}: takes longer than its target"),
        Event::RtoExceeded { service: Some(service) } => format!("service {service}: RTO exceeded"),
        Event::RtoExceeded { service: None } => "RTO exceeded".to_owned(),
        Event::Paused { by, reason } => match by {
            Some(by) => format!("paused by {}: {}", by.name, reason.get(LANG)),
            None => format!("paused: {}", reason.get(LANG)),
        },
        Event::Resumed { by } => format!("unpaused by {}", by.name),
        Event::AbortRequested { by, reason } => match by {
            Some(by) => format!("aborted by {}: {}", by.name, reason.get(LANG)),
            None => format!("aborted: {}", reason.get(LANG)),
        },
        Event::Stalled => "nothing can move before a person decides about failed or unknown units".to_owned(),
        Event::Adopted { .. }
        | Event::Marked { .. }
        | Event::Eligible { .. }
        | Event::Late { .. }
        | Event::RetryScheduled { .. }
        | Event::GateDecided { .. }
        | Event::Passed { .. }
        | Event::Requeued { .. }
        | Event::StepDone { .. }
        | Event::Cancelled { .. }
        | Event::Rewound { .. }
        | Event::Ended { .. }
        | Event::Obeyed { .. } => return None,
    })
}

fn step_name(plan: &Plan, unit: &UnitId, step: u16) -> String {
    let step = plan.find(unit).and_then(|ix| plan.unit(ix).steps.get(usize::from(step)));
    step.map_or_else(|| "a step".to_owned(), |step| step.title.get(LANG).to_owned())
}

fn wanted(plan: &Plan, unit: &UnitId) -> String {
    let gate = plan.find(unit).and_then(|ix| {
        plan.unit(ix).steps.iter().find_map(|step| match &step.action {
            Action::Gate(gate) => Some(gate),
            Action::Command(_)
            | Action::Http(_)
            | Action::Tcp(_)
            | Action::Check(_)
            | Action::Wait(_)
            | Action::Mark(_)
            | Action::Manual(_) => None,
        })
    });
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
