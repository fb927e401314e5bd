//! Findings for editors and pipelines. The shape is described in `docs/diagnostics.md`.

use serde_json::{Value, json};

use super::super::{Diagnostic, Diagnostics, Place, Severity, Silenced, Source};
use crate::base::{Lang, Text};

/// All findings of one file.
pub fn json(source: &Source, diagnostics: &Diagnostics) -> Value {
    let files = Files { source, diagnostics };
    json!({
        "file": source.path(),
        "errors": diagnostics.count(Severity::Error),
        "warnings": diagnostics.count(Severity::Warning),
        "diagnostics": diagnostics.iter().map(|diagnostic| files.one(diagnostic)).collect::<Vec<_>>(),
        "hidden": diagnostics
            .hidden()
            .map(|(code, count)| json!({ "code": code.id(), "count": count }))
            .collect::<Vec<_>>(),
        "silenced_count": diagnostics.silenced_count(),
        "silenced": diagnostics.silenced().iter().map(|silenced| files.silenced(silenced)).collect::<Vec<_>>(),
    })
}

/// The texts that the places are in.
struct Files<'d> {
    source: &'d Source,
    diagnostics: &'d Diagnostics,
}

impl Files<'_> {
    fn one(&self, diagnostic: &Diagnostic) -> Value {
        json!({
            "code": diagnostic.code.id(),
            "name": diagnostic.code.name(),
            "severity": diagnostic.severity().keyword(),
            "message": text(&diagnostic.message),
            "place": self.place(diagnostic.place),
            "label": diagnostic.label.as_ref().map(text),
            "labels": diagnostic
                .labels
                .iter()
                .map(|label| json!({ "place": self.place(label.place), "text": text(&label.text) }))
                .collect::<Vec<_>>(),
            "help": diagnostic.help.as_ref().map(text),
            "suggestion": diagnostic.suggestion.as_ref().map(|suggestion| {
                json!({ "place": self.place(suggestion.place), "replacement": suggestion.replacement })
            }),
        })
    }

    /// A finding that is kept silent, with the reason.
    fn silenced(&self, silenced: &Silenced) -> Value {
        let mut one = self.one(&silenced.diagnostic);
        one["reason"] = text(&silenced.reason);
        one
    }

    fn place(&self, place: Place) -> Value {
        json!({
            "file": self.diagnostics.source(place.file, self.source).path(),
            "line": place.line,
            "column": place.column,
            "end_line": place.end_line,
            "end_column": place.end_column,
            "start": place.span.start,
            "end": place.span.end,
        })
    }
}

fn text(text: &Text) -> Value {
    json!({ "ko": text.get(Lang::Ko), "en": text.get(Lang::En) })
}
