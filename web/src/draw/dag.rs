//! The dependency graph: a band a stage, a column a level, critical path drawn heavier.

use askama::Template;
use engine::plan::{Node, NodeIx, Plan, UnitIx};

use super::clip;
use crate::i18n::Words;

const BOX_W: u32 = 172;
const BOX_H: u32 = 54;
const GAP_X: u32 = 52;
const GAP_Y: u32 = 14;
const LEFT: u32 = 16;
const BAND_TOP: u32 = 28;
const BAND_BOTTOM: u32 = 14;

/// How one unit shall look.
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
struct Box {
    x: u32,
    y: u32,
    id: String,
    name: String,
    full: String,
    critical: bool,
    look: Look,
}

#[derive(Debug)]
struct Edge {
    path: String,
    critical: bool,
}

#[derive(Debug)]
struct Band {
    y: u32,
    height: u32,
    name: String,
    alt: bool,
}

/// The graph of a plan as a picture.
#[derive(Debug, Template)]
#[template(path = "draw/dag.html")]
pub struct Dag {
    label: String,
    width: u32,
    height: u32,
    bands: Vec<Band>,
    edges: Vec<Edge>,
    joints: Vec<(u32, u32)>,
    boxes: Vec<Box>,
}

/// Where everything stands.
struct Grid {
    units: Vec<(u32, u32)>,
    barriers: Vec<(u32, u32)>,
    width: u32,
    height: u32,
    bands: Vec<(u32, u32)>,
}

impl Grid {
    fn of(plan: &Plan) -> Self {
        let schedule = plan.schedule();
        let mut units = vec![(0, 0); plan.units().len()];
        let (mut bands, mut barriers) = (Vec::new(), Vec::new());
        let (mut top, mut right) = (0, 0);
        for stage in &plan.body().stages {
            // Units of one level of one stage stand under each other.
            let mut filled: std::collections::BTreeMap<u32, u32> = std::collections::BTreeMap::new();
            for unit in stage.unit_ixs() {
                let level = schedule.level(unit);
                let row = filled.entry(level).or_default();
                let x = LEFT + level * (BOX_W + GAP_X);
                units[unit.at()] = (x, top + BAND_TOP + *row * (BOX_H + GAP_Y));
                *row += 1;
                right = right.max(x + BOX_W);
            }
            let rows = filled.values().copied().max().unwrap_or(1);
            let height = BAND_TOP + rows * (BOX_H + GAP_Y) - GAP_Y + BAND_BOTTOM;
            let last = filled.keys().copied().max().unwrap_or(0);
            let end = LEFT + last * (BOX_W + GAP_X) + BOX_W + GAP_X / 2;
            barriers.push((end, top + height / 2 + BAND_TOP / 4));
            bands.push((top, height));
            top += height;
        }
        Self { units, barriers, width: right + GAP_X, height: top, bands }
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
            let name = clip(&full, 22);
            Box { x, y, id: unit.id.to_string(), name, full, critical: critical.contains(&ix), look: look(ix) }
        });
        let bands = plan.body().stages.iter().zip(&grid.bands).enumerate().map(|(at, (stage, (y, height)))| Band {
            y: *y,
            height: *height,
            name: w.text(&stage.title).to_owned(),
            alt: at % 2 == 1,
        });
        let (edges, joints) = edges(plan, &grid);
        Self {
            label: w.with("dag-label", "n", plan.units().len()),
            width: grid.width,
            height: grid.height,
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

fn curve((x1, y1): (u32, u32), (x2, y2): (u32, u32)) -> String {
    let bend = (x2.saturating_sub(x1) / 2).clamp(10, 60);
    format!("M{x1} {y1}C{} {y1} {} {y2} {x2} {y2}", x1 + bend, x2.saturating_sub(bend))
}
