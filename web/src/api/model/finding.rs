//! Findings as they are shown and asked of.

use engine::base::{CaseId, FindingId, RunId, UserName};
use engine::review::{CauseCategory, Finding, FindingKind, Severity, Status, Subject};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::case_ask::flat;
use super::{Both, Mode, iso};
use crate::extract::Fields;

/// One page of findings.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingList {
    /// The findings.
    pub findings: Vec<FindingLine>,
    /// What to give as `before` for the next page of closed ones; `null` where this is the last one. Others come on one page.
    pub next: Option<String>,
}

/// A finding.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingLine {
    /// Its id. What follows from a run by itself has the same id however often it is made.
    #[schema(value_type = String, format = "uuid")]
    pub finding: FindingId,
    /// The run that showed it.
    #[schema(value_type = String, format = "uuid")]
    pub run: RunId,
    /// Its runbook.
    pub runbook: String,
    /// Its mode.
    pub mode: Mode,
    /// The case of the run.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub case: Option<CaseId>,
    /// What was found, as a word.
    #[schema(value_type = String)]
    pub kind: FindingKind,
    /// What has to pass: `plan`, `service`, `point` or `unit`, and which.
    #[schema(value_type = Object)]
    pub subject: Subject,
    /// `critical`, `high`, `medium` or `low`.
    #[schema(value_type = String)]
    pub severity: Severity,
    /// What was seen.
    pub what: Both,
    /// When it was raised.
    #[schema(format = DateTime)]
    pub raised_at: String,
    /// Who raised it; `null`: it followed from the run.
    #[schema(value_type = Option<String>)]
    pub raised_by: Option<UserName>,
    /// `people`, `process`, `technology` or `third_party`.
    #[schema(value_type = Option<String>)]
    pub category: Option<CauseCategory>,
    /// The root cause.
    pub cause: String,
    /// What is done about it.
    pub action: String,
    /// Who answers for it.
    #[schema(value_type = Option<String>)]
    pub owner: Option<UserName>,
    /// The day by which it is to be put right.
    #[schema(format = Date)]
    pub due: Option<String>,
    /// `open`, `in_progress`, `awaiting_retest`, `closed` with `run` and `at`, `waived` with `by`, `until`, `reason` and `at`,
    /// or `reopened` with `at`, `by` and `reason`; `at` in milliseconds since 1970.
    #[schema(value_type = Object)]
    pub status: Status,
}

impl FindingLine {
    /// Of a finding.
    pub fn of(finding: &Finding) -> Self {
        Self {
            finding: finding.id,
            run: finding.run,
            runbook: finding.runbook.to_string(),
            mode: finding.mode.into(),
            case: finding.case,
            kind: finding.kind,
            subject: finding.subject.clone(),
            severity: finding.severity,
            what: Both::of(&finding.what),
            raised_at: iso(finding.raised_at),
            raised_by: finding.raised_by.clone(),
            category: finding.category,
            cause: finding.cause.clone(),
            action: finding.action.clone(),
            owner: finding.owner.clone(),
            due: finding.due.map(|due| due.to_string()),
            status: finding.status.clone(),
        }
    }
}

/// A finding that somebody writes down.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFinding {
    /// What was seen.
    #[schema(min_length = 1, max_length = 4000)]
    pub what: String,
    /// The unit that it is about; the runbook as a whole where absent.
    #[schema(max_length = 64)]
    pub unit: Option<String>,
    /// `critical`, `high`, `medium` or `low`.
    #[schema(value_type = String)]
    pub severity: Severity,
    /// `people`, `process`, `technology` or `third_party`.
    #[schema(value_type = Option<String>)]
    pub category: Option<CauseCategory>,
    /// The root cause.
    #[schema(max_length = 4000)]
    pub cause: Option<String>,
    /// What is done about it.
    #[schema(max_length = 4000)]
    pub action: Option<String>,
    /// The account of who answers for it.
    #[schema(max_length = 64)]
    pub owner: Option<String>,
    /// The day by which it is to be put right.
    #[schema(format = Date)]
    pub due: Option<String>,
}

impl NewFinding {
    /// As the console's form sends it.
    pub fn fields(&self) -> Fields {
        Fields(flat(self))
    }
}

/// Something that is asked of a finding.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "verb", rename_all = "snake_case", deny_unknown_fields)]
pub enum FindingAct {
    /// Write down what is known; what is absent is then empty.
    Tend {
        /// `critical`, `high`, `medium` or `low`.
        #[schema(value_type = String)]
        severity: Severity,
        /// `people`, `process`, `technology` or `third_party`.
        #[schema(value_type = Option<String>)]
        category: Option<CauseCategory>,
        /// The root cause.
        #[schema(max_length = 4000)]
        cause: Option<String>,
        /// What is done about it.
        #[schema(max_length = 4000)]
        action: Option<String>,
        /// The account of who answers for it.
        #[schema(max_length = 64)]
        owner: Option<String>,
        /// The day by which it is to be put right.
        #[schema(format = Date)]
        due: Option<String>,
    },
    /// Say how far the work has come.
    Move {
        /// `open`, `in_progress` or `awaiting_retest`.
        #[schema(max_length = 32)]
        step: String,
    },
    /// Bear the risk until a day.
    Waive {
        /// The last day, at most a year from now.
        #[schema(format = Date)]
        until: String,
        /// Why.
        #[schema(min_length = 1, max_length = 4000)]
        reason: String,
    },
    /// It was closed or waived, and should not be.
    Reopen {
        /// Why.
        #[schema(min_length = 1, max_length = 4000)]
        reason: String,
    },
}

impl FindingAct {
    /// As the console's forms send it.
    pub fn fields(&self) -> Fields {
        Fields(flat(self))
    }
}
