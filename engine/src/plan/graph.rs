//! Who waits for whom. The only module that knows petgraph.
//!
//! Besides the units there is one *barrier* a stage: it stands behind all units of the stage and before everything
//! that needs the stage, so that two neighbouring stages of n and m units cost n + m edges and not n × m.

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
    /// Builds the graph. `None` when there is a circle; [`Graph::circle`] names it.
    pub(super) fn of(body: &Body) -> Option<Self> {
        let (nodes, mut edges) = edges(body);
        let graph = petgraph_of(nodes, &edges);
        let order = toposort(&graph, None).ok()?;
        let order = order.into_iter().map(node_ix).collect();
        let successors = Adjacency::new(nodes, &mut edges);
        for edge in &mut edges {
            *edge = (edge.1, edge.0);
        }
        let predecessors = Adjacency::new(nodes, &mut edges);
        let units = u32::try_from(body.units.len()).unwrap_or(u32::MAX);
        Some(Self { units, order, successors, predecessors })
    }

    /// A circle in the needs of a body, as nodes in order, the first not repeated; `None` when there is none.
    pub(crate) fn circle(body: &Body) -> Option<Vec<Node>> {
        let (nodes, edges) = edges(body);
        let graph = petgraph_of(nodes, &edges);
        let units = u32::try_from(body.units.len()).unwrap_or(u32::MAX);
        let mut smallest = petgraph::algo::tarjan_scc(&graph)
            .into_iter()
            .filter(|part| part.len() > 1 || graph.contains_edge(part[0], part[0]))
            .min_by_key(|part| (part.len(), part.iter().min().copied()))?;
        smallest.sort_unstable();
        Some(walk_circle(&graph, &smallest).into_iter().map(|at| node(units, node_ix(at))).collect())
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

    /// All units that can not be ready before `unit` is, in order of place; without itself.
    pub fn downstream(&self, unit: UnitIx) -> Vec<UnitIx> {
        let mut seen = vec![false; self.len()];
        let mut stack = vec![self.unit(unit)];
        let mut found = Vec::new();
        while let Some(at) = stack.pop() {
            for &next in self.successors(at) {
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

/// All edges of a body, each once.
fn edges(body: &Body) -> (usize, Vec<(NodeIx, NodeIx)>) {
    let units = u32::try_from(body.units.len()).unwrap_or(u32::MAX);
    let barrier = |stage: StageIx| NodeIx(units + stage.0);
    let mut edges = Vec::with_capacity(body.units.len() * 3);
    for (unit, ix) in body.units.iter().zip(0..) {
        let here = NodeIx(ix);
        edges.push((here, barrier(unit.stage)));
        edges.extend(unit.needs.iter().map(|need| (NodeIx(need.0), here)));
        edges.extend(unit.needs_stages.iter().map(|stage| (barrier(*stage), here)));
    }
    for (stage, ix) in body.stages.iter().zip(0..) {
        for need in &stage.needs {
            edges.extend(stage.unit_ixs().map(|unit| (barrier(*need), NodeIx(unit.0))));
            edges.push((barrier(*need), barrier(StageIx(ix))));
        }
        if stage.flow == StageFlow::Sequential {
            let pairs = stage.unit_ixs().zip(stage.unit_ixs().skip(1));
            edges.extend(pairs.map(|(before, after)| (NodeIx(before.0), NodeIx(after.0))));
        }
    }
    edges.sort_unstable();
    edges.dedup();
    (body.units.len() + body.stages.len(), edges)
}

/// Walks inside one strongly connected part until a node comes again. Iterative: parts can be long.
fn walk_circle(graph: &DiGraph<(), ()>, part: &[NodeIndex]) -> Vec<NodeIndex> {
    // From the smallest node, breadth first back to itself: the shortest circle through it, in order.
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
