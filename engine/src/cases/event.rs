//! The facts of a case. Its log is nothing but these, in order; where it stands is a fold of them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Brief, Customers, Grade, Threshold};
use crate::base::{
    CaseClass, CaseId, CasePart, Day, FacilityScope, Millis, Mode, OrgId, RequestId, RunId, RunbookId, Text, Timestamp,
    UserName, keywords,
};
use crate::run::{Actor, RunStatus, Verdict};

/// One line of a case's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The case.
    pub case: CaseId,
    /// Place in the log, from 1, without gaps.
    pub seq: u64,
    /// When it was written down.
    pub entered_at: Timestamp,
    /// When it happened: the same, or earlier where it was written down afterwards.
    pub occurred_at: Timestamp,
    /// Who wrote it; `None` where the engine did.
    pub by: Option<Actor>,
    /// The form that it came by: sent twice it is written once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestId>,
    /// What happened.
    pub event: Event,
}

/// What a case is opened with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// What happened, in one line.
    pub what: String,
    /// What kind of thing.
    pub class: CaseClass,
    /// Whether it is real or an exercise. Only runs in this mode move the case.
    pub mode: Mode,
    /// When it happened.
    pub event_at: Timestamp,
    /// How that is known.
    pub event_source: Source,
    /// When it was noticed.
    pub detect_at: Timestamp,
    /// How that is known.
    pub detect_source: Source,
    /// Whose main service is out, where that is known.
    pub customers: Option<Customers>,
    /// How much of the facility is hit, where any of it is.
    pub scope: Option<FacilityScope>,
    /// Where in the organisation; `None`: all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrgId>,
}

keywords! {
    /// How an instant is known.
    Source {
        /// A person saw it.
        Person = "person",
        /// Monitoring said so.
        Monitoring = "monitoring",
        /// A customer or a vendor said so.
        Outside = "outside",
        /// Reckoned, such as from the last good check.
        Estimate = "estimate",
    }
    /// An instant of a case that people may correct.
    Moment {
        /// 발생 시점.
        Event = "event",
        /// 인지 시점.
        Detect = "detect",
    }
    /// A reason to open the situation room or to declare.
    Criterion {
        /// 재해·기반시설 고장으로 인한 서비스 장애.
        Infrastructure = "infrastructure",
        /// 민감고객 또는 위험이 있는 장애.
        Sensitive = "sensitive",
        /// 소관 부서장이 필요하다고 판단.
        Judgement = "judgement",
        /// 주센터 접근 불가.
        Unreachable = "unreachable",
        /// 예상 복구 시간이 RTO를 넘음.
        BeyondRto = "beyond_rto",
        /// 안전 위험.
        Unsafe = "unsafe",
    }
    /// What a member of the situation room is there for.
    Seat {
        /// 총괄 지휘.
        Commander = "commander",
        /// 부지휘.
        Deputy = "deputy",
        /// 상황 분석·전파·경과보고.
        Situation = "situation",
        /// 긴급복구.
        Recovery = "recovery",
        /// 기술지원반.
        TechSupport = "tech_support",
        /// 고객응대·대외 소통.
        Customers = "customers",
        /// 업무 담당.
        Business = "business",
        /// 협력사.
        Vendor = "vendor",
        /// 참관·평가.
        Observer = "observer",
    }
    /// How far a support request is.
    SupportState {
        /// 요청.
        Asked = "asked",
        /// 접수.
        Accepted = "accepted",
        /// 도착·투입.
        Arrived = "arrived",
        /// 완료.
        Done = "done",
        /// 거절.
        Declined = "declined",
    }
}

impl SupportState {
    /// Whether somebody still waits for it.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Asked | Self::Accepted | Self::Arrived => true,
            Self::Done | Self::Declined => false,
        }
    }

    /// Whether it may become another one.
    pub const fn may_become(self, other: Self) -> bool {
        match self {
            Self::Asked => matches!(other, Self::Accepted | Self::Arrived | Self::Done | Self::Declined),
            Self::Accepted => matches!(other, Self::Arrived | Self::Done | Self::Declined),
            Self::Arrived => matches!(other, Self::Done),
            Self::Done | Self::Declined => false,
        }
    }
}

/// A runbook that was proposed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Which.
    pub runbook: RunbookId,
    /// Its name for people.
    pub title: Text,
    /// Why this one.
    pub why: Text,
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The case exists.
    Opened(Opening),
    /// Something worth knowing, in the words of a person.
    Noted {
        /// The words.
        text: String,
    },
    /// An instant was corrected; the value before stays in the log.
    TimeCorrected {
        /// Which.
        moment: Moment,
        /// Its value now.
        value: Timestamp,
        /// How it is known.
        source: Source,
        /// Why.
        reason: String,
    },
    /// What is known of class, customers and scope now.
    Assessed {
        /// What kind of thing happened.
        class: CaseClass,
        /// Whose main service is out.
        customers: Option<Customers>,
        /// How much of the facility is hit.
        scope: Option<FacilityScope>,
    },
    /// A person set the grade, or gave it back to the reckoning.
    Graded {
        /// The grade; `None`: the reckoned one holds again.
        grade: Option<Grade>,
        /// Why.
        reason: String,
    },
    /// The outage passed a threshold. Said once for each.
    Escalated {
        /// Which.
        threshold: Threshold,
        /// The reckoned grade before.
        from: Option<Grade>,
        /// The reckoned grade behind it.
        to: Option<Grade>,
    },
    /// A criterion was ticked, or the tick taken back.
    Ticked {
        /// Which.
        criterion: Criterion,
        /// Whether it holds.
        holds: bool,
    },
    /// 선포.
    Declared {
        /// Why.
        reason: String,
        /// What was proposed at that moment.
        proposed: Option<Proposal>,
        /// The run whose declaration was that of the case.
        run: Option<RunId>,
    },
    /// The commander stood down (상황 종료) with nothing moved.
    StoodDown {
        /// Why.
        reason: String,
    },
    /// The services are there again: the outage is over.
    Restored {
        /// Since when.
        at: Timestamp,
        /// What shows it.
        evidence: String,
    },
    /// A run was declared in this case.
    RunLinked {
        /// Which.
        run: RunId,
        /// What it is here.
        part: CasePart,
        /// Its runbook.
        runbook: RunbookId,
        /// The runbook's name.
        title: Text,
        /// Its mode.
        mode: Mode,
        /// Who declared it.
        requester: UserName,
        /// Whether another person must still confirm it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        unconfirmed: bool,
    },
    /// A run of this case that waited for a second person was confirmed.
    RunConfirmed {
        /// Which.
        run: RunId,
        /// What it is here, as the case stands by now.
        part: CasePart,
    },
    /// A run of this case stands differently.
    RunMoved {
        /// Which.
        run: RunId,
        /// Its status.
        status: RunStatus,
        /// Its verdict, once there is one.
        verdict: Option<Verdict>,
        /// When it was over.
        ended_at: Option<Timestamp>,
    },
    /// While it was open somebody broke the glass (비상 권한), and acts without the usual approvals.
    GlassBroken {
        /// Which record.
        glass: Uuid,
        /// Who.
        by: UserName,
        /// When.
        at: Timestamp,
        /// Until when it gives what it gives.
        until: Timestamp,
        /// Why.
        reason: String,
    },
    /// Somebody joined the situation room.
    Joined {
        /// Who: an account or any other name.
        name: String,
        /// What for.
        seat: Seat,
    },
    /// Somebody left it.
    Left {
        /// Who.
        name: String,
    },
    /// Help was asked for.
    SupportAsked {
        /// Number in this case, from 1.
        number: u32,
        /// Of whom.
        to: String,
        /// What.
        what: String,
    },
    /// A support request went on.
    SupportMoved {
        /// Which.
        number: u32,
        /// How far it is now.
        state: SupportState,
        /// What is to be said about it; may be empty.
        note: String,
    },
    /// How often a situation report is written; `None`: only when somebody asks for one.
    ReportsEvery {
        /// The interval.
        every: Option<Millis>,
    },
    /// 경과보고, kept as it was sent.
    Reported {
        /// Number in this case, from 1.
        number: u32,
        /// Its text.
        text: Text,
    },
    /// The commander offered the command to somebody, with what is open.
    CommandOffered {
        /// To whom.
        to: UserName,
        /// What is open.
        brief: Brief,
        /// In the commander's words.
        note: String,
    },
    /// The offer was taken back.
    OfferWithdrawn,
    /// The successor acknowledged it and commands from here on.
    CommandTaken,
    /// Services run in another way than usual (대체 운영).
    AlternateBegan {
        /// Number in this case, from 1.
        number: u32,
        /// Which services.
        services: String,
        /// How they are run, and what is reduced.
        how: String,
        /// Since when.
        from: Timestamp,
    },
    /// They run as usual again.
    AlternateEnded {
        /// Which window.
        number: u32,
        /// Since when.
        to: Timestamp,
    },
    /// Something that must be put right afterwards.
    FindingRaised {
        /// Number in this case, from 1.
        number: u32,
        /// What.
        text: Text,
    },
    /// Somebody answers for a finding.
    FindingOwned {
        /// Which.
        number: u32,
        /// Who.
        owner: String,
        /// Until when.
        due: Option<Day>,
    },
    /// The site that was left is protected again, or another protection stands in for it: said by a person.
    Reprotected {
        /// What shows it.
        evidence: String,
    },
    /// The case is closed.
    Closed {
        /// In the commander's words.
        summary: String,
    },
}
