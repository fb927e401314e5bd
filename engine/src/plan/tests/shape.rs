//! Random small runbooks: who waits for whom and how long everything takes, and nothing else.

use proptest::prelude::*;
use proptest::sample::SizeRange;

use super::naive::Naive;
use crate::base::{Digest, Millis, Text};
use crate::plan::graph::Circles;
use crate::plan::{
    Body, Graph, Kind, Limits, Objectives, OnFail, Rehearsal, Review, Schedule, Service, Stage, StageFlow, StageIx,
    Unit, UnitIx, Usable,
};

/// One entry of a `needs`, by place.
#[derive(Debug, Clone, Copy)]
enum Need {
    /// A unit needs a unit.
    Unit(usize, usize),
    /// A unit needs a stage.
    Whole(usize, usize),
    /// A stage needs a stage.
    Stage(usize, usize),
}

/// One stage before its `needs` are known: its flow, and of each unit the target, when it is usable, and `rto: exclude`.
type Draft = (bool, Vec<(Option<u64>, Option<u64>, bool)>);

fn drafts() -> impl Strategy<Value = Vec<Draft>> {
    // Few and small targets, so that many paths are equally long.
    let time = || prop_oneof![Just(None), (0..4_u64).prop_map(Some)];
    let unit = (time(), time(), prop::bool::weighted(0.2));
    prop::collection::vec((any::<bool>(), prop::collection::vec(unit, 1..=3)), 1..=4)
}

fn needs(count: impl Into<SizeRange>) -> impl Strategy<Value = Vec<(u8, usize, usize)>> {
    prop::collection::vec((0..4_u8, any::<usize>(), any::<usize>()), count)
}

/// A runbook that may have circles.
pub(super) fn wild() -> impl Strategy<Value = Body> {
    (drafts(), needs(0..7)).prop_map(|(drafts, needs)| {
        let mut body = body(drafts);
        for need in placed(&body, needs) {
            add(&mut body, need);
        }
        body
    })
}

/// A runbook without circles: needs that would close one are left out. One service needs some of its units.
pub(super) fn sound() -> impl Strategy<Value = Body> {
    let service = prop::collection::vec(any::<prop::sample::Index>(), 1..4);
    (drafts(), needs(0..14), service).prop_map(|(drafts, needs, service)| {
        let mut body = body(drafts);
        for need in placed(&body, needs) {
            let mut more = body.clone();
            add(&mut more, need);
            if Naive::of(&more).knots().is_empty() {
                body = more;
            }
        }
        let mut needs: Vec<UnitIx> = service.iter().map(|at| unit_ix(at.index(body.units.len()))).collect();
        needs.sort_unstable();
        needs.dedup();
        body.services.push(Service {
            id: "service".parse().unwrap(),
            title: Text::plain("service"),
            tier: None,
            system: None,
            rto: None,
            rpo: None,
            recovery_points: Vec::new(),
            recovers_from: Vec::new(),
            exception: None,
            needs,
        });
        body
    })
}

/// The graph as the compiler has it made.
pub(super) fn build(body: &Body) -> Result<Graph, Circles> {
    let units = body.units.iter().map(|unit| (unit.stage, unit.needs.as_slice(), unit.needs_stages.as_slice()));
    let stages = body.stages.iter().map(|stage| (stage.flow, stage.needs.as_slice(), stage.units.clone()));
    Graph::build(units, stages)
}

/// Graph and planned times of a runbook without circles.
pub(super) fn scheduled(body: &Body) -> (Graph, Schedule) {
    let graph = build(body).unwrap();
    let schedule = Schedule::of(body, &graph);
    (graph, schedule)
}

pub(super) fn unit_ix(at: usize) -> UnitIx {
    UnitIx(u32::try_from(at).unwrap())
}

fn stage_ix(at: usize) -> StageIx {
    StageIx(u32::try_from(at).unwrap())
}

fn placed(body: &Body, needs: Vec<(u8, usize, usize)>) -> Vec<Need> {
    let (units, stages) = (body.units.len(), body.stages.len());
    let place = |(kind, a, b): (u8, usize, usize)| match kind {
        0 | 1 => Need::Unit(a % units, b % units),
        2 => Need::Whole(a % units, b % stages),
        _ => Need::Stage(a % stages, b % stages),
    };
    needs.into_iter().map(place).collect()
}

fn add(body: &mut Body, need: Need) {
    match need {
        Need::Unit(unit, needed) => insert(&mut body.units[unit].needs, unit_ix(needed)),
        Need::Whole(unit, needed) => insert(&mut body.units[unit].needs_stages, stage_ix(needed)),
        Need::Stage(stage, needed) => insert(&mut body.stages[stage].needs, stage_ix(needed)),
    }
}

fn insert<T: Ord>(needs: &mut Vec<T>, need: T) {
    needs.push(need);
    needs.sort_unstable();
    needs.dedup();
}

fn body(drafts: Vec<Draft>) -> Body {
    let (mut stages, mut units) = (Vec::new(), Vec::new());
    for (at, (sequential, drafted)) in drafts.into_iter().enumerate() {
        let first = unit_ix(units.len()).0;
        for (target, usable, rto_exclude) in drafted {
            let usable = usable.map(|within| Usable { after: 0, within: Millis(within) });
            units.push(Unit { usable, ..unit(units.len(), stage_ix(at), target.map(Millis), rto_exclude) });
        }
        stages.push(Stage {
            id: format!("s{at}").parse().unwrap(),
            title: Text::plain("stage"),
            flow: if sequential { StageFlow::Sequential } else { StageFlow::Parallel },
            max_parallel: None,
            needs: vec![],
            units: first..unit_ix(units.len()).0,
        });
    }
    Body {
        format: 1,
        runbook: "random".parse().unwrap(),
        title: Text::plain("random"),
        version: None,
        owner: None,
        organisation: None,
        answers: crate::plan::Answers::default(),
        authors: Vec::new(),
        description: None,
        kind: Kind::Recovery,
        review: Review::default(),
        schedule: Vec::new(),
        objectives: Objectives::default(),
        inputs: vec![],
        services: vec![],
        stages,
        units,
        limits: Limits::default(),
        source: Digest::of(b"random"),
        modes: vec![],
        bound: crate::plan::Bound::default(),
        silences: Vec::new(),
        callees: std::collections::BTreeMap::new(),
        components: Vec::new(),
    }
}

fn unit(at: usize, stage: StageIx, target: Option<Millis>, rto_exclude: bool) -> Unit {
    Unit {
        id: format!("u{at}").parse().unwrap(),
        title: Text::plain("unit"),
        owner: None,
        stage,
        tier: None,
        on: None,
        target,
        recover_by: None,
        capacity: None,
        needs: vec![],
        when: None,
        modes: Vec::new(),
        needs_stages: vec![],
        steps: vec![],
        usable: None,
        rollback: vec![],
        nothing_to_undo: false,
        starts_on: None,
        locks: std::collections::BTreeSet::new(),
        on_fail: OnFail::Hold,
        point_of_no_return: false,
        rto_exclude,
        mock: Rehearsal::default(),
    }
}
