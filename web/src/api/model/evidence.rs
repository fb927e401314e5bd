//! Files that show what was done.

use engine::base::{Digest, RequestId, Timestamp, UnitId, UserName};
use engine::run::EvidenceFile;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Standing, iso};

/// Files of a run.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceList {
    /// In the order in which they were handed in.
    pub files: Vec<EvidenceLine>,
}

/// A file that was handed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceLine {
    /// The unit that it was handed in for.
    pub unit: String,
    /// SHA-256 of its content, by which it is kept and fetched.
    #[schema(value_type = String)]
    pub digest: Digest,
    /// What its owner called it: a label, never a path.
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
    /// What its content is, told from the content.
    pub media: &'static str,
    /// Who handed it in.
    pub by: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
}

impl EvidenceLine {
    /// Of a file that somebody handed in for a unit.
    pub fn of(unit: &UnitId, file: &EvidenceFile, by: &UserName, at: Timestamp) -> Self {
        Self {
            unit: unit.to_string(),
            digest: file.digest,
            name: file.name.as_str().to_owned(),
            size: file.size,
            media: file.media.mime(),
            by: by.to_string(),
            at: iso(at),
        }
    }
}

/// A file that was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceTaken {
    /// The request that brings it into the journal.
    #[schema(value_type = String, format = "uuid")]
    pub request: RequestId,
    /// Where that stands.
    pub standing: Standing,
    /// SHA-256 of its content.
    #[schema(value_type = String)]
    pub digest: Digest,
    /// What it is called from now on.
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
    /// What its content is.
    pub media: &'static str,
}
