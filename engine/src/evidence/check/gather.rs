//! Reading what the manifest lists, one entry after another. The journal is held against its chain line by line as it comes.

use std::collections::BTreeMap;

use super::super::pack::{EVIDENCE, ISSUE, JOURNAL, OUTPUTS, OutputLine, PLAN, REPORT, RUNBOOK};
use super::Flaw;
use crate::base::{Digest, RunId};
use crate::run::{AttemptId, Head, Row};

/// Longest line of the journal, in bytes.
const ROW: usize = 16 << 20;
/// Most bytes of rows held.
const ROWS: usize = 2 << 30;
/// Longest line of the outputs: an output has at most 1 MiB, which may be six times as long in JSON.
const OUTPUT: usize = 8 << 20;
/// Longest report, plan or runbook held.
const WHOLE: usize = 1 << 30;

/// What was read.
#[derive(Debug)]
pub(super) struct Gathered {
    run: RunId,
    pub report: Vec<u8>,
    pub plan: Vec<u8>,
    pub runbook: Vec<u8>,
    pub issue: Option<Vec<u8>>,
    pub rows: Vec<Row>,
    pub head: Head,
    /// What each attempt said, by digest.
    pub outputs: BTreeMap<AttemptId, Digest>,
    pub evidence: BTreeMap<String, Digest>,
    held: usize,
}

impl Gathered {
    pub(super) const fn new(run: RunId) -> Self {
        Self {
            run,
            report: Vec::new(),
            plan: Vec::new(),
            runbook: Vec::new(),
            issue: None,
            rows: Vec::new(),
            head: Head::START,
            outputs: BTreeMap::new(),
            evidence: BTreeMap::new(),
            held: 0,
        }
    }

    /// What takes the pieces of an entry in.
    pub(super) fn taker(&mut self, name: &str) -> Taker<'_> {
        let whole = |into| Taker::Whole { into, over: false };
        match name {
            REPORT => whole(&mut self.report),
            PLAN => whole(&mut self.plan),
            RUNBOOK => whole(&mut self.runbook),
            ISSUE => whole(self.issue.insert(Vec::new())),
            JOURNAL => Taker::Lines { lines: Lines::new(ROW), into: self, take: Self::row, flaw: None },
            OUTPUTS => Taker::Lines { lines: Lines::new(OUTPUT), into: self, take: Self::output, flaw: None },
            _ => Taker::Nothing,
        }
    }

    /// The digest of an entry that is named after its own.
    pub(super) fn note(&mut self, name: &str, digest: Digest) -> Result<(), Flaw> {
        let Some(rest) = name.strip_prefix(EVIDENCE) else { return Ok(()) };
        let named = rest.split('.').next().and_then(|named| named.parse().ok());
        self.evidence.insert(name.to_owned(), digest);
        if named == Some(digest) { Ok(()) } else { Err(Flaw::Misnamed(name.to_owned())) }
    }

    fn row(&mut self, line: &[u8], _: u64) -> Result<(), Flaw> {
        let seq = self.head.seq + 1;
        let row: Row = serde_json::from_slice(line).map_err(|_| Flaw::Row { seq })?;
        // Written again it must be these very bytes, or something beside the row was changed.
        if serde_json::to_vec(&row).ok().as_deref() != Some(line) {
            return Err(Flaw::Row { seq });
        }
        self.head.accept(self.run, &row)?;
        self.held += line.len();
        if self.held > ROWS {
            return Err(Flaw::TooLong(JOURNAL.to_owned()));
        }
        self.rows.push(row);
        Ok(())
    }

    fn output(&mut self, line: &[u8], number: u64) -> Result<(), Flaw> {
        let output: OutputLine = serde_json::from_slice(line).map_err(|_| Flaw::OutputLine { line: number })?;
        self.outputs.insert(output.attempt, Digest::of(output.text.as_bytes()));
        Ok(())
    }
}

/// Takes an entry in, piece by piece.
pub(super) enum Taker<'a> {
    /// It is only digested.
    Nothing,
    /// It is held whole.
    Whole { into: &'a mut Vec<u8>, over: bool },
    /// It is read line by line, up to the first line that is wrong.
    Lines {
        lines: Lines,
        into: &'a mut Gathered,
        take: fn(&mut Gathered, &[u8], u64) -> Result<(), Flaw>,
        flaw: Option<Flaw>,
    },
}

impl Taker<'_> {
    pub(super) fn take(&mut self, piece: &[u8]) {
        match self {
            Self::Nothing => {}
            Self::Whole { into, over } => {
                *over |= into.len() + piece.len() > WHOLE;
                if !*over {
                    into.extend_from_slice(piece);
                }
            }
            Self::Lines { lines, into, take, flaw } => {
                if flaw.is_none() {
                    *flaw = lines.feed(piece, |line, number| take(into, line, number)).err();
                }
            }
        }
    }

    /// What was wrong with it by itself.
    pub(super) fn end(self, name: &str) -> Result<(), Flaw> {
        match self {
            Self::Nothing => Ok(()),
            Self::Whole { over, .. } => {
                if over {
                    Err(Flaw::TooLong(name.to_owned()))
                } else {
                    Ok(())
                }
            }
            Self::Lines { lines, into, take, flaw } => match flaw {
                Some(flaw) => Err(flaw),
                // Every line ends with its line end: what is left over is one that was cut.
                None if !lines.rest.is_empty() => take(into, &lines.rest, lines.number + 1),
                None => Ok(()),
            },
        }
    }
}

/// Lines out of pieces.
pub(super) struct Lines {
    rest: Vec<u8>,
    number: u64,
    longest: usize,
}

impl Lines {
    const fn new(longest: usize) -> Self {
        Self { rest: Vec::new(), number: 0, longest }
    }

    fn feed(&mut self, piece: &[u8], mut take: impl FnMut(&[u8], u64) -> Result<(), Flaw>) -> Result<(), Flaw> {
        let mut parts = piece.split(|byte| *byte == b'\n').peekable();
        while let Some(part) = parts.next() {
            if self.rest.len() + part.len() > self.longest {
                // Nothing of that length is a line of ours; what is held of it says so as well as all of it would.
                let line = std::mem::take(&mut self.rest);
                return take(&line, self.number + 1);
            }
            self.rest.extend_from_slice(part);
            if parts.peek().is_some() {
                self.number += 1;
                let line = std::mem::take(&mut self.rest);
                take(&line, self.number)?;
                self.rest = line;
                self.rest.clear();
            }
        }
        Ok(())
    }
}
