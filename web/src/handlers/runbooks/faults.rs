//! What is wrong with a runbook, for people.

use engine::plan::Entry;
use engine::runbook::{Code, Diagnostic, Severity};

use crate::i18n::Words;
use crate::urls;

/// A finding in the visitor's language.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) class: &'static str,
    pub(super) word: String,
    pub(super) code: &'static str,
    /// The page that explains the code.
    pub(super) about: String,
    pub(super) href: String,
    pub(super) place: String,
    pub(super) message: String,
    pub(super) help: Option<String>,
    pub(super) suggestion: Option<String>,
}

impl Fault {
    /// All findings of a runbook. `page` is the address of its page, on which every line has its own place; `hidden_by` is
    /// the file that its id stands for, where that is another one.
    pub(super) fn all<'e>(
        w: Words,
        entry: &'e Entry,
        page: &'e str,
        hidden_by: Option<&str>,
    ) -> impl Iterator<Item = Self> + use<'e> {
        let hidden = hidden_by.and_then(|other| Self::id_taken(w, entry, page, other));
        hidden.into_iter().chain(entry.diagnostics.iter().map(move |found| Self::of(w, entry, found, page)))
    }

    fn id_taken(w: Words, entry: &Entry, page: &str, other: &str) -> Option<Self> {
        let id = entry.plan.as_ref()?.body().runbook.as_str();
        Some(Self {
            class: "bad",
            word: w.t("fault-error"),
            code: Code::DuplicateId.id(),
            about: urls::diagnostic(Code::DuplicateId.id()),
            href: page.to_owned(),
            place: entry.file.clone(),
            message: w.with2("fault-id-taken", ("id", id), ("file", other)),
            help: Some(w.t("fault-id-taken-help")),
            suggestion: None,
        })
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
            about: urls::diagnostic(found.code.id()),
            href: found.place_in_first().map_or_else(|| page.to_owned(), |place| format!("{page}#L{}", place.line)),
            place: if found.place.file.is_first() { place } else { format!("{}: {place}", file.path()) },
            message: w.text(&found.message).to_owned(),
            help: found.help.as_ref().map(|help| w.text(help).to_owned()),
            suggestion: replacement.map(|text| w.with("fault-suggestion", "text", text)),
        }
    }
}
