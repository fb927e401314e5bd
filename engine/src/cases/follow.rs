//! What follows from what the runs of a case do, and from time alone. Both may be asked as often as one likes, by several
//! nodes: what is in the log already does not follow a second time.

use super::grade::graver;
use super::{Event, Move, Phase, State, by_facility, by_service, compose, next};
use crate::base::{CasePart, Mode, RunId, RunbookId, Text, Timestamp, UserName};
use crate::identity::Glass;
use crate::run::{RunStatus, Verdict};

/// A run as its summary tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Which.
    pub run: RunId,
    /// What it was declared to be in its case.
    pub part: CasePart,
    /// Its runbook.
    pub runbook: RunbookId,
    /// The runbook's name.
    pub title: Text,
    /// Its mode.
    pub mode: Mode,
    /// Who declared it.
    pub requester: UserName,
    /// Whether another person must still confirm it before anything is started.
    pub unconfirmed: bool,
    /// Its status.
    pub status: RunStatus,
    /// Its verdict, once there is one.
    pub verdict: Option<Verdict>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
}

/// What a run that was declared in this case, or moved, means for it.
pub fn follow(state: &State, told: &Told) -> Vec<Event> {
    let mut events = Vec::new();
    if state.ended().is_some() {
        return events;
    }
    let known = state.run(told.run);
    // What nobody confirmed may yet be refused: it is linked, and moves nothing. One that ended so never will.
    let begins = !told.unconfirmed && known.is_none_or(|known| known.unconfirmed);
    let part = if begins { part_of(state, told) } else { told.part };
    if begins && part == CasePart::Failover && state.phase() == Phase::Assessing {
        // Who sends services to the DR site has declared, whether or not the button was pressed first.
        let reason = format!("{} ({})", told.runbook, told.requester);
        events.push(Event::Declared { reason, proposed: None, run: Some(told.run) });
    }
    if known.is_none() {
        events.push(Event::RunLinked {
            run: told.run,
            part,
            runbook: told.runbook.clone(),
            title: told.title.clone(),
            mode: told.mode,
            requester: told.requester.clone(),
            unconfirmed: told.unconfirmed,
        });
    } else if begins {
        events.push(Event::RunConfirmed { run: told.run, part });
    }
    let before = known.map_or((RunStatus::Declared, None, None), |run| (run.status, run.verdict, run.ended_at));
    if before != (told.status, told.verdict, told.ended_at) {
        let (run, status, verdict, ended_at) = (told.run, told.status, told.verdict, told.ended_at);
        events.push(Event::RunMoved { run, status, verdict, ended_at });
    }
    events
}

/// A mock run must not move a real case, and what the table does not know does not move it either.
fn part_of(state: &State, told: &Told) -> CasePart {
    let by = match told.part {
        CasePart::Failover => Move::FailoverBegan,
        CasePart::Failback => Move::FailbackBegan,
        CasePart::Support => return CasePart::Support,
    };
    let phase = match (state.phase(), told.part) {
        (Phase::Assessing, CasePart::Failover) => Phase::Declared,
        (phase, _) => phase,
    };
    if told.mode == state.mode() && next(phase, by).is_some() { told.part } else { CasePart::Support }
}

/// What follows from glass that was broken: in a real case that is open, and while it was.
pub fn witness(state: &State, glass: &Glass) -> Vec<Event> {
    let concerns = state.mode() == Mode::Real && state.ended().is_none() && glass.until > state.opened_at();
    if !concerns || state.glass().iter().any(|known| known.glass == glass.id) {
        return Vec::new();
    }
    let Glass { id, by, reason, at, until, .. } = glass.clone();
    vec![Event::GlassBroken { glass: id, by, at, until, reason }]
}

/// What time alone brings: thresholds that the outage passed, and a situation report that is due.
pub fn tick(state: &State, now: Timestamp) -> Vec<Event> {
    let mut events = Vec::new();
    let mut ahead = state.clone();
    while let Some((threshold, at)) = ahead.next_escalation().filter(|(_, at)| *at <= now) {
        let facility = state.scope().map(by_facility);
        let grade = |outage| graver(state.customers().and_then(|customers| by_service(customers, outage)), facility);
        let since = state.time(super::Moment::Event);
        let (from, to) = (grade(threshold.length()), grade(at.since(since)));
        events.push(Event::Escalated { threshold, from, to });
        ahead.passed.insert(threshold);
    }
    if state.next_report().is_some_and(|due| due <= now) {
        let number = u32::try_from(state.reports().len()).unwrap_or(u32::MAX).saturating_add(1);
        events.push(Event::Reported { number, text: compose(state, now) });
    }
    events
}
