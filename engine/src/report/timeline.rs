//! Which rows of the journal a report tells.

use super::TimelineEntry;
use super::document::Extent;
use super::phrases::{Weight, weight};
use crate::run::Event;

/// Of longer journals, documents for reading leave routine steps to the JSON.
const WHOLE: u64 = 2_000;

/// Whether a document for reading tells every event of a journal of so many rows.
pub(super) const fn is_told_whole(rows: u64) -> bool {
    rows <= WHOLE
}

/// Whether it tells this event.
pub(super) fn is_told(rows: u64, event: &Event) -> bool {
    is_told_whole(rows) || weight(event) == Weight::Fact
}

/// Rows as they come in.
#[derive(Debug)]
pub(super) struct Telling {
    extent: Extent,
    rows: u64,
    entries: Vec<TimelineEntry>,
}

impl Telling {
    pub(super) const fn new(extent: Extent) -> Self {
        Self { extent, rows: 0, entries: Vec::new() }
    }

    pub(super) fn take(&mut self, entry: TimelineEntry) {
        self.rows += 1;
        let (extent, rows) = (self.extent, self.rows);
        let is_told = |entry: &TimelineEntry| extent == Extent::Whole || is_told(rows, &entry.event);
        if rows == WHOLE + 1 {
            self.entries.retain(is_told);
        }
        if is_told(&entry) {
            self.entries.push(entry);
        }
    }

    pub(super) fn end(self) -> Vec<TimelineEntry> {
        self.entries
    }
}
