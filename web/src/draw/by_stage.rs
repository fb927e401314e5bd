//! The dependency graph of a plan with very many units: a box a stage.

use std::collections::{BTreeMap, BTreeSet};

use engine::plan::{Node, Plan, Stage, StageIx, UnitIx};

use super::clip;
use super::dag::{BOX_H, BOX_W, Box, Dag, Edge, GAP_X, GAP_Y, LEFT, Look, SHRINKS, curve};
use crate::i18n::Words;

/// Units of which a picture still shows each.
const MANY: usize = 120;

/// Whether pictures of a plan show its stages instead of its units.
pub fn is_by_stage(plan: &Plan) -> bool {
    plan.units().len() > MANY && plan.body().stages.len() > 1
}

impl Dag {
    /// Draws the stages of a plan, each as `look` says.
    pub fn of_stages(plan: &Plan, w: Words, look: impl Fn(&Stage) -> Look) -> Self {
        let stages = &plan.body().stages;
        let places = places(plan);
        let path = plan.schedule().critical_path();
        let on_path: BTreeSet<StageIx> = path.iter().map(|unit| plan.unit(*unit).stage).collect();
        let boxes = stages.iter().zip(&places).map(|(stage, (x, y))| {
            let full = w.text(&stage.title).to_owned();
            let critical = stage.unit_ixs().next().is_some_and(|unit| on_path.contains(&plan.unit(unit).stage));
            Box { x: *x, y: *y, id: stage.id.to_string(), name: clip(&full, 19), full, critical, look: look(stage) }
        });
        let steps: BTreeSet<(StageIx, StageIx)> =
            path.windows(2).map(|pair| (plan.unit(pair[0]).stage, plan.unit(pair[1]).stage)).collect();
        let mut edges: Vec<Edge> = follows(plan)
            .into_iter()
            // Stages whose units wait for each other both ways stand in one column: nothing points backwards.
            .filter(|(from, to)| places[from.at()].0 < places[to.at()].0)
            .map(|(from, to)| {
                let ((x1, y1), (x2, y2)) = (places[from.at()], places[to.at()]);
                let path = curve((x1 + BOX_W, y1 + BOX_H / 2), (x2, y2 + BOX_H / 2));
                Edge { path, critical: steps.contains(&(from, to)) }
            })
            .collect();
        edges.sort_by_key(|edge| edge.critical);
        let width = places.iter().map(|(x, _)| x + BOX_W + LEFT).max().unwrap_or_default();
        Self {
            label: w.with("dag-label", "n", plan.units().len()),
            note: Some(w.with("dag-by-stage", "n", plan.units().len())),
            width,
            height: places.iter().map(|(_, y)| y + BOX_H + GAP_Y).max().unwrap_or_default(),
            wide: width > SHRINKS,
            bands: Vec::new(),
            edges,
            joints: Vec::new(),
            boxes: boxes.collect(),
        }
    }
}

/// Stages that begin at the same level stand under each other.
fn places(plan: &Plan) -> Vec<(u32, u32)> {
    let level = |unit: UnitIx| plan.schedule().level(unit);
    let first: Vec<u32> =
        plan.body().stages.iter().map(|stage| stage.unit_ixs().map(level).min().unwrap_or_default()).collect();
    let columns: BTreeSet<u32> = first.iter().copied().collect();
    let column: BTreeMap<u32, u32> = columns.into_iter().zip(0..).collect();
    let mut filled: BTreeMap<u32, u32> = BTreeMap::new();
    let place = |level: &u32| {
        let row = filled.entry(*level).or_default();
        let place = (LEFT + column[level] * (BOX_W + GAP_X), GAP_Y + *row * (BOX_H + GAP_Y));
        *row += 1;
        place
    };
    first.iter().map(place).collect()
}

/// Which stage waits for which, be it for its end or for units in it.
fn follows(plan: &Plan) -> BTreeSet<(StageIx, StageIx)> {
    let graph = plan.graph();
    let stage = |node: Node| match node {
        Node::Unit(unit) => plan.unit(unit).stage,
        Node::Barrier(stage) => stage,
    };
    let mut all = BTreeSet::new();
    for &from in graph.order() {
        for &to in graph.successors(from) {
            let pair = (stage(graph.node(from)), stage(graph.node(to)));
            if pair.0 != pair.1 {
                all.insert(pair);
            }
        }
    }
    all
}
