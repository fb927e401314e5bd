//! How much data was lost: the last transaction that was recovered, against the moment of the disaster.

use serde::Serialize;

use super::super::{State, UnitState, Verdict};
use crate::base::{Millis, Timestamp};
use crate::plan::{MarkKind, Mode, OutputOf, Plan, Service};

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
    point(state, body.objectives.recovery_points.iter().chain(services), body.objectives.rpo)
}

/// The recovery point of one service.
pub fn service_point(state: &State, service: &Service) -> RecoveryPoint {
    point(state, service.recovery_points.iter(), service.rpo)
}

fn point<'a>(state: &State, sources: impl Iterator<Item = &'a OutputOf>, rpo: Option<Millis>) -> RecoveryPoint {
    let read = sources.map(|source| instant(state, source)).collect::<Result<Vec<_>, _>>();
    let event = state.mark(MarkKind::Event);
    let (at, skew, missing) = match read.as_deref() {
        Ok([]) => (None, None, Some(Unmeasured::NoSource)),
        Ok(all) => {
            let (first, last) = (all.iter().min().copied(), all.iter().max().copied());
            let skew = first.zip(last).filter(|_| all.len() > 1).map(|(first, last)| last.since(first));
            (first, skew, event.is_none().then_some(Unmeasured::NoEvent))
        }
        Err(why) => (None, None, Some(*why)),
    };
    let rpa = at.zip(event).map(|(at, event)| event.since(at));
    let why = if rpo.is_none() { Some(Unmeasured::NoObjective) } else { missing };
    let verdict = match rpa.zip(rpo) {
        Some(_) if state.header().mode == Mode::Mock => Verdict::Simulated,
        Some((rpa, rpo)) => Verdict::of(rpa, Some(rpo)),
        None => Verdict::NotMeasured,
    };
    RecoveryPoint { rpo, at, skew, rpa, verdict, why }
}

/// What a unit read, once it is there: what a step of a failed unit said may be of data that was not recovered.
fn instant(state: &State, source: &OutputOf) -> Result<Timestamp, Unmeasured> {
    let unit = state.unit(source.unit);
    let there = matches!(unit.state, UnitState::Ready | UnitState::Attested);
    let said = unit.outputs.get(&source.output).filter(|_| there).ok_or(Unmeasured::NotRead)?;
    Timestamp::parse_iso(said).ok_or(Unmeasured::NoInstant)
}
