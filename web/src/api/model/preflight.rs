//! What a run would meet, before it is declared.

use engine::base::Digest;
use engine::run::{Answered, Finding, Preflight, Topic};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Both, Mode, iso};

/// A preflight that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookAhead {
    /// The mode that is meant: its addresses and credentials are used.
    pub mode: Mode,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreflightFound {
    /// What a declaration names as `preflight`.
    #[schema(value_type = String)]
    pub digest: Digest,
    /// Digest of the plan that was looked at.
    #[schema(value_type = String)]
    pub plan: Digest,
    /// The mode.
    pub mode: Mode,
    /// When it began.
    #[schema(format = DateTime)]
    pub at: String,
    /// Whether everything was found as it should be.
    pub clear: bool,
    /// What is wrong first.
    pub findings: Vec<PreflightLine>,
}

/// One thing that was looked at.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreflightLine {
    /// What it is about: `login`, `database`, `reach`, `clock`, `disk`, `replication`, `secret`, `lock`, `approvers`, `unit`,
    /// `review` or `changed`.
    #[schema(value_type = String)]
    pub topic: Topic,
    /// The target, the secret, the unit.
    pub subject: String,
    /// `up`, `down` or `unknown`.
    #[schema(value_type = String)]
    pub answer: Answered,
    /// What was seen, or why nothing was.
    pub seen: Both,
    /// What helps.
    pub next_step: Option<Both>,
    /// How long it took to find out.
    pub took_ms: u64,
}

impl PreflightFound {
    /// A preflight that is kept under a digest.
    pub fn of(preflight: &Preflight, digest: Digest) -> Self {
        let line = |finding: &Finding| PreflightLine {
            topic: finding.topic,
            subject: finding.subject.clone(),
            answer: finding.answer,
            seen: Both::of(&finding.seen),
            next_step: finding.next_step.as_ref().map(Both::of),
            took_ms: finding.took.0,
        };
        Self {
            digest,
            plan: preflight.plan,
            mode: preflight.mode.into(),
            at: iso(preflight.at),
            clear: preflight.is_clear(),
            findings: preflight.findings.iter().map(line).collect(),
        }
    }
}
