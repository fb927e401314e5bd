//! The words of messages, one form for each kind of channel.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Way, mark};
use crate::base::{Bilingual, Lang, Mode, Text};
use crate::plan::Notify;

/// Characters of a subject, at most.
const SUBJECT: usize = 200;
/// Bytes of a body, at most.
const BODY: usize = 64 << 10;
/// Bytes of a template, at most.
const LONGEST: usize = 16 << 10;

/// What `{name}` may stand for in subject and body.
const VARIABLES: [&str; 15] = [
    "acknowledge",
    "act",
    "at",
    "case",
    "detail",
    "event",
    "headline",
    "id",
    "link",
    "mode",
    "name",
    "run",
    "runbook",
    "stead",
    "unit",
];
/// What it may stand for in a webhook's JSON beside these.
const POSTED: [&str; 4] = ["body", "mark", "subject", "to"];

/// The words of messages over one kind of channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// The kind of channel.
    pub way: Way,
    /// One line.
    pub subject: Text,
    /// The message.
    pub body: Text,
    /// What is posted to a webhook; the form that the inventory gives to it where absent.
    pub json: Option<String>,
}

/// What names stand for, in both languages.
pub type Values = BTreeMap<&'static str, Text>;

/// A message as it goes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// One line, marked as exercise or real.
    pub subject: String,
    /// What it says, marked too.
    pub body: String,
    /// What is posted to a webhook.
    pub json: Option<String>,
}

/// Why a template can not be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateFault {
    /// A name that stands for nothing.
    #[error("{{{0}}} stands for nothing; there are {known}", known = known())]
    Unknown(String),
    /// Nothing is said.
    #[error("a message needs a subject and a body in both languages")]
    Blank,
    /// Too long.
    #[error("a template has at most {LONGEST} bytes")]
    TooLong,
    /// Not JSON.
    #[error("what is posted is no JSON: {0}")]
    Json(String),
}

fn known() -> String {
    VARIABLES.map(|name| format!("{{{name}}}")).join(" ")
}

impl Bilingual for TemplateFault {
    fn ko(&self) -> String {
        match self {
            Self::Unknown(name) => format!("{{{name}}}에 해당하는 값이 없습니다. 쓸 수 있는 이름: {}", known()),
            Self::Blank => "제목과 본문을 두 언어로 적으십시오".to_owned(),
            Self::TooLong => format!("서식은 {LONGEST}바이트까지입니다"),
            Self::Json(why) => format!("보낼 내용이 JSON이 아닙니다: {why}"),
        }
    }
}

impl Template {
    /// What keeps it from being kept, if anything does. Whatever passes can always be filled.
    pub fn fault(&self) -> Option<TemplateFault> {
        let forms = Lang::ALL.map(|lang| [self.subject.get(lang), self.body.get(lang)]);
        if forms.iter().flatten().any(|form| form.trim().is_empty()) {
            return Some(TemplateFault::Blank);
        }
        let all = forms.iter().flatten().copied().chain(self.json.as_deref());
        if all.map(str::len).sum::<usize>() > LONGEST {
            return Some(TemplateFault::TooLong);
        }
        let unknown = |text: &str, further: &[&str]| {
            let known = |name: &str| VARIABLES.contains(&name) || further.contains(&name);
            Notify::names(text).find(|name| !known(name)).map(|name| TemplateFault::Unknown(name.to_owned()))
        };
        let spoken = forms.iter().flatten().find_map(|form| unknown(form, &[]));
        let posted = || match serde_json::from_str::<Value>(self.json.as_ref()?) {
            Ok(_) => unknown(self.json.as_ref()?, &POSTED),
            Err(why) => Some(TemplateFault::Json(why.to_string())),
        };
        spoken.or_else(posted)
    }

    /// The message in one language, or in both.
    pub fn fill(&self, mode: Mode, values: &Values, to: &str, lang: Option<Lang>) -> Message {
        let spoken = |text: &Text, joint: &str| {
            let form = |lang: Lang| {
                let filled = Notify::fill(text.get(lang), |name| value(values, name, lang));
                format!("{} {}", mark(mode).get(lang), filled.trim())
            };
            match lang {
                Some(lang) => form(lang),
                None => [form(Lang::Ko), form(Lang::En)].join(joint),
            }
        };
        let subject = spoken(&self.subject, " / ");
        let subject: String = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).take(SUBJECT).collect();
        let mut body = spoken(&self.body, "\n\n");
        body.truncate(body.floor_char_boundary(BODY));
        let (told, marked) = (lang.unwrap_or_default(), mark(mode));
        let posted = |name: &str| match name {
            "subject" => Some(subject.clone()),
            "body" => Some(body.clone()),
            "to" => Some(to.to_owned()),
            "mark" => Some(marked.get(told).to_owned()),
            name => value(values, name, told),
        };
        let json = self.json.as_ref().and_then(|json| serde_json::from_str(json).ok());
        let json = json.map(|json| fill(json, &posted).to_string());
        Message { subject, body, json }
    }
}

/// What a name stands for; nothing where it is known and has no value here, as the unit of what is about none.
fn value(values: &Values, name: &str, lang: Lang) -> Option<String> {
    let known = VARIABLES.contains(&name);
    known.then(|| values.get(name).map_or(String::new(), |text| text.get(lang).to_owned()))
}

/// Names are replaced in texts alone, so that no value becomes a part of the structure.
fn fill(json: Value, value: &impl Fn(&str) -> Option<String>) -> Value {
    match json {
        Value::String(text) => Value::String(Notify::fill(&text, value)),
        Value::Array(items) => items.into_iter().map(|item| fill(item, value)).collect(),
        Value::Object(map) => map.into_iter().map(|(key, item)| (key, fill(item, value))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => json,
    }
}

#[cfg(test)]
mod tests {
    use super::super::templates;
    use super::*;

    fn template(subject: &str, body: &str, json: Option<&str>) -> Template {
        Template {
            way: Way::Sms,
            subject: Text::plain(subject),
            body: Text::plain(body),
            json: json.map(str::to_owned),
        }
    }

    #[test]
    fn a_name_that_stands_for_nothing_is_refused_where_it_is_written() {
        assert_eq!(template("{headline}", "{detail}", None).fault(), None);
        let misspelt = template("{headlin}", "x", None).fault();
        assert_eq!(misspelt, Some(TemplateFault::Unknown("headlin".to_owned())));
        assert_eq!(template("x", "{to}", None).fault(), Some(TemplateFault::Unknown("to".to_owned())));
        assert_eq!(template("x", "y", Some(r#"{"to": "{to}"}"#)).fault(), None);
        assert!(matches!(template("x", "y", Some("{to}")).fault(), Some(TemplateFault::Json(_))));
        assert_eq!(template("x", " ", None).fault(), Some(TemplateFault::Blank));
        for shipped in templates() {
            assert_eq!(shipped.fault(), None, "{shipped:?}");
        }
    }

    #[test]
    fn every_message_is_marked_in_each_of_its_languages() {
        let values: Values = [("headline", Text::new("재해", "disaster"))].into();
        let message = |mode, lang| template("{headline}", "{headline}.", None).fill(mode, &values, "", lang);
        let both = message(Mode::Drill, None);
        assert_eq!(both.subject, "[훈련] 재해 / [DRILL] disaster");
        assert_eq!(both.body, "[훈련] 재해.\n\n[DRILL] disaster.");
        assert_eq!(message(Mode::Real, Some(Lang::En)).body, "[REAL] disaster.");
    }

    #[test]
    fn no_value_breaks_out_of_the_line_or_of_the_json() {
        let values: Values = [("headline", Text::plain("a\r\nBcc: x@y\", \"admin\": \"{to}"))].into();
        let json = Some(r#"{"text": "{subject}", "to": "{to}", "n": [1, "{mark}"]}"#);
        let message = template("{headline}", "{headline}", json).fill(Mode::Real, &values, "010", Some(Lang::En));
        assert!(!message.subject.contains(['\r', '\n']), "{message:?}");
        let posted: Value = serde_json::from_str(&message.json.unwrap()).unwrap();
        assert_eq!(posted["text"], message.subject.as_str());
        assert_eq!(posted["to"], "010");
        assert_eq!(posted["n"], serde_json::json!([1, "[REAL]"]));
        assert!(posted.get("admin").is_none());
    }
}
