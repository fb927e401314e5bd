//! Where cases are kept: every entry of a log, its card and the deed that explains them are one transaction.
//!
//! Whoever comes second finds the card at another version, reads anew and decides anew: what held before may be refused now.

use super::before::before;
use super::closing::unowned_now;
use super::draft::Draft;
use super::kept::{OPEN, OVER};
use super::{
    Brief, Card, Command, Entry, Event, Illegal, Opening, Refusal, State, Told, decide, follow, open, replay, tick,
    witness,
};
use crate::base::{Bilingual, CaseId, CasePart, Mode, RequestId, Timestamp};
use crate::identity::Glass;
use crate::review::KeepError;
use crate::run::{self, Actor, Corrupt};
use crate::store::{self, Changed, Deed, DeedOutcome, Query, RunFilter, RunSummary, Store, Versioned, find, list};

/// How often a writer that came second tries again.
const TRIES: usize = 32;
/// Entries read at a time.
const PAGE: u32 = 1_000;

/// What keeps a case from being read or changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is none.
    #[error("there is no case {0}: look for it in the list of cases")]
    NoSuchCase(CaseId),
    /// It is not to be done.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Others were quicker, again and again.
    #[error("case {0} is being changed by others all the time: try again")]
    Busy(CaseId),
    /// The log is not what was written.
    #[error(transparent)]
    Illegal(#[from] Illegal),
    /// The journal of one of its runs is not what was written.
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
    /// What its runs left can not be found out.
    #[error(transparent)]
    Keep(#[from] KeepError),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Bilingual for Error {
    fn ko(&self) -> String {
        match self {
            Self::NoSuchCase(case) => format!("상황 {case}이(가) 없습니다. 상황 목록에서 찾으십시오"),
            Self::Refused(refusal) => refusal.ko(),
            Self::Busy(case) => format!("다른 사람들이 상황 {case}을(를) 계속 바꾸고 있습니다. 다시 시도하십시오"),
            Self::Illegal(illegal) => illegal.ko(),
            Self::Corrupt(corrupt) => corrupt.ko(),
            Self::Keep(why) => why.ko(),
            Self::Store(error) => error.ko(),
        }
    }
}

/// Who asks, from where and when.
#[derive(Debug, Clone)]
pub struct Asker {
    /// Who.
    pub by: Actor,
    /// An address, or `host` for the command line.
    pub origin: String,
    /// When.
    pub at: Timestamp,
    /// Made with the form: sent twice it takes effect once.
    pub request: RequestId,
}

/// A case as it is kept.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Where it stands.
    pub state: State,
    /// Its log.
    pub entries: Vec<Entry>,
    card: Versioned<Card>,
}

/// Opens a case. Its id is made by the asker: the same opening sent twice is one case.
pub async fn open_case(store: &dyn Store, case: CaseId, opening: Opening, asker: &Asker) -> Result<State, Error> {
    let event = match open(opening, &asker.by, asker.at) {
        Ok(event) => event,
        Err(refusal) => return refused(store, case, "case.open", asker, refusal).await,
    };
    let mut draft = Draft::begin(asker.entry(case, 1, asker.at, event))?;
    // An event that was noticed late has passed its thresholds already.
    draft.advance(asker.at, tick)?;
    let deed = asker.deed(case, "case.open", &draft.entries);
    match store.change(asker.at, draft.changes(store, None, asker.at).await?, vec![deed]).await? {
        Changed::Done => Ok(draft.state),
        Changed::Stale { .. } => Ok(load(store, case).await?.state),
    }
}

/// Does what is asked of a case and gives where it stands afterwards.
pub async fn act(store: &dyn Store, case: CaseId, command: &Command, asker: &Asker) -> Result<State, Error> {
    for _ in 0..TRIES {
        let Loaded { state, card, .. } = load(store, case).await?;
        if state.took(asker.request) {
            return Ok(state);
        }
        let found = before(&state, command, asker.at);
        let beside = if command.ends() { unowned_now(store, &state, asker.at).await? } else { Vec::new() };
        let events = match decide(&state, command.clone(), &asker.by, asker.at, &beside) {
            Ok(events) => events,
            Err(refusal) => return refused(store, case, command.act(), asker, refusal).await,
        };
        let mut draft = Draft::behind(state);
        for event in events {
            let occurred = command.occurred_at().unwrap_or(asker.at);
            draft.write(asker.entry(case, draft.state.seq() + 1, occurred, event))?;
        }
        draft.advance(asker.at, tick)?;
        let deed = Deed { before: found, ..asker.deed(case, command.act(), &draft.entries) };
        if put(store, &card, &draft, asker.at, vec![deed]).await? {
            return Ok(draft.state);
        }
    }
    Err(Error::Busy(case))
}

/// A case with its whole log.
pub async fn load(store: &dyn Store, case: CaseId) -> Result<Loaded, Error> {
    let card = find::<Card>(store, &case.to_string()).await?.ok_or(Error::NoSuchCase(case))?;
    let mut entries: Vec<Entry> = Vec::new();
    // What came behind the card that was read is left out: card and log are then of one moment.
    while (entries.len() as u64) < card.value.seq {
        let after = entries.last().map(store::Kept::id);
        let page = Query { after, limit: PAGE, ..Query::group(case.to_string()) };
        let page = list::<Entry>(store, page).await?;
        if page.is_empty() {
            break;
        }
        let of_card = page.into_iter().map(|entry| entry.value).filter(|entry| entry.seq <= card.value.seq);
        entries.extend(of_card);
    }
    let state = replay(&entries)?.ok_or(Error::NoSuchCase(case))?;
    if state.seq() != card.value.seq {
        return Err(Illegal { case, seq: state.seq() + 1, why: "it is missing" }.into());
    }
    Ok(Loaded { state, entries, card })
}

/// Open cases, newest first.
pub async fn open_cards(store: &dyn Store) -> Result<Vec<Card>, store::Error> {
    cards(store, OPEN, None, 0).await
}

/// Cases that are over, newest first, those behind `after`.
pub async fn over_cards(store: &dyn Store, after: Option<CaseId>, limit: u32) -> Result<Vec<Card>, store::Error> {
    cards(store, OVER, after, limit).await
}

async fn cards(store: &dyn Store, group: &str, after: Option<CaseId>, limit: u32) -> Result<Vec<Card>, store::Error> {
    let after = after.map(|case| case.to_string());
    let query = Query { after, newest_first: true, limit, ..Query::group(group) };
    Ok(list::<Card>(store, query).await?.into_iter().map(|card| card.value).collect())
}

/// Whether a run in this mode may be declared in a case.
pub async fn admits(store: &dyn Store, case: CaseId, mode: Mode) -> Result<Result<(), Refusal>, store::Error> {
    let Some(card) = find::<Card>(store, &case.to_string()).await? else {
        return Ok(Err(Refusal::new(
            "case_absent",
            format!("상황 {case}이(가) 없습니다. 상황 화면에서 다시 선포하십시오"),
            format!("there is no case {case}: declare from the page of a case"),
        )));
    };
    if card.value.ended.is_some() {
        return Ok(Err(Refusal::new(
            "case_over",
            "이 상황은 종료되었습니다. 새 상황을 열고 거기에서 선포하십시오",
            "the case is over: open a new one and declare there",
        )));
    }
    // A rehearsal beside the event harms nothing; everything else would make an exercise of an event, or an event of an exercise.
    if mode != card.value.mode && mode != Mode::Mock {
        return Ok(Err(Refusal::new(
            "case_mode",
            format!("이 상황은 {} 상황입니다. 같은 모드 또는 모의로 선포하십시오", card.value.mode.keyword()),
            format!("this case is in mode {}: declare in the same mode, or in mock", card.value.mode.keyword()),
        )));
    }
    Ok(Ok(()))
}

/// What the runs of a case tell, the oldest first.
async fn told(store: &dyn Store, case: CaseId) -> Result<Vec<Told>, store::Error> {
    // Both kinds of ids carry their time, so only runs declared since can belong to it.
    let filter = RunFilter { after: Some(case.0), ..RunFilter::default() };
    let runs = store.runs(filter).await?.into_iter().rev();
    Ok(runs.filter(|entry| entry.summary.case == Some(case)).map(of_summary).collect())
}

fn of_summary(entry: RunSummary) -> Told {
    let RunSummary { run, summary, .. } = entry;
    Told {
        run,
        part: summary.part.unwrap_or(CasePart::Support),
        runbook: summary.runbook,
        title: summary.title,
        mode: summary.mode,
        requester: summary.requester,
        unconfirmed: summary.awaits_second,
        status: summary.status,
        verdict: summary.verdict,
        ended_at: summary.ended_at,
    }
}

fn is_news(card: &Card, told: &Told) -> bool {
    let seen = card.runs.iter().find(|linked| linked.run == told.run);
    seen.is_none_or(|seen| {
        let known = (seen.unconfirmed, seen.status, seen.verdict, seen.ended_at);
        known != (told.unconfirmed, told.status, told.verdict, told.ended_at)
    })
}

/// Looks after all open cases once: what their runs did, thresholds, reports that are due. Every node may do so; what one
/// has written down the others find done.
pub async fn attend(store: &dyn Store, now: Timestamp) -> Result<(), Error> {
    let (mut first, glass) = (None, lately_broken(store).await?);
    for card in open_cards(store).await? {
        // One log that can not be read must not keep the others from being looked after.
        if let Err(why) = look_after(store, &card, &glass, now).await {
            first.get_or_insert(why);
        }
    }
    first.map_or(Ok(()), Err)
}

/// The same for one case.
pub async fn attend_one(store: &dyn Store, case: CaseId, now: Timestamp) -> Result<(), Error> {
    let card = find::<Card>(store, &case.to_string()).await?.ok_or(Error::NoSuchCase(case))?;
    look_after(store, &card.value, &lately_broken(store).await?, now).await
}

/// Glass that nobody has reviewed yet, the oldest first: of what was reviewed the open cases have heard.
async fn lately_broken(store: &dyn Store) -> Result<Vec<Glass>, store::Error> {
    let found = list::<Glass>(store, Glass::open()).await?;
    Ok(found.into_iter().rev().map(|found| found.value).collect())
}

async fn look_after(store: &dyn Store, card: &Card, glass: &[Glass], now: Timestamp) -> Result<(), Error> {
    let case = card.case;
    let told = told(store, case).await?;
    let unheard =
        |glass: &Glass| card.mode == Mode::Real && glass.until > card.opened_at && !card.glass.contains(&glass.id);
    let due = card.next.is_some_and(|due| due <= now);
    if !due && !told.iter().any(|told| is_news(card, told)) && !glass.iter().any(unheard) {
        return Ok(());
    }
    for _ in 0..TRIES {
        let Loaded { state, card, .. } = load(store, case).await?;
        let mut draft = Draft::behind(state);
        for one in &told {
            draft.advance(now, |state, _| follow(state, one))?;
        }
        for one in glass {
            draft.advance(now, |state, _| witness(state, one))?;
        }
        draft.advance(now, tick)?;
        if draft.entries.is_empty() || put(store, &card, &draft, now, Vec::new()).await? {
            return Ok(());
        }
    }
    Err(Error::Busy(case))
}

/// What a successor in command must know of the runs of a case.
pub async fn brief(store: &dyn Store, state: &State) -> Result<Brief, Error> {
    let mut brief = Brief::default();
    for linked in state.runs().iter().filter(|linked| linked.status.is_open()) {
        let stored = store.load(linked.run).await?;
        let replayed = run::replay(linked.run, &stored.frozen.plan, &stored.rows)?;
        brief.add(&replayed.plan, &replayed.state);
    }
    Ok(brief)
}

/// `false` when another writer was quicker.
async fn put(
    store: &dyn Store,
    card: &Versioned<Card>,
    draft: &Draft,
    at: Timestamp,
    deeds: Vec<Deed>,
) -> Result<bool, store::Error> {
    let changes = draft.changes(store, Some(card), at).await?;
    Ok(store.change(at, changes, deeds).await? == Changed::Done)
}

/// Records that something was refused, and says so.
async fn refused<T>(store: &dyn Store, case: CaseId, act: &str, asker: &Asker, refusal: Refusal) -> Result<T, Error> {
    let outcome = DeedOutcome::Refused { code: refusal.code.to_owned() };
    let deed = Deed { outcome, after: None, ..asker.deed(case, act, &[]) };
    // Without changes nothing can be stale.
    let _ = store.change(asker.at, Vec::new(), vec![deed]).await?;
    Err(refusal.into())
}

impl Asker {
    fn entry(&self, case: CaseId, seq: u64, occurred_at: Timestamp, event: Event) -> Entry {
        let by = Some(self.by.clone());
        Entry { case, seq, entered_at: self.at, occurred_at, by, request: Some(self.request), event }
    }

    fn deed(&self, case: CaseId, act: &str, entries: &[Entry]) -> Deed {
        let events: Vec<&Event> = entries.iter().filter(|entry| entry.by.is_some()).map(|entry| &entry.event).collect();
        Deed {
            at: self.at,
            by: self.by.clone(),
            on_behalf_of: None,
            origin: self.origin.clone(),
            act: act.to_owned(),
            object: format!("case/{case}"),
            before: None,
            after: serde_json::to_value(events).ok(),
            outcome: DeedOutcome::Done,
            reason: String::new(),
        }
    }
}
