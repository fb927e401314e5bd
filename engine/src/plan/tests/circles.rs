//! Circles: found exactly where there are some, and told as they are.

use std::collections::{BTreeSet, HashSet};

use proptest::prelude::*;

use super::naive::Naive;
use super::shape::{build, sound, unit_ix, wild};
use crate::plan::{Body, Node, StageFlow};

/// Whether the runbook says that `after` waits for `before`, with nothing between.
fn said(body: &Body, before: Node, after: Node) -> bool {
    match (before, after) {
        (Node::Unit(before), Node::Unit(after)) => {
            let unit = &body.units[after.at()];
            let sequential = body.stages[unit.stage.at()].flow == StageFlow::Sequential;
            let neighbours = body.units[before.at()].stage == unit.stage && before.0 + 1 == after.0;
            unit.needs.contains(&before) || sequential && neighbours
        }
        (Node::Unit(unit), Node::Barrier(stage)) => body.units[unit.at()].stage == stage,
        (Node::Barrier(stage), Node::Unit(unit)) => {
            let unit = &body.units[unit.at()];
            unit.needs_stages.contains(&stage) || body.stages[unit.stage.at()].needs.contains(&stage)
        }
        (Node::Barrier(before), Node::Barrier(after)) => body.stages[after.at()].needs.contains(&before),
    }
}

/// How many nodes the shortest circle through a node has: rings around it, until it comes again.
fn shortest(body: &Body, start: Node) -> usize {
    let units = (0..body.units.len()).map(|at| Node::Unit(unit_ix(at)));
    let all: Vec<Node> =
        units.chain((0..).map(crate::plan::StageIx).map(Node::Barrier).take(body.stages.len())).collect();
    let mut ring = vec![start];
    for steps in 1..=all.len() {
        ring = all.iter().copied().filter(|to| ring.iter().any(|from| said(body, *from, *to))).collect();
        if ring.contains(&start) {
            return steps;
        }
    }
    0
}

fn units_of(circle: &[Node]) -> BTreeSet<usize> {
    let unit = |node: &Node| match node {
        Node::Unit(unit) => Some(unit.at()),
        Node::Barrier(_) => None,
    };
    circle.iter().filter_map(unit).collect()
}

proptest! {
    #[test]
    fn a_graph_is_refused_exactly_when_units_wait_for_each_other(body in wild()) {
        prop_assert_eq!(build(&body).is_err(), !Naive::of(&body).knots().is_empty());
    }

    #[test]
    fn needs_without_a_circle_are_never_refused(body in sound()) {
        prop_assert!(build(&body).is_ok());
    }

    #[test]
    fn each_knot_is_told_by_one_real_circle_in_order(body in wild()) {
        let Err(found) = build(&body) else { return Ok(()) };
        let knots = Naive::of(&body).knots();
        prop_assert_eq!(found.circles.len(), knots.len());
        let mut told = BTreeSet::new();
        for circle in &found.circles {
            let after = circle.iter().cycle().skip(1);
            prop_assert!(circle.iter().zip(after).all(|(before, after)| said(&body, *before, *after)), "{:?}", circle);
            prop_assert_eq!(circle.iter().map(|node| format!("{node:?}")).collect::<HashSet<_>>().len(), circle.len());
            let units = units_of(circle);
            let knot = knots.iter().find(|knot| units.is_subset(knot));
            prop_assert!(knot.is_some() && !units.is_empty(), "{:?} is in no knot", circle);
            let first = knot.and_then(BTreeSet::first).copied().map(|first| Node::Unit(unit_ix(first)));
            prop_assert_eq!(circle.first().copied(), first);
            prop_assert_eq!(circle.len(), shortest(&body, circle[0]), "{:?}", circle);
            told.insert(knot);
        }
        prop_assert_eq!(told.len(), knots.len(), "a knot was told twice");
    }

    #[test]
    fn units_behind_a_knot_are_those_that_wait_for_one_and_are_in_none(body in wild()) {
        let Err(found) = build(&body) else { return Ok(()) };
        let naive = Naive::of(&body);
        let knotted: BTreeSet<usize> = naive.knots().into_iter().flatten().collect();
        let closure = naive.closure();
        let behind: Vec<usize> = (0..body.units.len())
            .filter(|unit| !knotted.contains(unit) && !closure[*unit].is_disjoint(&knotted))
            .collect();
        prop_assert_eq!(found.behind.iter().map(|unit| unit.at()).collect::<Vec<_>>(), behind);
    }
}
