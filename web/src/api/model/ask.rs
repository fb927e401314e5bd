//! What is asked of a run. It comes in as JSON and is read by the reader of the console's forms, so that both are held to
//! the same.

use engine::base::{Digest, RequestId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Both;
use crate::extract::Fields;

/// Something that is asked of a run.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "verb", rename_all = "snake_case", deny_unknown_fields)]
pub enum Ask {
    /// Vote at a gate.
    Vote {
        /// The unit whose gate is open.
        unit: String,
        /// Yes or no.
        approve: bool,
        /// Said with it; a rejection must have one.
        #[serde(default)]
        comment: String,
        /// What the voter saw: the digest of the open gate.
        #[schema(value_type = String)]
        digest: Digest,
        /// In whose place, for somebody who stands in for another; in one's own name where absent.
        #[serde(rename = "for")]
        stands_for: Option<String>,
    },
    /// Enter a vote that an approver has told by phone; for the situation room.
    VoteByPhone {
        /// The unit whose gate is open.
        unit: String,
        /// Yes or no.
        approve: bool,
        /// Said with it; a rejection must have one.
        #[serde(default)]
        comment: String,
        /// What was read out: the digest of the open gate.
        #[schema(value_type = String)]
        digest: Digest,
        /// The account of who called.
        approver: String,
        /// The account of who listened in: neither who called nor who enters it.
        witness: String,
        /// When the call was.
        #[schema(format = DateTime)]
        called_at: String,
    },
    /// Confirm or refuse a manual step.
    Manual {
        /// The unit.
        unit: String,
        /// What came of it.
        result: ManualResult,
        /// What shows it.
        #[serde(default)]
        evidence: String,
        /// The number that was measured, where one is asked for.
        measure: Option<String>,
    },
    /// Say that one does a manual step.
    Claim {
        /// The unit.
        unit: String,
    },
    /// Leave a manual step to others again.
    Release {
        /// The unit.
        unit: String,
    },
    /// Give a manual step to somebody.
    Assign {
        /// The unit.
        unit: String,
        /// Whom.
        to: String,
    },
    /// Answer one item of a manual step's checklist.
    Tick {
        /// The unit.
        unit: String,
        /// Its place, from 0.
        #[schema(maximum = 49)]
        item: u16,
        /// What came of it.
        result: ManualResult,
        /// What is to be said of it.
        #[serde(default)]
        note: String,
    },
    /// Look at a manual step that another person has done.
    Check {
        /// The unit.
        unit: String,
        /// Whether it is as it should be.
        accept: bool,
        /// Said with it; a refusal must have one.
        #[serde(default)]
        comment: String,
    },
    /// Start no new step until resumed.
    Pause {
        /// Why.
        reason: String,
    },
    /// Hold an exercise: start no new step, and let no clock count until resumed. Refused in a real disaster.
    ExerciseHold {
        /// Why: safety, or a reason outside the exercise.
        reason: String,
    },
    /// Go on after a pause.
    Resume {},
    /// End the run.
    Abort {
        /// Why.
        reason: String,
    },
    /// Try the failed or unknown step of a unit again.
    RetryStep {
        /// The unit.
        unit: String,
    },
    /// Start a failed or unknown unit again from its first step.
    RetryUnit {
        /// The unit.
        unit: String,
    },
    /// Start a unit again.
    Rerun {
        /// The unit.
        unit: String,
        /// Whether all that comes after it is started again too.
        #[serde(default)]
        downstream: bool,
        /// Why.
        reason: String,
    },
    /// Go on without a unit.
    Skip {
        /// The unit.
        unit: String,
        /// Why.
        reason: String,
    },
    /// Mark a unit as done by other means.
    Attest {
        /// The unit.
        unit: String,
        /// What shows it.
        evidence: String,
    },
    /// Take a branch of a decision, or let a unit run whose condition can not be judged.
    Choose {
        /// The unit.
        unit: String,
        /// The branch; `holds` for a condition.
        branch: String,
        /// Why.
        reason: String,
    },
    /// End the attempt of a unit that is at work.
    Stop {
        /// The unit.
        unit: String,
        /// Why.
        reason: String,
    },
    /// Undo what was done, in reverse order: a unit, a stage, or, where neither is named, the run.
    Rollback {
        /// Only this unit.
        unit: Option<String>,
        /// Only this stage.
        stage: Option<String>,
        /// Whether what was built on it and is outside the scope is undone too.
        #[serde(default)]
        downstream: bool,
        /// Why.
        reason: String,
    },
    /// Set or correct a milestone.
    Mark {
        /// Which.
        mark: Mark,
        /// Its instant.
        #[schema(format = DateTime)]
        at: String,
        /// Why.
        reason: String,
    },
}

/// What came of a manual step.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ManualResult {
    /// Done, and the expected result was seen.
    Done,
    /// Done without success.
    Failed,
    /// Does not apply here; the evidence says why.
    NotApplicable,
}

impl ManualResult {
    /// The word of the forms.
    const fn keyword(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::NotApplicable => "not_applicable",
        }
    }
}

/// A milestone that a person may set.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// 발생.
    Event,
    /// 인지.
    Detect,
    /// 선포.
    Declare,
    /// 업무 확인.
    Verified,
    /// 재개.
    Resume,
    /// 환원 완료.
    FailbackDone,
    /// 상황 종료.
    Close,
}

/// What became of a request.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reply {
    /// The request; the same id sent again is answered with this answer.
    #[schema(value_type = String, format = "uuid")]
    pub request: RequestId,
    /// Where it stands.
    pub standing: Standing,
    /// The last event that came of it.
    pub seq: Option<u64>,
    /// Of a refused one: a stable word.
    pub code: Option<String>,
    /// Of a refused one: why, and what can be done instead.
    pub message: Option<Both>,
}

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It took effect.
    Accepted,
    /// It did not.
    Refused,
    /// It is kept and takes effect once an engine carries the run on.
    Kept,
}

impl Ask {
    /// As the console's forms send it.
    pub fn fields(self) -> Fields {
        let mut fields = Sending::default();
        match self {
            Self::Vote { unit, approve, comment, digest, stands_for } => fields
                .verb("vote")
                .field("unit", unit)
                .field("approve", if approve { "yes" } else { "no" })
                .field("comment", comment)
                .field("digest", digest.to_string())
                .field("for", stands_for.unwrap_or_default()),
            Self::VoteByPhone { unit, approve, comment, digest, approver, witness, called_at } => fields
                .verb("vote-by-phone")
                .field("unit", unit)
                .field("approve", if approve { "yes" } else { "no" })
                .field("comment", comment)
                .field("digest", digest.to_string())
                .field("approver", approver)
                .field("witness", witness)
                .field("called_at", called_at),
            Self::Manual { unit, result, evidence, measure } => fields
                .verb("manual")
                .field("unit", unit)
                .field("result", result.keyword())
                .field("evidence", evidence)
                .field("measure", measure.unwrap_or_default()),
            Self::Claim { unit } => fields.verb("claim").field("unit", unit),
            Self::Release { unit } => fields.verb("release").field("unit", unit),
            Self::Assign { unit, to } => fields.verb("assign").field("unit", unit).field("to", to),
            // A form that only saves its checklist.
            Self::Tick { unit, item, result, note } => fields
                .verb("manual")
                .field("unit", unit)
                .field("result", "save")
                .field(&format!("item-{item}"), result.keyword())
                .field(&format!("note-{item}"), note),
            Self::Check { unit, accept, comment } => fields
                .verb("check")
                .field("unit", unit)
                .field("accept", if accept { "yes" } else { "no" })
                .field("comment", comment),
            Self::Pause { reason } => fields.verb("pause").field("reason", reason),
            Self::ExerciseHold { reason } => fields.verb("exercise-hold").field("reason", reason),
            Self::Resume {} => fields.verb("resume"),
            Self::Abort { reason } => fields.verb("abort").field("reason", reason),
            Self::RetryStep { unit } => fields.verb("retry-step").field("unit", unit),
            Self::RetryUnit { unit } => fields.verb("retry-unit").field("unit", unit),
            Self::Rerun { unit, downstream, reason } => fields
                .verb(if downstream { "rerun-downstream" } else { "rerun" })
                .field("unit", unit)
                .field("reason", reason),
            Self::Skip { unit, reason } => fields.verb("skip").field("unit", unit).field("reason", reason),
            Self::Attest { unit, evidence } => fields.verb("attest").field("unit", unit).field("evidence", evidence),
            Self::Choose { unit, branch, reason } => {
                fields.verb("choose").field("unit", unit).field("branch", branch).field("reason", reason)
            }
            Self::Stop { unit, reason } => fields.verb("stop").field("unit", unit).field("reason", reason),
            Self::Rollback { unit, stage, downstream, reason } => {
                let scope = match (unit, stage) {
                    (None, None) => "run".to_owned(),
                    (Some(unit), None) => format!("unit:{unit}"),
                    (None, Some(stage)) => format!("stage:{stage}"),
                    // Which of the two is meant can not be told; the reader refuses a scope of this form.
                    (Some(_), Some(_)) => "unit and stage".to_owned(),
                };
                let downstream = if downstream { "yes" } else { "no" };
                fields.verb("rollback").field("scope", scope).field("downstream", downstream).field("reason", reason)
            }
            Self::Mark { mark, at, reason } => {
                let mark = match mark {
                    Mark::Event => "event",
                    Mark::Detect => "detect",
                    Mark::Declare => "declare",
                    Mark::Verified => "verified",
                    Mark::Resume => "resume",
                    Mark::FailbackDone => "failback_done",
                    Mark::Close => "close",
                };
                fields.verb("mark").field("mark", mark).field("at", at).field("reason", reason)
            }
        };
        Fields(fields.0)
    }
}

/// Fields in the making.
#[derive(Default)]
struct Sending(Vec<(String, String)>);

impl Sending {
    fn verb(&mut self, verb: &str) -> &mut Self {
        self.field("verb", verb)
    }

    fn field(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }
}
