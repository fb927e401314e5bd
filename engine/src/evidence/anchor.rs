//! Anchors: heads of chains, written down where nobody who holds the database can change them.
//!
//! One line an anchor, short enough for a mail, a notebook or a telephone call:
//!
//! ```text
//! relight-anchor 1 run 01a1fd33-5b1c-7000-8000-000000000001 120:9f86d0…0a08 2026-11-22T06:49:04.000Z
//! relight-anchor 1 audit - 4711:2c26b4…66ae 2026-11-22T06:49:04.000Z
//! ```
//!
//! Whatever else stands in a file of anchors is passed over, so that a saved mail is one.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::base::{Digest, RunId, Timestamp};
use crate::run::Head;
use crate::store::DeedChain;

/// What every anchor begins with.
const MARK: &str = "relight-anchor";
const FORMAT: &str = "1";

/// The head of a chain at some instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// Of which chain.
    pub chain: Chain,
    /// Place of the last row.
    pub rows: u64,
    /// Its digest.
    pub head: Digest,
    /// When it was written down, by the clock of who did.
    pub at: Timestamp,
}

/// A chain that can be anchored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    /// The journal of a run.
    Run(RunId),
    /// The audit log of the installation.
    Audit,
}

/// A line that is no anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an anchor reads `relight-anchor 1 run RUN ROWS:HASH TIME` or `relight-anchor 1 audit - ROWS:HASH TIME`")]
pub struct NoAnchor;

impl Anchor {
    /// Of a journal.
    pub const fn of_journal(run: RunId, head: Head, at: Timestamp) -> Self {
        Self { chain: Chain::Run(run), rows: head.seq, head: head.hash, at }
    }

    /// Of the audit log.
    pub const fn of_audit(chain: DeedChain, at: Timestamp) -> Self {
        Self { chain: Chain::Audit, rows: chain.seq, head: chain.hash, at }
    }

    /// Rows and head, where it is about this run.
    pub fn of_run(&self, run: RunId) -> Option<(u64, Digest)> {
        (self.chain == Chain::Run(run)).then_some((self.rows, self.head))
    }

    /// The end of the audit log, where it is about that.
    pub fn of_log(&self) -> Option<DeedChain> {
        (self.chain == Chain::Audit).then_some(DeedChain { seq: self.rows, hash: self.head })
    }

    /// All anchors that stand in a text, and the number of the first line that begins like one and is none. The text may be a
    /// mail as it was saved, whose lines are broken or whose parts are in base64.
    pub fn all_in(text: &str) -> Result<Vec<Self>, usize> {
        let mut anchors = Vec::new();
        let mut part = String::new();
        let mut lines = text.lines().zip(1_usize..).peekable();
        while let Some((line, number)) = lines.next() {
            if is_base64(line) {
                part.push_str(line.trim_end());
                if lines.peek().is_some_and(|(next, _)| is_base64(next)) {
                    continue;
                }
            }
            let decoded = STANDARD.decode(std::mem::take(&mut part)).unwrap_or_default();
            for line in String::from_utf8_lossy(&decoded).lines() {
                anchors.extend(Self::in_line(line, number)?);
            }
            // A line that goes on behind a soft break of `quoted-printable`.
            let mut whole = line.trim_end().to_owned();
            while whole.ends_with('=') && begins(&whole) {
                whole.pop();
                let Some((rest, _)) = lines.next() else { break };
                whole.push_str(rest.trim_end());
            }
            anchors.extend(Self::in_line(&whole, number)?);
        }
        Ok(anchors)
    }

    fn in_line(line: &str, number: usize) -> Result<Option<Self>, usize> {
        if !begins(line) {
            return Ok(None);
        }
        bare(line).parse().map(Some).map_err(|NoAnchor| number)
    }
}

/// A line without the marks of a quotation, behind which it stands in a mail that was answered.
fn bare(line: &str) -> &str {
    line.trim_start_matches(['>', ' ', '\t', '\u{feff}']).trim_end()
}

fn begins(line: &str) -> bool {
    bare(line).split(' ').next() == Some(MARK)
}

/// Whether a line may be one of a part of a mail in base64. Words of people seldom are, and decoded they hold no anchor.
fn is_base64(line: &str) -> bool {
    let line = line.trim_end();
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { chain, rows, head, at } = self;
        write!(f, "{MARK} {FORMAT} ")?;
        match chain {
            Chain::Run(run) => write!(f, "run {run}")?,
            Chain::Audit => f.write_str("audit -")?,
        }
        write!(f, " {rows}:{head} {}", at.to_iso())
    }
}

impl FromStr for Anchor {
    type Err = NoAnchor;

    fn from_str(line: &str) -> Result<Self, NoAnchor> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [MARK, FORMAT, chain, which, end, at] = words.as_slice() else { return Err(NoAnchor) };
        let chain = match (*chain, *which) {
            ("run", run) => Chain::Run(run.parse().map_err(|_| NoAnchor)?),
            ("audit", "-") => Chain::Audit,
            _ => return Err(NoAnchor),
        };
        let (rows, head) = end.split_once(':').ok_or(NoAnchor)?;
        let (rows, head) = (rows.parse().map_err(|_| NoAnchor)?, head.parse().map_err(|_| NoAnchor)?);
        Ok(Self { chain, rows, head, at: Timestamp::parse_iso(at).ok_or(NoAnchor)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_is_read_back_from_its_line_and_out_of_a_mail() {
        let run = RunId(uuid::Uuid::from_u128(7));
        let at = Timestamp(1_763_794_144_000);
        let one = Anchor { chain: Chain::Run(run), rows: 120, head: Digest::of(b"x"), at };
        let two = Anchor { chain: Chain::Audit, rows: 0, head: Digest::ZERO, at };
        assert_eq!(one.to_string().parse(), Ok(one));
        assert_eq!(two.to_string().parse(), Ok(two));
        let mail = format!("Subject: 훈련 종료\r\n\r\n> {one}\r\n  {two}  \nrelight-anchors are kept elsewhere\n");
        assert_eq!(Anchor::all_in(&mail), Ok(vec![one, two]));
        assert_eq!(Anchor::all_in("no anchor\n"), Ok(vec![]));
        // As mail programs save what is not plain ASCII.
        let written = one.to_string();
        let (head, tail) = written.split_at(70);
        let quoted = format!("Content-Transfer-Encoding: quoted-printable\n\n=ED=9B=88\n{head}=\n{tail}\n=EB=81=9D\n");
        assert_eq!(Anchor::all_in(&quoted), Ok(vec![one]));
        let encoded = STANDARD.encode(format!("훈련이 끝났습니다.\n\n{one}\n{two}\n"));
        let lines: Vec<&str> = encoded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let part = format!("Content-Transfer-Encoding: base64\r\n\r\n{}\r\n\r\n--next\r\n", lines.join("\r\n"));
        assert_eq!(Anchor::all_in(&part), Ok(vec![one, two]));
    }

    #[test]
    fn a_line_that_was_cut_is_named_and_not_passed_over() {
        let anchor = Anchor { chain: Chain::Audit, rows: 3, head: Digest::of(b"x"), at: Timestamp(0) }.to_string();
        assert_eq!(Anchor::all_in(&format!("first\n{}", &anchor[..60])), Err(2));
        for line in ["relight-anchor", "relight-anchor 2 audit - 1:00 x", &anchor.replace("audit -", "audit x")] {
            assert_eq!(Anchor::all_in(line), Err(1), "{line}");
        }
    }
}
