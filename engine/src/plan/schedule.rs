//! Planned times by a forward and a backward pass over the targets. Units without a target take no planned time; one that
//! is usable before it is ready holds up what needs it only until then.

use super::{Body, Graph, Node, NodeIx, Service, Unit, UnitIx};
use crate::base::Millis;

/// Planned times of one unit, reckoned from the start of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// When it can start at the earliest.
    pub earliest_start: Millis,
    /// When it can be ready at the earliest.
    pub earliest_finish: Millis,
    /// When what needs it can begin: when it is usable, or ready.
    pub earliest_usable: Millis,
    /// When it must start so that the plan still ends in time.
    pub latest_start: Millis,
    /// When it must be ready so that the plan still ends in time.
    pub latest_finish: Millis,
    /// The longest planned path from its start to the end of the plan, itself included: the priority of dispatch.
    pub tail: Millis,
}

impl Span {
    /// How much later it may be ready without moving the end of the plan.
    pub const fn slack(&self) -> Millis {
        self.latest_start.saturating_sub(self.earliest_start)
    }
}

/// Planned times of a plan, reckoned as its recovery time is: units marked `rto: exclude` weigh nothing, so that
/// preparations and housekeeping neither lengthen the critical path nor move what comes behind them.
#[derive(Debug, Clone)]
pub struct Schedule {
    spans: Vec<Span>,
    levels: Vec<u32>,
    /// Earliest finish of every node of the graph, barriers included.
    finish: Vec<Millis>,
    /// When every node lets what comes after it begin at the earliest.
    free: Vec<Millis>,
    length: Millis,
    critical: Vec<UnitIx>,
}

impl Schedule {
    pub(super) fn of(body: &Body, graph: &Graph) -> Self {
        let nodes = graph.len();
        let takes = |at: NodeIx| match graph.node(at) {
            Node::Unit(unit) => {
                let unit = &body.units[unit.at()];
                (weight(unit), unit.holds_up(weight(unit)))
            }
            Node::Barrier(_) => (Millis::ZERO, Millis::ZERO),
        };
        let (mut finish, mut free) = (vec![Millis::ZERO; nodes], vec![Millis::ZERO; nodes]);
        let mut level = vec![0_u32; nodes];
        for &at in graph.order() {
            let start = graph.predecessors(at).iter().map(|p| free[p.at()]).max().unwrap_or_default();
            let (weight, hold) = takes(at);
            finish[at.at()] = start + weight;
            free[at.at()] = start + hold;
            let steps = |p: &NodeIx| level[p.at()] + u32::from(matches!(graph.node(*p), Node::Unit(_)));
            level[at.at()] = graph.predecessors(at).iter().map(steps).max().unwrap_or(0);
        }
        let length = finish.iter().copied().max().unwrap_or_default();
        let mut tail = vec![Millis::ZERO; nodes];
        for &at in graph.order().iter().rev() {
            let after = graph.successors(at).iter().map(|s| tail[s.at()]).max().unwrap_or_default();
            let (weight, hold) = takes(at);
            tail[at.at()] = weight.max(hold + after);
        }
        let spans = (0..body.units.len())
            .map(|at| {
                let weight = weight(&body.units[at]);
                let latest_start = length.saturating_sub(tail[at]);
                Span {
                    earliest_start: finish[at].saturating_sub(weight),
                    earliest_finish: finish[at],
                    earliest_usable: free[at],
                    latest_start,
                    latest_finish: latest_start + weight,
                    tail: tail[at],
                }
            })
            .collect();
        level.truncate(body.units.len());
        let critical = longest_path(graph, &finish, &free, None);
        Self { spans, levels: level, finish, free, length, critical }
    }

    /// How much of the plan is left at a unit's end, along the longest planned path from its start.
    pub fn after(&self, unit: UnitIx) -> Millis {
        self.length.saturating_sub(self.span(unit).latest_finish)
    }

    /// Planned times of a unit.
    pub fn span(&self, unit: UnitIx) -> Span {
        self.spans[unit.at()]
    }

    /// How many units stand one after another before this one: the column in which it is drawn.
    pub fn level(&self, unit: UnitIx) -> u32 {
        self.levels[unit.at()]
    }

    /// The length of the critical path.
    pub const fn length(&self) -> Millis {
        self.length
    }

    /// The units of the critical path in order. Where several are equally long, always the same: backwards from its
    /// end, of what is ready last a needed unit rather than a needed stage, and the one written first.
    pub fn critical_path(&self) -> &[UnitIx] {
        &self.critical
    }

    /// The longest path to the units that a service needs, and its length.
    pub fn service_path(&self, graph: &Graph, service: &Service) -> (Millis, Vec<UnitIx>) {
        self.path_to(graph, service.needs.iter().copied())
    }

    /// The longest path to any of some units, and its length; where several are equally long, to the one written first.
    pub fn path_to(&self, graph: &Graph, units: impl Iterator<Item = UnitIx>) -> (Millis, Vec<UnitIx>) {
        let last = units.max_by_key(|unit| (self.span(*unit).earliest_finish, std::cmp::Reverse(*unit)));
        last.map_or_else(
            || (Millis::ZERO, Vec::new()),
            |last| {
                (self.span(last).earliest_finish, longest_path(graph, &self.finish, &self.free, Some(graph.unit(last))))
            },
        )
    }
}

/// What a unit adds to a path.
fn weight(unit: &Unit) -> Millis {
    if unit.rto_exclude { Millis::ZERO } else { unit.target.unwrap_or_default() }
}

/// Walks back from the node that is ready last (or from `end`) along the predecessors that let it begin last.
fn longest_path(graph: &Graph, finish: &[Millis], free: &[Millis], end: Option<NodeIx>) -> Vec<UnitIx> {
    let mut units = graph.order().iter().copied().filter(|at| matches!(graph.node(*at), Node::Unit(_)));
    let mut at = end.or_else(|| latest(finish, &mut units));
    let mut path = Vec::new();
    while let Some(node) = at {
        if let Node::Unit(unit) = graph.node(node) {
            path.push(unit);
        }
        at = latest(free, &mut graph.predecessors(node).iter().copied());
    }
    path.reverse();
    path
}

/// The node that is last by these instants; of several the one written first.
fn latest(instants: &[Millis], nodes: &mut dyn Iterator<Item = NodeIx>) -> Option<NodeIx> {
    nodes.max_by_key(|at| (instants[at.at()], std::cmp::Reverse(*at)))
}
