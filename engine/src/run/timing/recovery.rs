//! Recovery times of the run and of its services, reckoned from every origin.

use serde::Serialize;

use super::super::{End, RunStatus, State, Summary, UnitState, Verdict, origin_mark};
use super::capacity::capacity_reached;
use crate::base::{Millis, Timestamp};
use crate::plan::{Action, MarkKind, Mode, Origin, Plan, Service, UnitIx};

/// All origins, from the strictest.
pub const ORIGINS: [Origin; 3] = [Origin::Event, Origin::Detect, Origin::Declare];

/// A recovery reckoned from one origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Measure {
    /// The origin.
    pub origin: Origin,
    /// Its instant; `None` when that mark was never set.
    #[serde(rename = "from_at")]
    pub from: Option<Timestamp>,
    /// Recovery time from there.
    #[serde(rename = "rta_ms")]
    pub rta: Option<Millis>,
    /// The verdict it would give; `None` while it is still open.
    pub verdict: Option<Verdict>,
}

/// The recovery of a run or a service against its objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovery {
    /// From where it is reckoned; `None` when that mark was never set.
    pub origin: Option<Timestamp>,
    /// When the last unit it needs was ready; `None` while one is not.
    pub end: Option<Timestamp>,
    /// What of the time from `origin` to `end`, or to the last event, was excluded while the exercise was held.
    pub excluded: Millis,
    /// Recovery time: `end` less `origin`, without what was excluded. `None` too where the end lies before the origin: such a clock proves nothing.
    pub rta: Option<Millis>,
    /// Its objective.
    pub rto: Option<Millis>,
    /// The verdict; `None` while it is still open.
    pub verdict: Option<Verdict>,
    /// The same from all origins, in the order of [`ORIGINS`].
    pub measures: [Measure; 3],
}

impl Recovery {
    /// Recovery time less objective, in milliseconds; negative is time to spare.
    pub fn variance(&self) -> Option<i64> {
        self.rta.zip(self.rto).map(|(rta, rto)| signed(rta) - signed(rto))
    }

    /// Recovery time as a share of the objective in tenths of a percent, rounded up: an excess never reads as 100 %.
    pub fn utilisation(&self) -> Option<u64> {
        let (rta, rto) = self.rta.zip(self.rto)?;
        (rto > Millis::ZERO).then(|| rta.0.saturating_mul(1_000).div_ceil(rto.0))
    }

    /// Whether origins that are known give different verdicts (기준에 따라 판정 상이).
    pub fn diverges(&self) -> bool {
        let mut known = self.measures.iter().filter(|measure| measure.from.is_some()).filter_map(|m| m.verdict);
        let first = known.next();
        known.any(|verdict| Some(verdict) != first)
    }
}

fn signed(time: Millis) -> i64 {
    i64::try_from(time.0).unwrap_or(i64::MAX)
}

/// The recovery of the plan as a whole: all units that are not housekeeping.
pub fn plan_recovery(plan: &Plan, state: &State) -> Recovery {
    // From the last: while the run is open the first look finds one that is not ready, at any size of plan.
    let last_first = (0..u32::try_from(plan.units().len()).unwrap_or(u32::MAX)).rev().map(UnitIx);
    let units = last_first.filter(|unit| !plan.unit(*unit).rto_exclude);
    units_recovery(plan, state, units, plan.body().objectives.rto)
}

/// The recovery of one service.
pub fn service_recovery(plan: &Plan, state: &State, service: &Service) -> Recovery {
    units_recovery(plan, state, service.needs.iter().rev().copied(), service.effective_rto())
}

/// The recovery of any set of units against an objective.
pub fn units_recovery(
    plan: &Plan,
    state: &State,
    units: impl Iterator<Item = UnitIx>,
    rto: Option<Millis>,
) -> Recovery {
    let extent = extent(plan, state, units);
    let given_up = matches!(state.status(), RunStatus::Failed | RunStatus::Aborted);
    let played = state.header().mode == Mode::Mock;
    let reckon = |origin: Origin| {
        let from = state.mark(origin_mark(origin));
        let span = extent.end.zip(from).filter(|(end, from)| end >= from);
        let rta = span.map(|(end, from)| state.exclusions().counted(from, end));
        let verdict = if extent.missing {
            given_up.then_some(Verdict::NotRecovered)
        } else {
            Some(judge(rta, rto, extent.unmeasured))
        };
        let verdict = verdict.map(|verdict| if played { Verdict::Simulated } else { verdict });
        Measure { origin, from, rta, verdict }
    };
    let chosen = reckon(plan.body().objectives.clock);
    Recovery {
        origin: chosen.from,
        end: extent.end,
        excluded: chosen.from.map_or(Millis::ZERO, |from| {
            let end = extent.end.unwrap_or_else(|| state.ended_at().unwrap_or(state.last_at()));
            state.exclusions().within(from, end)
        }),
        rta: chosen.rta,
        rto,
        verdict: chosen.verdict,
        measures: ORIGINS.map(reckon),
    }
}

fn judge(rta: Option<Millis>, rto: Option<Millis>, unmeasured: bool) -> Verdict {
    match rta.map(|rta| Verdict::of(rta, rto)) {
        // What was skipped can only have made it faster: an excess stays an excess.
        Some(Verdict::Exceeded) => Verdict::Exceeded,
        Some(verdict) if !unmeasured => verdict,
        Some(_) | None => Verdict::NotMeasured,
    }
}

/// How far a set of units came.
#[derive(Default)]
struct Extent {
    /// When all of them were there.
    end: Option<Timestamp>,
    /// One was skipped, so the end says less than it seems to.
    unmeasured: bool,
    /// One is not there.
    missing: bool,
}

fn extent(plan: &Plan, state: &State, units: impl Iterator<Item = UnitIx>) -> Extent {
    let mut extent = Extent::default();
    for unit in units {
        let run = state.unit(unit);
        match run.state {
            UnitState::Ready | UnitState::Attested => {
                extent.end = extent.end.max(run.settled_at);
                // The service is there when its users may enter, and a correction of that mark moves its end.
                if opens_to_users(plan, unit) {
                    extent.end = extent.end.max(state.mark(MarkKind::Resume));
                }
            }
            UnitState::NotSelected => {}
            UnitState::Skipped => extent.unmeasured = true,
            UnitState::Pending
            | UnitState::Queued
            | UnitState::Running
            | UnitState::Verifying
            | UnitState::RetryWait
            | UnitState::AwaitingGate
            | UnitState::AwaitingManual
            | UnitState::Failed
            | UnitState::Unknown
            | UnitState::Cancelled
            | UnitState::AwaitingRollback
            | UnitState::RollingBack
            | UnitState::RolledBack => return Extent { missing: true, ..Extent::default() },
        }
    }
    extent
}

fn opens_to_users(plan: &Plan, unit: UnitIx) -> bool {
    plan.unit(unit).steps.iter().any(|step| matches!(step.action, Action::Mark(MarkKind::Resume)))
}

/// The overall verdict: the worst of the plan's own, of the least capacity it is to have by then, and of every service that
/// has an objective. Targets of units are budgets and have no say in it. `None` while any of them is open.
pub fn overall_verdict(plan: &Plan, state: &State) -> Option<Verdict> {
    let mut whole = plan_recovery(plan, state).verdict?;
    if plan.body().objectives.min_capacity.is_some() {
        let least = capacity_reached(plan, state).into_iter().find(|goal| goal.minimum);
        whole = least.map_or(Some(whole), |least| least.verdict.map(|least| least.max(whole)))?;
    }
    let mut worst_service = None;
    for service in plan.body().services.iter().filter(|service| service.effective_rto().is_some()) {
        worst_service = worst_service.max(Some(service_recovery(plan, state, service).verdict?));
    }
    Some(match worst_service {
        // A plan without an objective of its own is judged by its services alone.
        Some(worst) if plan.body().objectives.rto.is_none() && whole == Verdict::NotMeasured => worst,
        Some(worst) => whole.max(worst),
        None => whole,
    })
}

impl State {
    /// How the run shows in lists.
    pub fn summary(&self, plan: &Plan) -> Summary {
        let recovery = plan_recovery(plan, self);
        let header = self.header();
        Summary {
            runbook: header.runbook.clone(),
            title: plan.body().title.clone(),
            organisation: plan.body().organisation.clone(),
            mode: header.mode,
            status: self.status(),
            verdict: overall_verdict(plan, self),
            requester: header.requester.name.clone(),
            declared_at: self.declared_at(),
            ended_at: self.ended_at(),
            rta: recovery.rta,
            rto: recovery.rto,
            done: self.done(),
            units: u32::try_from(plan.units().len()).unwrap_or(u32::MAX),
            case: header.case,
            part: header.part,
            awaits_second: self.awaits_second(),
            asks: self.asking(plan),
            tasks: self.tasking(plan),
        }
    }

    /// How the run ended, once it is over.
    pub const fn end(&self) -> Option<End> {
        match self.control {
            super::super::Control::Over(end) => Some(end),
            super::super::Control::New
            | super::super::Control::Go
            | super::super::Control::Hold
            | super::super::Control::Abort => None,
        }
    }
}
