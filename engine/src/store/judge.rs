//! What of an append is kept. Pure: the databases hand in what they hold and write what comes out.

use std::collections::{HashMap, HashSet};

use super::{Append, Created, Error, Owner};
use crate::base::{RequestId, RunId};
use crate::run::{AttemptId, Head, Row};

/// Kept output of an attempt, at most, in bytes. Writers have smaller bounds of their own; this one protects the medium.
pub(super) const OUTPUT_LIMIT: u64 = 1 << 20;

/// What a database holds of a run, under a lock that lasts until the commit.
#[derive(Debug, Clone)]
pub(super) struct Held {
    /// The lease's owner, expired or not; `None` after a release.
    pub(super) owner: Option<Owner>,
    /// The lease's token.
    pub(super) token: u64,
    /// The end of the journal.
    pub(super) head: Head,
}

/// A chunk of output as it is to be stored.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) run: RunId,
    pub(super) attempt: AttemptId,
    pub(super) place: u64,
    pub(super) text: &'a str,
}

/// What is to be written for a whole batch.
#[derive(Debug)]
pub(super) struct Judgement<'a> {
    /// One verdict for each append, in order.
    pub(super) verdicts: Vec<Result<(), Error>>,
    /// New rows of all runs.
    pub(super) rows: Vec<(RunId, &'a Row)>,
    /// The last accepted append of each run, with the end of its journal after the commit.
    pub(super) runs: Vec<(&'a Append, Head)>,
}

/// The end of the journal that a run is created with.
pub(super) fn first_rows(created: &Created) -> Result<Head, Error> {
    let mut head = Head::START;
    for row in &created.rows {
        if row.seq != head.seq + 1 {
            return Err(Error::Conflict { run: created.run, found: head.seq, expected: row.seq.saturating_sub(1) });
        }
        head = Head { seq: row.seq, hash: row.hash };
    }
    Ok(head)
}

/// Judges a batch. Several appends of one run are taken in order, each on what the one before left.
pub(super) fn judge<'a>(held: &mut HashMap<RunId, Held>, batch: &'a [Append]) -> Judgement<'a> {
    let mut verdicts = Vec::with_capacity(batch.len());
    let mut rows = Vec::new();
    let mut last: HashMap<RunId, usize> = HashMap::new();
    for (place, append) in batch.iter().enumerate() {
        let run = append.lease.run;
        let verdict = held.get_mut(&run).ok_or(Error::NoSuchRun(run)).and_then(|held| {
            let new = new_rows(held, append)?;
            if let Some(row) = new.last() {
                held.head = Head { seq: row.seq, hash: row.hash };
            }
            Ok(new)
        });
        verdicts.push(verdict.map(|new| {
            rows.extend(new.iter().map(|row| (run, row)));
            last.insert(run, place);
        }));
    }
    let mut runs: Vec<_> =
        last.into_iter().filter_map(|(run, place)| Some((batch.get(place)?, held.get(&run)?.head))).collect();
    runs.sort_by_key(|(append, _)| append.lease.run);
    Judgement { verdicts, rows, runs }
}

/// The rows of an append that the journal does not hold yet, or why it is refused.
///
/// The time of the lease is not looked at: an expired lease that nobody took over still fences every other writer off, and
/// refusing its holder would stop a run that nobody else moves. Taking over changes the token, and only that ends the right.
fn new_rows<'a>(held: &Held, append: &'a Append) -> Result<&'a [Row], Error> {
    let lease = &append.lease;
    if held.owner.as_ref() != Some(&lease.owner) || held.token != lease.token {
        return Err(Error::Fenced { run: lease.run, held: held.token, ours: lease.token });
    }
    let conflict = |expected| Error::Conflict { run: lease.run, found: held.head.seq, expected };
    for (row, place) in append.rows.iter().zip(append.expected + 1..) {
        if row.seq != place {
            return Err(conflict(row.seq.saturating_sub(1)));
        }
    }
    if held.head.seq == append.expected {
        return Ok(&append.rows);
    }
    // A commit whose acknowledgement was lost comes again. Each hash binds all rows before it, so when the journal ends with
    // one of the rows given, it holds exactly those given up to there.
    let kept = append.rows.iter().position(|row| row.seq == held.head.seq && row.hash == held.head.hash);
    kept.and_then(|last| append.rows.get(last + 1..)).ok_or_else(|| conflict(append.expected))
}

/// The attempts that accepted appends bring output of, each once.
pub(super) fn attempts(batch: &[Append], verdicts: &[Result<(), Error>]) -> Vec<(RunId, AttemptId)> {
    let mut seen = HashSet::new();
    accepted(batch, verdicts)
        .flat_map(|append| append.output.iter().map(|chunk| (append.lease.run, chunk.attempt)))
        .filter(|attempt| seen.insert(*attempt))
        .collect()
}

/// What of the accepted output is new, given how much of each attempt is kept.
pub(super) fn pieces<'a>(
    batch: &'a [Append],
    verdicts: &[Result<(), Error>],
    ends: &mut HashMap<(RunId, AttemptId), u64>,
) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    for append in accepted(batch, verdicts) {
        for chunk in &append.output {
            let run = append.lease.run;
            let end = ends.entry((run, chunk.attempt)).or_insert(0);
            if let Some((place, text)) = beyond(*end, chunk.offset, &chunk.text) {
                *end = place + text.len() as u64;
                pieces.push(Piece { run, attempt: chunk.attempt, place, text });
            }
        }
    }
    pieces
}

/// Answers of accepted appends; the first one to a request counts.
pub(super) fn answers<'a>(
    batch: &'a [Append],
    verdicts: &[Result<(), Error>],
) -> Vec<(RunId, RequestId, &'a crate::run::Answer)> {
    let mut seen = HashSet::new();
    accepted(batch, verdicts)
        .flat_map(|append| append.answers.iter().map(|(request, answer)| (append.lease.run, *request, answer)))
        .filter(|(_, request, _)| seen.insert(*request))
        .collect()
}

/// The part of a chunk that lies behind what is kept and within the limit. After a re-attach chunks come again with other
/// borders, so a chunk may overlap what is kept.
fn beyond(end: u64, offset: u64, text: &str) -> Option<(u64, &str)> {
    let place = offset.max(end);
    let from = text.ceil_char_boundary(usize::try_from(place - offset).ok()?);
    let place = offset + from as u64;
    let to = text.floor_char_boundary(usize::try_from(OUTPUT_LIMIT.saturating_sub(offset)).unwrap_or(usize::MAX));
    let new = text.get(from..to)?;
    (!new.is_empty()).then_some((place, new))
}

fn accepted<'a>(batch: &'a [Append], verdicts: &[Result<(), Error>]) -> impl Iterator<Item = &'a Append> {
    batch.iter().zip(verdicts).filter(|(_, verdict)| verdict.is_ok()).map(|(append, _)| append)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_behind_the_kept_output_and_within_the_limit_is_new() {
        assert_eq!(beyond(0, 0, "abc"), Some((0, "abc")));
        assert_eq!(beyond(3, 0, "abc"), None);
        assert_eq!(beyond(2, 0, "abc"), Some((2, "c")));
        assert_eq!(beyond(2, 5, "abc"), Some((5, "abc")));
        assert_eq!(beyond(1, 0, "가b"), Some((3, "b")), "half a character is no text");
        assert_eq!(beyond(0, OUTPUT_LIMIT - 2, "abc"), Some((OUTPUT_LIMIT - 2, "ab")));
        assert_eq!(beyond(0, OUTPUT_LIMIT - 2, "가"), None);
        assert_eq!(beyond(0, OUTPUT_LIMIT + 1, "abc"), None);
    }
}
