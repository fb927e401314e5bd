//! The tables, reckoned from the final state.

use std::collections::BTreeMap;

use super::clocks::{ClockError, Clocks};
use super::collect::Registers;
use super::replication;
use super::tables::{
    ActualPath, ExceptionEntry, Hop, Person, PlannedPath, PointLine, RecoverBy, RecoveryLine, ServiceLine, StageLine,
    Tier, TierLine, UnitLine,
};
use super::together::{Group, Together};
use crate::base::{Millis, Timestamp};
use crate::plan::{Plan, Service, Stage, StageIx, UnitIx};
use crate::run::{
    Actual, Forecast, Live, Purpose, Recovery, RecoveryPoint, State, UnitState, UnitTiming, Verdict, plan_point,
    plan_recovery, service_point, service_recovery, units_recovery,
};

/// A state with everything that is reckoned once for all tables.
pub(super) struct Measured<'a> {
    plan: &'a Plan,
    state: &'a State,
    as_of: Timestamp,
    actual: Actual,
    forecast: Forecast,
    decisive: Vec<UnitIx>,
    together: Together,
}

impl<'a> Measured<'a> {
    pub(super) fn of(plan: &'a Plan, state: &'a State, as_of: Timestamp, together: Together) -> Self {
        let actual = Actual::of(plan, state);
        let counted = plan.unit_ixs().filter(|unit| !plan.unit(*unit).rto_exclude);
        let decisive = actual.path(plan, state, counted);
        Self { plan, state, as_of, forecast: Forecast::of(plan, state, as_of), actual, decisive, together }
    }

    /// What it is made of, and the instant of every number.
    pub(super) const fn base(&self) -> (&'a Plan, &'a State, Timestamp) {
        (self.plan, self.state, self.as_of)
    }

    pub(super) fn plan(&self) -> RecoveryLine {
        let live = self.forecast.plan_live(self.plan, self.state, Millis::ZERO);
        self.line(&plan_recovery(self.plan, self.state), live, self.forecast.plan(), &self.decisive)
    }

    pub(super) fn services(&self) -> Vec<ServiceLine> {
        self.plan.body().services.iter().enumerate().map(|(place, service)| self.service(place, service)).collect()
    }

    fn service(&self, place: usize, service: &Service) -> ServiceLine {
        let recovery = service_recovery(self.plan, self.state, service);
        let path = self.actual.path(self.plan, self.state, service.needs.iter().copied());
        let live = self.forecast.service_live(self.plan, self.state, service, Millis::ZERO);
        let exception = service.exception.as_ref().map(|accepted| ExceptionEntry {
            bia_rto: service.rto,
            bia_verdict: units_recovery(self.plan, self.state, service.needs.iter().copied(), service.rto).verdict,
            accepted_by: accepted.approved_by.clone(),
            reason: accepted.reason.clone(),
            expires: accepted.expires.clone(),
        });
        ServiceLine {
            service: service.id.clone(),
            title: service.title.clone(),
            tier: service.tier,
            recovery: self.line(&recovery, live, self.forecast.service(service), &path),
            exception,
            units: u32::try_from(service.needs.len()).unwrap_or(u32::MAX),
            ledger: self.together.of(&Group::Service(place), self.as_of),
        }
    }

    fn line(&self, recovery: &Recovery, live: Option<Live>, forecast: Timestamp, path: &[UnitIx]) -> RecoveryLine {
        let decision = self.decision(path, recovery.origin);
        let is_open = recovery.end.is_none() && self.state.ended_at().is_none();
        RecoveryLine {
            rto: recovery.rto,
            rta: recovery.rta,
            excluded: recovery.excluded,
            rta_gross: recovery.rta.map(|rta| rta + recovery.excluded),
            end_at: recovery.end,
            variance_ms: recovery.variance(),
            utilisation: recovery.utilisation(),
            verdict: recovery.verdict,
            live,
            forecast_at: is_open.then_some(forecast),
            measures: recovery.measures,
            diverges: recovery.diverges(),
            decision,
            rta_net: recovery.rta.map(|rta| rta.saturating_sub(decision)),
            clock: None,
        }
    }

    /// What the units of a path waited for consent since the origin: a wait before it is no part of the recovery time.
    fn decision(&self, path: &[UnitIx], origin: Option<Timestamp>) -> Millis {
        let after = |ix: &&UnitIx| self.state.unit(**ix).ready_at().is_none_or(|ready| Some(ready) > origin);
        let path: Vec<UnitIx> = path.iter().filter(after).copied().collect();
        Actual::decision_time(self.state, &path, self.as_of)
    }

    /// Tiers of services by priority, then tiers of units in the order of their labels.
    pub(super) fn tiers(&self) -> Vec<TierLine> {
        let mut tiers: BTreeMap<Tier, Vec<UnitIx>> = BTreeMap::new();
        let mut services: BTreeMap<u8, Vec<Recovery>> = BTreeMap::new();
        for service in &self.plan.body().services {
            let Some(tier) = service.tier else { continue };
            tiers.entry(Tier::Services(tier)).or_default().extend(&service.needs);
            services.entry(tier).or_default().push(service_recovery(self.plan, self.state, service));
        }
        for ix in self.plan.unit_ixs() {
            let selected = self.state.unit(ix).state != UnitState::NotSelected;
            if let Some(label) = self.plan.unit(ix).tier.clone().filter(|_| selected) {
                tiers.entry(Tier::Units(label)).or_default().push(ix);
            }
        }
        tiers
            .into_iter()
            .map(|(tier, units)| {
                let whole = units_recovery(self.plan, self.state, units.iter().copied(), None);
                let (verdict, members, there) = match &tier {
                    Tier::Services(priority) => {
                        let of_tier = services.get(priority).map(Vec::as_slice).unwrap_or_default();
                        let there = of_tier.iter().filter(|service| service.end.is_some()).count();
                        (worst(of_tier), of_tier.len(), there)
                    }
                    Tier::Units(_) => {
                        let there = units.iter().filter(|unit| self.state.unit(**unit).ready_at().is_some()).count();
                        (None, units.len(), there)
                    }
                };
                let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
                let (members, there) = (count(members), count(there));
                let ledger = self.together.of(&Group::Tier(tier.clone()), self.as_of);
                TierLine { tier, end_at: whole.end, rta: whole.rta, verdict, members, there, ledger }
            })
            .collect()
    }

    pub(super) fn stages(&self) -> Vec<StageLine> {
        let line = |(stage, at): (&Stage, u32)| StageLine {
            stage: stage.id.clone(),
            title: stage.title.clone(),
            units: stage.units.end.saturating_sub(stage.units.start),
            there: stage
                .unit_ixs()
                .fold(0, |there, unit| there + u32::from(self.state.unit(unit).ready_at().is_some())),
            ledger: self.together.of(&Group::Stage(StageIx(at)), self.as_of),
        };
        self.plan.body().stages.iter().zip(0..).map(line).collect()
    }

    pub(super) fn units(&self, registers: &Registers) -> Vec<UnitLine> {
        let mut critical = vec![false; self.plan.units().len()];
        for unit in self.plan.schedule().critical_path() {
            critical[unit.at()] = true;
        }
        let mut decisive = vec![false; self.plan.units().len()];
        for unit in &self.decisive {
            decisive[unit.at()] = true;
        }
        let line = |ix: UnitIx| self.unit(ix, registers, critical[ix.at()], decisive[ix.at()]);
        self.plan.unit_ixs().map(line).collect()
    }

    fn unit(&self, ix: UnitIx, registers: &Registers, critical: bool, decisive: bool) -> UnitLine {
        let (unit, run) = (self.plan.unit(ix), self.state.unit(ix));
        let timing = UnitTiming::of(self.plan, self.state, ix, self.as_of);
        let span = self.plan.schedule().span(ix);
        let attempts = run.attempts.iter().filter(|attempt| attempt.purpose == Purpose::Act).count();
        let person = run
            .said
            .as_ref()
            .map(|(by, said)| Person { name: by.as_ref().map(|by| by.name.clone()), said: said.clone() });
        UnitLine {
            unit: unit.id.clone(),
            title: unit.title.clone(),
            stage: self.plan.stage(unit.stage).id.clone(),
            tier: unit.tier.clone(),
            on: unit.on.clone(),
            state: run.state,
            counted: !unit.rto_exclude && run.state != UnitState::NotSelected,
            target: timing.target,
            eligible_at: timing.eligible,
            started_at: timing.started,
            usable_within: unit.usable.map(|usable| usable.within),
            usable_at: run.usable_at,
            ready_at: timing.ready,
            elapsed: timing.elapsed,
            accounts: timing.accounts,
            variance_ms: timing.variance(),
            verdict: timing.verdict,
            live: timing.live,
            recover_by: unit.recover_by.map(|by| RecoverBy {
                by,
                after: timing.recovered_after,
                verdict: timing.recover_by,
            }),
            attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
            rounds: registers.rounds[ix.at()],
            approvers: registers.approvers[ix.at()].clone(),
            person,
            planned_start: span.earliest_start,
            planned_end: span.earliest_finish,
            planned_slack: span.slack(),
            actual_slack: self.actual.slack(ix),
            critical,
            decisive,
        }
    }

    pub(super) fn planned_path(&self) -> PlannedPath {
        let schedule = self.plan.schedule();
        let units = schedule.critical_path().iter().map(|unit| self.plan.unit(*unit).id.clone()).collect();
        PlannedPath { length: schedule.length(), units }
    }

    pub(super) fn actual_path(&self) -> ActualPath {
        let mut before = self.state.declared_at();
        let hop = |ix: &UnitIx| {
            let timing = UnitTiming::of(self.plan, self.state, *ix, self.as_of);
            let gap = timing.eligible.map_or(Millis::ZERO, |eligible| eligible.since(before));
            let usable_at = self.state.unit(*ix).usable_at;
            before = usable_at.or(timing.ready).unwrap_or(before);
            Hop {
                unit: self.plan.unit(*ix).id.clone(),
                gap,
                eligible_at: timing.eligible,
                usable_at,
                ready_at: timing.ready,
                elapsed: timing.elapsed,
                queue: timing.accounts.queue,
                gate: timing.accounts.gate,
            }
        };
        let hops = self.decisive.iter().map(hop).collect();
        let origin = plan_recovery(self.plan, self.state).origin;
        ActualPath { hops, decision: self.decision(&self.decisive, origin) }
    }

    pub(super) fn points(&self, clocks: Option<&Clocks>) -> Vec<PointLine> {
        let line = |service, point: RecoveryPoint| PointLine {
            service,
            rpo: point.rpo,
            point_at: point.at,
            skew: point.skew,
            rpa: point.rpa,
            verdict: point.verdict,
            why: point.why,
            clock: clock_error(&point, clocks),
            data_sets: point.sets.iter().map(|set| replication::line(self.plan, self.state, set)).collect(),
        };
        let services = self.plan.body().services.iter();
        let services =
            services.map(|service| line(Some(service.id.clone()), service_point(self.plan, self.state, service)));
        std::iter::once(line(None, plan_point(self.plan, self.state))).chain(services).collect()
    }
}

/// How far a loss may be wrong: by the worst clock of its sources, where all of them were read.
fn clock_error(point: &RecoveryPoint, clocks: Option<&Clocks>) -> Option<ClockError> {
    let errors = point.sets.iter().map(|set| clocks?.of_reading(set.reading.as_ref()?));
    let worst = errors.collect::<Option<Vec<Millis>>>()?.into_iter().max()?;
    Some(ClockError::of(worst, point.rpa, point.rpo))
}

/// The worst verdict; `None` while one is open.
fn worst(services: &[Recovery]) -> Option<Verdict> {
    services.iter().map(|service| service.verdict).collect::<Option<Vec<_>>>()?.into_iter().max()
}
