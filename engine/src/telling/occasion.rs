//! Something that people are told about, once.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::base::{CaseId, Mode, OrgId, RoleName, RunId, RunbookId, Text, Timestamp, UnitId, UserName};

/// Kinds of occasions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OccasionKind {
    /// A run was declared.
    RunDeclared,
    /// A declaration for real asks another person to confirm it.
    SecondPerson,
    /// A gate asks.
    GateOpened,
    /// Half the time of a gate is over.
    GateHalfTime,
    /// The time of a gate is over.
    GateOverdue,
    /// A gate asks further people.
    GateEscalated,
    /// A manual step waits.
    ManualOpened,
    /// A unit failed.
    UnitFailed,
    /// Nobody can say whether a unit's work was done.
    UnitUnknown,
    /// A unit took longer than its target.
    TargetExceeded,
    /// A run or a service is later than its objective.
    RtoExceeded,
    /// A run can not go on without a person.
    RunStalled,
    /// A run was paused.
    RunPaused,
    /// A run is over.
    RunOver,
    /// An assessment was opened.
    CaseOpened,
    /// A disaster was declared.
    CaseDeclared,
    /// A case has come to another state.
    CaseChanged,
    /// A failure has lasted so long that its grade rose.
    CaseEscalated,
    /// A situation report is there.
    SituationReport,
    /// Somebody hands the command over.
    HandOver,
    /// A case was closed.
    CaseClosed,
    /// One person took the emergency authority.
    BreakGlass,
    /// Somebody gave the account of somebody else a new password.
    AccountReset,
    /// A run that is over showed something grave.
    FindingRaised,
    /// An exercise that is owed was not held in time.
    DutyOverdue,
    /// A replication link brings nothing over any more.
    ReplicationStopped,
    /// Nobody can say how a replication link stands, for longer than its objective.
    ReplicationUnknown,
    /// What would be lost has come to 80 % of the objective.
    RpoNear,
    /// More would be lost than the objective allows.
    RpoExceeded,
    /// Somebody tries the contact tree out.
    TestCall,
    /// What was gathered for somebody, told together.
    Digest,
}

impl OccasionKind {
    /// Whether it is about a gate that asks, so that its page is where to go.
    pub const fn asks_for_votes(self) -> bool {
        matches!(self, Self::GateOpened | Self::GateHalfTime | Self::GateEscalated | Self::GateOverdue)
    }

    /// Whether it is about the account of who is named: its owner is told wherever the contact of the account is kept.
    pub const fn is_about_an_account(self) -> bool {
        matches!(self, Self::AccountReset)
    }

    /// All of them.
    pub const ALL: [Self; 31] = [
        Self::RunDeclared,
        Self::SecondPerson,
        Self::GateOpened,
        Self::GateHalfTime,
        Self::GateOverdue,
        Self::GateEscalated,
        Self::ManualOpened,
        Self::UnitFailed,
        Self::UnitUnknown,
        Self::TargetExceeded,
        Self::RtoExceeded,
        Self::RunStalled,
        Self::RunPaused,
        Self::RunOver,
        Self::CaseOpened,
        Self::CaseDeclared,
        Self::CaseChanged,
        Self::CaseEscalated,
        Self::SituationReport,
        Self::HandOver,
        Self::CaseClosed,
        Self::BreakGlass,
        Self::AccountReset,
        Self::FindingRaised,
        Self::DutyOverdue,
        Self::ReplicationStopped,
        Self::ReplicationUnknown,
        Self::RpoNear,
        Self::RpoExceeded,
        Self::TestCall,
        Self::Digest,
    ];

    /// The word in rules and records.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::RunDeclared => "run_declared",
            Self::SecondPerson => "second_person",
            Self::GateOpened => "gate_opened",
            Self::GateHalfTime => "gate_half_time",
            Self::GateOverdue => "gate_overdue",
            Self::GateEscalated => "gate_escalated",
            Self::ManualOpened => "manual_opened",
            Self::UnitFailed => "unit_failed",
            Self::UnitUnknown => "unit_unknown",
            Self::TargetExceeded => "target_exceeded",
            Self::RtoExceeded => "rto_exceeded",
            Self::RunStalled => "run_stalled",
            Self::RunPaused => "run_paused",
            Self::RunOver => "run_over",
            Self::CaseOpened => "case_opened",
            Self::CaseDeclared => "case_declared",
            Self::CaseChanged => "case_changed",
            Self::CaseEscalated => "case_escalated",
            Self::SituationReport => "situation_report",
            Self::HandOver => "hand_over",
            Self::CaseClosed => "case_closed",
            Self::BreakGlass => "break_glass",
            Self::AccountReset => "account_reset",
            Self::FindingRaised => "finding_raised",
            Self::DutyOverdue => "duty_overdue",
            Self::ReplicationStopped => "replication_stopped",
            Self::ReplicationUnknown => "replication_unknown",
            Self::RpoNear => "rpo_near",
            Self::RpoExceeded => "rpo_exceeded",
            Self::TestCall => "test_call",
            Self::Digest => "digest",
        }
    }

    /// Reads [`OccasionKind::keyword`] back.
    pub fn from_keyword(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.keyword() == word)
    }

    /// Its name for people.
    pub fn title(self) -> Text {
        match self {
            Self::RunDeclared => Text::new("실행 선포", "run declared"),
            Self::SecondPerson => Text::new("선포 확인 요청", "second person asked for"),
            Self::GateOpened => Text::new("승인 요청", "approval asked for"),
            Self::GateHalfTime => Text::new("승인 시간 절반 경과", "half the time of a gate is over"),
            Self::GateOverdue => Text::new("승인 시간 초과", "gate overdue"),
            Self::GateEscalated => Text::new("승인 상향 요청", "gate escalated"),
            Self::ManualOpened => Text::new("수동 작업 대기", "manual work waits"),
            Self::UnitFailed => Text::new("기동 단위 실패", "unit failed"),
            Self::UnitUnknown => Text::new("기동 단위 결과 불명", "outcome of a unit unknown"),
            Self::TargetExceeded => Text::new("목표 시간 초과", "target exceeded"),
            Self::RtoExceeded => Text::new("RTO 초과", "RTO exceeded"),
            Self::RunStalled => Text::new("실행 멈춤, 판단 필요", "run stands still and needs a decision"),
            Self::RunPaused => Text::new("실행 일시정지", "run paused"),
            Self::RunOver => Text::new("실행 종료", "run over"),
            Self::CaseOpened => Text::new("상황 접수", "assessment opened"),
            Self::CaseDeclared => Text::new("재해 선포", "disaster declared"),
            Self::CaseChanged => Text::new("상황 변경", "case changed"),
            Self::CaseEscalated => Text::new("상황 격상", "case escalated"),
            Self::SituationReport => Text::new("경과보고", "situation report"),
            Self::HandOver => Text::new("지휘 인계", "command hand-over"),
            Self::CaseClosed => Text::new("상황 종료", "case closed"),
            Self::BreakGlass => Text::new("비상 권한 사용", "break-glass"),
            Self::AccountReset => Text::new("비밀번호 초기화", "password reset"),
            Self::FindingRaised => Text::new("심각한 조치 과제", "critical finding"),
            Self::DutyOverdue => Text::new("훈련 기한 경과", "drill overdue"),
            Self::ReplicationStopped => Text::new("복제 중단", "replication stopped"),
            Self::ReplicationUnknown => Text::new("복제 상태 확인 불가", "replication can not be seen"),
            Self::RpoNear => Text::new("예상 손실 RPO 80% 도달", "loss near the RPO"),
            Self::RpoExceeded => Text::new("예상 손실 RPO 초과", "loss beyond the RPO"),
            Self::TestCall => Text::new("비상연락망 점검", "test of the contact tree"),
            Self::Digest => Text::new("소식 모음", "digest"),
        }
    }

    /// Whether somebody has to say that they know. What is told for information alone climbs no ladder.
    pub const fn wants_acknowledgement(self) -> bool {
        match self {
            Self::SecondPerson
            | Self::GateOpened
            | Self::GateHalfTime
            | Self::GateOverdue
            | Self::GateEscalated
            | Self::ManualOpened
            | Self::UnitFailed
            | Self::UnitUnknown
            | Self::RtoExceeded
            | Self::RunStalled
            | Self::CaseOpened
            | Self::CaseDeclared
            | Self::CaseEscalated
            | Self::HandOver
            | Self::BreakGlass
            | Self::AccountReset
            | Self::ReplicationStopped
            | Self::RpoExceeded
            | Self::TestCall => true,
            Self::RunDeclared
            | Self::ReplicationUnknown
            | Self::RpoNear
            | Self::TargetExceeded
            | Self::RunPaused
            | Self::RunOver
            | Self::CaseChanged
            | Self::SituationReport
            | Self::CaseClosed
            | Self::FindingRaised
            | Self::DutyOverdue
            | Self::Digest => false,
        }
    }
}

/// What makes an occasion that one and no other: raised twice, it is there once.
///
/// `run/UUID/gate/UNIT/SEQ/overdue`, `case/UUID/declared`: paths, so that all of one run stand together.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(String);

impl Key {
    /// Of something in the journal of a run: the row that says it, and what it says.
    pub fn of_run(run: RunId, seq: u64, kind: OccasionKind, unit: Option<&UnitId>) -> Self {
        let unit = unit.map_or(String::new(), |unit| format!("/{unit}"));
        Self(format!("run/{run}/{seq:08}/{}{unit}", kind.keyword()))
    }

    /// Of something in a case: its place in the log of the case, or another word that no second occasion of the case has.
    pub fn of_case(case: CaseId, place: impl fmt::Display, kind: OccasionKind) -> Self {
        Self(format!("case/{case}/{place}/{}", kind.keyword()))
    }

    /// Of something else that has an id of its own.
    pub fn of(kind: OccasionKind, id: Uuid) -> Self {
        Self(format!("{}/{id}", kind.keyword()))
    }

    /// Of something about an account, which one instant brings about once.
    pub fn of_account(kind: OccasionKind, name: &UserName, at: Timestamp) -> Self {
        Self(format!("{}/{:015}-{name}", kind.keyword(), at.0))
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for Key {
    fn from(written: String) -> Self {
        Self(written)
    }
}

/// What an occasion is about, as far as it is about any of these.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct About {
    /// The run.
    pub run: Option<RunId>,
    /// Its runbook.
    pub runbook: Option<RunbookId>,
    /// The unit.
    pub unit: Option<UnitId>,
    /// The case.
    pub case: Option<CaseId>,
    /// The organisation that it belongs to: roles are asked for there, and contacts of it and of those above are told. `None` is
    /// the top of the tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrgId>,
}

/// Something that people are told about, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occasion {
    /// What makes it this one.
    pub key: Key,
    /// Its kind.
    pub kind: OccasionKind,
    /// The mode of what it belongs to: it decides whose contact lists are used and how messages are marked.
    pub mode: Mode,
    /// When it came about.
    pub at: Timestamp,
    /// What it is about.
    pub about: About,
    /// Where what it belongs to stands: the stage of a run, the state of a case. Rules may ask for it.
    pub phase: Option<String>,
    /// Roles that are asked to do something now.
    pub asks: BTreeSet<RoleName>,
    /// People who are asked by name.
    pub people: BTreeSet<UserName>,
    /// In one line: what has happened.
    pub headline: Text,
    /// What else is to be known, and what is to be done.
    pub detail: Text,
    /// The page of the console where it is dealt with.
    pub path: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_keyword_and_has_words() {
        for kind in OccasionKind::ALL {
            assert_eq!(OccasionKind::from_keyword(kind.keyword()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.keyword());
            assert!(!kind.title().is_blank());
        }
    }

    #[test]
    fn the_same_unit_failing_again_is_another_occasion() {
        let (run, unit) = (RunId(Uuid::nil()), "db".parse().unwrap());
        let key = |seq| Key::of_run(run, seq, OccasionKind::UnitFailed, Some(&unit));
        assert_eq!(key(7), key(7));
        assert_ne!(key(7), key(19));
        assert_eq!(key(7).as_str(), "run/00000000-0000-0000-0000-000000000000/00000007/unit_failed/db");
    }
}
