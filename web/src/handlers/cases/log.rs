//! The log of a case in lines.

use engine::cases::{Entry, phrase};

use crate::i18n::Words;

/// One line.
#[derive(Debug)]
pub(super) struct Line {
    /// When it happened.
    pub(super) at: String,
    /// When it was written down, where that was later.
    pub(super) entered: Option<String>,
    pub(super) who: String,
    pub(super) text: String,
}

/// The newest first, at most `most`, and how many there are beside.
pub(super) fn lines(w: Words, entries: &[Entry], most: usize) -> (Vec<Line>, usize) {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by_key(|entry| std::cmp::Reverse((entry.occurred_at, entry.seq)));
    let line = |entry: &&Entry| Line {
        at: w.moment(entry.occurred_at),
        entered: (entry.occurred_at < entry.entered_at)
            .then(|| w.with("case-entered", "at", w.moment(entry.entered_at))),
        who: entry.by.as_ref().map_or_else(|| w.t("case-engine"), |by| by.name.to_string()),
        text: phrase(&entry.event, w.0),
    };
    (sorted.iter().take(most).map(line).collect(), entries.len().saturating_sub(most))
}
