//! Events as sentences. One place for run page, unit page and timeline.

use engine::base::UnitId;
use engine::plan::Plan;
use engine::run::{Actor, End, Event, ManualResult, Outcome, Purpose};
use fluent_bundle::FluentArgs;

use crate::i18n::Words;

/// The sentence of an event; `None` for those that only bind others together.
pub fn tell(w: Words, plan: &Plan, event: &Event) -> Option<String> {
    let told = Teller { w, plan, args: FluentArgs::new() };
    match event {
        Event::Declared(header) => Some(
            told.arg("by", header.requester.name.as_str())
                .arg("mode", w.mode(header.mode))
                .arg("reason", header.reason.as_str())
                .say("event-declared"),
        ),
        Event::Adopted { engine, .. } => Some(told.arg("engine", engine.as_str()).say("event-adopted")),
        Event::Marked { mark, value, by, .. } => {
            Some(told.by(by.as_ref()).arg("mark", w.mark(*mark)).arg("at", w.time(*value)).say("event-marked"))
        }
        Event::Started { unit, step, number, purpose, .. } => {
            let key = match purpose {
                Purpose::Act if *number > 1 => "event-started-again",
                Purpose::Act => "event-started",
                Purpose::Probe => "event-probed",
            };
            Some(told.step(unit, *step).arg("number", number.to_string()).say(key))
        }
        Event::TimedOut { unit, .. } => Some(told.unit(unit).say("event-timed-out")),
        Event::Finished { unit, outcome, .. } => {
            let (key, text) = match outcome {
                Outcome::Succeeded { seen } => ("event-succeeded", w.text(&seen.summary)),
                Outcome::Failed { cause, .. } => ("event-attempt-failed", w.text(&cause.message)),
                Outcome::Unknown { why, .. } => ("event-attempt-unknown", w.text(why)),
            };
            Some(told.unit(unit).arg("text", text).say(key))
        }
        Event::Late { unit, .. } => Some(told.unit(unit).say("event-late")),
        Event::RetryScheduled { unit, due, .. } => Some(told.unit(unit).arg("at", w.time(*due)).say("event-retry")),
        Event::GateOpened { unit, .. } => Some(told.unit(unit).say("event-gate-opened")),
        Event::Voted { unit, vote } => {
            let key = if vote.approve { "event-approved" } else { "event-rejected" };
            let told = told.unit(unit).arg("by", vote.by.name.as_str()).arg("role", vote.role.as_str());
            Some(told.arg("text", comment(&vote.comment)).say(key))
        }
        Event::GateOverdue { unit } => Some(told.unit(unit).say("event-gate-overdue")),
        Event::GateDecided { unit, approved } => {
            Some(told.unit(unit).say(if *approved { "event-gate-approved" } else { "event-gate-rejected" }))
        }
        Event::ManualOpened { unit, .. } => Some(told.unit(unit).say("event-manual-opened")),
        Event::ManualClosed { unit, by, result, evidence } => {
            let key = match result {
                ManualResult::Done => "event-manual-done",
                ManualResult::Failed => "event-manual-failed",
                ManualResult::NotApplicable => "event-manual-na",
            };
            Some(told.unit(unit).by(Some(by)).arg("text", comment(evidence)).say(key))
        }
        Event::StopRequested { unit, by, reason, .. } => {
            Some(told.unit(unit).by(Some(by)).arg("text", reason.as_str()).say("event-stop"))
        }
        Event::Ready { unit } => Some(told.unit(unit).say("event-ready")),
        Event::Failed { unit, cause } => Some(told.unit(unit).arg("text", w.text(&cause.message)).say("event-failed")),
        Event::Unknown { unit, why } => Some(told.unit(unit).arg("text", w.text(why)).say("event-unknown")),
        Event::Attested { unit, by, evidence } => {
            Some(told.unit(unit).by(Some(by)).arg("text", evidence.as_str()).say("event-attested"))
        }
        Event::Skipped { unit, by, reason } => {
            Some(told.unit(unit).by(by.as_ref()).arg("text", w.text(reason)).say("event-skipped"))
        }
        Event::NotSelected { unit, why } => Some(told.unit(unit).arg("text", w.text(why)).say("event-not-selected")),
        Event::Cancelled { unit } => Some(told.unit(unit).say("event-cancelled")),
        Event::Reset { unit, by, reason, .. } => {
            Some(told.unit(unit).by(Some(by)).arg("text", comment(w.text(reason))).say("event-reset"))
        }
        Event::TargetExceeded { unit } => Some(told.unit(unit).say("event-target-exceeded")),
        Event::RtoExceeded { service: None } => Some(told.say("event-rto-exceeded")),
        Event::RtoExceeded { service: Some(service) } => {
            let known = plan.body().services.iter().find(|known| known.id == *service);
            let name = known.map_or_else(|| service.to_string(), |known| w.text(&known.title).to_owned());
            Some(told.arg("service", name).say("event-service-exceeded"))
        }
        Event::Paused { by, reason } => Some(told.by(by.as_ref()).arg("text", w.text(reason)).say("event-paused")),
        Event::Resumed { by } => Some(told.by(Some(by)).say("event-resumed")),
        Event::AbortRequested { by, reason } => {
            Some(told.by(by.as_ref()).arg("text", w.text(reason)).say("event-abort"))
        }
        Event::Stalled => Some(told.say("event-stalled")),
        Event::Ended { end: End::Completed } => Some(told.say("event-completed")),
        Event::Ended { end: End::Aborted } => Some(told.say("event-aborted")),
        Event::Eligible { .. }
        | Event::Passed { .. }
        | Event::Requeued { .. }
        | Event::StepDone { .. }
        | Event::Rewound { .. }
        | Event::Obeyed { .. } => None,
    }
}

/// A text said with something, behind a dash; nothing where nothing was said.
fn comment(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" — {text}") }
}

struct Teller<'a> {
    w: Words,
    plan: &'a Plan,
    args: FluentArgs<'a>,
}

impl Teller<'_> {
    fn arg(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.set(name, value.into());
        self
    }

    fn by(self, by: Option<&Actor>) -> Self {
        let name = by.map_or_else(|| self.w.t("event-by-runbook"), |by| by.name.to_string());
        self.arg("by", name)
    }

    fn unit(self, id: &UnitId) -> Self {
        let name =
            self.plan.find(id).map_or_else(|| id.to_string(), |ix| self.w.text(&self.plan.unit(ix).title).to_owned());
        self.arg("unit", name)
    }

    fn step(self, unit: &UnitId, step: u16) -> Self {
        let found = self.plan.find(unit).and_then(|ix| self.plan.unit(ix).steps.get(usize::from(step)));
        let title = found.map_or_else(String::new, |step| self.w.text(&step.title).to_owned());
        self.unit(unit).arg("step", title)
    }

    fn say(self, key: &str) -> String {
        self.w.with_all(key, &self.args)
    }
}

#[cfg(test)]
mod tests {
    use engine::base::Lang;

    use super::*;

    #[test]
    fn every_sentence_exists_in_both_languages() {
        let source = include_str!("told.rs");
        let keys = source.split("\"event-").skip(1).filter_map(|rest| rest.split_once('"')).map(|(key, _)| key);
        for key in keys.filter(|key| !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '-')) {
            for lang in Lang::ALL {
                let key = format!("event-{key}");
                assert_ne!(Words(lang).t(&key), key);
            }
        }
    }
}
