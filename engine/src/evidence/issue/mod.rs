//! Issued versions of a report: its JSON frozen under a number, and the boxes that people sign, author, reviewer, approver.
//!
//! Nothing of a version changes but that boxes are signed; another version comes beside it. What is signed is a digest, so a
//! signature says of exactly which bytes it is.

mod desk;
mod refusal;

use serde::{Deserialize, Serialize};

use crate::base::{Digest, OrgId, RunId, RunbookId, Text, Timestamp};
use crate::plan::Mode;
use crate::report::{Issued, RunReport, SignBox, Signature};
use crate::run::{Actor, ReportRight, Verdict};
use crate::store::Kept;

pub use desk::{Beside, IssueError, content, issue, issued, sign, version};
pub use refusal::NotIssued;

/// A version of the report of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// The run.
    pub run: RunId,
    /// From 1, without gaps.
    pub number: u32,
    /// The report's document number.
    pub document_no: String,
    /// The runbook.
    pub runbook: RunbookId,
    /// Its name for people.
    pub title: Text,
    /// Where it belongs.
    pub organisation: Option<OrgId>,
    /// The run's mode.
    pub mode: Mode,
    /// The overall verdict that it gives.
    pub verdict: Option<Verdict>,
    /// The instant of every number.
    pub as_of_at: Timestamp,
    /// The last row of the journal that it rests on.
    pub rows: u64,
    /// That row's digest.
    pub head: Digest,
    /// SHA-256 of its JSON, by which that is kept.
    pub digest: Digest,
    /// Its length in bytes.
    pub size: u64,
    /// When it was issued.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// Why it was issued anew; empty for the first.
    pub reason: String,
    /// In the order signed.
    pub signatures: Vec<Signature>,
}

impl Kept for Issue {
    const KIND: &'static str = "report-issue";

    /// Padded, so that the order of ids is that of the numbers.
    fn id(&self) -> String {
        id_of(self.run, self.number)
    }

    fn group(&self) -> String {
        self.run.to_string()
    }
}

fn id_of(run: RunId, number: u32) -> String {
    format!("{run}/{number:06}")
}

impl Issue {
    /// As the first version, or the next one, of a report.
    fn of(report: &RunReport, number: u32, json: &str, by: Actor, at: Timestamp, reason: String) -> Self {
        let cover = &report.cover;
        Self {
            run: cover.run,
            number,
            document_no: cover.document_no.clone(),
            runbook: cover.runbook.clone(),
            title: cover.title.clone(),
            organisation: None,
            mode: cover.mode,
            verdict: report.summary.verdict,
            as_of_at: cover.as_of_at,
            rows: report.integrity.rows,
            head: report.integrity.head,
            digest: Digest::of(json.as_bytes()),
            size: json.len() as u64,
            at,
            by,
            reason,
            signatures: Vec::new(),
        }
    }

    /// The box that is signed next; `None` when all are.
    pub fn next_box(&self) -> Option<SignBox> {
        SignBox::ALL.into_iter().find(|part| self.signatures.iter().all(|signature| signature.part != *part))
    }

    /// As the printed report shows it. `current`: the report at hand is this version.
    pub fn note(&self, current: bool) -> Issued {
        Issued {
            number: self.number,
            at: self.at,
            by: self.by.clone(),
            reason: self.reason.clone(),
            digest: self.digest,
            current,
            signatures: self.signatures.clone(),
        }
    }
}

/// What somebody must be allowed to do to sign a box.
pub const fn right(part: SignBox) -> ReportRight {
    match part {
        SignBox::Author => ReportRight::Write,
        SignBox::Reviewer => ReportRight::Review,
        SignBox::Approver => ReportRight::Approve,
    }
}
