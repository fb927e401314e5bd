//! What people ask of a finding, and what is refused. There is no command that closes one.

use super::finding::{Finding, Status};
use super::kind::{CauseCategory, Severity};
use crate::base::{Day, Text, Timestamp, UserName};
use crate::run::{Act, Actor, Denial, ReviewRight, permit};

/// Longest text that is taken, in characters.
const LONGEST: usize = 4_000;

/// What is asked of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Write down what is known, what is done, by whom and until when.
    Tend(Tended),
    /// Say how far the work has come.
    Move(Step),
    /// Bear the risk until a day.
    Waive {
        /// The last day.
        until: Day,
        /// Why.
        reason: String,
    },
    /// It was closed or waived, and should not be.
    Reopen {
        /// Why.
        reason: String,
    },
}

/// How far the work on a finding has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Not begun.
    Open,
    /// Begun.
    InProgress,
    /// Done; a run must show it.
    AwaitingRetest,
}

impl Step {
    /// Reads its word; there is none that closes.
    pub fn from_keyword(word: &str) -> Option<Self> {
        match word {
            "open" => Some(Self::Open),
            "in_progress" => Some(Self::InProgress),
            "awaiting_retest" => Some(Self::AwaitingRetest),
            _ => None,
        }
    }

    const fn status(self) -> Status {
        match self {
            Self::Open => Status::Open,
            Self::InProgress => Status::InProgress,
            Self::AwaitingRetest => Status::AwaitingRetest,
        }
    }
}

/// What people write down about a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tended {
    /// How grave it is.
    pub severity: Severity,
    /// Where the cause lies.
    pub category: Option<CauseCategory>,
    /// The root cause.
    pub cause: String,
    /// What is done about it.
    pub action: String,
    /// Who answers for it.
    pub owner: Option<UserName>,
    /// Until when.
    pub due: Option<Day>,
}

impl Command {
    /// The deed, in the words of the log.
    pub const fn act(&self) -> &'static str {
        match self {
            Self::Tend(_) => "finding.tend",
            Self::Move(_) => "finding.move",
            Self::Waive { .. } => "finding.waive",
            Self::Reopen { .. } => "finding.reopen",
        }
    }

    /// What the asker said for it.
    pub fn reason(&self) -> &str {
        match self {
            Self::Waive { reason, .. } | Self::Reopen { reason } => reason,
            Self::Tend(_) | Self::Move(_) => "",
        }
    }
}

/// The finding as a command leaves it.
pub(super) fn decide(finding: &Finding, command: &Command, by: &Actor, now: Timestamp) -> Result<Finding, Denial> {
    let tends = permit(by, Act::Review(ReviewRight::Tend), false);
    let owns = finding.owner.as_ref() == Some(&by.name);
    let mut changed = finding.clone();
    match command {
        Command::Tend(new) => {
            if !owns {
                tends.clone()?;
            }
            let given_out = (finding.severity, &finding.owner, finding.due) != (new.severity, &new.owner, new.due);
            if given_out {
                // Who answers for it can not hand it on or put it off alone.
                tends?;
            }
            changed.severity = new.severity;
            changed.category = new.category;
            changed.cause = bounded(&new.cause)?;
            changed.action = bounded(&new.action)?;
            changed.owner.clone_from(&new.owner);
            changed.due = new.due;
        }
        Command::Move(step) => {
            if !owns {
                tends?;
            }
            if finding.status.rests() {
                return Err(denial(
                    "finding_rests",
                    "종결되었거나 위험을 수용한 과제입니다. 먼저 사유를 적어 재개하십시오",
                    "the finding is closed or waived: reopen it with a reason first",
                ));
            }
            changed.status = step.status();
        }
        Command::Waive { until, reason } => {
            permit(by, Act::Review(ReviewRight::Waive), false)?;
            waivable(finding, by)?;
            let (today, reason) = (Day::in_seoul(now), said(reason)?);
            if *until < today || *until > super::latest_waiver(today) {
                return Err(denial(
                    "finding_until",
                    "위험 수용 기한은 오늘부터 1년 안이어야 합니다",
                    "a waiver ends between today and a year from now",
                ));
            }
            changed.status = Status::Waived { by: by.name.clone(), until: *until, reason, at: now };
        }
        Command::Reopen { reason } => {
            tends?;
            if !finding.status.rests() {
                return Err(denial("finding_open", "이미 열려 있는 과제입니다", "the finding is open already"));
            }
            let (by, reason) = (Some(by.name.clone()), Text::plain(said(reason)?));
            changed.status = Status::Reopened { at: now, by, reason };
        }
    }
    Ok(changed)
}

/// Whoever answers for a finding does not decide that nothing is done about it.
fn waivable(finding: &Finding, by: &Actor) -> Result<(), Denial> {
    match (&finding.status, &finding.owner) {
        (Status::Closed { .. }, _) => {
            Err(denial("finding_closed", "재시험을 통과해 종결된 과제입니다", "a passing run has closed the finding"))
        }
        (_, None) => Err(denial(
            "finding_unowned",
            "먼저 담당자를 정하십시오. 위험 수용은 담당자가 아닌 사람이 승인합니다",
            "name who answers for it first: a waiver is approved by somebody else",
        )),
        (_, Some(owner)) if *owner == by.name => Err(denial(
            "finding_own",
            "담당자는 자기 과제의 위험 수용을 승인할 수 없습니다. 다른 승인자가 해야 합니다",
            "who answers for a finding can not waive it: another approver must",
        )),
        (_, Some(_)) => Ok(()),
    }
}

/// A text within bounds.
pub(super) fn bounded(text: &str) -> Result<String, Denial> {
    if text.chars().count() > LONGEST {
        return Err(denial("finding_long", "글은 4,000자까지입니다", "a text has at most 4,000 characters"));
    }
    Ok(text.trim().to_owned())
}

/// A text that must be there.
pub(super) fn said(text: &str) -> Result<String, Denial> {
    let text = bounded(text)?;
    if text.is_empty() {
        return Err(denial("finding_reason", "내용과 사유를 적으십시오", "write what it is and why"));
    }
    Ok(text)
}

pub(super) fn denial(code: &'static str, ko: &str, en: &str) -> Denial {
    Denial { code, message: Text::new(ko, en) }
}
