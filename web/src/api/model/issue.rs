//! Issued versions of reports.

use engine::base::{Digest, RunId};
use engine::evidence::issue;
use engine::report;
use engine::run::Verdict;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::iso;

/// The versions of one report.
#[derive(Debug, Serialize, ToSchema)]
pub struct Issues {
    /// The first one first.
    pub issues: Vec<Issue>,
}

/// A version of the report of a run.
#[derive(Debug, Serialize, ToSchema)]
pub struct Issue {
    /// The run.
    #[schema(value_type = String, format = "uuid")]
    pub run: RunId,
    /// From 1.
    pub number: u32,
    /// The report's document number.
    pub document_no: String,
    /// The overall verdict.
    #[schema(value_type = Option<String>)]
    pub verdict: Option<Verdict>,
    /// The last row of the journal that it rests on.
    pub rows: u64,
    /// That row's digest.
    #[schema(value_type = String)]
    pub head: Digest,
    /// SHA-256 of its JSON.
    #[schema(value_type = String)]
    pub digest: Digest,
    /// When it was issued.
    #[schema(format = DateTime)]
    pub issued_at: String,
    /// By whom.
    pub by: String,
    /// Why it was issued anew; empty for the first.
    pub reason: String,
    /// The boxes that are signed, in order.
    pub signatures: Vec<Signature>,
    /// The box that is signed next; absent when all are.
    pub next_box: Option<SignBox>,
}

/// A signed box.
#[derive(Debug, Serialize, ToSchema)]
pub struct Signature {
    /// Which.
    pub r#box: SignBox,
    /// By whom.
    pub by: String,
    /// In which role.
    pub role: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// When the signer had last shown again who that is.
    #[schema(format = DateTime)]
    pub confirmed_at: String,
    /// What was signed.
    #[schema(value_type = String)]
    pub digest: Digest,
    /// Said with it.
    pub comment: String,
}

/// A box of the sign-off.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignBox {
    /// Who wrote it.
    Author,
    /// Who looked through it.
    Reviewer,
    /// Who approved it.
    Approver,
}

/// A version that is to be issued.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IssueReport {
    /// The newest version that the caller knows; 0 for none. Another one in the meantime refuses the request.
    pub last: u32,
    /// Why it is issued anew; not needed for the first.
    #[serde(default)]
    #[schema(max_length = 4096)]
    pub reason: String,
}

/// A signature.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// Which box.
    pub r#box: SignBox,
    /// What is signed: the digest of the version.
    #[schema(value_type = String)]
    pub digest: Digest,
    /// Said with it.
    #[serde(default)]
    #[schema(max_length = 4096)]
    pub comment: String,
}

impl From<report::SignBox> for SignBox {
    fn from(part: report::SignBox) -> Self {
        match part {
            report::SignBox::Author => Self::Author,
            report::SignBox::Reviewer => Self::Reviewer,
            report::SignBox::Approver => Self::Approver,
        }
    }
}

impl From<SignBox> for report::SignBox {
    fn from(part: SignBox) -> Self {
        match part {
            SignBox::Author => Self::Author,
            SignBox::Reviewer => Self::Reviewer,
            SignBox::Approver => Self::Approver,
        }
    }
}

impl Issue {
    /// Of a version as it is kept.
    pub fn of(issue: &issue::Issue) -> Self {
        let signature = |signature: &report::Signature| Signature {
            r#box: signature.part.into(),
            by: signature.by.name.to_string(),
            role: signature.role.to_string(),
            at: iso(signature.at),
            confirmed_at: iso(signature.confirmed_at),
            digest: signature.digest,
            comment: signature.comment.clone(),
        };
        Self {
            run: issue.run,
            number: issue.number,
            document_no: issue.document_no.clone(),
            verdict: issue.verdict,
            rows: issue.rows,
            head: issue.head,
            digest: issue.digest,
            issued_at: iso(issue.at),
            by: issue.by.name.to_string(),
            reason: issue.reason.clone(),
            signatures: issue.signatures.iter().map(signature).collect(),
            next_box: issue.next_box().map(Into::into),
        }
    }
}
