//! The text of a runbook with its line numbers, and the findings under their lines.

use engine::runbook::{Diagnostics, Severity};

use crate::i18n::Words;

/// Lines shown; a longer runbook is looked at in an editor.
const LINES: usize = 3_000;

/// One line.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) text: String,
    pub(super) class: &'static str,
    pub(super) words: Vec<String>,
}

pub(super) fn lines(w: Words, text: &str, found: &Diagnostics) -> Vec<Line> {
    let mut lines: Vec<Line> = text
        .lines()
        .take(LINES)
        .zip(1..)
        .map(|(text, number)| Line { number, text: text.to_owned(), class: "", words: Vec::new() })
        .collect();
    for diagnostic in found {
        let Some(place) = diagnostic.place_in_first() else { continue };
        let Some(line) = lines.get_mut((place.line as usize).saturating_sub(1)) else { continue };
        line.words.push(format!("{} {}", diagnostic.code.id(), w.text(&diagnostic.message)));
        line.class = match diagnostic.severity() {
            Severity::Error => "hit bad",
            Severity::Warning if line.class != "hit bad" => "hit warn",
            Severity::Note if line.class.is_empty() => "hit info",
            Severity::Warning | Severity::Note => line.class,
        };
    }
    lines
}
