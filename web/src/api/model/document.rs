//! Documents of the repository.

use engine::base::{Day, Digest, OrgId, RunId};
use engine::documents::{self, DocumentId, Draft, Standing};
use engine::run::EvidenceFile;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::iso;

/// A page of documents.
#[derive(Debug, Serialize, ToSchema)]
pub struct Documents {
    /// The newest first.
    pub documents: Vec<Document>,
    /// What to give as `before` for the next page; `null` where this is the last one.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub next: Option<DocumentId>,
}

/// A document and all that it was.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentVersions {
    /// As it is now.
    pub document: Document,
    /// Every version, the newest first.
    pub versions: Vec<Document>,
}

/// A version of a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct Document {
    /// Its id, the same through all versions.
    #[schema(value_type = String, format = "uuid")]
    pub document: DocumentId,
    /// The version, from 1.
    pub number: u32,
    /// Its title.
    pub title: String,
    /// What is in it.
    pub summary: String,
    /// Where it belongs; `null` is the top of the tree.
    #[schema(value_type = Option<String>)]
    pub organisation: Option<OrgId>,
    /// `draft`, `in_review`, `published` or `retired`.
    #[schema(value_type = String)]
    pub standing: Standing,
    /// The first day that it is about.
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Day>,
    /// The last one.
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Day>,
    /// The day by which it is to be brought up to date.
    #[schema(value_type = Option<String>, format = Date)]
    pub update_by: Option<Day>,
    /// Who looks after it.
    pub owners: Vec<String>,
    /// Its files.
    pub files: Vec<DocumentFile>,
    /// Who made the document.
    pub author: String,
    /// When.
    #[schema(format = DateTime)]
    pub made_at: String,
    /// Who made this version.
    pub changed_by: String,
    /// When.
    #[schema(format = DateTime)]
    pub changed_at: String,
    /// What was changed.
    pub note: String,
    /// The issued report that it was filed for.
    pub report: Option<DocumentReport>,
}

/// A file of a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentFile {
    /// SHA-256 of its content, by which it is fetched.
    #[schema(value_type = String)]
    pub digest: Digest,
    /// What it is called.
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
    /// What its content is, told from the content.
    pub media: String,
}

/// An issued report.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentReport {
    /// The run.
    #[schema(value_type = String, format = "uuid")]
    pub run: RunId,
    /// The issued version.
    pub issue: u32,
}

impl Document {
    /// Of a version as it is kept.
    pub fn of(document: &documents::Document) -> Self {
        let documents::Document { id, number, draft, author, made_at, changed_by, changed_at, note, report } = document;
        let file = |file: &EvidenceFile| DocumentFile {
            digest: file.digest,
            name: file.name.as_str().to_owned(),
            size: file.size,
            media: file.media.mime().to_owned(),
        };
        Self {
            document: *id,
            number: *number,
            title: draft.title.clone(),
            summary: draft.summary.clone(),
            organisation: draft.organisation.clone(),
            standing: draft.standing,
            from: draft.from,
            until: draft.until,
            update_by: draft.update_by,
            owners: draft.owners.clone(),
            files: draft.files.iter().map(file).collect(),
            author: author.to_string(),
            made_at: iso(*made_at),
            changed_by: changed_by.to_string(),
            changed_at: iso(*changed_at),
            note: note.clone(),
            report: report.map(|(run, issue)| DocumentReport { run, issue }),
        }
    }
}

/// What is written of a document; its files come one by one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeepDocument {
    /// The version that the caller knows; 0 for a new document. Another one in the meantime refuses the request.
    #[serde(default)]
    pub last: u32,
    /// Its title.
    #[schema(min_length = 1, max_length = 200)]
    pub title: String,
    /// What is in it.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub summary: String,
    /// Where it belongs; the top of the tree where absent.
    #[schema(value_type = Option<String>)]
    pub organisation: Option<OrgId>,
    /// `draft`, `in_review`, `published` or `retired`. The last two are for who approves.
    #[schema(value_type = String)]
    pub standing: Standing,
    /// The first day that it is about.
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Day>,
    /// The last one.
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Day>,
    /// The day by which it is to be brought up to date.
    #[schema(value_type = Option<String>, format = Date)]
    pub update_by: Option<Day>,
    /// Who looks after it.
    #[schema(min_items = 1, max_items = 20)]
    pub owners: Vec<String>,
    /// The files that stay, by their digests; all of them where absent.
    #[schema(value_type = Option<Vec<String>>)]
    pub files: Option<Vec<Digest>>,
    /// What was changed.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub note: String,
}

impl KeepDocument {
    /// What a person would have written.
    pub fn draft(&self) -> Draft {
        let owners = self.owners.iter().map(|owner| owner.trim().to_owned()).filter(|owner| !owner.is_empty());
        Draft {
            title: self.title.trim().to_owned(),
            summary: self.summary.trim().to_owned(),
            organisation: self.organisation.clone(),
            standing: self.standing,
            from: self.from,
            until: self.until,
            update_by: self.update_by,
            owners: owners.collect(),
            files: Vec::new(),
        }
    }
}
