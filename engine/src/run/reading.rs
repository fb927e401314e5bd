//! What was measured of a replication link: how it stands, and up to when all that its source committed has arrived.

use serde::{Deserialize, Serialize};

use super::ClockOffset;
use crate::base::{LinkName, Millis, TargetName, Text, Timestamp};
use crate::inventory::LinkKind;

/// One measurement at one standby. In the journal of a run it is a fact like any other, so the report needs no second look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The link.
    pub link: LinkName,
    /// Its kind.
    pub kind: LinkKind,
    /// Whose data is brought over.
    pub source: Option<TargetName>,
    /// Where it was measured.
    pub standby: TargetName,
    /// When, by the engine's clock.
    pub at: Timestamp,
    /// How the link stands.
    pub state: Flow,
    /// What that was told from, or why nobody can say.
    pub why: Text,
    /// How long the standby is behind its source.
    #[serde(rename = "lag_ms")]
    pub lag: Option<Millis>,
    /// The same in bytes of the log.
    pub lag_bytes: Option<u64>,
    /// The same in transactions.
    pub lag_transactions: Option<u64>,
    /// What the standby has applied, in its own words: an LSN, a set of GTIDs, an offset.
    pub position: Option<String>,
    /// What the source had at that time; `None` where it was not asked or did not answer.
    pub source_position: Option<String>,
    /// Whether the standby has applied everything that the source had when it was asked; `None` where nobody can say.
    pub drained: Option<bool>,
    /// The last transaction that was applied.
    pub transaction: Option<String>,
    /// When that was committed, by the source's clock.
    pub committed_at: Option<Timestamp>,
    /// The last heartbeat that arrived, by the source's clock.
    pub heartbeat_at: Option<Timestamp>,
    /// Up to when all that the source committed is there.
    pub point: Option<Point>,
    /// How far the source's clock was ahead of the engine's, negative where it was behind; `None` where it was not asked.
    #[serde(rename = "clock_offset_ms")]
    pub clock_offset: Option<i64>,
    /// How far it may be from that, either way.
    #[serde(rename = "clock_doubt_ms")]
    pub clock_doubt: Option<Millis>,
}

/// The instant up to which all that the source committed has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// The instant, by the source's clock.
    pub at: Timestamp,
    /// What it was read from.
    pub method: Method,
    /// How far it can be trusted.
    pub confidence: Confidence,
}

/// How a link stands. Who can not be asked is unknown, and not stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// Data comes over and is applied.
    Streaming,
    /// Data comes over, and is applied late.
    CatchingUp,
    /// Nothing comes over or nothing is applied; it goes on when it is started again.
    Stopped,
    /// It can not go on by itself.
    Broken,
    /// Nobody can say.
    Unknown,
}

impl Flow {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Streaming, Self::CatchingUp, Self::Stopped, Self::Broken, Self::Unknown];

    /// The word in records and exports.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Streaming => "streaming",
            Self::CatchingUp => "catching_up",
            Self::Stopped => "stopped",
            Self::Broken => "broken",
            Self::Unknown => "unknown",
        }
    }

    /// Reads [`Flow::keyword`] back.
    pub fn from_keyword(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flow| flow.keyword() == word)
    }

    /// Its name for people.
    pub fn title(self) -> Text {
        match self {
            Self::Streaming => Text::new("복제 중", "streaming"),
            Self::CatchingUp => Text::new("따라잡는 중", "catching up"),
            Self::Stopped => Text::new("중단", "stopped"),
            Self::Broken => Text::new("끊어짐", "broken"),
            Self::Unknown => Text::new("알 수 없음", "unknown"),
        }
    }

    /// Whether data comes over; `None` where nobody can say.
    pub const fn flows(self) -> Option<bool> {
        match self {
            Self::Streaming | Self::CatchingUp => Some(true),
            Self::Stopped | Self::Broken => Some(false),
            Self::Unknown => None,
        }
    }
}

/// What a recovery point was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The standby had applied the very position that the source had at that instant.
    Position,
    /// The heartbeat row.
    Heartbeat,
    /// The commit time of the last transaction that was applied.
    Transaction,
    /// What a query or a command said.
    Told,
    /// The time of a file.
    File,
    /// The delay that the standby reckons itself.
    Delay,
}

impl Method {
    /// Its name for people.
    pub fn title(self) -> Text {
        match self {
            Self::Position => Text::new("위치 일치", "equal position"),
            Self::Heartbeat => Text::new("하트비트", "heartbeat"),
            Self::Transaction => Text::new("최종 트랜잭션 커밋 시각", "last transaction's commit time"),
            Self::Told => Text::new("질의·명령의 응답", "answer of a query or command"),
            Self::File => Text::new("파일 시각", "time of a file"),
            Self::Delay => Text::new("대기 측 지연 계산", "delay reckoned by the standby"),
        }
    }
}

/// How far a recovery point can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// All before it is there.
    Measured,
    /// Derived from something else; it may lie on either side.
    Estimated,
}

impl Confidence {
    /// Its name for people.
    pub fn title(self) -> Text {
        match self {
            Self::Measured => Text::new("측정", "measured"),
            Self::Estimated => Text::new("추정", "estimated"),
        }
    }
}

impl Reading {
    /// How far the source's clock was from the engine's, where it was asked.
    pub fn clock(&self) -> Option<ClockOffset> {
        let (offset, doubt) = self.clock_offset.zip(self.clock_doubt)?;
        Some(ClockOffset { offset, doubt })
    }

    /// What would be lost if the source had gone at this instant; `None` where nobody can say.
    pub fn loss_at(&self, instant: Timestamp) -> Option<Millis> {
        self.point.map(|point| instant.since(point.at))
    }

    /// What it says to later steps: an object whose instants are written as ISO 8601.
    pub fn said(&self) -> String {
        let iso = |at: Option<Timestamp>| at.map(Timestamp::to_iso);
        serde_json::json!({
            "link": self.link,
            "standby": self.standby,
            "at": self.at.to_iso(),
            "state": self.state,
            "point": iso(self.point.map(|point| point.at)),
            "method": self.point.map(|point| point.method),
            "confidence": self.point.map(|point| point.confidence),
            "loss_ms": self.loss_at(self.at),
            "lag_ms": self.lag,
            "lag_bytes": self.lag_bytes,
            "lag_transactions": self.lag_transactions,
            "position": self.position,
            "source_position": self.source_position,
            "drained": self.drained,
            "transaction": self.transaction,
            "committed_at": iso(self.committed_at),
            "heartbeat_at": iso(self.heartbeat_at),
        })
        .to_string()
    }

    /// In one line: how it stands and what would be lost.
    pub fn summary(&self) -> Text {
        use crate::base::Lang;
        let state = self.state.title();
        let loss = self.loss_at(self.at);
        let form = |lang: Lang, loses: &str, unknown: &str| {
            let loss = loss.map_or_else(|| unknown.to_owned(), |loss| format!("{loses} {loss}"));
            format!("{}, {loss} ({})", state.get(lang), self.why.get(lang))
        };
        Text::new(form(Lang::Ko, "예상 손실", "예상 손실 알 수 없음"), form(Lang::En, "would lose", "loss unknown"))
    }
}
