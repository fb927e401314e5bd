//! Recovery times and verdicts: folds of the state, the same live, after a crash and a year later.

use super::{End, RunStatus, State, Summary, UnitState, Verdict};
use crate::base::{Millis, Timestamp};
use crate::plan::{Mode, Plan, Service, UnitIx};

/// The recovery of a run or a service against its objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovery {
    /// From where it is reckoned; `None` when that mark was never set.
    pub origin: Option<Timestamp>,
    /// When the last unit it needs was ready; `None` while one is not.
    pub end: Option<Timestamp>,
    /// Recovery time: `end` less `origin`.
    pub rta: Option<Millis>,
    /// Its objective.
    pub rto: Option<Millis>,
    /// The verdict; `None` while it is still open.
    pub verdict: Option<Verdict>,
}

/// The recovery of the plan as a whole: all units that are not housekeeping.
pub fn plan_recovery(plan: &Plan, state: &State) -> Recovery {
    let units = plan.unit_ixs().filter(|unit| !plan.unit(*unit).rto_exclude);
    recovery(plan, state, units, plan.body().objectives.rto)
}

/// The recovery of one service.
pub fn service_recovery(plan: &Plan, state: &State, service: &Service) -> Recovery {
    recovery(plan, state, service.needs.iter().copied(), service.effective_rto())
}

fn recovery(plan: &Plan, state: &State, units: impl Iterator<Item = UnitIx>, rto: Option<Millis>) -> Recovery {
    let origin = state.origin(plan);
    let (mut last, mut unmeasured, mut missing) = (None, false, false);
    for unit in units {
        let run = state.unit(unit);
        match run.state {
            UnitState::Ready | UnitState::Attested => last = last.max(run.settled_at),
            UnitState::NotSelected => {}
            UnitState::Skipped => unmeasured = true,
            UnitState::Pending
            | UnitState::Queued
            | UnitState::Running
            | UnitState::Verifying
            | UnitState::RetryWait
            | UnitState::AwaitingGate
            | UnitState::AwaitingManual
            | UnitState::Failed
            | UnitState::Unknown
            | UnitState::Cancelled => missing = true,
        }
    }
    let end = last.filter(|_| !missing);
    let rta = end.zip(origin).map(|(end, origin)| end.since(origin));
    let verdict = if missing {
        let given_up = matches!(state.status(), RunStatus::Failed | RunStatus::Aborted);
        given_up.then_some(Verdict::NotRecovered)
    } else {
        Some(match rta.map(|rta| Verdict::of(rta, rto)) {
            // What was skipped can only have made it faster: an excess stays an excess.
            Some(Verdict::Exceeded) => Verdict::Exceeded,
            Some(verdict) if !unmeasured => verdict,
            Some(_) | None => Verdict::NotMeasured,
        })
    };
    let played = state.header().mode == Mode::Mock;
    let verdict = verdict.map(|verdict| if played { Verdict::Simulated } else { verdict });
    Recovery { origin, end, rta, rto, verdict }
}

/// The overall verdict: the worst of the plan's own and of every service that has an objective.
pub fn overall_verdict(plan: &Plan, state: &State) -> Option<Verdict> {
    let whole = plan_recovery(plan, state).verdict?;
    let services = plan.body().services.iter().filter(|service| service.effective_rto().is_some());
    let mut worst = whole;
    for service in services {
        worst = worst.max(service_recovery(plan, state, service).verdict?);
    }
    // A plan without an objective of its own is judged by its services alone.
    let judged_by_services = plan.body().objectives.rto.is_none() && worst == Verdict::NotMeasured;
    let met = |service: &Service| service_recovery(plan, state, service).verdict == Some(Verdict::Met);
    let with_rto: Vec<&Service> =
        plan.body().services.iter().filter(|service| service.effective_rto().is_some()).collect();
    if judged_by_services && !with_rto.is_empty() && with_rto.into_iter().all(met) {
        return Some(Verdict::Met);
    }
    Some(worst)
}

impl State {
    /// How the run shows in lists.
    pub fn summary(&self, plan: &Plan) -> Summary {
        let recovery = plan_recovery(plan, self);
        let header = self.header();
        Summary {
            runbook: header.runbook.clone(),
            title: plan.body().title.clone(),
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
        }
    }

    /// How the run ended, once it is over.
    pub const fn end(&self) -> Option<End> {
        match self.control {
            super::Control::Over(end) => Some(end),
            super::Control::New | super::Control::Go | super::Control::Hold | super::Control::Abort => None,
        }
    }
}
