//! How much data was lost: the last transaction that was recovered, against the moment of the disaster.

use serde::Serialize;

use super::super::unit_run::Attempt;
use super::super::{Outcome, Purpose, Reading, State, UnitState, Verdict};
use crate::base::{LinkName, Millis, Timestamp};
use crate::plan::look::Replication;
use crate::plan::{MarkKind, Mode, OutputOf, Plan, Service, UnitIx};

/// A recovery point against its objective.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryPoint {
    /// Tolerated loss.
    pub rpo: Option<Millis>,
    /// When the last transaction was committed that is in the recovered data: of several data sets the earliest one's.
    pub at: Option<Timestamp>,
    /// Between the latest and the earliest of several data sets; `None` where there is only one.
    pub skew: Option<Millis>,
    /// What was lost: from `at` to the event; zero where nothing was.
    pub rpa: Option<Millis>,
    /// The verdict.
    pub verdict: Verdict,
    /// Why there is no measure, or no verdict on it.
    pub why: Option<Unmeasured>,
    /// The data sets that it is made of.
    pub sets: Vec<DataSet>,
}

/// One data set: what a step read of it, and against which instant that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSet {
    /// The step that read it, by its output.
    pub source: OutputOf,
    /// When the last transaction was committed that is in it, or why that is not known.
    pub at: Result<Timestamp, Unmeasured>,
    /// Up to when there was anything to lose.
    pub reference: Option<Reference>,
    /// What was lost.
    pub rpa: Option<Millis>,
    /// Where a replication link was measured: what was read.
    pub reading: Option<Reading>,
}

/// Up to when there was anything to lose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// What happened then.
    pub what: ReferenceKind,
    /// The instant.
    pub at: Timestamp,
}

/// What the loss is reckoned to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferenceKind {
    /// The event.
    Event,
    /// In an exercise: the recorded moment when the link, or the writes of its source, were cut.
    Cut,
}

/// Why a recovery point was not measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unmeasured {
    /// Neither the runbook nor the service has an objective.
    NoObjective,
    /// The runbook does not say which step reads the last recovered transaction.
    NoSource,
    /// The step that reads it has not done so.
    NotRead,
    /// What it read is no instant with an offset.
    NoInstant,
    /// Nobody knows when it happened.
    NoEvent,
}

/// The recovery point of the plan as a whole: of all data sets that the runbook or any of its services names.
pub fn plan_point(plan: &Plan, state: &State) -> RecoveryPoint {
    let body = plan.body();
    let services = body.services.iter().flat_map(|service| &service.recovery_points);
    point(plan, state, body.objectives.recovery_points.iter().chain(services), body.objectives.rpo)
}

/// The recovery point of one service.
pub fn service_point(plan: &Plan, state: &State, service: &Service) -> RecoveryPoint {
    point(plan, state, service.recovery_points.iter(), service.rpo)
}

/// Everything that was read of replication links, in the order of time, with the unit that read it.
pub fn readings<'s>(plan: &Plan, state: &'s State) -> Vec<(UnitIx, &'s Reading)> {
    let attempts = plan.unit_ixs().flat_map(|ix| state.unit(ix).attempts.iter().map(move |made| (ix, made)));
    let mut found: Vec<_> = attempts.filter_map(|(ix, made)| Some((ix, reading_of(made)?))).collect();
    found.sort_by_key(|(_, reading)| reading.at);
    found
}

fn point<'a>(
    plan: &Plan,
    state: &State,
    sources: impl Iterator<Item = &'a OutputOf>,
    rpo: Option<Millis>,
) -> RecoveryPoint {
    let mut sets: Vec<DataSet> = Vec::new();
    for source in sources {
        if sets.iter().all(|set| set.source != *source) {
            sets.push(data_set(plan, state, source));
        }
    }
    let read = sets.iter().map(|set| set.at).collect::<Result<Vec<_>, _>>();
    let event = state.mark(MarkKind::Event);
    let lost: Option<Vec<Millis>> = sets.iter().map(|set| set.rpa).collect();
    let (at, skew, missing) = match read.as_deref() {
        Ok([]) => (None, None, Some(Unmeasured::NoSource)),
        Ok(all) => {
            let (first, last) = (all.iter().min().copied(), all.iter().max().copied());
            let skew = first.zip(last).filter(|_| all.len() > 1).map(|(first, last)| last.since(first));
            let unreferred = sets.iter().any(|set| set.reference.is_none());
            (first, skew, (event.is_none() && unreferred).then_some(Unmeasured::NoEvent))
        }
        Err(why) => (None, None, Some(*why)),
    };
    let rpa = lost.filter(|_| at.is_some()).and_then(|lost| lost.into_iter().max());
    let why = if rpo.is_none() { Some(Unmeasured::NoObjective) } else { missing };
    let verdict = match rpa.zip(rpo) {
        Some(_) if state.header().mode == Mode::Mock => Verdict::Simulated,
        Some((rpa, rpo)) => Verdict::of(rpa, Some(rpo)),
        None => Verdict::NotMeasured,
    };
    RecoveryPoint { rpo, at, skew, rpa, verdict, why, sets }
}

fn data_set(plan: &Plan, state: &State, source: &OutputOf) -> DataSet {
    let at = instant(state, source);
    let reading = reading_behind(plan, state, source).cloned();
    let link = measured(plan, source).map(|it| &it.link);
    let cut = link.and_then(|link| cut_of(plan, state, link)).filter(|_| state.header().mode != Mode::Real);
    let cut = cut.map(|at| Reference { what: ReferenceKind::Cut, at });
    let event = state.mark(MarkKind::Event).map(|at| Reference { what: ReferenceKind::Event, at });
    let reference = cut.or(event);
    let rpa = at.ok().zip(reference).map(|(at, reference)| reference.at.since(at));
    DataSet { source: source.clone(), at, reference, rpa, reading }
}

/// What a unit read, once it is there: what a step of a failed unit said may be of data that was not recovered.
fn instant(state: &State, source: &OutputOf) -> Result<Timestamp, Unmeasured> {
    let unit = state.unit(source.unit);
    let there = matches!(unit.state, UnitState::Ready | UnitState::Attested);
    let said = unit.outputs.get(&source.output).filter(|_| there).ok_or(Unmeasured::NotRead)?;
    Timestamp::parse_iso(said).ok_or(Unmeasured::NoInstant)
}

/// The measurement whose output it is.
fn measured<'p>(plan: &'p Plan, source: &OutputOf) -> Option<&'p Replication> {
    let steps = &plan.unit(source.unit).steps;
    let step = steps.iter().find(|step| step.outputs.iter().any(|output| output.name == source.output))?;
    step.action.replication()
}

/// What was read when the output was taken: by the last attempt that left one.
fn reading_behind<'s>(plan: &Plan, state: &'s State, source: &OutputOf) -> Option<&'s Reading> {
    measured(plan, source)?;
    let taken = |made: &&Attempt| match &made.ended {
        Some((_, Outcome::Succeeded { seen })) => seen.outputs.contains_key(&source.output),
        Some((_, Outcome::Failed { .. } | Outcome::Unknown { .. })) | None => false,
    };
    state.unit(source.unit).attempts.iter().rev().find(taken).and_then(reading_of)
}

fn reading_of(made: &Attempt) -> Option<&Reading> {
    let (_, outcome) = made.ended.as_ref()?;
    let (Outcome::Succeeded { seen } | Outcome::Failed { seen, .. } | Outcome::Unknown { seen, .. }) = outcome;
    seen.reading.as_deref()
}

/// When the link was cut, as far as the run knows: the beginning of the last step that says so and succeeded.
fn cut_of(plan: &Plan, state: &State, link: &LinkName) -> Option<Timestamp> {
    let says = |ix: UnitIx, made: &&Attempt| {
        let measured = plan.unit(ix).step(made.step).and_then(|step| step.action.replication());
        let cuts = measured.is_some_and(|it| it.cut && it.link == *link);
        cuts && made.purpose == Purpose::Act && matches!(made.ended, Some((_, Outcome::Succeeded { .. })))
    };
    let cuts = plan.unit_ixs().flat_map(|ix| state.unit(ix).attempts.iter().filter(move |made| says(ix, made)));
    cuts.map(|made| made.started_at).max()
}
