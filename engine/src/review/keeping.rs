//! What happens when a run ends: its journal is folded once, and everything that follows from it is written in one
//! transaction. Any process may do so, for any run that is over; that a run has its facts says that it was done.

use std::collections::BTreeMap;

use super::facts::{RunFacts, RunUnits, ended_runs, facts_of, units_of};
use super::findings::{Finding, Retest, Severity, Status, made, of_runbook};
use super::gather::gather;
use super::rehearsed::Rehearsed;
use super::telling::raised;
use crate::base::{Bilingual, Millis, RunId, Timestamp, UnitId};
use crate::plan::Plan;
use crate::report::RunReport;
use crate::run::{Corrupt, Event, Head};
use crate::store::{self, Change, Changed, Frozen, Rows, Store, add, find, with_rows};

/// How often a writer that came second tries again.
const TRIES: usize = 32;
/// People are told of what is found within this time of the end of a run. What is found later, as in the journals of an
/// installation that has just learned to look, is history.
const NEWS: Millis = Millis::minutes(24 * 60);

/// Why nothing is kept of a run that is over.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// Its journal is not what was written.
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Others were quicker, again and again.
    #[error("what is kept of run {0} is being changed by others all the time: tried again later")]
    Busy(RunId),
    /// The process is about to end.
    #[error("the journal of run {0} was not folded to its end, because the process ends: the next one does it")]
    Ending(RunId),
}

impl Bilingual for KeepError {
    fn ko(&self) -> String {
        match self {
            Self::Corrupt(why) => why.ko(),
            Self::Store(why) => why.ko(),
            Self::Busy(run) => format!("실행 {run}의 기록을 다른 쪽에서 계속 바꾸고 있습니다. 나중에 다시 합니다"),
            Self::Ending(run) => {
                format!("프로세스가 끝나고 있어 실행 {run}의 저널을 정리하지 못했습니다. 다음 프로세스가 합니다")
            }
        }
    }
}

/// What a fold of a journal gives.
#[derive(Debug)]
struct Folded {
    facts: RunFacts,
    units: RunUnits,
    findings: Vec<Finding>,
}

/// Sees to it that everything is kept of a run that is over, and gives its facts; `None` while it is open. However often and
/// by however many processes it is asked for, it happens once.
pub async fn keep(store: &dyn Store, run: RunId, now: Timestamp) -> Result<Option<RunFacts>, KeepError> {
    if let Some(known) = facts_of(store, run).await? {
        return Ok(Some(known));
    }
    let frozen = store.frozen(run).await?;
    let work = with_rows(store, run, move |rows| fold(run, &frozen, rows, now));
    let Some(folded) = work.await?.map_err(|_| KeepError::Ending(run))?? else { return Ok(None) };
    for _ in 0..TRIES {
        let changes = changes(store, &folded, now).await?;
        if store.change(now, changes, Vec::new()).await? == Changed::Done {
            return Ok(Some(folded.facts));
        }
        if let Some(known) = facts_of(store, run).await? {
            return Ok(Some(known));
        }
    }
    Err(KeepError::Busy(run))
}

fn fold(run: RunId, frozen: &Frozen, rows: Rows, now: Timestamp) -> Result<Option<Folded>, Corrupt> {
    let mut rows = rows.peekable();
    let first = rows.peek().ok_or(Corrupt::Undeclared(run))?;
    let mut head = Head::START;
    let Event::Declared(header) = head.accept(run, first)? else {
        return Err(Corrupt::Undeclared(run));
    };
    let plan = Plan::thaw(&frozen.plan, header.plan)?;
    let report = RunReport::on(&plan, run, &frozen.source, rows, now)?;
    Ok(gather(&plan, &report).map(|(facts, units)| {
        let findings = made(&report, &facts, &units.units);
        Folded { facts, units, findings }
    }))
}

/// Everything that follows from the end of a run, as things stand now.
async fn changes(store: &dyn Store, folded: &Folded, now: Timestamp) -> Result<Vec<Change>, store::Error> {
    let Folded { facts, units, findings } = folded;
    let mut changes = vec![add(facts)?, add(units)?];
    changes.push(match find::<Rehearsed>(store, facts.runbook.as_str()).await? {
        Some(known) => {
            let mut grown = known.value.clone();
            grown.add(facts, &units.units);
            known.put(&grown)?
        }
        None => {
            let mut first = Rehearsed::new(facts.runbook.clone());
            first.add(facts, &units.units);
            add(&first)?
        }
    });
    let by_id: BTreeMap<UnitId, _> = units.units.iter().map(|unit| (unit.unit.clone(), unit.clone())).collect();
    let retest = Retest { facts, units: &by_id };
    let unsettled = of_runbook(store, &facts.runbook).await?;
    for known in &unsettled {
        if let Some(closed) = retest.closes(&known.value) {
            changes.push(known.put(&closed)?);
        }
    }
    if findings.is_empty() {
        return Ok(changes);
    }
    let later = later_runs(store, facts).await?;
    for found in findings {
        if find::<Finding>(store, &found.id.to_string()).await?.is_some() {
            continue;
        }
        let same = |known: &&Finding| (known.kind, &known.subject) == (found.kind, &found.subject);
        let before = unsettled.iter().map(|known| &known.value).filter(same).map(|known| known.id).max();
        let new = Finding { repeats: before, ..found.clone() };
        // Journals may come to be folded in another order than their runs came to an end.
        let passed = later.iter().find_map(|(facts, units)| Retest { facts, units }.closes(&new));
        let new = passed.unwrap_or(new);
        changes.push(add(&new)?);
        let is_news = now.since(facts.ended_at) <= NEWS && !matches!(new.status, Status::Closed { .. });
        if new.severity == Severity::Critical && is_news {
            changes.extend(raised(&new, now)?);
        }
    }
    Ok(changes)
}

/// Runs of the same runbook that were declared when this one was over, the oldest first.
async fn later_runs(
    store: &dyn Store,
    facts: &RunFacts,
) -> Result<Vec<(RunFacts, BTreeMap<UnitId, super::facts::UnitFacts>)>, store::Error> {
    let mut later = Vec::new();
    for known in ended_runs(store, Some(&facts.runbook), None, 0).await? {
        if known.declared_at >= facts.ended_at
            && let Some(units) = units_of(store, known.run).await?
        {
            later.push((known, units));
        }
    }
    later.reverse();
    Ok(later)
}
