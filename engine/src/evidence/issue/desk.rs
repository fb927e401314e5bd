//! Where versions are issued and signed: the record, its content and the deed that explains it.

use futures::future::BoxFuture;

use super::{Issue, NotIssued, id_of, right};
use crate::base::{Bilingual, Digest, RoleName, RunId, Timestamp};
use crate::plan::Mode;
use crate::report::{self, RunReport, SignBox, Signature};
use crate::run::{Act, Actor, Corrupt, Denial, ReportRight, permit};
use crate::store::{
    self, Change, Changed, Deed, DeedOutcome, Kept as _, Query, Records, Store, Versioned, add, find, list, with_rows,
};

/// How often what is written beside a version is made anew.
const TRIES: usize = 8;

/// Makes what is to be written in the same transaction as a version or its signature.
pub type Beside<'a> = &'a (dyn Fn(Issue) -> BoxFuture<'static, Result<Vec<Change>, store::Error>> + Send + Sync);

/// Why nothing was issued or signed.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// There is no such version.
    #[error("there is no such version of this report")]
    NoSuchVersion,
    /// The person may not.
    #[error(transparent)]
    Denied(Denial),
    /// It is not to be done now.
    #[error(transparent)]
    Refused(#[from] NotIssued),
    /// The journal makes no report.
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A fault of ours.
    #[error("the report can not be made: {0}")]
    Internal(String),
}

impl Bilingual for IssueError {
    fn ko(&self) -> String {
        match self {
            Self::NoSuchVersion => "이 보고서에 그런 판이 없습니다".to_owned(),
            Self::Denied(denial) => denial.ko(),
            Self::Refused(refusal) => refusal.ko(),
            Self::Corrupt(corrupt) => corrupt.ko(),
            Self::Store(error) => error.ko(),
            Self::Internal(why) => format!("보고서를 만들 수 없습니다: {why}"),
        }
    }
}

/// All versions of the report of a run, the first one first.
pub async fn issued(records: &(impl Records + ?Sized), run: RunId) -> Result<Vec<Versioned<Issue>>, store::Error> {
    list(records, Query::group(run.to_string())).await
}

/// One version.
pub async fn version(records: &(impl Records + ?Sized), run: RunId, number: u32) -> Result<Issue, IssueError> {
    let found = find::<Issue>(records, &id_of(run, number)).await?;
    found.map(|found| found.value).ok_or(IssueError::NoSuchVersion)
}

/// The JSON of a version, which still has its digest.
pub async fn content(records: &(impl Records + ?Sized), issue: &Issue) -> Result<String, IssueError> {
    let bytes = records.kept(issue.digest).await?.filter(|bytes| Digest::of(bytes) == issue.digest);
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(|| NotIssued::Changed.into())
}

/// Issues the report of a run as its next version. `last` is the newest version that the person was shown, 0 for none: the same
/// form sent twice is one version. `deed` says who, when, from where and why; what came of it is filled in here. What `beside` gives is
/// written in the same transaction.
pub async fn issue(
    store: &dyn Store,
    run: RunId,
    last: u32,
    deed: Deed,
    beside: Beside<'_>,
) -> Result<Issue, IssueError> {
    let deed = Deed { act: "report.issue".to_owned(), object: format!("run/{run}"), ..deed };
    let frozen = store.frozen(run).await?;
    let now = deed.at;
    let made = with_rows(store, run, move |rows| {
        let report = RunReport::of(run, &frozen.plan, &frozen.source, rows, now)?;
        let json = report::json(&report).map_err(|why| IssueError::Internal(why.to_string()))?;
        Ok::<_, IssueError>((report, json))
    });
    let (report, json) = made.await?.map_err(|why| IssueError::Internal(why.to_string()))??;
    allowed(store, ReportRight::Write, report.cover.mode, &deed).await?;
    let known = newest(&issued(store, run).await?);
    let refusal = if report.cover.interim {
        Some(NotIssued::NotOver)
    } else if known != last {
        Some(NotIssued::MovedOn(known))
    } else if known > 0 && deed.reason.trim().is_empty() {
        Some(NotIssued::NoReason)
    } else {
        None
    };
    if let Some(refusal) = refusal {
        return refused(store, deed, refusal).await;
    }
    let mut next = Issue::of(&report, known + 1, &json, deed.by.clone(), now, deed.reason.clone());
    next.organisation = store
        .runs(store::RunFilter::only(run))
        .await?
        .into_iter()
        .find(|found| found.run == run)
        .and_then(|found| found.summary.organisation);
    store.keep(json.into_bytes()).await?;
    let after =
        serde_json::json!({ "number": next.number, "digest": next.digest, "rows": next.rows, "head": next.head });
    let done = Deed { after: Some(after), outcome: DeedOutcome::Done, ..deed.clone() };
    if change(store, now, add(&next)?, &next, done, beside).await? {
        return Ok(next);
    }
    refused(store, deed, NotIssued::MovedOn(known + 1)).await
}

/// Writes a version and what stands beside it; `false` where the version is not as it was seen.
async fn change(
    store: &dyn Store,
    at: Timestamp,
    main: Change,
    issue: &Issue,
    deed: Deed,
    beside: Beside<'_>,
) -> Result<bool, store::Error> {
    for _ in 0..TRIES {
        let mut changes = vec![main.clone()];
        changes.extend(beside(issue.clone()).await?);
        match store.change(at, changes, vec![deed.clone()]).await? {
            Changed::Done => return Ok(true),
            Changed::Stale { kind, .. } if kind == Issue::KIND => return Ok(false),
            // What is written beside it was changed by somebody else: it is made anew.
            Changed::Stale { .. } => {}
        }
    }
    Ok(false)
}

/// Signs a box of a version. `shown` is the digest that the page showed, `confirmed_at` when the person last showed who that is;
/// the reason of `deed` is said with the signature. What `beside` gives is written in the same transaction.
pub async fn sign(
    store: &dyn Store,
    (run, number): (RunId, u32),
    part: SignBox,
    shown: Digest,
    confirmed_at: Timestamp,
    deed: Deed,
    beside: Beside<'_>,
) -> Result<Issue, IssueError> {
    let deed = Deed { act: "report.sign".to_owned(), object: format!("run/{run}"), ..deed };
    let all = issued(store, run).await?;
    let found = all.iter().find(|found| found.value.number == number).ok_or(IssueError::NoSuchVersion)?;
    let issue = &found.value;
    allowed(store, right(part), issue.mode, &deed).await?;
    if let Some(refusal) = objection(issue, newest(&all), part, shown, &deed.by) {
        return refused(store, deed, refusal).await;
    }
    if !is_unchanged(store, issue).await? {
        return refused(store, deed, NotIssued::Changed).await;
    }
    let Some(role) = role_for(&deed.by, right(part)) else {
        return Err(IssueError::Internal("a signature needs a role".to_owned()));
    };
    let (by, at, comment) = (deed.by.clone(), deed.at, deed.reason.clone());
    let mut signed = issue.clone();
    signed.signatures.push(Signature { part, by, role, at, confirmed_at, digest: issue.digest, comment });
    let after = serde_json::json!({ "number": number, "box": part, "digest": issue.digest });
    let done = Deed { after: Some(after), outcome: DeedOutcome::Done, ..deed.clone() };
    if change(store, at, found.put(&signed)?, &signed, done, beside).await? {
        return Ok(signed);
    }
    // Two signed at the same moment: the second one is told what the first one did.
    let now = version(store, run, number).await?;
    let first = now.signatures.iter().find(|signature| signature.part == part);
    let refusal = first.map_or(NotIssued::OtherDigest, |first| NotIssued::Signed { part, by: first.by.name.clone() });
    refused(store, deed, refusal).await
}

fn newest(issued: &[Versioned<Issue>]) -> u32 {
    issued.last().map_or(0, |last| last.value.number)
}

fn objection(issue: &Issue, newest: u32, part: SignBox, shown: Digest, by: &Actor) -> Option<NotIssued> {
    if issue.number < newest {
        return Some(NotIssued::Superseded(newest));
    }
    if shown != issue.digest {
        return Some(NotIssued::OtherDigest);
    }
    if let Some(signature) = issue.signatures.iter().find(|signature| signature.part == part) {
        return Some(NotIssued::Signed { part, by: signature.by.name.clone() });
    }
    if let Some(next) = issue.next_box().filter(|next| *next != part) {
        return Some(NotIssued::Order(next));
    }
    let own = issue.signatures.iter().find(|signature| signature.by.name == by.name);
    own.map(|own| NotIssued::SamePerson(own.part))
}

/// Whether the kept JSON and the journal up to its row are what they were.
async fn is_unchanged(store: &dyn Store, issue: &Issue) -> Result<bool, store::Error> {
    let kept = store.kept(issue.digest).await?.is_some_and(|bytes| Digest::of(&bytes) == issue.digest);
    let row = store.rows_after(issue.run, issue.rows.saturating_sub(1), 1).await?;
    Ok(kept && row.first().is_some_and(|row| row.seq == issue.rows && row.hash == issue.head))
}

/// The role that a signature stands for: the first that gives the right. At the host there are no roles, and nobody signs.
fn role_for(by: &Actor, right: ReportRight) -> Option<RoleName> {
    by.roles.iter().find(|role| right.roles().contains(&role.as_str())).cloned()
}

async fn allowed(store: &dyn Store, right: ReportRight, mode: Mode, deed: &Deed) -> Result<(), IssueError> {
    let Err(denial) = permit(&deed.by, Act::Report(right, mode), false) else { return Ok(()) };
    tell(store, deed, denial.code).await?;
    Err(IssueError::Denied(denial))
}

async fn refused<T>(store: &dyn Store, deed: Deed, refusal: NotIssued) -> Result<T, IssueError> {
    tell(store, &deed, refusal.code()).await?;
    Err(refusal.into())
}

/// A refusal stands in the audit log too.
async fn tell(store: &dyn Store, deed: &Deed, code: &str) -> Result<(), store::Error> {
    let deed = Deed { outcome: DeedOutcome::Refused { code: code.to_owned() }, ..deed.clone() };
    match store.change(deed.at, Vec::new(), vec![deed]).await? {
        // Without changes there is nothing that could be stale.
        Changed::Done | Changed::Stale { .. } => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Door;

    fn actor(name: &str) -> Actor {
        Actor { name: name.parse().unwrap(), roles: vec!["commander".parse().unwrap()], via: Door::Console }
    }

    fn issue(number: u32, signed: &[(SignBox, &str)]) -> Issue {
        let signature = |(part, name): &(SignBox, &str)| Signature {
            part: *part,
            by: actor(name),
            role: "commander".parse().unwrap(),
            at: Timestamp(0),
            confirmed_at: Timestamp(0),
            digest: Digest::ZERO,
            comment: String::new(),
        };
        Issue {
            run: RunId(uuid::Uuid::from_u128(7)),
            number,
            document_no: String::new(),
            runbook: "r".parse().unwrap(),
            title: crate::base::Text::default(),
            organisation: None,
            mode: Mode::Drill,
            verdict: None,
            as_of_at: Timestamp(0),
            rows: 1,
            head: Digest::ZERO,
            digest: Digest::ZERO,
            size: 0,
            at: Timestamp(0),
            by: actor("kim"),
            reason: String::new(),
            signatures: signed.iter().map(signature).collect(),
        }
    }

    #[test]
    fn boxes_are_signed_in_order_by_distinct_persons_once_and_on_the_newest_version() {
        use SignBox::{Approver, Author, Reviewer};
        let ask = |issue: &Issue, part, who: &str| objection(issue, issue.number, part, Digest::ZERO, &actor(who));
        let fresh = issue(1, &[]);
        assert_eq!(ask(&fresh, Author, "kim"), None);
        assert_eq!(ask(&fresh, Reviewer, "kim"), Some(NotIssued::Order(Author)));
        assert_eq!(ask(&fresh, Approver, "kim"), Some(NotIssued::Order(Author)));
        let written = issue(1, &[(Author, "kim")]);
        assert_eq!(ask(&written, Reviewer, "kim"), Some(NotIssued::SamePerson(Author)));
        assert_eq!(ask(&written, Reviewer, "lee"), None);
        assert!(matches!(ask(&written, Author, "lee"), Some(NotIssued::Signed { .. })));
        let reviewed = issue(1, &[(Author, "kim"), (Reviewer, "lee")]);
        assert_eq!(ask(&reviewed, Approver, "lee"), Some(NotIssued::SamePerson(Reviewer)));
        assert_eq!(ask(&reviewed, Approver, "park"), None);
        assert_eq!(objection(&fresh, 2, Author, Digest::ZERO, &actor("kim")), Some(NotIssued::Superseded(2)));
        let other = Digest::of(b"other");
        assert_eq!(objection(&fresh, 1, Author, other, &actor("kim")), Some(NotIssued::OtherDigest));
    }
}
