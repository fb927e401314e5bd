//! What findings are about and how they are sorted.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Builder;

use crate::base::{FindingId, RunId, ServiceId, Text, UnitId};

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The recovery time objective of the runbook was missed.
    PlanMissed,
    /// That of a service was.
    ServiceMissed,
    /// A recovery point objective was missed.
    PointMissed,
    /// A unit took longer than its target.
    UnitExceeded,
    /// A unit was begun and never ready.
    UnitNotRecovered,
    /// The run went on without a unit.
    Skipped,
    /// A person vouched for a unit, or decided what its condition could not.
    Overridden,
    /// A unit failed, or nobody could say how it ended.
    Failed,
    /// A gate ran out of its time.
    GateOverdue,
    /// An item of a checklist failed.
    ItemFailed,
    /// Something was declared or decided under the emergency authority.
    GlassBroken,
    /// A person wrote it down, as at the hotwash.
    Observed,
}

impl FindingKind {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::PlanMissed,
        Self::ServiceMissed,
        Self::PointMissed,
        Self::UnitExceeded,
        Self::UnitNotRecovered,
        Self::Skipped,
        Self::Overridden,
        Self::Failed,
        Self::GateOverdue,
        Self::ItemFailed,
        Self::GlassBroken,
        Self::Observed,
    ];

    /// The word in records, exports and addresses.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::PlanMissed => "plan_missed",
            Self::ServiceMissed => "service_missed",
            Self::PointMissed => "point_missed",
            Self::UnitExceeded => "unit_exceeded",
            Self::UnitNotRecovered => "unit_not_recovered",
            Self::Skipped => "skipped",
            Self::Overridden => "overridden",
            Self::Failed => "failed",
            Self::GateOverdue => "gate_overdue",
            Self::ItemFailed => "item_failed",
            Self::GlassBroken => "glass_broken",
            Self::Observed => "observed",
        }
    }

    /// Its name for people.
    pub fn title(self) -> Text {
        match self {
            Self::PlanMissed => Text::new("복구목표시간 미달성", "RTO missed"),
            Self::ServiceMissed => Text::new("업무 복구목표시간 미달성", "RTO of a service missed"),
            Self::PointMissed => Text::new("복구목표시점 미달성", "RPO missed"),
            Self::UnitExceeded => Text::new("단위 목표시간 초과", "unit target exceeded"),
            Self::UnitNotRecovered => Text::new("기동 단위 미복구", "unit not recovered"),
            Self::Skipped => Text::new("건너뜀", "skipped"),
            Self::Overridden => Text::new("수동 완료 인정", "overridden by hand"),
            Self::Failed => Text::new("실패", "failed"),
            Self::GateOverdue => Text::new("승인 시간 초과", "gate overdue"),
            Self::ItemFailed => Text::new("점검 항목 실패", "checklist item failed"),
            Self::GlassBroken => Text::new("비상 권한 사용", "break-glass used"),
            Self::Observed => Text::new("강평 지적", "observed"),
        }
    }
}

/// What has to pass in a later run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum Subject {
    /// The runbook as a whole.
    Plan,
    /// One of its services.
    Service {
        /// Which.
        service: ServiceId,
    },
    /// A recovery point.
    Point {
        /// Of which service; `None`: of the runbook as a whole.
        service: Option<ServiceId>,
    },
    /// One of its units.
    Unit {
        /// Which.
        unit: UnitId,
    },
}

impl Subject {
    /// The unit, where it is one.
    pub const fn unit(&self) -> Option<&UnitId> {
        match self {
            Self::Unit { unit } => Some(unit),
            Self::Plan | Self::Service { .. } | Self::Point { .. } => None,
        }
    }

    /// As people find it in the runbook; empty for the whole.
    pub fn name(&self) -> &str {
        match self {
            Self::Plan | Self::Point { service: None } => "",
            Self::Service { service } | Self::Point { service: Some(service) } => service.as_str(),
            Self::Unit { unit } => unit.as_str(),
        }
    }

    const fn letter(&self) -> &'static str {
        match self {
            Self::Plan => "p",
            Self::Service { .. } => "s",
            Self::Point { .. } => "r",
            Self::Unit { .. } => "u",
        }
    }
}

/// The id of what is found by itself: made again it is the same one. It sorts with its run.
pub(super) fn finding_id(run: RunId, kind: FindingKind, subject: &Subject) -> FindingId {
    let mut hasher = Sha256::new();
    hasher.update(run.0.as_bytes());
    for part in [kind.keyword(), subject.letter(), subject.name()] {
        hasher.update(part.len().to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let digest: [u8; 32] = hasher.finalize().into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    // The first six bytes of a run's id are its time.
    bytes[..6].copy_from_slice(&run.0.as_bytes()[..6]);
    FindingId(Builder::from_custom_bytes(bytes).into_uuid())
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// An objective of the business was missed, or nothing but one person stood behind a decision: told at once.
    Critical,
    /// The recovery was not what the runbook says.
    High,
    /// It went otherwise than written, within what was promised.
    Medium,
    /// Worth knowing.
    Low,
}

impl Severity {
    /// All of them, the gravest first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    /// The word in records and exports.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }

    /// Its name for people.
    pub fn title(self) -> Text {
        match self {
            Self::Critical => Text::new("심각", "critical"),
            Self::High => Text::new("높음", "high"),
            Self::Medium => Text::new("보통", "medium"),
            Self::Low => Text::new("낮음", "low"),
        }
    }
}

/// Where the cause lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseCategory {
    /// 인력.
    People,
    /// 절차.
    Process,
    /// 기술.
    Technology,
    /// 외부 기관.
    ThirdParty,
}

impl CauseCategory {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::People, Self::Process, Self::Technology, Self::ThirdParty];

    /// The word in records and exports.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Process => "process",
            Self::Technology => "technology",
            Self::ThirdParty => "third_party",
        }
    }

    /// Its name for people.
    pub fn title(self) -> Text {
        match self {
            Self::People => Text::new("인력", "people"),
            Self::Process => Text::new("절차", "process"),
            Self::Technology => Text::new("기술", "technology"),
            Self::ThirdParty => Text::new("외부 기관", "third party"),
        }
    }
}
