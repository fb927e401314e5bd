//! What a case is made of, as the fold of its log has it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Phase, Proposal, Seat, Source, SupportState};
use crate::base::{CasePart, Day, Mode, RunId, RunbookId, Text, Timestamp, UserName};
use crate::run::{Actor, RunStatus, Verdict};

/// One value of an instant. The last one counts; the others stay as they were said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeSaid {
    /// The instant.
    pub value: Timestamp,
    /// How it is known.
    pub source: Source,
    /// When that was written down.
    pub entered_at: Timestamp,
    /// Who said it; `None` where the engine did.
    pub by: Option<Actor>,
    /// Why it differs from the one before; empty for the first.
    pub reason: String,
}

/// One tick at a criterion, or its taking back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// Whether it holds.
    pub holds: bool,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Option<Actor>,
}

/// A phase that was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// Which.
    pub phase: Phase,
    /// When.
    pub at: Timestamp,
}

/// The declaration of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredBy {
    /// When.
    pub at: Timestamp,
    /// Who; `None` where a run's declaration was that of the case.
    pub by: Option<Actor>,
    /// Why.
    pub reason: String,
    /// What was proposed.
    pub proposed: Option<Proposal>,
}

/// How a case came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// 상황 종료 with nothing moved.
    StoodDown,
    /// Closed with everything done.
    Closed,
}

/// A run of the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linked {
    /// Which.
    pub run: RunId,
    /// What it is here.
    pub part: CasePart,
    /// Its runbook.
    pub runbook: RunbookId,
    /// The runbook's name.
    pub title: Text,
    /// Its mode.
    pub mode: Mode,
    /// Who declared it.
    pub requester: UserName,
    /// Whether another person must still confirm it: until then it moves nothing here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unconfirmed: bool,
    /// Its status when it was last looked at.
    pub status: RunStatus,
    /// Its verdict, once there is one.
    pub verdict: Option<Verdict>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
}

/// That somebody broke the glass while the case was open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Which record.
    pub glass: Uuid,
    /// Who.
    pub by: UserName,
    /// When.
    pub at: Timestamp,
    /// Until when it gives what it gives.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
}

/// Somebody in the situation room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub name: String,
    /// What for.
    pub seat: Seat,
    /// Since when.
    pub since: Timestamp,
    /// Until when, of those who left.
    pub until: Option<Timestamp>,
}

/// A support request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Support {
    /// Its number.
    pub number: u32,
    /// Of whom.
    pub to: String,
    /// What.
    pub what: String,
    /// How far it is.
    pub state: SupportState,
    /// When it came there.
    pub since: Timestamp,
    /// What was said last.
    pub note: String,
}

/// A situation report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its number.
    pub number: u32,
    /// When.
    pub at: Timestamp,
    /// Who asked for it; `None`: it was due.
    pub by: Option<Actor>,
    /// As sent.
    pub text: Text,
}

/// What a successor must know.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Brief {
    /// Gates that wait for people.
    pub gates: Vec<Text>,
    /// Units at work.
    pub at_work: Vec<Text>,
    /// What may go wrong, or has.
    pub risks: Vec<Text>,
}

/// A hand-over of the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// Whose it was; `None` where nobody had it.
    pub from: Option<UserName>,
    /// Who offered it, where that was not the person whose it was.
    pub by: Option<UserName>,
    /// Who is to have it.
    pub to: UserName,
    /// What was open.
    pub brief: Brief,
    /// In the commander's words.
    pub note: String,
    /// When it was offered.
    pub offered_at: Timestamp,
    /// When it was acknowledged; `None` as long as it is not.
    pub taken_at: Option<Timestamp>,
    /// Whether it was taken back.
    pub withdrawn: bool,
}

/// A window of alternate operation (대체 운영).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternate {
    /// Its number.
    pub number: u32,
    /// Which services.
    pub services: String,
    /// How they are run, and what is reduced.
    pub how: String,
    /// Since when.
    pub from: Timestamp,
    /// Until when.
    pub to: Option<Timestamp>,
}

/// Something that must be put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its number.
    pub number: u32,
    /// What.
    pub text: Text,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Until when.
    pub due: Option<Day>,
}
