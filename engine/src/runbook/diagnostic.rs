//! What is wrong with a runbook, where, and what to do.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use super::sources::Sources;
use super::{Code, FileIx, Place, Severity, Source, Span};
use crate::base::Text;

/// Findings of one code that are kept and shown for one file; of the others only the number is kept.
const SHOWN: u32 = 20;
/// Findings kept silent that are kept for one file; of the others only the number is kept.
const SILENCED: usize = 200;

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

    /// The place in the text that was asked for: of a fault in a component, where that is used.
    pub fn place_in_first(&self) -> Option<Place> {
        let labels = self.labels.iter().map(|label| label.place);
        std::iter::once(self.place).chain(labels).find(|place| place.file.is_first())
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

/// A finding that the runbook keeps silent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silenced {
    /// What is not said.
    pub diagnostic: Diagnostic,
    /// Why, in the author's words.
    pub reason: Text,
}

/// All findings of one file in the order of its lines.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    items: Vec<Diagnostic>,
    counts: BTreeMap<Code, u32>,
    silenced: Vec<Silenced>,
    silenced_count: u32,
    others: Vec<Arc<Source>>,
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

    /// The findings that the runbook keeps silent: at most 200, in the order of their places.
    pub fn silenced(&self) -> &[Silenced] {
        &self.silenced
    }

    /// How many findings the runbook keeps silent, those not kept included.
    pub const fn silenced_count(&self) -> u32 {
        self.silenced_count
    }

    /// The text that a place is in; `first` is the one that was compiled.
    pub fn source<'s>(&'s self, file: FileIx, first: &'s Source) -> &'s Source {
        file.at().and_then(|at| self.others.get(at)).map_or(first, |source| source)
    }

    /// Whether nothing was found, and nothing kept silent.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty() && self.silenced.is_empty()
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

    /// What is wrong, in one sentence.
    pub(crate) const fn message(&self) -> &Text {
        &self.message
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
    /// The texts that spans point into.
    pub(crate) sources: Sources<'t>,
    items: Vec<Diagnostic>,
    counts: BTreeMap<Code, u32>,
    errors: u32,
    /// Places in copies about which something was said: each is said once, however often it was copied.
    copied: HashSet<(Code, FileIx, Span)>,
    silenced: Vec<Silenced>,
    silenced_count: u32,
    /// The same of what is kept silent.
    silenced_copies: HashSet<(Code, FileIx, Span)>,
    /// Added to every span: the address of the text that is being read by itself.
    shift: u32,
}

impl<'t> Findings<'t> {
    pub(crate) fn new(source: &'t Source) -> Self {
        Self {
            sources: Sources::new(source),
            items: Vec::new(),
            counts: BTreeMap::new(),
            errors: 0,
            copied: HashSet::new(),
            silenced: Vec::new(),
            silenced_count: 0,
            silenced_copies: HashSet::new(),
            shift: 0,
        }
    }

    /// Reports a finding at a place; `finding` is only made when it will be shown.
    pub(crate) fn report(&mut self, code: Code, span: Span, finding: impl FnOnce() -> Finding) {
        let span = span.shifted(self.shift);
        if let Some((file, original)) = self.sources.copied(span)
            && !self.copied.insert((code, file, original))
        {
            return;
        }
        self.errors = self.errors.saturating_add(u32::from(code.severity() == Severity::Error));
        let count = self.counts.entry(code).or_default();
        *count = count.saturating_add(1);
        if *count > SHOWN {
            return;
        }
        let item = self.finished(code, span, finding());
        self.items.push(item);
    }

    /// Keeps a finding at a place apart, with the reason why it is not said.
    pub(crate) fn keep_silent(&mut self, code: Code, span: Span, reason: &Text, finding: Finding) {
        let span = span.shifted(self.shift);
        if let Some((file, original)) = self.sources.copied(span)
            && !self.silenced_copies.insert((code, file, original))
        {
            return;
        }
        self.silenced_count = self.silenced_count.saturating_add(1);
        if self.silenced.len() < SILENCED {
            let diagnostic = self.finished(code, span, finding);
            self.silenced.push(Silenced { diagnostic, reason: reason.clone() });
        }
    }

    /// A finding with lines in the place of spans. `span` counts from the first text.
    fn finished(&mut self, code: Code, span: Span, finding: Finding) -> Diagnostic {
        let mut place = |span: Span| self.sources.place(span.shifted(self.shift));
        let mut labels: Vec<Label> =
            finding.labels.into_iter().map(|(span, text)| Label { place: place(span), text }).collect();
        let suggestion = finding.suggestion.map(|(span, replacement)| Suggestion { place: place(span), replacement });
        // What would mend a value does not belong into the text that the value was put into.
        let suggestion = suggestion.filter(|_| !self.sources.is_value(span));
        labels.extend(self.sources.causes(span).into_iter().map(|(place, text)| Label { place, text }));
        Diagnostic {
            code,
            message: finding.message,
            place: self.sources.place(span),
            label: finding.label,
            labels,
            help: finding.help,
            suggestion,
        }
    }

    /// The text and the place in it where a span was written, that of a copy where the original was.
    pub(crate) fn origin(&self, span: Span) -> (FileIx, Span) {
        self.sources.local(span.shifted(self.shift))
    }

    /// Lets something be read whose spans count from the beginning of its own text, which lies at this address.
    pub(crate) fn within<T>(&mut self, address: u32, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.shift, address);
        let read = read(self);
        self.shift = before;
        read
    }

    /// The place of a part of a text that was written somewhere. Where escapes or folded lines make the text another than
    /// what is written, that is the whole place.
    pub(crate) fn part(&self, whole: Span, text: &str, part: Range<usize>) -> Span {
        let written = self.sources.text(whole.shifted(self.shift));
        let start = written.find(text).filter(|_| !text.is_empty());
        start.map_or(whole, |start| {
            let start = whole.start as usize + start;
            Span::new(start + part.start, start + part.end)
        })
    }

    /// Errors reported so far.
    pub(crate) const fn errors(&self) -> u32 {
        self.errors
    }

    pub(crate) fn finish(mut self) -> Diagnostics {
        self.items.sort_by_key(|item| (item.place, item.code));
        self.silenced.sort_by_key(|silenced| (silenced.diagnostic.place, silenced.diagnostic.code));
        Diagnostics {
            items: self.items,
            counts: self.counts,
            silenced: self.silenced,
            silenced_count: self.silenced_count,
            others: self.sources.into_others(),
        }
    }
}
