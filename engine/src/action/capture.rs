//! Values out of what a step said, for the steps of later units.

use std::collections::BTreeMap;

use super::mask::Masker;
use crate::base::{Lang, OutputName, Text};
use crate::plan::{Capture, Output};

/// Longest value, in bytes. What is longer is not cut: a part of a value is another value.
pub(super) const LONGEST: usize = 4 << 10;

/// Takes values as they come.
#[derive(Debug, Default)]
pub(super) struct Capturing {
    wanted: Vec<Output>,
    values: BTreeMap<OutputName, String>,
    missed: Vec<OutputName>,
}

/// What a step said when it had done its work.
#[derive(Debug)]
pub(super) struct Said<'s> {
    /// Standard output, or the body of an answer.
    pub(super) text: &'s str,
    /// Whether that is all of it.
    pub(super) whole: bool,
    /// Exit code, or status.
    pub(super) code: i64,
}

impl Capturing {
    /// For these outputs.
    pub(super) fn new(wanted: &[Output]) -> Self {
        Self { wanted: wanted.to_vec(), ..Self::default() }
    }

    /// Whether there is nothing to take.
    pub(super) const fn is_idle(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Takes all values, with all secrets hidden. One that is not there, or can not be taken, has no value.
    pub(super) fn take(&mut self, said: &Said<'_>, masker: &Masker) {
        let text = masker.text(said.text);
        let heard = Said { text: &text, ..*said };
        for Output { name, from } in &self.wanted {
            match value(from, &heard).filter(|value| value.len() <= LONGEST && !value.contains('\0')) {
                Some(value) => drop(self.values.insert(name.clone(), value)),
                None => self.missed.push(name.clone()),
            }
        }
    }

    /// The values, and a summary that names what has none.
    pub(super) fn finish(&mut self, summary: Text) -> (BTreeMap<OutputName, String>, Text) {
        let missed = std::mem::take(&mut self.missed);
        let summary = if missed.is_empty() {
            summary
        } else {
            let names = missed.iter().map(OutputName::as_str).collect::<Vec<_>>().join(", ");
            let (ko, en) = (summary.get(Lang::Ko), summary.get(Lang::En));
            Text::new(format!("{ko}, 출력값 없음: {names}"), format!("{en}, no value for {names}"))
        };
        (std::mem::take(&mut self.values), summary)
    }
}

/// What the compiler refuses has no value either: a plan may be older than this engine.
fn value(from: &Capture, said: &Said<'_>) -> Option<String> {
    match from {
        Capture::Whole => said.whole.then(|| said.text.trim().to_owned()),
        Capture::Code => Some(said.code.to_string()),
        Capture::Regex(pattern) => {
            let found = Capture::pattern(pattern).ok()?.captures(said.text)?;
            found.get(1).or_else(|| found.get(0)).map(|found| found.as_str().to_owned())
        }
        Capture::Json(path) => {
            let path = Capture::path(path).ok()?;
            let value = serde_json::from_str(said.text).ok().filter(|_| said.whole)?;
            match path.query(&value).exactly_one().ok()? {
                serde_json::Value::Null => None,
                serde_json::Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Secret;

    fn taken(from: Capture, text: &str, whole: bool) -> Option<String> {
        let output = Output { name: "it".parse().unwrap(), from };
        let mut capturing = Capturing::new(&[output]);
        capturing.take(&Said { text, whole, code: 3 }, &Masker::new(&[Secret::new("hunter2")]));
        let (values, summary) = capturing.finish(Text::plain("exit 3"));
        assert_eq!(values.is_empty(), summary.get(Lang::En).ends_with("no value for it"), "{summary:?}");
        values.into_values().next()
    }

    #[test]
    fn values_are_taken_out_of_what_was_said() {
        let regex = |pattern: &str| Capture::Regex(pattern.to_owned());
        let json = |path: &str| Capture::Json(path.to_owned());
        for (from, text, wanted) in [
            (Capture::Whole, "  15.4 \n", Some("15.4")),
            (Capture::Code, "", Some("3")),
            (regex(r"lag=(\d+)"), "ok\nlag=7 lag=8", Some("7")),
            (regex("lag=[0-9]+"), "lag=7", Some("lag=7")),
            (regex(r"lag=(\d+)?$"), "lag=", Some("lag=")),
            (regex("nothing"), "lag=7", None),
            (json("$.v"), r#"{"v": "15.4"}"#, Some("15.4")),
            (json("$.v"), r#"{"v": 15.5}"#, Some("15.5")),
            (json("$.v"), r#"{"v": [true]}"#, Some("[true]")),
            (json("$.v"), r#"{"v": null}"#, None),
            (json("$.a[*]"), r#"{"a": [1, 2]}"#, None),
            (json("$.v"), "no JSON", None),
            (Capture::Whole, "a\0b", None),
            (regex("(pw=.*)"), "pw=hunter2", Some("pw=***")),
        ] {
            assert_eq!(taken(from.clone(), text, true).as_deref(), wanted, "{from:?} of {text:?}");
        }
    }

    #[test]
    fn a_part_of_a_value_is_no_value() {
        let long = "x".repeat(LONGEST + 1);
        assert_eq!(taken(Capture::Whole, &long, true), None);
        assert_eq!(taken(Capture::Whole, &long[1..], true).unwrap().len(), LONGEST);
        assert_eq!(taken(Capture::Whole, "cut", false), None);
        assert_eq!(taken(Capture::Json("$".to_owned()), "1", false), None);
        assert_eq!(taken(Capture::Regex("c.t".to_owned()), "cut", false).as_deref(), Some("cut"));
    }
}
