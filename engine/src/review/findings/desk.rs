//! Where findings are kept and changed.

use super::command::{Command, Tended, bounded, decide, denial, said};
use super::finding::{CLOSED, Finding, Status, UNSETTLED};
use super::kind::{FindingKind, Severity, Subject};
use super::made::new;
use crate::base::{Bilingual, Day, FindingId, RunId, RunbookId, Text, Timestamp, UnitId};
use crate::identity::User;
use crate::review::facts::units_of;
use crate::review::keeping::{KeepError, keep};
use crate::review::telling::{occasion_key, raised};
use crate::run::{Act, Actor, Denial, ReviewRight, permit};
use crate::store::{Change, Changed, Deed, DeedOutcome, Error, Query, Records, Store, Versioned, add, due, find, list};
use crate::telling::Raised;

/// How often a writer that came second tries again.
const TRIES: usize = 32;

/// Findings read at once.
const PAGE: u32 = 1_000;

/// Every finding that is not closed, in order of ids: by the time of their runs.
pub async fn unsettled(store: &(impl Records + ?Sized)) -> Result<Vec<Versioned<Finding>>, Error> {
    let mut all: Vec<Versioned<Finding>> = Vec::new();
    loop {
        let after = all.last().map(|last| last.value.id.to_string());
        let page = list::<Finding>(store, Query { after, limit: PAGE, ..Query::group(UNSETTLED) }).await?;
        let whole = page.len() == PAGE as usize;
        all.extend(page);
        if !whole {
            return Ok(all);
        }
    }
}

/// Those of one runbook.
pub(in super::super) async fn of_runbook(
    store: &(impl Records + ?Sized),
    runbook: &RunbookId,
) -> Result<Vec<Versioned<Finding>>, Error> {
    let all = unsettled(store).await?;
    Ok(all.into_iter().filter(|known| known.value.runbook == *runbook).collect())
}

/// Findings that passing runs have closed, newest first, those before `before`.
pub async fn closed(store: &(impl Records + ?Sized), before: Option<&str>, limit: u32) -> Result<Vec<Finding>, Error> {
    let after = before.map(str::to_owned);
    let query = Query { after, newest_first: true, limit, ..Query::group(CLOSED) };
    Ok(list::<Finding>(store, query).await?.into_iter().map(|found| found.value).collect())
}

/// Reopens what was waived until a day that is over.
pub(in super::super) async fn expire(store: &(impl Records + ?Sized), now: Timestamp) -> Result<(), Error> {
    for known in due::<Finding>(store, now, PAGE).await? {
        let Status::Waived { until, by, .. } = &known.value.status else { continue };
        let reason = Text::new(
            format!("{by}의 위험 수용이 {until}에 끝났습니다"),
            format!("the waiver of {by} ended on {until}"),
        );
        let status = Status::Reopened { at: now, by: None, reason };
        let change = known.put(&Finding { status, ..known.value.clone() })?;
        match store.change(now, vec![change], Vec::new()).await? {
            // Another node did it, or somebody has just done something else; the next look sees which.
            Changed::Done | Changed::Stale { .. } => {}
        }
    }
    Ok(())
}

/// The last day for which a waiver may be given: risk is borne for a time, and then looked at again.
pub fn latest_waiver(today: Day) -> Day {
    (0..366).fold(today, |day, _| day.next())
}

/// Who asks, from where and when.
#[derive(Debug, Clone)]
pub struct Asker {
    /// Who, with the roles held where the finding is and in its mode.
    pub by: Actor,
    /// An address, or `host` for the command line.
    pub origin: String,
    /// When.
    pub at: Timestamp,
}

impl Asker {
    pub(in super::super) fn deed(&self, act: &str, object: String) -> Deed {
        Deed {
            at: self.at,
            by: self.by.clone(),
            on_behalf_of: None,
            origin: self.origin.clone(),
            act: act.to_owned(),
            object,
            before: None,
            after: None,
            outcome: DeedOutcome::Done,
            reason: String::new(),
        }
    }
}

/// What keeps a finding from being read or changed.
#[derive(Debug, thiserror::Error)]
pub enum FindingError {
    /// There is none.
    #[error("there is no finding {0}: look for it in the list of findings")]
    NoSuch(FindingId),
    /// It is not to be done.
    #[error(transparent)]
    Refused(#[from] Denial),
    /// Others were quicker, again and again.
    #[error("finding {0} is being changed by others all the time: try again")]
    Busy(FindingId),
    /// What is kept of its run can not be made.
    #[error(transparent)]
    Keep(#[from] KeepError),
    /// The store.
    #[error(transparent)]
    Store(#[from] Error),
}

impl Bilingual for FindingError {
    fn ko(&self) -> String {
        match self {
            Self::NoSuch(id) => format!("조치 과제 {id}이(가) 없습니다. 조치 과제 목록에서 찾으십시오"),
            Self::Refused(denial) => denial.ko(),
            Self::Busy(id) => format!("다른 사람들이 조치 과제 {id}을(를) 계속 바꾸고 있습니다. 다시 시도하십시오"),
            Self::Keep(why) => why.ko(),
            Self::Store(why) => why.ko(),
        }
    }
}

/// A finding.
pub async fn finding(store: &dyn Store, id: FindingId) -> Result<Versioned<Finding>, FindingError> {
    find::<Finding>(store, &id.to_string()).await?.ok_or(FindingError::NoSuch(id))
}

/// Does what is asked of a finding, and gives it as it is then. What is refused is a deed too, and nothing else.
pub async fn act(store: &dyn Store, id: FindingId, command: &Command, asker: &Asker) -> Result<Finding, FindingError> {
    for _ in 0..TRIES {
        let known = finding(store, id).await?;
        let deed = Deed { reason: command.reason().to_owned(), ..asker.deed(command.act(), format!("finding/{id}")) };
        let decided = match decide(&known.value, command, &asker.by, asker.at) {
            Ok(changed) => owned_by_somebody(store, &known.value, changed).await?,
            Err(denial) => Err(denial),
        };
        let changed = match decided {
            Ok(changed) => changed,
            Err(denial) => return Err(refused(store, deed, denial).await?.into()),
        };
        if changed == known.value {
            return Ok(changed);
        }
        let (before, after) = (serde_json::to_value(&known.value).ok(), serde_json::to_value(&changed).ok());
        let mut changes = vec![known.put(&changed)?];
        if changed.severity == Severity::Critical && known.value.severity != Severity::Critical {
            changes.extend(unless_told(store, &changed, asker.at).await?);
        }
        if store.change(asker.at, changes, vec![Deed { before, after, ..deed }]).await? == Changed::Done {
            return Ok(changed);
        }
    }
    Err(FindingError::Busy(id))
}

/// A new owner must be somebody who can sign in.
async fn owned_by_somebody(
    store: &dyn Store,
    before: &Finding,
    changed: Finding,
) -> Result<Result<Finding, Denial>, Error> {
    let Some(owner) = changed.owner.as_ref().filter(|owner| before.owner.as_ref() != Some(owner)) else {
        return Ok(Ok(changed));
    };
    if find::<User>(store, owner.as_str()).await?.is_some_and(|user| !user.value.disabled) {
        return Ok(Ok(changed));
    }
    let (ko, en) = (
        format!("{owner}(이)라는 계정이 없습니다. 담당자는 로그인할 수 있는 사람이어야 합니다"),
        format!("there is no account {owner}: who answers for a finding must be able to sign in"),
    );
    Ok(Err(denial("finding_owner", &ko, &en)))
}

/// What a person has seen, as at the hotwash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Made by the asker: sent twice it is one finding.
    pub id: FindingId,
    /// The run.
    pub run: RunId,
    /// The unit that it is about; the runbook as a whole where absent.
    pub unit: Option<UnitId>,
    /// What was seen.
    pub what: String,
    /// The rest.
    pub tended: Tended,
}

/// Writes a finding down by hand. It is closed as any other is: by a later run that passes.
pub async fn raise(store: &dyn Store, seen: &Observation, asker: &Asker) -> Result<Finding, FindingError> {
    if let Some(known) = find::<Finding>(store, &seen.id.to_string()).await? {
        return Ok(known.value);
    }
    let deed = asker.deed("finding.raise", format!("finding/{}", seen.id));
    let new = match observed(store, seen, asker).await? {
        Ok(new) => new,
        Err(denial) => return Err(refused(store, deed, denial).await?.into()),
    };
    let mut changes = vec![add(&new)?];
    if new.severity == Severity::Critical {
        changes.extend(raised(&new, asker.at)?);
    }
    let after = serde_json::to_value(&new).ok();
    match store.change(asker.at, changes, vec![Deed { after, ..deed }]).await? {
        Changed::Done => Ok(new),
        Changed::Stale { .. } => Ok(finding(store, seen.id).await?.value),
    }
}

async fn observed(
    store: &dyn Store,
    seen: &Observation,
    asker: &Asker,
) -> Result<Result<Finding, Denial>, FindingError> {
    if let Err(denial) = permit(&asker.by, Act::Review(ReviewRight::Tend), false) {
        return Ok(Err(denial));
    }
    let Some(facts) = keep(store, seen.run, asker.at).await? else {
        return Ok(Err(denial(
            "finding_run_open",
            "실행이 아직 끝나지 않았습니다. 끝난 뒤에 적거나 상황 기록에 적으십시오",
            "the run is not over: raise it afterwards, or write it into the log of the case",
        )));
    };
    let subject = match &seen.unit {
        None => Subject::Plan,
        Some(unit) => {
            let units = units_of(store, seen.run).await?.unwrap_or_default();
            if !units.contains_key(unit) {
                let (ko, en) =
                    (format!("이 실행에는 기동 단위 {unit}이(가) 없습니다"), format!("the run has no unit {unit}"));
                return Ok(Err(denial("finding_unit", &ko, &en)));
            }
            Subject::Unit { unit: unit.clone() }
        }
    };
    let text =
        said(&seen.what).and_then(|what| Ok((what, bounded(&seen.tended.cause)?, bounded(&seen.tended.action)?)));
    let (what, cause, action) = match text {
        Ok(text) => text,
        Err(denial) => return Ok(Err(denial)),
    };
    let bare = new(&facts, FindingKind::Observed, subject, seen.tended.severity, Text::plain(what));
    let tended = Finding {
        id: seen.id,
        raised_at: asker.at,
        raised_by: Some(asker.by.name.clone()),
        category: seen.tended.category,
        cause,
        action,
        owner: seen.tended.owner.clone(),
        due: seen.tended.due,
        ..bare.clone()
    };
    Ok(owned_by_somebody(store, &bare, tended).await?)
}

/// Tells of a finding that became critical, unless people were told of it before.
async fn unless_told(store: &dyn Store, finding: &Finding, now: Timestamp) -> Result<Vec<Change>, Error> {
    let key = occasion_key(finding).to_string();
    if find::<Raised>(store, &key).await?.is_some() { Ok(Vec::new()) } else { raised(finding, now) }
}

/// Records that something was refused.
async fn refused(store: &dyn Store, deed: Deed, denial: Denial) -> Result<Denial, Error> {
    let outcome = DeedOutcome::Refused { code: denial.code.to_owned() };
    // Without changes nothing can be stale.
    match store.change(deed.at, Vec::new(), vec![Deed { outcome, ..deed }]).await? {
        Changed::Done | Changed::Stale { .. } => Ok(denial),
    }
}
