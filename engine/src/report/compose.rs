//! From a frozen plan and a journal to the report: one pass over the rows, then one over the plan.

use std::borrow::Borrow;

use super::clocks::{ClockError, Clocks, cannot_be_compared};
use super::collect::{At, Registers};
use super::document::Extent;
use super::measured::Measured;
use super::model::{
    Basis, Cover, ExclusionEntry, Executive, GlassLine, InputEntry, Integrity, Limit, OutOfScope, OutReason, Overrun,
    RunReport, Scope, Source, StageEntry, Tally,
};
use super::registers::{EngineChange, GateEntry, TimelineEntry};
use super::tables::{PlanLine, PointLine, UnitLine};
use super::timeline::Telling;
use super::together::Together;
use super::{capacity, linked, replication};
use crate::base::{Digest, Millis, RunId, Timestamp};
use crate::plan::{Input, InputKind, MarkKind, Mode, Plan, Stage};
use crate::run::{
    Accounts, Corrupt, Event, Exclusion, Head, Header, Row, State, UnitState, Verdict, overall_verdict, plan_recovery,
};

/// The version of [`RunReport`]'s shape.
const FORMAT: u32 = 1;

impl RunReport {
    /// The report on a run as of `now`; `now` has no effect on a run that is over. `frozen` and `source` are what was
    /// frozen with the run: plan and YAML text. A journal that is not intact gives no report. Rows that are given away are
    /// forgotten one by one.
    pub fn of(
        run: RunId,
        frozen: &str,
        source: &str,
        rows: impl IntoIterator<Item: Borrow<Row>>,
        now: Timestamp,
    ) -> Result<Self, Corrupt> {
        Self::to_extent(run, frozen, source, rows, now, Extent::Whole)
    }

    /// As [`RunReport::of`]. For [`Extent::Reading`], documents that people read ([`Document::of`](super::Document::of)), the timeline
    /// of a journal longer than they tell whole holds what they tell of it and nothing more.
    pub fn to_extent(
        run: RunId,
        frozen: &str,
        source: &str,
        rows: impl IntoIterator<Item: Borrow<Row>>,
        now: Timestamp,
        extent: Extent,
    ) -> Result<Self, Corrupt> {
        let mut rows = rows.into_iter().peekable();
        let first: &Row = rows.peek().ok_or(Corrupt::Undeclared(run))?.borrow();
        let mut head = Head::START;
        let Event::Declared(header) = head.accept(run, first)? else {
            return Err(Corrupt::Undeclared(run));
        };
        let plan = Plan::thaw(frozen, header.plan)?;
        Self::fold(&plan, run, source, rows, now, extent)
    }

    /// As [`RunReport::of`], with the plan at hand already.
    pub fn on(
        plan: &Plan,
        run: RunId,
        source: &str,
        rows: impl IntoIterator<Item: Borrow<Row>>,
        now: Timestamp,
    ) -> Result<Self, Corrupt> {
        Self::fold(plan, run, source, rows, now, Extent::Whole)
    }

    fn fold(
        plan: &Plan,
        run: RunId,
        source: &str,
        rows: impl IntoIterator<Item: Borrow<Row>>,
        now: Timestamp,
        extent: Extent,
    ) -> Result<Self, Corrupt> {
        let mut head = Head::START;
        let mut timeline = Telling::new(extent);
        let mut registers = Registers::new(plan);
        let mut together = Together::new(plan);
        let mut state: Option<State> = None;
        for row in rows {
            let row: &Row = row.borrow();
            let event = head.accept(run, row)?;
            let unit = event.unit().and_then(|id| plan.find(id));
            let (was, before) = match &mut state {
                None => {
                    state = Some(State::begin(plan, row.at, &event)?);
                    (None, row.at)
                }
                Some(state) => {
                    let was = unit.map(|ix| (ix, state.unit(ix).state));
                    let before = state.last_at();
                    state.apply(plan, row.at, &event)?;
                    together.take(state, row.at, unit);
                    (was, before)
                }
            };
            registers.take(plan, At { seq: row.seq, at: row.at, before }, was, &event);
            timeline.take(TimelineEntry { seq: row.seq, at: row.at, event });
        }
        let state = state.ok_or(Corrupt::Undeclared(run))?;
        let as_of = state.ended_at().unwrap_or_else(|| now.max(state.last_at()));
        registers.close_books(as_of);
        let integrity = Integrity { rows: head.seq, head: head.hash };
        let measured = Measured::of(plan, &state, as_of, together);
        Ok(assemble(&measured, source, registers, timeline.end(), integrity))
    }
}

fn assemble(
    measured: &Measured,
    source: &str,
    mut registers: Registers,
    timeline: Vec<TimelineEntry>,
    integrity: Integrity,
) -> RunReport {
    let (plan, state, as_of) = measured.base();
    let units = measured.units(&registers);
    let mut services = measured.services();
    let mut plan_line = PlanLine { recovery: measured.plan(), planned: plan.schedule().length() };
    let source = {
        let digest = plan.body().source;
        Source { digest, intact: Digest::of(source.as_bytes()) == digest, text: source.to_owned() }
    };
    let summary = {
        let mut tally = Tally::default();
        for unit in units.iter().filter(|unit| unit.counted) {
            tally.count(unit.verdict);
        }
        let mut service_tally = Tally::default();
        for service in &services {
            service_tally.count(service.recovery.verdict);
        }
        let late = services
            .iter()
            .filter(|service| matches!(service.recovery.verdict, Some(Verdict::Exceeded | Verdict::NotRecovered)));
        Executive {
            verdict: overall_verdict(plan, state),
            plan_verdict: plan_line.recovery.verdict,
            late_services: late.map(|service| service.service.clone()).collect(),
            units: tally,
            services: service_tally,
            overruns: overruns(&units),
            deviations: u32::try_from(registers.deviations.len()).unwrap_or(u32::MAX),
            faults: u32::try_from(registers.faults.len()).unwrap_or(u32::MAX),
        }
    };
    let cover = cover(plan, state, &registers.gates, as_of);
    let clocks =
        Clocks::of(plan, cover.mode, std::mem::take(&mut registers.clocks), &registers.attempts, &registers.engines);
    let recovery_points = measured.points(clocks.as_ref());
    let apart = clocks.as_ref().and_then(|clocks| clocks.engines_apart);
    let recoveries = services.iter_mut().map(|service| &mut service.recovery).chain([&mut plan_line.recovery]);
    recoveries.for_each(|it| it.clock = apart.map(|apart| ClockError::of(apart, it.rta, it.rto)));
    let limits = limits(&cover, &source, &recovery_points, (clocks.as_ref(), &registers.engines));
    RunReport {
        format: FORMAT,
        summary,
        basis: basis(plan, state, as_of, &registers),
        scope: scope(plan, state, &registers),
        plan: plan_line,
        services,
        capacity: capacity::of(plan, state),
        tiers: measured.tiers(),
        stages: measured.stages(),
        units,
        planned_path: measured.planned_path(),
        actual_path: measured.actual_path(),
        recovery_points,
        replication: replication::entries(plan, state),
        clocks,
        linked: linked::entries(plan, state),
        gates: registers.gates,
        manual: registers.manual,
        choices: registers.choices,
        deviations: registers.deviations,
        faults: registers.faults,
        engines: registers.engines,
        attempts: registers.attempts,
        timeline,
        inputs: inputs(plan, state.header()),
        silences: plan.body().silences.clone(),
        source,
        integrity,
        limits,
        cover,
    }
}

/// What was declared or decided under the emergency authority, in the order of time.
fn broken_glass(state: &State, gates: &[GateEntry]) -> Vec<GlassLine> {
    let requester = &state.header().requester;
    let declared = GlassLine { at: state.declared_at(), by: requester.clone(), unit: None };
    let votes = gates.iter().flat_map(|gate| {
        let alone = gate.votes.iter().filter(|vote| vote.hand.is_own() && vote.by.breaks_glass());
        alone.map(|vote| GlassLine { at: vote.at, by: vote.by.clone(), unit: Some(gate.unit.clone()) })
    });
    let mut lines: Vec<GlassLine> = requester.breaks_glass().then_some(declared).into_iter().chain(votes).collect();
    lines.sort_by_key(|line| line.at);
    lines
}

fn cover(plan: &Plan, state: &State, gates: &[GateEntry], as_of: Timestamp) -> Cover {
    let (body, header) = (plan.body(), state.header());
    Cover {
        document_no: document_no(header.run, state.declared_at()),
        runbook: header.runbook.clone(),
        title: body.title.clone(),
        version: body.version.clone(),
        owner: body.owner.clone(),
        plan_digest: plan.digest(),
        mode: header.mode,
        run: header.run,
        status: state.status(),
        interim: state.ended_at().is_none(),
        engine: header.engine.clone(),
        requester: header.requester.clone(),
        reason: header.reason.clone(),
        break_glass: broken_glass(state, gates),
        called_by: header.parent.clone(),
        declared_at: state.declared_at(),
        ended_at: state.ended_at(),
        as_of_at: as_of,
    }
}

/// `RL-20261121-1A2B3C4D`: the day in Seoul and the last digits of the run's id, which are the random ones.
fn document_no(run: RunId, declared_at: Timestamp) -> String {
    let day: String = declared_at.in_seoul().chars().take(10).filter(char::is_ascii_digit).collect();
    let [.., a, b, c, d] = *run.0.as_bytes();
    format!("RL-{day}-{}", hex::encode_upper([a, b, c, d]))
}

fn basis(plan: &Plan, state: &State, as_of: Timestamp, registers: &Registers) -> Basis {
    let accounts = Accounts::of(state.ledger(), as_of);
    let mut latest: Option<Timestamp> = None;
    let mut out_of_order = Vec::new();
    for mark in [MarkKind::Event, MarkKind::Detect, MarkKind::Declare] {
        let Some(at) = state.mark(mark) else { continue };
        if latest.is_some_and(|before| at < before) {
            out_of_order.push(mark);
        }
        latest = latest.max(Some(at));
    }
    Basis {
        origin: plan.body().objectives.clock,
        origin_at: plan_recovery(plan, state).origin,
        marks: registers.marks.clone(),
        exclusions: state.exclusions().iter().map(|exclusion| exclusion_entry(exclusion, as_of)).collect(),
        out_of_order,
        accounts,
        wall: as_of.since(state.declared_at()),
    }
}

fn exclusion_entry(exclusion: &Exclusion, as_of: Timestamp) -> ExclusionEntry {
    ExclusionEntry {
        from_at: exclusion.from,
        until_at: exclusion.until,
        lasted: exclusion.until.unwrap_or(as_of).since(exclusion.from),
        by: exclusion.by.clone(),
        reason: exclusion.reason.clone(),
    }
}

fn scope(plan: &Plan, state: &State, registers: &Registers) -> Scope {
    let body = plan.body();
    let stage = |stage: &Stage| StageEntry {
        stage: stage.id.clone(),
        title: stage.title.clone(),
        units: stage.units.end.saturating_sub(stage.units.start),
    };
    let mut units_out = Vec::new();
    for ix in plan.unit_ixs() {
        let unit = plan.unit(ix);
        let why = match state.unit(ix).state {
            UnitState::NotSelected => {
                OutReason::NotSelected { why: registers.deselected.get(&ix).cloned().unwrap_or_default() }
            }
            _ if unit.rto_exclude => OutReason::Housekeeping,
            _ => continue,
        };
        units_out.push(OutOfScope { unit: unit.id.clone(), why });
    }
    Scope {
        services: u32::try_from(body.services.len()).unwrap_or(u32::MAX),
        stages: body.stages.iter().map(stage).collect(),
        units_in: u32::try_from(body.units.len() - units_out.len()).unwrap_or(u32::MAX),
        units_out,
    }
}

fn inputs(plan: &Plan, header: &Header) -> Vec<InputEntry> {
    let entry = |input: &Input| InputEntry {
        name: input.name.clone(),
        title: input.title.clone(),
        value: header.inputs.get(&input.name).cloned().flatten(),
        secret: matches!(input.kind, InputKind::Secret),
    };
    plan.body().inputs.iter().map(entry).collect()
}

/// The worst three; equal ones in the order written.
fn overruns(units: &[UnitLine]) -> Vec<Overrun> {
    let over = |unit: &UnitLine| {
        unit.variance_ms.and_then(|over| u64::try_from(over).ok()).filter(|over| *over > 0 && unit.counted)
    };
    let mut found: Vec<Overrun> =
        units.iter().filter_map(|unit| Some(Overrun { unit: unit.unit.clone(), over: Millis(over(unit)?) })).collect();
    found.sort_by_key(|overrun| std::cmp::Reverse(overrun.over));
    found.truncate(3);
    found
}

fn limits(
    cover: &Cover,
    source: &Source,
    points: &[PointLine],
    (clocks, engines): (Option<&Clocks>, &[EngineChange]),
) -> Vec<Limit> {
    let mut limits = Vec::new();
    if cover.mode == Mode::Mock {
        limits.push(Limit::Simulated);
    }
    if cover.interim {
        limits.push(Limit::Interim);
    }
    if !source.intact {
        limits.push(Limit::SourceChanged);
    }
    limits.push(Limit::EngineClock);
    if clocks.is_some_and(|clocks| !clocks.unmeasured.is_empty()) {
        limits.push(Limit::ClockOffset);
    }
    if cover.mode != Mode::Mock && cannot_be_compared(engines) {
        limits.push(Limit::EnginesApart);
    }
    if points.iter().any(|point| point.rpo.is_some() && point.rpa.is_none()) {
        limits.push(Limit::RecoveryPoint);
    }
    limits.extend([Limit::BeyondChecks, Limit::Statements, Limit::Outputs, Limit::ChainHead]);
    limits
}
