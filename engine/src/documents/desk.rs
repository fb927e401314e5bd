//! Where documents are kept: the record, its version, what it is found by, and the deed that explains it, in one transaction.

use super::Unfit;
use super::model::{Document, DocumentId, Draft, FILES, Past, SUMMARY, Shelved, Standing, TITLE};
use crate::base::{Bilingual, Day, Lang};
use crate::evidence::issue::Issue;
use crate::report::SignBox;
use crate::run::{Act, Denial, DocumentRight, EvidenceFile, FileLabel, Media, permit};
use crate::store::{self, Change, Changed, Deed, DeedOutcome, Query, Records, Versioned, add, find, list};

/// Why a document was not saved.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// There is none.
    #[error("there is no such document")]
    NoSuchDocument,
    /// The person may not.
    #[error(transparent)]
    Denied(Denial),
    /// It is not to be kept like this.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Bilingual for DocumentError {
    fn ko(&self) -> String {
        match self {
            Self::NoSuchDocument => "그런 자료가 없습니다".to_owned(),
            Self::Denied(denial) => denial.ko(),
            Self::Unfit(unfit) => unfit.ko(),
            Self::Store(error) => error.ko(),
        }
    }
}

/// A document as it is now.
pub async fn document(records: &(impl Records + ?Sized), id: DocumentId) -> Result<Document, DocumentError> {
    let found = find::<Shelved>(records, &id.to_string()).await?;
    found.map(|found| found.value.document).ok_or(DocumentError::NoSuchDocument)
}

/// All versions of a document, the newest first.
pub async fn past(records: &(impl Records + ?Sized), id: DocumentId) -> Result<Vec<Document>, store::Error> {
    let query = Query { newest_first: true, ..Query::group(id.to_string()) };
    Ok(list::<Past>(records, query).await?.into_iter().map(|found| found.value.0).collect())
}

/// Saves a document as its next version. `last` is the version that the person was shown, 0 for a new one: the same form sent
/// twice is one version. The person must be allowed to where it was and where it is to be; `deed` carries the roles held there.
pub async fn save(
    records: &(impl Records + ?Sized),
    id: DocumentId,
    last: u32,
    draft: Draft,
    note: String,
    deed: Deed,
) -> Result<Document, DocumentError> {
    let found = find::<Shelved>(records, &id.to_string()).await?;
    let before = found.as_ref().map(|found| &found.value.document);
    let deed = Deed { act: "document.save".to_owned(), object: format!("document/{id}"), reason: note.clone(), ..deed };
    let decided = draft.standing.is_decided() || before.is_some_and(|before| before.draft.standing.is_decided());
    let right = if decided { DocumentRight::Publish } else { DocumentRight::Keep };
    if let Err(denial) = permit(&deed.by, Act::Document(right), false) {
        tell(records, &deed, denial.code).await?;
        return Err(DocumentError::Denied(denial));
    }
    let known = before.map_or(0, |before| before.number);
    let unfit = if known == last { draft.fit().err() } else { Some(Unfit::MovedOn(known)) };
    if let Some(unfit) = unfit {
        tell(records, &deed, unfit.code()).await?;
        return Err(unfit.into());
    }
    let (by, at) = (deed.by.name.clone(), deed.at);
    let next = Document {
        id,
        number: known + 1,
        draft,
        author: before.map_or_else(|| by.clone(), |before| before.author.clone()),
        made_at: before.map_or(at, |before| before.made_at),
        changed_by: by,
        changed_at: at,
        note,
        report: before.and_then(|before| before.report),
    };
    let seen = |document: &Document| serde_json::json!({ "number": document.number, "title": document.draft.title, "standing": document.draft.standing });
    let done = Deed { before: before.map(seen), after: Some(seen(&next)), outcome: DeedOutcome::Done, ..deed.clone() };
    match records.change(at, changes(found.as_ref(), &next)?, vec![done]).await? {
        Changed::Done => Ok(next),
        Changed::Stale { .. } => {
            let unfit = Unfit::MovedOn(known + 1);
            tell(records, &deed, unfit.code()).await?;
            Err(unfit.into())
        }
    }
}

fn changes(before: Option<&Versioned<Shelved>>, next: &Document) -> Result<Vec<Change>, store::Error> {
    let shelved = Shelved::of(next.clone());
    let now = match before {
        Some(before) => before.put(&shelved)?,
        None => add(&shelved)?,
    };
    Ok(vec![now, add(&Past(next.clone()))?])
}

/// The changes that file an issued version of a report: one document a run, one version for what was issued and one for its
/// approval. Whoever issues or signs writes them in the same transaction. Nothing where that is filed already.
pub async fn file_report(
    records: &(impl Records + ?Sized),
    issue: &Issue,
    by: &Deed,
) -> Result<Vec<Change>, store::Error> {
    let id = DocumentId(issue.run.0);
    let before = find::<Shelved>(records, &id.to_string()).await?;
    let was = before.as_ref().map(|found| &found.value.document);
    let known = was.filter(|was| was.report == Some((issue.run, issue.number)));
    let approved = issue.signatures.iter().any(|signature| signature.part == SignBox::Approver);
    let standing = if approved { Standing::Published } else { Standing::InReview };
    if known.is_some_and(|known| known.draft.standing == standing || !approved) {
        return Ok(Vec::new());
    }
    let mut files = was.map_or_else(Vec::new, |was| was.draft.files.clone());
    if known.is_none() {
        files.push(EvidenceFile {
            digest: issue.digest,
            name: FileLabel::of(&format!("{}-v{}.json", issue.document_no, issue.number)),
            size: issue.size,
            media: Media::Text,
        });
    }
    // The oldest gives way: every version of the report is kept with the report itself.
    let surplus = files.len().saturating_sub(FILES);
    files.drain(..surplus);
    let day = Day::in_seoul(issue.as_of_at);
    let title = format!("{} — {}", issue.title.get(Lang::Ko), issue.document_no);
    let next = Document {
        id,
        number: was.map_or(0, |was| was.number) + 1,
        draft: Draft {
            title: title.chars().take(TITLE).collect(),
            summary: format!("{}\n{}", issue.title.get(Lang::En), issue.runbook).chars().take(SUMMARY).collect(),
            organisation: issue.organisation.clone(),
            standing,
            from: Some(day),
            until: Some(day),
            update_by: was.and_then(|was| was.draft.update_by),
            owners: was.map_or_else(|| vec![issue.by.name.to_string()], |was| was.draft.owners.clone()),
            files,
        },
        author: was.map_or_else(|| issue.by.name.clone(), |was| was.author.clone()),
        made_at: was.map_or(by.at, |was| was.made_at),
        changed_by: by.by.name.clone(),
        changed_at: by.at,
        note: by.reason.clone(),
        report: Some((issue.run, issue.number)),
    };
    changes(before.as_ref(), &next)
}

/// A refusal stands in the audit log too.
async fn tell(records: &(impl Records + ?Sized), deed: &Deed, code: &str) -> Result<(), store::Error> {
    let deed = Deed { outcome: DeedOutcome::Refused { code: code.to_owned() }, ..deed.clone() };
    match records.change(deed.at, Vec::new(), vec![deed]).await? {
        // Without changes there is nothing that could be stale.
        Changed::Done | Changed::Stale { .. } => Ok(()),
    }
}
