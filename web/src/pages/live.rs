//! How a time stands while it still runs.

/// The live form of a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Live {
    /// 정상.
    OnTrack,
    /// 위험: the forecast lies past the deadline, or most of the target is used up.
    AtRisk,
    /// 초과: past the deadline and not ready.
    Breached,
}

impl Live {
    /// The word in style sheets and keys.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::OnTrack => "on_track",
            Self::AtRisk => "at_risk",
            Self::Breached => "breached",
        }
    }
}
