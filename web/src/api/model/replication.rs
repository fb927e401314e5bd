//! Replication links.

use engine::base::Timestamp;
use engine::replication::Watched;
use engine::store::RunSummary;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Both, Mode, iso};
use crate::handlers::replication::{Seen, Time};

/// All replication links.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplicationLinks {
    /// One for each standby of each link.
    pub links: Vec<ReplicationLink>,
}

/// A replication link at one standby, as it was last seen.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplicationLink {
    /// The link.
    pub link: String,
    /// Its name for people.
    pub title: Both,
    /// postgres, mysql, mssql, redis, files, backup or command.
    pub kind: String,
    /// Whose data is brought over.
    pub source: Option<String>,
    /// Where it is measured.
    pub standby: String,
    /// The services whose data it carries.
    pub services: Vec<String>,
    /// streaming, catching_up, stopped, broken or unknown.
    pub state: String,
    /// How long the standby was behind its source.
    pub lag_ms: Option<u64>,
    /// The same in bytes of the log.
    pub lag_bytes: Option<u64>,
    /// The same in transactions.
    pub lag_transactions: Option<u64>,
    /// What would be lost now; of an unknown state the most that it can be.
    pub loss_ms: Option<u64>,
    /// Tolerated loss.
    pub rpo_ms: Option<u64>,
    /// Up to when everything that the source committed is there.
    pub point_at: Option<String>,
    /// What the standby has applied.
    pub position: Option<String>,
    /// The last transaction that was applied.
    pub transaction: Option<String>,
    /// When it was looked at last.
    pub read_at: Option<String>,
    /// When it stopped and went on again, the latest first.
    pub breaks: Vec<ReplicationBreak>,
}

/// A time in which nothing came over.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplicationBreak {
    /// When that was first seen.
    pub stopped_at: String,
    /// When data was first seen to come over again.
    pub resumed_at: Option<String>,
    /// Up to when everything had arrived.
    pub point_at: Option<String>,
    /// The last transaction that was applied.
    pub transaction: Option<String>,
}

impl ReplicationLink {
    /// As it is at an instant.
    pub fn of(link: &Watched, now: Timestamp) -> Self {
        let reading = link.reading.as_ref();
        Self {
            link: link.link.to_string(),
            title: Both::of(&link.title),
            kind: link.kind.keyword().to_owned(),
            source: link.source.as_ref().map(ToString::to_string),
            standby: link.standby.to_string(),
            services: link.services.iter().map(ToString::to_string).collect(),
            state: link.state_at(now).keyword().to_owned(),
            lag_ms: reading.and_then(|it| it.lag).map(|lag| lag.0),
            lag_bytes: reading.and_then(|it| it.lag_bytes),
            lag_transactions: reading.and_then(|it| it.lag_transactions),
            loss_ms: link.loss_at(now).map(|loss| loss.0),
            rpo_ms: link.rpo.map(|rpo| rpo.0),
            point_at: link.known.map(|point| iso(point.at)),
            position: reading.and_then(|it| it.position.clone()),
            transaction: reading.and_then(|it| it.transaction.clone()),
            read_at: reading.map(|it| iso(it.at)),
            breaks: link
                .breaks
                .iter()
                .map(|it| ReplicationBreak {
                    stopped_at: iso(it.stopped_at),
                    resumed_at: it.resumed_at.map(iso),
                    point_at: it.point_at.map(iso),
                    transaction: it.transaction.clone(),
                })
                .collect(),
        }
    }
}

/// A replication link over a time.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplicationHistory {
    /// From when on.
    #[schema(format = DateTime)]
    pub from: String,
    /// Until when.
    #[schema(format = DateTime)]
    pub until: String,
    /// How wide a point is.
    pub width_ms: u64,
    /// The link at each of its standbys.
    pub standbys: Vec<ReplicationOver>,
    /// Runs that did real work and were declared in the time, the newest first.
    pub declared: Vec<DeclaredThen>,
}

/// A link at one standby over a time.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplicationOver {
    /// As it is now.
    #[serde(flatten)]
    pub link: ReplicationLink,
    /// What would have been lost. Where nothing was measured there is no point.
    pub points: Vec<LossPoint>,
}

/// What would have been lost at a time.
#[derive(Debug, Serialize, ToSchema)]
pub struct LossPoint {
    /// Where the point begins.
    #[schema(format = DateTime)]
    pub from: String,
    /// The most that any measurement in it showed; `null` where none could say.
    pub worst_ms: Option<u64>,
}

/// A run that was declared in the time.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeclaredThen {
    /// The run.
    #[schema(format = "uuid")]
    pub run: String,
    /// Its name.
    pub title: Both,
    /// Its mode.
    pub mode: Mode,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
}

impl ReplicationHistory {
    /// As it was seen.
    pub(crate) fn of(seen: &Seen) -> Self {
        let over = |link: &Watched| {
            let series = link.series();
            let own = seen.buckets.iter().filter(|bucket| bucket.series == series);
            ReplicationOver {
                link: ReplicationLink::of(link, seen.until),
                points: own
                    .map(|bucket| LossPoint { from: iso(bucket.from), worst_ms: bucket.worst.map(|worst| worst.0) })
                    .collect(),
            }
        };
        let declared = |run: &RunSummary| DeclaredThen {
            run: run.run.to_string(),
            title: Both::of(&run.summary.title),
            mode: run.summary.mode.into(),
            at: iso(run.summary.declared_at),
        };
        Self {
            from: iso(seen.from),
            until: iso(seen.until),
            width_ms: seen.width.0,
            standbys: seen.links.iter().map(over).collect(),
            declared: seen.runs.iter().map(declared).collect(),
        }
    }
}

/// How far back one looks.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stretch {
    /// An hour.
    #[default]
    Hour,
    /// A day.
    Day,
    /// A week.
    Week,
}

impl From<Stretch> for Time {
    fn from(stretch: Stretch) -> Self {
        match stretch {
            Stretch::Hour => Self::Hour,
            Stretch::Day => Self::Day,
            Stretch::Week => Self::Week,
        }
    }
}
