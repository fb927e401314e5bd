//! Replication links.

use engine::base::Timestamp;
use engine::replication::Watched;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Both, iso};

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
