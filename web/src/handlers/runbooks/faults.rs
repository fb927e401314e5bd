//! What is wrong with a runbook, for people.

use engine::plan::Entry;
use engine::runbook::{Diagnostic, Severity};

use crate::i18n::Words;

/// A finding in the visitor's language.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) class: &'static str,
    pub(super) word: String,
    pub(super) code: &'static str,
    pub(super) href: String,
    pub(super) place: String,
    pub(super) message: String,
    pub(super) help: Option<String>,
    pub(super) suggestion: Option<String>,
}

impl Fault {
    /// All findings of a runbook. `page` is the address of its page, on which every line has its own place.
    pub(super) fn all<'e>(w: Words, entry: &'e Entry, page: &'e str) -> impl Iterator<Item = Self> + use<'e> {
        entry.diagnostics.iter().map(move |found| Self::of(w, entry, found, page))
    }

    fn of(w: Words, entry: &Entry, found: &Diagnostic, page: &str) -> Self {
        let (class, key) = match found.severity() {
            Severity::Error => ("bad", "fault-error"),
            Severity::Warning => ("warn", "fault-warning"),
            Severity::Note => ("info", "fault-note"),
        };
        let file = entry.diagnostics.source(found.place.file, &entry.source);
        let place = w.with2("fault-place", ("line", found.place.line), ("column", found.place.column));
        let replacement = found.suggestion.as_ref().map(|suggestion| suggestion.replacement.clone());
        Self {
            class,
            word: w.t(key),
            code: found.code.id(),
            href: found.place_in_first().map_or_else(|| page.to_owned(), |place| format!("{page}#L{}", place.line)),
            place: if found.place.file.is_first() { place } else { format!("{}: {place}", file.path()) },
            message: w.text(&found.message).to_owned(),
            help: found.help.as_ref().map(|help| w.text(help).to_owned()),
            suggestion: replacement.map(|text| w.with("fault-suggestion", "text", text)),
        }
    }
}
