//! Planned times and reach, against all paths there are.

use proptest::prelude::*;

use super::naive::Naive;
use super::shape::{scheduled, sound, unit_ix};
use crate::base::Millis;
use crate::plan::{Node, NodeIx, UnitIx};

fn places(units: &[UnitIx]) -> Vec<usize> {
    units.iter().map(|unit| unit.at()).collect()
}

/// A path as drawn: every unit waits for the one before it, and the first waits for none.
fn is_whole_path(naive: &Naive, path: &[usize]) -> bool {
    let joined = path.windows(2).all(|pair| naive.waits(pair[1], pair[0]));
    joined && path.first().is_some_and(|first| naive.closure()[*first].is_empty())
}

proptest! {
    #[test]
    fn planned_times_are_those_of_the_longest_of_all_paths(body in sound()) {
        let (_, schedule) = scheduled(&body);
        let naive = Naive::of(&body);
        let units = 0..body.units.len();
        let paths: Vec<Vec<usize>> = units.clone().flat_map(|unit| naive.paths_to(unit)).collect();
        let longest = |kept: &dyn Fn(&[usize]) -> bool| {
            paths.iter().filter(|path| kept(path)).map(|path| naive.length(path)).max().unwrap_or_default()
        };
        let length = longest(&|_| true);
        prop_assert_eq!(schedule.length(), Millis(length));
        for unit in units {
            let span = schedule.span(unit_ix(unit));
            let to = longest(&|path| path.last() == Some(&unit));
            let from = longest(&|path| path.first() == Some(&unit));
            let through = longest(&|path| path.contains(&unit));
            let weight = naive.weight(unit);
            prop_assert_eq!(span.earliest_finish, Millis(to), "unit {}", unit);
            prop_assert_eq!(span.earliest_start, Millis(to - weight), "unit {}", unit);
            prop_assert_eq!(span.tail, Millis(from), "unit {}", unit);
            prop_assert_eq!(span.latest_start, Millis(length - from), "unit {}", unit);
            prop_assert_eq!(span.latest_finish, Millis(length - from + weight), "unit {}", unit);
            prop_assert_eq!(span.slack(), Millis(length - through), "unit {}", unit);
        }
    }

    #[test]
    fn a_level_counts_the_units_of_the_longest_row_before(body in sound()) {
        let (_, schedule) = scheduled(&body);
        let naive = Naive::of(&body);
        for unit in 0..body.units.len() {
            let row = naive.paths_to(unit).iter().map(Vec::len).max().unwrap_or_default();
            prop_assert_eq!(schedule.level(unit_ix(unit)) as usize, row - 1, "unit {}", unit);
        }
    }

    #[test]
    fn the_critical_path_is_a_path_and_as_long_as_the_plan(body in sound()) {
        let (_, schedule) = scheduled(&body);
        let naive = Naive::of(&body);
        let path = places(schedule.critical_path());
        prop_assert!(is_whole_path(&naive, &path), "{:?}", path);
        prop_assert_eq!(Millis(naive.length(&path)), schedule.length());
        for unit in schedule.critical_path() {
            prop_assert_eq!(schedule.span(*unit).slack(), Millis::ZERO, "unit {}", unit.0);
        }
    }

    #[test]
    fn of_equally_long_paths_a_needed_unit_goes_first_and_then_the_one_written_first(body in sound()) {
        let (_, schedule) = scheduled(&body);
        let naive = Naive::of(&body);
        let finish = |unit: usize| schedule.span(unit_ix(unit)).earliest_finish;
        let path = places(schedule.critical_path());
        let end = (0..body.units.len()).find(|unit| finish(*unit) == schedule.length());
        prop_assert_eq!(path.last().copied(), end);
        for pair in path.windows(2) {
            let start = schedule.span(unit_ix(pair[1])).earliest_start;
            let free = |unit: usize| schedule.span(unit_ix(unit)).earliest_usable;
            let last = || (0..body.units.len()).filter(|unit| naive.waits(pair[1], *unit) && free(*unit) == start);
            let taken = last().find(|unit| naive.names(pair[1], *unit)).or_else(|| last().next());
            prop_assert_eq!(Some(pair[0]), taken, "before unit {} in {:?}", pair[1], path);
        }
    }

    #[test]
    fn a_service_is_planned_by_the_longest_path_to_what_it_needs(body in sound()) {
        let (graph, schedule) = scheduled(&body);
        let naive = Naive::of(&body);
        let service = &body.services[0];
        let (length, path) = schedule.service_path(&graph, service);
        let all = service.needs.iter().flat_map(|unit| naive.paths_to(unit.at()));
        prop_assert_eq!(length, Millis(all.map(|path| naive.length(&path)).max().unwrap_or_default()));
        let path = places(&path);
        prop_assert!(is_whole_path(&naive, &path), "{:?}", path);
        prop_assert_eq!(Millis(naive.length(&path)), length);
        prop_assert!(path.last().is_some_and(|last| service.needs.contains(&unit_ix(*last))), "{:?}", path);
    }

    #[test]
    fn downstream_is_everything_that_waits_directly_or_not(body in sound()) {
        let (graph, _) = scheduled(&body);
        let closure = Naive::of(&body).closure();
        for unit in 0..body.units.len() {
            let waiting: Vec<usize> = (0..body.units.len()).filter(|other| closure[*other].contains(&unit)).collect();
            prop_assert_eq!(places(&graph.downstream(unit_ix(unit))), waiting, "of unit {}", unit);
        }
    }

    #[test]
    fn the_order_has_every_node_once_behind_all_that_it_waits_for(body in sound()) {
        let (graph, _) = scheduled(&body);
        prop_assert_eq!(graph.len(), body.units.len() + body.stages.len());
        let place = |node: NodeIx| graph.order().iter().position(|other| *other == node);
        let mut nodes = graph.order().to_vec();
        nodes.sort_unstable();
        prop_assert!(nodes.iter().zip(0..).all(|(node, at)| node.0 == at), "{:?}", nodes);
        for node in nodes {
            prop_assert!(graph.predecessors(node).iter().all(|before| place(*before) < place(node)));
            for after in graph.successors(node) {
                prop_assert!(graph.predecessors(*after).contains(&node));
            }
            if let Node::Unit(unit) = graph.node(node) {
                prop_assert_eq!(graph.unit(unit), node);
            }
        }
    }
}
