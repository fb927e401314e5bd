//! The audit log.

use engine::base::Digest;
use engine::run::Door;
use engine::store::{Deed, RecordedDeed};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Who, iso};

/// One page of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditLog {
    /// The deeds, in the order asked for.
    pub deeds: Vec<DeedLine>,
    /// What to give as `from_seq` for the next page; `null` where this is the last one.
    pub next: Option<u64>,
}

/// Somebody's deed.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeedLine {
    /// Its place in the log, from 1.
    pub seq: u64,
    /// SHA-256 over the hash of the row before and `entry`: the chain that `relight audit verify` goes through.
    #[schema(value_type = String)]
    pub hash: Digest,
    /// The row as it is hashed, byte for byte.
    pub entry: String,
    /// What it says; `null` where this version can not read it.
    pub deed: Option<DeedRead>,
}

/// What a row of the log says.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeedRead {
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who.
    pub by: Who,
    /// Through which door: `console`, `api`, `command_line` or `simulation`.
    #[schema(value_type = String)]
    pub via: Door,
    /// In whose place.
    pub on_behalf_of: Option<String>,
    /// From where.
    pub origin: String,
    /// What, such as `gate.vote`.
    pub act: String,
    /// What it was about, such as `run/…`.
    pub object: String,
    /// `done`, `asked` or `refused`.
    pub outcome: String,
    /// Why, as said.
    pub reason: String,
    /// How it was before.
    #[schema(value_type = Option<Object>)]
    pub before: Option<serde_json::Value>,
    /// How it was afterwards, or what was asked.
    #[schema(value_type = Option<Object>)]
    pub after: Option<serde_json::Value>,
}

impl DeedLine {
    /// Of a row.
    pub fn of(row: RecordedDeed) -> Self {
        let deed = serde_json::from_str::<Deed>(&row.entry).ok();
        Self { seq: row.seq, hash: row.hash, deed: deed.map(DeedRead::of), entry: row.entry }
    }
}

impl DeedRead {
    fn of(deed: Deed) -> Self {
        Self {
            at: iso(deed.at),
            by: super::super::runs::who(&deed.by),
            via: deed.by.via,
            on_behalf_of: deed.on_behalf_of.as_ref().map(ToString::to_string),
            origin: deed.origin,
            act: deed.act,
            object: deed.object,
            outcome: deed.outcome.keyword().to_owned(),
            reason: deed.reason,
            before: deed.before,
            after: deed.after,
        }
    }
}
