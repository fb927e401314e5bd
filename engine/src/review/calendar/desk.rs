//! What people write into the calendar.

use uuid::Uuid;

use super::duty::{Adoption, Held, Planned, adoptions, held, standings};
use super::profile::Profile;
use crate::base::{Bilingual, Day, OrgId, RoleName, RunbookId, Text, Timestamp};
use crate::plan::Mode;
use crate::review::facts::ended_runs;
use crate::review::findings::Asker;
use crate::run::{Act, COMMANDER, DEPUTY, Denial, ReviewRight, permit};
use crate::store::{Change, Changed, Deed, Error, Records, Store, add, find};
use crate::telling::{About, Key, Occasion, OccasionKind, Raised, raise};

/// Longest note, in characters.
const LONGEST: usize = 1_000;

/// Why nothing is written.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    /// It is not to be done.
    #[error(transparent)]
    Refused(#[from] Denial),
    /// The store.
    #[error(transparent)]
    Store(#[from] Error),
}

impl Bilingual for CalendarError {
    fn ko(&self) -> String {
        match self {
            Self::Refused(denial) => denial.ko(),
            Self::Store(why) => why.ko(),
        }
    }
}

fn denied(code: &'static str, ko: &str, en: &str) -> CalendarError {
    Denial { code, message: Text::new(ko, en) }.into()
}

fn plans(asker: &Asker) -> Result<(), CalendarError> {
    Ok(permit(&asker.by, Act::Review(ReviewRight::Plan), false)?)
}

fn bounded(text: &str) -> Result<String, CalendarError> {
    if text.chars().count() > LONGEST {
        return Err(denied("calendar_long", "글은 1,000자까지입니다", "a text has at most 1,000 characters"));
    }
    Ok(text.trim().to_owned())
}

async fn made(store: &dyn Store, change: Change, deed: Deed, after: &impl serde::Serialize) -> Result<bool, Error> {
    let after = serde_json::to_value(after).ok();
    Ok(store.change(deed.at, vec![change], vec![Deed { after, ..deed }]).await? == Changed::Done)
}

/// Adopts a profile for a part of the organisation. Adopted again it is taken anew, as it is now.
pub async fn adopt(
    store: &dyn Store,
    profile: Profile,
    organisation: Option<OrgId>,
    asker: &Asker,
) -> Result<Adoption, CalendarError> {
    plans(asker)?;
    let key = Adoption::key(organisation.as_ref(), &profile.profile);
    loop {
        let known = find::<Adoption>(store, &key).await?;
        let since = known.as_ref().map_or_else(|| Day::in_seoul(asker.at), |known| known.value.since);
        let by = asker.by.name.clone();
        let new = Adoption { profile: profile.clone(), organisation: organisation.clone(), since, by, at: asker.at };
        let change = match &known {
            Some(known) => known.put(&new)?,
            None => add(&new)?,
        };
        if made(store, change, asker.deed("profile.adopt", format!("profile/{key}")), &new).await? {
            return Ok(new);
        }
    }
}

/// Takes an adoption back.
pub async fn abandon(store: &dyn Store, key: &str, asker: &Asker) -> Result<(), CalendarError> {
    plans(asker)?;
    while let Some(known) = find::<Adoption>(store, key).await? {
        let before = serde_json::to_value(&known.value).ok();
        let deed = Deed { before, ..asker.deed("profile.abandon", format!("profile/{key}")) };
        if store.change(asker.at, vec![known.remove()], vec![deed]).await? == Changed::Done {
            break;
        }
    }
    Ok(())
}

/// Writes down that something was held without a run.
pub async fn hold(
    store: &dyn Store,
    (id, adoption, duty): (Uuid, &str, &str),
    day: Day,
    evidence: &str,
    asker: &Asker,
) -> Result<(), CalendarError> {
    plans(asker)?;
    let known = find::<Adoption>(store, adoption).await?;
    if !known.is_some_and(|known| known.value.profile.duties.iter().any(|known| known.duty == duty)) {
        return Err(denied("calendar_duty", "그런 훈련 의무가 없습니다", "there is no such duty"));
    }
    if day > Day::in_seoul(asker.at) {
        return Err(denied("calendar_future", "아직 오지 않은 날입니다", "that day has not come yet"));
    }
    let evidence = bounded(evidence)?;
    if evidence.is_empty() {
        return Err(denied("calendar_evidence", "무엇으로 확인하는지 적으십시오", "write what shows it"));
    }
    let by = asker.by.name.clone();
    let new = Held { id, adoption: adoption.to_owned(), duty: duty.to_owned(), day, evidence, by, at: asker.at };
    // Sent twice it is there already.
    made(store, add(&new)?, asker.deed("drill.held", format!("profile/{adoption}")), &new).await?;
    Ok(())
}

/// Plans a drill.
pub async fn plan(
    store: &dyn Store,
    (id, runbook, organisation): (Uuid, RunbookId, Option<OrgId>),
    (day, mode): (Day, Mode),
    note: &str,
    asker: &Asker,
) -> Result<(), CalendarError> {
    plans(asker)?;
    if mode == Mode::Real {
        return Err(denied("calendar_real", "실제 재해는 계획하지 않습니다", "nobody plans a disaster"));
    }
    if day < Day::in_seoul(asker.at) {
        return Err(denied("calendar_past", "지난 날입니다", "that day is over"));
    }
    let (note, by) = (bounded(note)?, asker.by.name.clone());
    let new = Planned { id, day, runbook, mode, organisation, note, by, at: asker.at };
    made(store, add(&new)?, asker.deed("drill.plan", format!("runbook/{}", new.runbook)), &new).await?;
    Ok(())
}

/// Takes a planned drill out.
pub async fn cancel(store: &dyn Store, id: &str, asker: &Asker) -> Result<(), CalendarError> {
    plans(asker)?;
    while let Some(known) = find::<Planned>(store, id).await? {
        let before = serde_json::to_value(&known.value).ok();
        let deed = Deed { before, ..asker.deed("drill.cancel", format!("runbook/{}", known.value.runbook)) };
        if store.change(asker.at, vec![known.remove()], vec![deed]).await? == Changed::Done {
            break;
        }
    }
    Ok(())
}

/// Tells of duties that are overdue, each once for each day on which it was due.
pub(in super::super) async fn tell(store: &dyn Store, now: Timestamp) -> Result<(), Error> {
    let adopted = adoptions(store).await?;
    if adopted.is_empty() {
        return Ok(());
    }
    let runs = ended_runs(store, None, None, 0).await?;
    let all = standings(&adopted, &runs, &held(store).await?, Day::in_seoul(now));
    for standing in all.into_iter().filter(|standing| standing.overdue) {
        let key = Key::from(format!(
            "{}/{}/{}/{}",
            OccasionKind::DutyOverdue.keyword(),
            standing.adoption,
            standing.duty.duty,
            standing.due
        ));
        if find::<Raised>(store, key.as_str()).await?.is_some() {
            continue;
        }
        let roles = [COMMANDER, DEPUTY].iter().filter_map(|role| role.parse::<RoleName>().ok());
        let occasion = Occasion {
            key,
            kind: OccasionKind::DutyOverdue,
            mode: Mode::Drill,
            at: now,
            about: About { organisation: standing.organisation.clone(), ..About::default() },
            phase: None,
            asks: roles.collect(),
            people: std::collections::BTreeSet::new(),
            headline: standing.duty.title.clone(),
            detail: Text::new(
                format!("{}까지 했어야 합니다", standing.due),
                format!("it was to be held by {}", standing.due),
            ),
            path: "/calendar".to_owned(),
        };
        match store.change(now, raise(occasion)?, Vec::new()).await? {
            // Another node has told it.
            Changed::Done | Changed::Stale { .. } => {}
        }
    }
    Ok(())
}

/// A planned drill by its id.
pub async fn planned_drill(store: &(impl Records + ?Sized), id: &str) -> Result<Option<Planned>, Error> {
    Ok(find::<Planned>(store, id).await?.map(|found| found.value))
}
