//! The dependency graph: a band a stage, a column a level, critical path drawn heavier.

use std::collections::BTreeMap;

use askama::Template;
use engine::plan::{Node, NodeIx, Plan, Stage, UnitIx};

use super::clip;
use crate::i18n::Words;

pub(super) const BOX_W: u32 = 160;
pub(super) const BOX_H: u32 = 66;
pub(super) const GAP_X: u32 = 40;
pub(super) const GAP_Y: u32 = 12;
pub(super) const LEFT: u32 = 16;
const BAND_TOP: u32 = 28;
const BAND_BOTTOM: u32 = 14;

/// Pictures wider than this scroll rather than shrink: their words must stay readable.
pub(super) const SHRINKS: u32 = 1_700;

/// How one unit, or one stage, shall look.
#[derive(Debug, Clone)]
pub struct Look {
    /// Class of its state, such as `st-ready`.
    pub class: String,
    /// Path of its sign.
    pub sign: &'static str,
    /// The word for its state.
    pub word: String,
    /// A time to show beside the word.
    pub time: String,
    /// Where a click on it leads.
    pub href: Option<String>,
}

#[derive(Debug)]
pub(super) struct Box {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) full: String,
    pub(super) critical: bool,
    pub(super) look: Look,
}

#[derive(Debug)]
pub(super) struct Edge {
    pub(super) path: String,
    pub(super) critical: bool,
}

#[derive(Debug)]
pub(super) struct Band {
    place: Place,
    name: String,
    full: String,
}

/// The graph of a plan as a picture, unit by unit or stage by stage.
#[derive(Debug, Template)]
#[template(path = "draw/dag.html")]
pub struct Dag {
    pub(super) label: String,
    /// Words before the picture.
    pub(super) note: Option<String>,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) wide: bool,
    pub(super) bands: Vec<Band>,
    pub(super) edges: Vec<Edge>,
    pub(super) joints: Vec<(u32, u32)>,
    pub(super) boxes: Vec<Box>,
}

/// Where everything stands.
struct Grid {
    units: Vec<(u32, u32)>,
    barriers: Vec<(u32, u32)>,
    width: u32,
    height: u32,
    bands: Vec<Place>,
}

/// A stage's band.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

/// The levels and rows that a stage takes.
struct Extent {
    first: u32,
    last: u32,
    rows: u32,
    row: Vec<(UnitIx, u32)>,
}

impl Extent {
    fn of(plan: &Plan, stage: &Stage) -> Self {
        // Units of one level of one stage stand under each other.
        let mut filled: BTreeMap<u32, u32> = BTreeMap::new();
        let mut row = Vec::new();
        for unit in stage.unit_ixs() {
            let next = filled.entry(plan.schedule().level(unit)).or_default();
            row.push((unit, *next));
            *next += 1;
        }
        let first = filled.keys().next().copied().unwrap_or(0);
        let last = filled.keys().next_back().copied().unwrap_or(0);
        Self { first, last, rows: filled.values().copied().max().unwrap_or(1), row }
    }
}

impl Grid {
    /// Stages that follow each other stand side by side; those whose levels overlap stand under each other.
    fn of(plan: &Plan) -> Self {
        let extents: Vec<Extent> = plan.body().stages.iter().map(|stage| Extent::of(plan, stage)).collect();
        let mut lanes: Vec<Vec<usize>> = Vec::new();
        for (at, extent) in extents.iter().enumerate() {
            let is_free = |lane: &&mut Vec<usize>| {
                lane.iter().all(|other| extents[*other].last < extent.first || extents[*other].first > extent.last)
            };
            match lanes.iter_mut().find(is_free) {
                Some(lane) => lane.push(at),
                None => lanes.push(vec![at]),
            }
        }
        let mut grid = Self {
            units: vec![(0, 0); plan.units().len()],
            barriers: vec![(0, 0); extents.len()],
            width: 0,
            height: 0,
            bands: vec![Place { x: 0, y: 0, width: 0, height: 0 }; extents.len()],
        };
        let x = |level: u32| LEFT + level * (BOX_W + GAP_X);
        for lane in lanes {
            let rows = lane.iter().map(|at| extents[*at].rows).max().unwrap_or(1);
            let height = BAND_TOP + rows * (BOX_H + GAP_Y) - GAP_Y + BAND_BOTTOM;
            for at in lane {
                let extent = &extents[at];
                for (unit, row) in &extent.row {
                    let y = grid.height + BAND_TOP + *row * (BOX_H + GAP_Y);
                    grid.units[unit.at()] = (x(plan.schedule().level(*unit)), y);
                }
                let end = x(extent.last) + BOX_W;
                let left = x(extent.first) - LEFT / 2;
                grid.bands[at] = Place { x: left, y: grid.height, width: end + LEFT / 2 - left, height };
                grid.barriers[at] = (end + GAP_X / 2, grid.height + BAND_TOP + BOX_H / 2);
                grid.width = grid.width.max(end + LEFT);
            }
            grid.height += height + GAP_Y;
        }
        grid
    }

    fn out(&self, node: Node) -> (u32, u32) {
        match node {
            Node::Unit(unit) => (self.units[unit.at()].0 + BOX_W, self.units[unit.at()].1 + BOX_H / 2),
            Node::Barrier(stage) => self.barriers[stage.at()],
        }
    }

    fn into(&self, node: Node) -> (u32, u32) {
        match node {
            Node::Unit(unit) => (self.units[unit.at()].0, self.units[unit.at()].1 + BOX_H / 2),
            Node::Barrier(stage) => self.barriers[stage.at()],
        }
    }
}

impl Dag {
    /// Draws a plan, each unit as `look` says.
    pub fn of(plan: &Plan, w: Words, look: impl Fn(UnitIx) -> Look) -> Self {
        let grid = Grid::of(plan);
        let critical = plan.schedule().critical_path();
        let boxes = plan.unit_ixs().map(|ix| {
            let unit = plan.unit(ix);
            let (x, y) = grid.units[ix.at()];
            let full = w.text(&unit.title).to_owned();
            let name = clip(&full, 19);
            Box { x, y, id: unit.id.to_string(), name, full, critical: critical.contains(&ix), look: look(ix) }
        });
        let bands = plan.body().stages.iter().zip(&grid.bands).map(|(stage, place)| {
            let full = w.text(&stage.title).to_owned();
            Band { place: *place, name: clip(&full, place.width as usize / 8), full }
        });
        let (edges, joints) = edges(plan, &grid);
        Self {
            label: w.with("dag-label", "n", plan.units().len()),
            note: None,
            width: grid.width,
            height: grid.height,
            wide: grid.width > SHRINKS,
            bands: bands.collect(),
            edges,
            joints,
            boxes: boxes.collect(),
        }
    }
}

/// Edges between units, and those of a stage's end where something waits for it. What another edge says already is left
/// out: into a stage's end only from units that nothing of their stage waits for, out of it only to units that wait for
/// nothing of their own stage.
fn edges(plan: &Plan, grid: &Grid) -> (Vec<Edge>, Vec<(u32, u32)>) {
    let graph = plan.graph();
    let stage_of = |node: NodeIx| match graph.node(node) {
        Node::Unit(unit) => Some(plan.unit(unit).stage),
        Node::Barrier(_) => None,
    };
    let (mut edges, mut joints) = (Vec::new(), Vec::new());
    let critical = plan.schedule().critical_path();
    let follows = |a: Node, b: Node| match (a, b) {
        (Node::Unit(a), Node::Unit(b)) => critical.windows(2).any(|pair| pair == [a, b]),
        (Node::Unit(a), Node::Barrier(stage)) => critical
            .windows(2)
            .any(|pair| pair[0] == a && plan.unit(a).stage == stage && plan.unit(pair[1]).stage != stage),
        (Node::Barrier(stage), Node::Unit(b)) => {
            critical.windows(2).any(|pair| pair[1] == b && plan.unit(pair[0]).stage == stage)
        }
        (Node::Barrier(_), Node::Barrier(_)) => false,
    };
    for &from in graph.order() {
        let here = graph.node(from);
        let waited_for = graph.successors(from).iter().any(|to| matches!(graph.node(*to), Node::Unit(_)));
        if matches!(here, Node::Barrier(_)) && waited_for {
            joints.push(grid.out(here));
        }
        let in_own_stage = |to: &NodeIx| stage_of(*to).is_some() && stage_of(*to) == stage_of(from);
        let inner = graph.successors(from).iter().any(in_own_stage);
        for &to in graph.successors(from) {
            let there = graph.node(to);
            let shown = match (here, there) {
                (Node::Unit(_), Node::Unit(_)) => true,
                (Node::Unit(_), Node::Barrier(_)) => {
                    !inner && graph.successors(to).iter().any(|next| matches!(graph.node(*next), Node::Unit(_)))
                }
                (Node::Barrier(_), Node::Unit(_)) => {
                    !graph.predecessors(to).iter().any(|before| stage_of(*before) == stage_of(to))
                }
                (Node::Barrier(_), Node::Barrier(_)) => false,
            };
            if shown {
                edges.push(Edge { path: curve(grid.out(here), grid.into(there)), critical: follows(here, there) });
            }
        }
    }
    edges.sort_by_key(|edge| edge.critical);
    (edges, joints)
}

pub(super) fn curve((x1, y1): (u32, u32), (x2, y2): (u32, u32)) -> String {
    let bend = (x2.saturating_sub(x1) / 2).clamp(8, 50);
    format!("M{x1} {y1}C{} {y1} {} {y2} {x2} {y2}", x1 + bend, x2.saturating_sub(bend))
}
