//! When it will be done, if what is left takes as long as is expected of it.

use serde::{Deserialize, Serialize};

use super::{Account, Recovery, State, UnitState, plan_recovery, service_recovery};
use crate::base::{Millis, Timestamp};
use crate::forecast::Expected;
use crate::plan::{Node, Plan, Service, UnitIx};

/// How something that is not done yet does against its objective, from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Live {
    /// In time, so far.
    OnTrack,
    /// 위험: it will be late unless something goes faster than planned.
    AtRisk,
    /// 초과: it is late.
    Breached,
}

impl Live {
    /// The word in exports and style sheets.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::OnTrack => "on_track",
            Self::AtRisk => "at_risk",
            Self::Breached => "breached",
        }
    }
}

/// Expected instants of readiness, reckoned in one pass over the graph; good until the state or the instant changes.
///
/// Like the plan's schedule it gives no weight to units outside the recovery time.
#[derive(Debug, Clone)]
pub struct Forecast {
    now: Timestamp,
    finish: Vec<Timestamp>,
    plan: Timestamp,
}

impl Forecast {
    /// The forecast as of `now`, if what is left takes its targets.
    pub fn of(plan: &Plan, state: &State, now: Timestamp) -> Self {
        Self::expecting(&Expected::targets(plan), plan, state, now)
    }

    /// The forecast as of `now`, if what is left takes what is expected of it.
    pub fn expecting(expected: &Expected, plan: &Plan, state: &State, now: Timestamp) -> Self {
        let graph = plan.graph();
        let (mut finish, mut free) = (vec![now; graph.len()], vec![now; graph.len()]);
        for &at in graph.order() {
            let start = graph.predecessors(at).iter().map(|before| free[before.at()]).max().unwrap_or(now);
            (finish[at.at()], free[at.at()]) = match graph.node(at) {
                Node::Unit(unit) if state.unit(unit).state.satisfies() => (now, now),
                Node::Unit(unit) if plan.unit(unit).rto_exclude => (start, start),
                Node::Unit(unit) => {
                    let left = remaining(expected, plan, state, unit, now);
                    (start.plus(left.ready), start.plus(left.usable))
                }
                Node::Barrier(_) => (start, start),
            };
        }
        let counted = plan.unit_ixs().filter(|unit| !plan.unit(*unit).rto_exclude);
        let last = counted.map(|unit| finish[unit.at()]).max().unwrap_or(now);
        Self { now, finish, plan: last }
    }

    /// When a unit is expected to be ready; the instant of the forecast for one that is.
    pub fn unit(&self, unit: UnitIx) -> Timestamp {
        self.finish[unit.at()]
    }

    /// When the plan is expected to be recovered.
    pub const fn plan(&self) -> Timestamp {
        self.plan
    }

    /// When a service is expected to be there.
    pub fn service(&self, service: &Service) -> Timestamp {
        service.needs.iter().map(|unit| self.unit(*unit)).max().unwrap_or(self.now)
    }

    /// How long a unit may still take beyond what is expected of it before the run is later than its objective, in
    /// milliseconds; less than nothing where the run is late already. `None` where there is no objective or no origin, or
    /// where the unit does not count.
    pub fn room(&self, plan: &Plan, state: &State, unit: UnitIx) -> Option<i64> {
        let deadline = state.deadline(state.origin(plan)?, plan.body().objectives.rto?, self.now);
        // What needs a usable unit does not wait for its end.
        let waits = state.unit(unit).usable_at.is_none();
        let after = if waits { plan.schedule().after(unit) } else { Millis::ZERO };
        let counts = !plan.unit(unit).rto_exclude;
        counts.then(|| deadline.0 - self.unit(unit).plus(after).0)
    }

    /// How the plan does against its objective, less a margin to be kept free; `None` where that is decided, or can not be
    /// said because there is no objective or no origin.
    pub fn plan_live(&self, plan: &Plan, state: &State, margin: Millis) -> Option<Live> {
        self.live(state, &plan_recovery(plan, state), self.plan, margin)
    }

    /// How a service does against its objective; as [`Forecast::plan_live`].
    pub fn service_live(&self, plan: &Plan, state: &State, service: &Service, margin: Millis) -> Option<Live> {
        self.live(state, &service_recovery(plan, state, service), self.service(service), margin)
    }

    fn live(&self, state: &State, recovery: &Recovery, expected: Timestamp, margin: Millis) -> Option<Live> {
        if state.ended_at().is_some() || recovery.end.is_some() {
            return None;
        }
        let (origin, rto) = recovery.origin.zip(recovery.rto)?;
        let deadline = state.deadline(origin, rto, self.now);
        Some(if self.now > deadline {
            Live::Breached
        } else if expected > state.deadline(origin, rto.saturating_sub(margin), self.now) {
            Live::AtRisk
        } else {
            Live::OnTrack
        })
    }
}

/// What is left of a unit.
struct Left {
    /// Until it is ready.
    ready: Millis,
    /// Until what needs it may begin.
    usable: Millis,
}

/// What is left of a unit: all that is expected of it before it starts; afterwards what it has not taken of that yet, but
/// never less than a tenth.
fn remaining(expected: &Expected, plan: &Plan, state: &State, unit: UnitIx, now: Timestamp) -> Left {
    let whole = expected.of(unit);
    let held = plan.unit(unit).holds_up(whole);
    let run = state.unit(unit);
    // What is being undone has all its work before it again.
    let begun =
        run.eligible_at.and(run.started_at).filter(|_| !run.is_going_back() && run.state != UnitState::RolledBack);
    if begun.is_none() {
        return Left { ready: whole, usable: held };
    }
    let taken = run.elapsed(now).unwrap_or_default().saturating_sub(run.ledger.booked(Account::Excluded, now));
    let left = |whole: Millis| whole.saturating_sub(taken).max(Millis(whole.0 / 10));
    let usable = if run.usable_at.is_some() { Millis::ZERO } else { left(held) };
    Left { ready: left(whole), usable }
}
