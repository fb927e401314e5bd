//! What a message says, in the languages of its channel and marked where it is an exercise.

use std::collections::BTreeMap;

use super::super::Launch;
use super::super::environment::{self, Secrets};
use crate::base::{Lang, Mode, Text};
use crate::plan::Notify;
use crate::run::Cause;

/// Characters of a subject, at most.
const SUBJECT: usize = 200;
/// Bytes of a body, at most.
const BODY: usize = 64 << 10;

/// A message as it goes out.
#[derive(Debug)]
pub(super) struct Letter {
    /// One line.
    pub(super) subject: String,
    pub(super) body: String,
    /// Of this attempt alone: who gets it twice has been told the same twice.
    pub(super) id: String,
    /// What is posted to a webhook, where that was said already; else the form in the inventory is filled.
    pub(super) json: Option<String>,
    /// What names in braces stand for.
    pub(super) values: BTreeMap<String, String>,
}

impl Letter {
    /// In one language, or in both.
    pub(super) fn of(launch: &Launch, notify: &Notify, lang: Option<Lang>) -> Result<Self, Cause> {
        let mut values = always(launch);
        for (name, value) in &notify.values {
            values.insert(name.clone(), environment::value(launch, value, &Secrets::new())?);
        }
        let fill = |text: &Text| text.map(|form| Notify::fill(form, |name| values.get(name).cloned()));
        let (subject, body) = (fill(&notify.subject).map(one_line), fill(&notify.body));
        let (subject, body) = match launch.mode {
            Mode::Real => (subject, body),
            Mode::Mock | Mode::Isolated | Mode::Drill => (marked(&subject), exercise(&body)),
        };
        let mut body = spoken(&body, lang, "\n\n");
        body.truncate(body.floor_char_boundary(BODY));
        Ok(Self {
            subject: spoken(&subject, lang, " / ").chars().take(SUBJECT).collect(),
            body,
            id: format!("{}.{}", launch.run, launch.attempt.0),
            json: None,
            values,
        })
    }

    /// What a name in braces stands for where the message is put into something greater.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        match name {
            "subject" => Some(self.subject.clone()),
            "body" => Some(self.body.clone()),
            "id" => Some(self.id.clone()),
            name => Notify::ALWAYS.contains(&name).then(|| self.values.get(name).cloned()).flatten(),
        }
    }
}

fn always(launch: &Launch) -> BTreeMap<String, String> {
    let plan = launch.plan.body();
    let told = [
        ("mode", launch.mode.keyword().to_owned()),
        ("run", launch.run.to_string()),
        ("runbook", plan.runbook.to_string()),
        ("unit", launch.plan.unit(launch.unit).id.to_string()),
    ];
    told.map(|(name, value)| (name.to_owned(), value)).into()
}

/// What a line break would begin in a header is part of the line instead.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn marked(subject: &Text) -> Text {
    Text::new(format!("[훈련] {}", subject.get(Lang::Ko)), format!("[Drill] {}", subject.get(Lang::En)))
}

fn exercise(body: &Text) -> Text {
    Text::new(
        format!("[훈련] 실제 상황이 아닙니다.\n\n{}", body.get(Lang::Ko)),
        format!("[Drill] This is an exercise.\n\n{}", body.get(Lang::En)),
    )
}

fn spoken(text: &Text, lang: Option<Lang>, joint: &str) -> String {
    let (ko, en) = (text.get(Lang::Ko).trim_end(), text.get(Lang::En).trim_end());
    match lang {
        Some(lang) => text.get(lang).trim_end().to_owned(),
        None if ko == en => ko.to_owned(),
        None => [ko, en].join(joint),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_speaks_both_languages_where_they_differ() {
        let text = Text::new("전환 시작", "Failover begins");
        assert_eq!(spoken(&text, None, " / "), "전환 시작 / Failover begins");
        assert_eq!(spoken(&text, Some(Lang::En), " / "), "Failover begins");
        assert_eq!(spoken(&Text::plain("ok\n"), None, " / "), "ok");
        assert_eq!(spoken(&marked(&text), None, " / "), "[훈련] 전환 시작 / [Drill] Failover begins");
    }

    #[test]
    fn a_subject_stays_one_line() {
        assert_eq!(one_line("a\r\nBcc: x@y\u{0}z"), "a  Bcc: x@y z");
    }
}
