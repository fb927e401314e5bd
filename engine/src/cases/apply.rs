//! The fold: one entry of the log takes the state forward. Live and on reading back it is the same function, so a log that
//! does not follow from itself can not be loaded.

use std::collections::{BTreeMap, BTreeSet};

use super::grade::is_graver;
use super::parts::{
    Alternate, Broken, DeclaredBy, Ending, Finding, Handover, Linked, Member, Report, Support, Tick, TimeSaid, Turn,
};
use super::phase::next;
use super::{Entry, Event, Grade, Moment, Move, Opening, Phase, Source, State, SupportState};
use crate::base::{Bilingual, CaseId, CasePart, Millis, Timestamp};
use crate::run::RunStatus;

/// How often a situation report is written where nobody said otherwise.
const EVERY: Millis = Millis::minutes(30);

/// Why an entry does not follow from the ones before it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entry {seq} of the log of case {case} does not follow from those before it: {why}")]
pub struct Illegal {
    /// The case.
    pub case: CaseId,
    /// The entry's place.
    pub seq: u64,
    /// What does not fit.
    pub why: &'static str,
}

impl Bilingual for Illegal {
    fn ko(&self) -> String {
        format!("상황 {}의 기록 {}번이 앞의 기록과 맞지 않습니다: {}", self.case, self.seq, self.why)
    }
}

/// The state that a whole log leads to.
pub fn replay<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Result<Option<State>, Illegal> {
    let mut state: Option<State> = None;
    for entry in entries {
        match &mut state {
            Some(state) => state.apply(entry)?,
            None => state = Some(State::begin(entry)?),
        }
    }
    Ok(state)
}

impl State {
    /// The state behind the first entry, which must be [`Event::Opened`].
    pub fn begin(entry: &Entry) -> Result<Self, Illegal> {
        let illegal = |why| Illegal { case: entry.case, seq: entry.seq, why };
        let Event::Opened(opening) = &entry.event else { return Err(illegal("a log begins with the opening")) };
        if entry.seq != 1 {
            return Err(illegal("the opening is the first entry"));
        }
        let phase = next(Phase::Normal, Move::Open).ok_or_else(|| illegal("nothing leads there"))?;
        let opening = opening.clone();
        let said = |value: Timestamp, source: Source| {
            vec![TimeSaid { value, source, entered_at: entry.entered_at, by: entry.by.clone(), reason: String::new() }]
        };
        let Opening {
            what,
            class,
            mode,
            event_at,
            event_source,
            detect_at,
            detect_source,
            customers,
            scope,
            organisation,
        } = opening;
        Ok(Self {
            case: entry.case,
            seq: 1,
            what,
            class,
            mode,
            organisation,
            customers,
            scope,
            opened_at: entry.entered_at,
            opened_by: entry.by.clone(),
            times: BTreeMap::from([
                (Moment::Event, said(event_at, event_source)),
                (Moment::Detect, said(detect_at, detect_source)),
            ]),
            turns: vec![Turn { phase, at: entry.entered_at }],
            declared: None,
            restored_at: None,
            ended: None,
            set_grade: None,
            passed: BTreeSet::new(),
            glass: Vec::new(),
            ticks: BTreeMap::new(),
            runs: Vec::new(),
            members: Vec::new(),
            support: Vec::new(),
            every: Some(EVERY),
            reports: Vec::new(),
            commander: None,
            handovers: Vec::new(),
            alternates: Vec::new(),
            findings: Vec::new(),
            reprotected: None,
            requests: entry.request.into_iter().collect(),
        })
    }

    /// Takes the state past one entry.
    pub fn apply(&mut self, entry: &Entry) -> Result<(), Illegal> {
        let illegal = |why| Illegal { case: entry.case, seq: entry.seq, why };
        if entry.case != self.case {
            return Err(illegal("it is of another case"));
        }
        if entry.seq != self.seq + 1 {
            return Err(illegal("its place is not the next one"));
        }
        self.take(entry).map_err(illegal)?;
        self.seq = entry.seq;
        self.requests.extend(entry.request);
        Ok(())
    }

    fn take(&mut self, entry: &Entry) -> Result<(), &'static str> {
        let (at, by) = (entry.entered_at, entry.by.as_ref());
        match &entry.event {
            Event::Opened(_) => return Err("the case exists already"),
            Event::Noted { .. } => {}
            Event::TimeCorrected { moment, value, source, reason } => {
                let reason = reason.clone();
                let said = TimeSaid { value: *value, source: *source, entered_at: at, by: by.cloned(), reason };
                self.times.entry(*moment).or_default().push(said);
            }
            Event::Assessed { class, customers, scope } => {
                let was = self.grading(at).computed;
                (self.class, self.customers, self.scope) = (*class, *customers, *scope);
                let now = self.grading(at).computed;
                if is_graver(was, now) {
                    // What a person set was said of what was known then.
                    self.set_grade = self.set_grade.filter(|set| !is_graver(Some(*set), now));
                }
            }
            Event::Graded { grade, .. } => self.set_grade = *grade,
            Event::GlassBroken { glass, by, at, until, reason } => {
                if self.glass.iter().any(|known| known.glass == *glass) {
                    return Err("a glass is broken once");
                }
                let (by, reason) = (by.clone(), reason.clone());
                self.glass.push(Broken { glass: *glass, by, at: *at, until: *until, reason });
            }
            Event::Escalated { threshold, to, .. } => {
                if !self.passed.insert(*threshold) {
                    return Err("a threshold is passed once");
                }
                // What a person set was said of a shorter outage.
                let outdated = |set: Grade| to.is_some_and(|to| to < set);
                self.set_grade = self.set_grade.filter(|set| !outdated(*set));
            }
            Event::Ticked { criterion, holds } => {
                self.ticks.entry(*criterion).or_default().push(Tick { holds: *holds, at, by: by.cloned() });
            }
            Event::Declared { reason, proposed, run: _ } => {
                self.go(Move::Declare, at)?;
                self.commander = self.commander.take().or_else(|| by.map(|actor| actor.name.clone()));
                let (reason, proposed) = (reason.clone(), proposed.clone());
                self.declared = Some(DeclaredBy { at, by: by.cloned(), reason, proposed });
            }
            Event::StoodDown { .. } => {
                self.go(Move::StandDown, at)?;
                self.ended = Some((Ending::StoodDown, at));
            }
            Event::Closed { .. } => {
                self.go(Move::Close, at)?;
                self.ended = Some((Ending::Closed, at));
            }
            Event::Restored { at: since, .. } => self.restored_at = Some(*since),
            Event::RunLinked { run, part, runbook, title, mode, requester, unconfirmed } => {
                if self.run(*run).is_some() {
                    return Err("the run is linked already");
                }
                self.runs.push(Linked {
                    run: *run,
                    part: *part,
                    runbook: runbook.clone(),
                    title: title.clone(),
                    mode: *mode,
                    requester: requester.clone(),
                    unconfirmed: *unconfirmed,
                    status: RunStatus::Declared,
                    verdict: None,
                    ended_at: None,
                });
                if !unconfirmed {
                    self.run_begins(*part, at)?;
                }
            }
            Event::RunConfirmed { run, part } => {
                let linked = self.runs.iter_mut().find(|linked| linked.run == *run && linked.unconfirmed);
                let linked = linked.ok_or("no run of that id waits to be confirmed")?;
                (linked.part, linked.unconfirmed) = (*part, false);
                self.run_begins(*part, at)?;
            }
            Event::RunMoved { run, status, verdict, ended_at } => {
                let linked = self.runs.iter_mut().find(|linked| linked.run == *run);
                let linked = linked.ok_or("the run is not linked")?;
                let was_open = linked.status.is_open();
                (linked.status, linked.verdict, linked.ended_at) = (*status, *verdict, *ended_at);
                let (part, moved_something) = (linked.part, !linked.unconfirmed);
                if was_open && !status.is_open() && moved_something {
                    self.run_over(part, ended_at.unwrap_or(at), at)?;
                }
            }
            Event::Joined { name, seat } => {
                if self.members.iter().any(|member| member.name == *name && member.until.is_none()) {
                    return Err("the member is there already");
                }
                self.members.push(Member { name: name.clone(), seat: *seat, since: at, until: None });
            }
            Event::Left { name } => {
                let member = self.members.iter_mut().find(|member| member.name == *name && member.until.is_none());
                member.ok_or("nobody of that name is there")?.until = Some(at);
            }
            Event::SupportAsked { number, to, what } => {
                let (to, what) = (to.clone(), what.clone());
                let state = SupportState::Asked;
                let new = Support { number: *number, to, what, state, since: at, note: String::new() };
                numbered(&mut self.support, *number, new)?;
            }
            Event::SupportMoved { number, state, note } => {
                let support = of(&mut self.support, *number)?;
                if !support.state.may_become(*state) {
                    return Err("the request can not come there");
                }
                (support.state, support.since, support.note) = (*state, at, note.clone());
            }
            Event::ReportsEvery { every } => self.every = *every,
            Event::Reported { number, text } => {
                let new = Report { number: *number, at, by: by.cloned(), text: text.clone() };
                numbered(&mut self.reports, *number, new)?;
            }
            Event::CommandOffered { to, brief, note } => {
                if self.offered().is_some() {
                    return Err("an offer is open");
                }
                let by = by.map(|actor| actor.name.clone());
                self.handovers.push(Handover {
                    by: by.filter(|by| self.commander.as_ref().is_some_and(|commander| commander != by)),
                    from: self.commander.clone(),
                    to: to.clone(),
                    brief: brief.clone(),
                    note: note.clone(),
                    offered_at: at,
                    taken_at: None,
                    withdrawn: false,
                });
            }
            Event::OfferWithdrawn => self.offered_mut().ok_or("no offer is open")?.withdrawn = true,
            Event::CommandTaken => {
                let offer = self.offered_mut().ok_or("no offer is open")?;
                if by.is_none_or(|actor| actor.name != offer.to) {
                    return Err("the command was offered to somebody else");
                }
                offer.taken_at = Some(at);
                self.commander = Some(offer.to.clone());
            }
            Event::AlternateBegan { number, services, how, from } => {
                let (services, how) = (services.clone(), how.clone());
                numbered(
                    &mut self.alternates,
                    *number,
                    Alternate { number: *number, services, how, from: *from, to: None },
                )?;
            }
            Event::AlternateEnded { number, to } => {
                let window = of(&mut self.alternates, *number)?;
                if window.to.replace(*to).is_some() {
                    return Err("the window has an end");
                }
            }
            Event::FindingRaised { number, text } => {
                let new = Finding { number: *number, text: text.clone(), owner: None, due: None };
                numbered(&mut self.findings, *number, new)?;
            }
            Event::FindingOwned { number, owner, due } => {
                let finding = of(&mut self.findings, *number)?;
                (finding.owner, finding.due) = (Some(owner.clone()), *due);
            }
            Event::Reprotected { evidence } => self.reprotected = Some((at, evidence.clone())),
        }
        Ok(())
    }

    fn go(&mut self, by: Move, at: Timestamp) -> Result<(), &'static str> {
        if self.ended.is_some() {
            return Err("the case is over");
        }
        let from = self.phase();
        let to = next(from, by).ok_or("nothing leads there from the phase before")?;
        if to != from {
            self.turns.push(Turn { phase: to, at });
        }
        Ok(())
    }

    /// A run of the case may start its steps.
    fn run_begins(&mut self, part: CasePart, at: Timestamp) -> Result<(), &'static str> {
        match part {
            CasePart::Failover => self.go(Move::FailoverBegan, at)?,
            CasePart::Failback => self.go(Move::FailbackBegan, at)?,
            CasePart::Support => return Ok(()),
        }
        // What was attested was said of how things stood before they were moved again.
        self.reprotected = None;
        Ok(())
    }

    /// A run of the case is over: what that means when no other of its part is open.
    fn run_over(&mut self, part: CasePart, ended_at: Timestamp, at: Timestamp) -> Result<(), &'static str> {
        let of_part = |linked: &&Linked| linked.part == part && !linked.unconfirmed;
        if self.ended.is_some() || self.runs.iter().filter(of_part).any(|linked| linked.status.is_open()) {
            return Ok(());
        }
        let done = self.runs.iter().filter(of_part).any(|linked| linked.status == RunStatus::Completed);
        match (part, done) {
            (CasePart::Failover, true) => {
                self.restored_at.get_or_insert(ended_at);
                self.go(Move::FailoverDone, at)
            }
            (CasePart::Failover, false) => self.go(Move::FailoverLost, at),
            (CasePart::Failback, true) => self.go(Move::FailbackDone, at),
            (CasePart::Failback, false) => self.go(Move::FailbackLost, at),
            (CasePart::Support, _) => Ok(()),
        }
    }
}

/// Puts something with a number behind the others, which have the numbers before.
fn numbered<T>(list: &mut Vec<T>, number: u32, new: T) -> Result<(), &'static str> {
    if u32::try_from(list.len()) != Ok(number.wrapping_sub(1)) {
        return Err("its number is not the next one");
    }
    list.push(new);
    Ok(())
}

fn of<T>(list: &mut [T], number: u32) -> Result<&mut T, &'static str> {
    let place = number.checked_sub(1).and_then(|place| usize::try_from(place).ok());
    place.and_then(|place| list.get_mut(place)).ok_or("there is nothing of that number")
}
