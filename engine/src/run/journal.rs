//! Rows of the journal and the chain that binds them.

use serde::{Deserialize, Serialize};

use super::Event;
use crate::base::{Bilingual, Digest, Hasher, RunId, Timestamp};

/// A row of the journal as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Place in the run's journal, from 1, without gaps.
    pub seq: u64,
    /// When it was recorded; never earlier than the row before.
    pub at: Timestamp,
    /// The event as JSON, exactly these bytes.
    pub event: String,
    /// SHA-256 over the digest of the row before, the run, `seq`, `at` and `event`.
    pub hash: Digest,
}

/// The end of a chain: what the next row is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The last row's place; 0 before the first.
    pub seq: u64,
    /// The last row's digest.
    pub hash: Digest,
}

/// Why a journal is not what was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrokenChain {
    /// A row is missing, doubled or out of place.
    #[error("row {wanted} of the journal is missing: row {found} follows row {}", wanted - 1)]
    Gap {
        /// The place that should come.
        wanted: u64,
        /// The place that came.
        found: u64,
    },
    /// A row was changed after it was written, or one before it was.
    #[error("row {seq} of the journal does not fit the chain: it or its time was changed after it was written")]
    Changed {
        /// The first row that does not fit.
        seq: u64,
    },
    /// A row that fits the chain holds no event of this engine.
    #[error("row {seq} of the journal can not be read: {why}")]
    Unreadable {
        /// The row.
        seq: u64,
        /// What the reader said.
        why: String,
    },
}

impl Bilingual for BrokenChain {
    fn ko(&self) -> String {
        match self {
            Self::Gap { wanted, found } => {
                format!("저널의 {wanted}행이 없습니다. {}행 다음에 {found}행이 옵니다", wanted - 1)
            }
            Self::Changed { seq } => {
                format!("저널의 {seq}행이 사슬에 맞지 않습니다. 기록된 뒤에 그 행이나 시각이 바뀌었습니다")
            }
            Self::Unreadable { seq, why } => format!("저널의 {seq}행을 읽을 수 없습니다: {why}"),
        }
    }
}

impl Head {
    /// Before the first row.
    pub const START: Self = Self { seq: 0, hash: Digest::ZERO };

    /// Binds an event to the chain and moves the head past it.
    pub fn seal(&mut self, run: RunId, at: Timestamp, event: &Event) -> Result<Row, serde_json::Error> {
        let event = serde_json::to_string(event)?;
        let seq = self.seq + 1;
        let hash = link(self.hash, run, seq, at, &event);
        *self = Self { seq, hash };
        Ok(Row { seq, at, event, hash })
    }

    /// Checks that a row is the next of the chain, reads its event and moves the head past it.
    pub fn accept(&mut self, run: RunId, row: &Row) -> Result<Event, BrokenChain> {
        if row.seq != self.seq + 1 {
            return Err(BrokenChain::Gap { wanted: self.seq + 1, found: row.seq });
        }
        if link(self.hash, run, row.seq, row.at, &row.event) != row.hash {
            return Err(BrokenChain::Changed { seq: row.seq });
        }
        let event = serde_json::from_str(&row.event)
            .map_err(|why| BrokenChain::Unreadable { seq: row.seq, why: why.to_string() })?;
        *self = Self { seq: row.seq, hash: row.hash };
        Ok(event)
    }
}

fn link(before: Digest, run: RunId, seq: u64, at: Timestamp, event: &str) -> Digest {
    Hasher::default()
        .part(&before.0)
        .part(run.0.as_bytes())
        .part(&seq.to_be_bytes())
        .part(&at.0.to_be_bytes())
        .part(event.as_bytes())
        .finish()
}

#[cfg(test)]
mod tests {
    use super::super::Event;
    use super::*;

    const RUN: RunId = RunId(uuid::Uuid::from_u128(7));

    fn rows() -> Vec<Row> {
        let mut head = Head::START;
        (0..6_i64)
            .map(|at| {
                let unit = format!("단위-{at}").parse().unwrap();
                head.seal(RUN, Timestamp(1_700_000_000_000 + at), &Event::Eligible { unit }).unwrap()
            })
            .collect()
    }

    fn read(run: RunId, rows: &[Row]) -> Result<Head, BrokenChain> {
        let mut head = Head::START;
        for row in rows {
            head.accept(run, row)?;
        }
        Ok(head)
    }

    #[test]
    fn what_was_sealed_is_accepted() {
        let rows = rows();
        let head = read(RUN, &rows).unwrap();
        assert_eq!((head.seq, head.hash), (6, rows[5].hash));
    }

    #[test]
    fn any_changed_byte_names_its_row() {
        let whole = rows();
        for place in 0..whole.len() {
            for byte in 0..whole[place].event.len() {
                let mut rows = whole.clone();
                let mut event = std::mem::take(&mut rows[place].event).into_bytes();
                event[byte] ^= 1;
                let Ok(event) = String::from_utf8(event) else { continue };
                rows[place].event = event;
                assert_eq!(read(RUN, &rows), Err(BrokenChain::Changed { seq: place as u64 + 1 }), "byte {byte}");
            }
        }
    }

    #[test]
    fn a_changed_time_or_digest_names_its_row() {
        for place in 0..6 {
            let broken = Err(BrokenChain::Changed { seq: place as u64 + 1 });
            let mut moved = rows();
            moved[place].at.0 += 1;
            assert_eq!(read(RUN, &moved), broken);
            let mut sealed = rows();
            sealed[place].hash.0[31] ^= 1;
            assert_eq!(read(RUN, &sealed), broken);
        }
    }

    #[test]
    fn a_row_sealed_anew_after_a_change_gives_the_next_one_away() {
        let mut rows = rows();
        let mut head = Head { seq: 2, hash: rows[1].hash };
        rows[2] = head.seal(RUN, rows[2].at, &Event::Stalled).unwrap();
        assert_eq!(read(RUN, &rows), Err(BrokenChain::Changed { seq: 4 }));
    }

    #[test]
    fn removed_doubled_swapped_and_renumbered_rows_are_named() {
        for place in 0..5 {
            let seq = place as u64 + 1;
            let mut removed = rows();
            removed.remove(place);
            assert_eq!(read(RUN, &removed), Err(BrokenChain::Gap { wanted: seq, found: seq + 1 }));
            let mut doubled = rows();
            doubled.insert(place, doubled[place].clone());
            assert_eq!(read(RUN, &doubled), Err(BrokenChain::Gap { wanted: seq + 1, found: seq }));
            let mut swapped = rows();
            swapped.swap(place, place + 1);
            assert_eq!(read(RUN, &swapped), Err(BrokenChain::Gap { wanted: seq, found: seq + 1 }));
            // Removed, and the rest renumbered so that nothing seems to be missing.
            let mut renumbered = rows();
            renumbered.remove(place);
            for (row, seq) in renumbered.iter_mut().zip(1..) {
                row.seq = seq;
            }
            assert_eq!(read(RUN, &renumbered), Err(BrokenChain::Changed { seq }));
        }
    }

    #[test]
    fn a_journal_of_another_run_does_not_fit() {
        let other = RunId(uuid::Uuid::from_u128(8));
        assert_eq!(read(other, &rows()), Err(BrokenChain::Changed { seq: 1 }));
    }

    #[test]
    fn a_row_that_fits_but_says_nothing_known_is_named() {
        let event = r#"{"event":"from_the_future"}"#.to_owned();
        let at = Timestamp(1);
        let row = Row { seq: 1, at, hash: link(Digest::ZERO, RUN, 1, at, &event), event };
        assert!(matches!(read(RUN, &[row]), Err(BrokenChain::Unreadable { seq: 1, .. })));
    }
}
