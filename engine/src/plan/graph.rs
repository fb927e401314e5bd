//! Who waits for whom. The only module that knows petgraph.
//!
//! Besides the units there is one *barrier* a stage: it stands behind all units of the stage and before everything
//! that needs the stage, so that two neighbouring stages of n and m units cost n + m edges and not n × m.

use std::ops::Range;

use petgraph::algo::toposort;
use petgraph::graph::{DiGraph, NodeIndex};

use super::{Body, StageFlow, StageIx, UnitIx};

/// A place in the graph: the units first, then a barrier a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeIx(pub u32);

impl NodeIx {
    /// For indexing.
    pub const fn at(self) -> usize {
        self.0 as usize
    }
}

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Node {
    /// A unit.
    Unit(UnitIx),
    /// The end of a stage; takes no time.
    Barrier(StageIx),
}

/// The dependency graph of a plan. Acyclic by construction.
#[derive(Debug, Clone)]
pub struct Graph {
    units: u32,
    order: Vec<NodeIx>,
    successors: Adjacency,
    predecessors: Adjacency,
}

/// Neighbours of all nodes in two flat lists: 100,000 units without 100,000 little allocations.
#[derive(Debug, Clone)]
struct Adjacency {
    starts: Vec<u32>,
    items: Vec<NodeIx>,
}

impl Adjacency {
    fn new(nodes: usize, edges: &mut [(NodeIx, NodeIx)]) -> Self {
        edges.sort_unstable();
        let mut starts = Vec::with_capacity(nodes + 1);
        let mut items = Vec::with_capacity(edges.len());
        let mut next = edges.iter().peekable();
        for node in 0..nodes {
            starts.push(u32::try_from(items.len()).unwrap_or(u32::MAX));
            while let Some((_, to)) = next.next_if(|(from, _)| from.at() == node) {
                items.push(*to);
            }
        }
        starts.push(u32::try_from(items.len()).unwrap_or(u32::MAX));
        Self { starts, items }
    }

    fn of(&self, node: NodeIx) -> &[NodeIx] {
        &self.items[self.starts[node.at()] as usize..self.starts[node.at() + 1] as usize]
    }
}

impl Graph {
    /// Builds the graph of a body that was compiled before. `None` when there is a circle.
    pub(super) fn of(body: &Body) -> Option<Self> {
        let units = body.units.iter().map(|unit| (unit.stage, unit.needs.as_slice(), unit.needs_stages.as_slice()));
        let stages = body.stages.iter().map(|stage| (stage.flow, stage.needs.as_slice(), stage.units.clone()));
        Self::build(units, stages).ok()
    }

    /// Builds the graph of units (stage, needed units, needed stages) and stages (flow, needed stages, units).
    /// Where there are circles: in each knot the shortest through the unit written first, as nodes in order from that
    /// unit, which is not repeated, each before what waits for it; and the units outside the knots that wait for one.
    pub(super) fn build<'n>(
        units: impl ExactSizeIterator<Item = (StageIx, &'n [UnitIx], &'n [StageIx])>,
        stages: impl ExactSizeIterator<Item = (StageFlow, &'n [StageIx], Range<u32>)>,
    ) -> Result<Self, Circles> {
        let count = u32::try_from(units.len()).unwrap_or(u32::MAX);
        let (nodes, mut edges) = edges(units, stages);
        let graph = petgraph_of(nodes, &edges);
        let Ok(order) = toposort(&graph, None) else { return Err(circles(&graph, count)) };
        drop(graph);
        let order = order.into_iter().map(node_ix).collect();
        let successors = Adjacency::new(nodes, &mut edges);
        for edge in &mut edges {
            *edge = (edge.1, edge.0);
        }
        let predecessors = Adjacency::new(nodes, &mut edges);
        Ok(Self { units: count, order, successors, predecessors })
    }

    /// All nodes, each after everything it waits for.
    pub fn order(&self) -> &[NodeIx] {
        &self.order
    }

    /// How many nodes there are, barriers included.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is no node; never, for a plan.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// What waits for a node, in order of place.
    pub fn successors(&self, node: NodeIx) -> &[NodeIx] {
        self.successors.of(node)
    }

    /// What a node waits for, in order of place.
    pub fn predecessors(&self, node: NodeIx) -> &[NodeIx] {
        self.predecessors.of(node)
    }

    /// What stands at a place.
    pub const fn node(&self, at: NodeIx) -> Node {
        node(self.units, at)
    }

    /// The place of a unit.
    pub const fn unit(&self, unit: UnitIx) -> NodeIx {
        NodeIx(unit.0)
    }

    /// Whether each unit must be ready before `unit` can begin, by place.
    pub fn upstream(&self, unit: UnitIx) -> Vec<bool> {
        let mut seen = vec![false; self.len()];
        let mut stack = vec![self.unit(unit)];
        while let Some(at) = stack.pop() {
            for &before in self.predecessors(at) {
                if !std::mem::replace(&mut seen[before.at()], true) {
                    stack.push(before);
                }
            }
        }
        seen.truncate(self.units as usize);
        seen
    }

    /// All units that can not be ready before `unit` is, in order of place; without itself.
    pub fn downstream(&self, unit: UnitIx) -> Vec<UnitIx> {
        self.reached([unit], &self.successors)
    }

    /// All units that can not be ready before one of `units` is, in order of place.
    pub fn downstream_of(&self, units: impl IntoIterator<Item = UnitIx>) -> Vec<UnitIx> {
        self.reached(units, &self.successors)
    }

    /// All units that one of `units` waits for, in order of place.
    pub fn upstream_of(&self, units: impl IntoIterator<Item = UnitIx>) -> Vec<UnitIx> {
        self.reached(units, &self.predecessors)
    }

    fn reached(&self, from: impl IntoIterator<Item = UnitIx>, neighbours: &Adjacency) -> Vec<UnitIx> {
        let mut seen = vec![false; self.len()];
        let mut stack: Vec<NodeIx> = from.into_iter().map(|unit| self.unit(unit)).collect();
        let mut found = Vec::new();
        while let Some(at) = stack.pop() {
            for &next in neighbours.of(at) {
                if !std::mem::replace(&mut seen[next.at()], true) {
                    stack.push(next);
                    if let Node::Unit(unit) = self.node(next) {
                        found.push(unit);
                    }
                }
            }
        }
        found.sort_unstable();
        found
    }
}

const fn node(units: u32, at: NodeIx) -> Node {
    if at.0 < units { Node::Unit(UnitIx(at.0)) } else { Node::Barrier(StageIx(at.0 - units)) }
}

fn node_ix(at: NodeIndex) -> NodeIx {
    NodeIx(u32::try_from(at.index()).unwrap_or(u32::MAX))
}

fn petgraph_of(nodes: usize, edges: &[(NodeIx, NodeIx)]) -> DiGraph<(), ()> {
    let mut graph = DiGraph::with_capacity(nodes, edges.len());
    for _ in 0..nodes {
        graph.add_node(());
    }
    for (from, to) in edges {
        graph.add_edge(NodeIndex::new(from.at()), NodeIndex::new(to.at()), ());
    }
    graph
}

/// All edges, each once, and how many nodes they join.
fn edges<'n>(
    units: impl ExactSizeIterator<Item = (StageIx, &'n [UnitIx], &'n [StageIx])>,
    stages: impl ExactSizeIterator<Item = (StageFlow, &'n [StageIx], Range<u32>)>,
) -> (usize, Vec<(NodeIx, NodeIx)>) {
    let nodes = units.len() + stages.len();
    let count = u32::try_from(units.len()).unwrap_or(u32::MAX);
    let barrier = |stage: StageIx| NodeIx(count + stage.0);
    let mut edges = Vec::with_capacity(units.len() * 3);
    for ((stage, needs, needs_stages), ix) in units.zip(0..) {
        let here = NodeIx(ix);
        edges.push((here, barrier(stage)));
        edges.extend(needs.iter().map(|need| (NodeIx(need.0), here)));
        edges.extend(needs_stages.iter().map(|stage| (barrier(*stage), here)));
    }
    for ((flow, needs, range), ix) in stages.zip(0..) {
        for need in needs {
            edges.extend(range.clone().map(|unit| (barrier(*need), NodeIx(unit))));
            edges.push((barrier(*need), barrier(StageIx(ix))));
        }
        if flow == StageFlow::Sequential {
            edges.extend(range.clone().zip(range.skip(1)).map(|(before, after)| (NodeIx(before), NodeIx(after))));
        }
    }
    edges.sort_unstable();
    edges.dedup();
    (nodes, edges)
}

/// Why there is no graph.
#[derive(Debug)]
pub(super) struct Circles {
    /// One circle a knot.
    pub(super) circles: Vec<Vec<Node>>,
    /// Units outside the knots that wait for one.
    pub(super) behind: Vec<UnitIx>,
}

fn circles(graph: &DiGraph<(), ()>, units: u32) -> Circles {
    let mut knots: Vec<Vec<NodeIndex>> = petgraph::algo::tarjan_scc(graph)
        .into_iter()
        .filter(|part| part.len() > 1 || graph.contains_edge(part[0], part[0]))
        .collect();
    for knot in &mut knots {
        knot.sort_unstable();
    }
    knots.sort_unstable();
    let mut seen = vec![false; graph.node_count()];
    let mut stack: Vec<NodeIndex> = knots.iter().flatten().copied().collect();
    for at in &stack {
        seen[at.index()] = true;
    }
    let mut behind = Vec::new();
    while let Some(at) = stack.pop() {
        for next in graph.neighbors(at) {
            if !std::mem::replace(&mut seen[next.index()], true) {
                stack.push(next);
                if let Node::Unit(unit) = node(units, node_ix(next)) {
                    behind.push(unit);
                }
            }
        }
    }
    behind.sort_unstable();
    let walk =
        |knot: &Vec<NodeIndex>| walk_circle(graph, knot).into_iter().map(|at| node(units, node_ix(at))).collect();
    Circles { circles: knots.iter().map(walk).collect(), behind }
}

/// From the smallest node of a strongly connected part, breadth first back to itself: the shortest circle through it.
/// Iterative: parts can be long.
fn walk_circle(graph: &DiGraph<(), ()>, part: &[NodeIndex]) -> Vec<NodeIndex> {
    let start = part[0];
    let inside = |at: &NodeIndex| part.binary_search(at).is_ok();
    let mut came_from = std::collections::HashMap::new();
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        let mut next: Vec<_> = graph.neighbors(at).filter(inside).collect();
        next.sort_unstable();
        for to in next {
            if to == start {
                let mut circle = vec![at];
                while let Some(before) = came_from.get(&circle[circle.len() - 1]) {
                    circle.push(*before);
                }
                circle.reverse();
                return circle;
            }
            if let std::collections::hash_map::Entry::Vacant(entry) = came_from.entry(to) {
                entry.insert(at);
                queue.push_back(to);
            }
        }
    }
    part.to_vec()
}
