//! What is wrong with a runbook, where, and what to do.

use std::collections::BTreeMap;

use super::place::Lines;
use super::{Code, Place, Severity, Span};
use crate::base::Text;

/// Findings of one code that are kept and shown for one file; of the others only the number is kept.
const SHOWN: u32 = 20;

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its kind.
    pub code: Code,
    /// What is wrong, in one sentence.
    pub message: Text,
    /// Where.
    pub place: Place,
    /// Words beside the marked place.
    pub label: Option<Text>,
    /// Further places that have to do with it, in the order written.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<Text>,
    /// A replacement that most likely mends it.
    pub suggestion: Option<Suggestion>,
}

impl Diagnostic {
    /// How grave it is.
    pub const fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// A further place with words beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// The words.
    pub text: Text,
}

/// A replacement for a piece of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What is replaced.
    pub place: Place,
    /// What comes instead.
    pub replacement: String,
}

/// All findings of one file in the order of its lines.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    items: Vec<Diagnostic>,
    counts: BTreeMap<Code, u32>,
}

impl Diagnostics {
    /// The findings that are kept: at most 20 of a code, in the order of their places.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.items.iter()
    }

    /// How many findings of a code were made beyond those kept.
    pub fn hidden(&self) -> impl Iterator<Item = (Code, u32)> + '_ {
        self.counts.iter().filter(|(_, count)| **count > SHOWN).map(|(code, count)| (*code, count - SHOWN))
    }

    /// How many findings of a severity were made, those not kept included.
    pub fn count(&self, severity: Severity) -> u32 {
        self.counts.iter().filter(|(code, _)| code.severity() == severity).map(|(_, count)| *count).sum()
    }

    /// Whether there is an error among them, so that no plan came out.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A finding in the making: still with spans, not yet with lines.
#[derive(Debug)]
pub(crate) struct Finding {
    message: Text,
    label: Option<Text>,
    labels: Vec<(Span, Text)>,
    help: Option<Text>,
    suggestion: Option<(Span, String)>,
}

impl Finding {
    /// A finding with its sentence in English and in Korean.
    pub(crate) fn new(en: impl Into<String>, ko: impl Into<String>) -> Self {
        Self { message: Text::new(ko, en), label: None, labels: Vec::new(), help: None, suggestion: None }
    }

    /// Words beside the marked place.
    pub(crate) fn here(mut self, en: impl Into<String>, ko: impl Into<String>) -> Self {
        self.label = Some(Text::new(ko, en));
        self
    }

    /// A further place.
    pub(crate) fn also(mut self, span: Span, en: impl Into<String>, ko: impl Into<String>) -> Self {
        self.labels.push((span, Text::new(ko, en)));
        self
    }

    /// What to do.
    pub(crate) fn help(mut self, en: impl Into<String>, ko: impl Into<String>) -> Self {
        self.help = Some(Text::new(ko, en));
        self
    }

    /// A replacement for `span`, if there is a near miss.
    pub(crate) fn suggest(mut self, span: Span, replacement: Option<&str>) -> Self {
        self.suggestion = replacement.map(|text| (span, text.to_owned()));
        self
    }
}

/// Where the phases put what they find. Findings beyond those shown cost one addition each.
#[derive(Debug)]
pub(crate) struct Findings<'t> {
    text: &'t str,
    lines: Option<Lines>,
    items: Vec<Diagnostic>,
    counts: BTreeMap<Code, u32>,
    errors: u32,
}

impl<'t> Findings<'t> {
    pub(crate) const fn new(text: &'t str) -> Self {
        Self { text, lines: None, items: Vec::new(), counts: BTreeMap::new(), errors: 0 }
    }

    /// Reports a finding at a place; `finding` is only made when it will be shown.
    pub(crate) fn report(&mut self, code: Code, span: Span, finding: impl FnOnce() -> Finding) {
        self.errors = self.errors.saturating_add(u32::from(code.severity() == Severity::Error));
        let count = self.counts.entry(code).or_default();
        *count = count.saturating_add(1);
        if *count > SHOWN {
            return;
        }
        let finding = finding();
        let lines = self.lines.get_or_insert_with(|| Lines::of(self.text));
        let place = |span| lines.place(self.text, span);
        self.items.push(Diagnostic {
            code,
            message: finding.message,
            place: place(span),
            label: finding.label,
            labels: finding.labels.into_iter().map(|(span, text)| Label { place: place(span), text }).collect(),
            help: finding.help,
            suggestion: finding.suggestion.map(|(span, replacement)| Suggestion { place: place(span), replacement }),
        });
    }

    /// Errors reported so far.
    pub(crate) const fn errors(&self) -> u32 {
        self.errors
    }

    pub(crate) fn finish(mut self) -> Diagnostics {
        self.items.sort_by_key(|item| (item.place, item.code));
        Diagnostics { items: self.items, counts: self.counts }
    }
}
