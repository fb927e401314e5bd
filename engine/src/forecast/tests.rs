//! Outlooks against schedules, against sums done by hand, and against pasts whose law is known.

use std::collections::BTreeMap;

use super::outlook::outlook_in;
use super::trial::Course;
use super::*;
use crate::base::{Millis, UnitId};
use crate::plan::{Plan, compile};
use crate::runbook::Source;

fn plan(yaml: &str) -> Plan {
    let compiled = compile(&Source::new("forecast.yaml", yaml));
    compiled.plan.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics))
}

fn id(name: &str) -> UnitId {
    name.parse().unwrap()
}

fn minutes(minutes: u64) -> Millis {
    Millis::minutes(minutes)
}

/// Two databases, three applications that need both, and a report that does not count.
const TIERS: &str = "
runbook: tiers
objectives: {rto: 30m, clock: declare}
concurrency: 2
services:
  ticket: {rto: 20m, needs: [ap1]}
units:
  db1: {target: 10m, run: [{command: 'true', timeout: 1h}]}
  db2: {target: 4m, run: [{command: 'true', timeout: 1h}]}
  ap1: {needs: [db1, db2], target: 6m, run: [{command: 'true', timeout: 1h}]}
  ap2: {needs: [db1, db2], target: 6m, run: [{command: 'true', timeout: 1h}]}
  ap3: {needs: [db1, db2], target: 6m, run: [{command: 'true', timeout: 1h}]}
  note: {needs: [ap1], target: 60m, rto: exclude, run: [{command: 'true', timeout: 2h}]}
";

#[test]
fn without_limits_a_trial_is_the_plan_s_own_schedule() {
    let plan = plan(TIERS);
    let takes: Vec<Millis> = plan.units().iter().map(|unit| unit.target.unwrap()).collect();
    let ready = Course::of(&plan, 100).play(&takes);
    for unit in plan.unit_ixs().filter(|unit| !plan.unit(*unit).rto_exclude) {
        assert_eq!(ready[unit.at()], plan.schedule().span(unit).earliest_finish, "{}", plan.unit(unit).id);
    }
}

#[test]
fn one_past_is_as_likely_as_another_and_concurrency_counts() {
    let plan = plan(TIERS);
    let by_targets = outlook(&plan, &History::default(), &WhatIf::default());
    // Two at a time: 10 for the databases, then 6 and 6 for three applications.
    assert_eq!((by_targets.p50, by_targets.p90, by_targets.chance), (minutes(22), minutes(22), Some(1_000)));
    assert_eq!((by_targets.units_known, by_targets.units), (0, 5));
    assert_eq!(by_targets.services[0].chance, Some(1_000), "ap1 is the first of the three");
    let three = WhatIf { concurrency: Some(3), ..WhatIf::default() };
    assert_eq!(outlook(&plan, &History::default(), &three).p50, minutes(16));
    let one = WhatIf { concurrency: Some(1), ..WhatIf::default() };
    assert_eq!(outlook(&plan, &History::default(), &one).p50, minutes(32));
    let late = WhatIf { before: minutes(9), ..WhatIf::default() };
    assert_eq!(outlook(&plan, &History::default(), &late).chance, Some(0), "31 minutes from the event");
    // db1 took 10 three times out of four and 20 once: the run takes 22 or 32, and a quarter is late.
    let history = History::of([10, 10, 20, 10].map(|took| (id("db1"), minutes(took))));
    let seen = outlook(&plan, &history, &WhatIf::default());
    assert_eq!((seen.p50, seen.p90, seen.units_known), (minutes(22), minutes(32), 1));
    assert!((700..=800).contains(&seen.chance.unwrap()), "{:?}", seen.chance);
    let given = WhatIf { takes: BTreeMap::from([(id("db1"), minutes(5))]), ..WhatIf::default() };
    assert_eq!(outlook(&plan, &history, &given).p90, minutes(17), "what is tried stands above the past");
    assert_eq!(outlook(&plan, &history, &WhatIf::default()), seen, "the same plan and past, the same outlook");
}

#[test]
fn a_past_of_two_runs_is_no_past() {
    let two = History::of([1, 2].map(|took| (id("db1"), minutes(took))));
    assert_eq!(two.percentile(&id("db1"), 50), None);
    let three = History::of([3, 1, 2].map(|took| (id("db1"), minutes(took))));
    let percentiles = [1, 33, 34, 50, 67, 90, 100].map(|percent| three.percentile(&id("db1"), percent));
    assert_eq!(percentiles, [1, 1, 2, 2, 3, 3, 3].map(|n| Some(minutes(n))));
}

/// Times that are mostly near ten minutes and sometimes far beyond, as those of restores are.
fn skewed(chance: &mut fastrand::Rng, around: u64) -> Millis {
    let near = around * (80 + chance.u64(..40)) / 100;
    Millis(if chance.u8(..10) == 0 { near * 2 } else { near })
}

/// How often, of a thousand runs of ten units, the run that came was within the forecast made of `past` runs before it.
fn covered(past: usize) -> (u32, u32) {
    let chain: String = (0..10_u32)
        .map(|n| {
            let needs = if n == 0 { String::new() } else { format!("needs: [u{}], ", n - 1) };
            format!("  u{n}: {{{needs}target: 10m, run: [{{command: 'true', timeout: 1h}}]}}\n")
        })
        .collect();
    let plan = plan(&format!("runbook: chain\nunits:\n{chain}"));
    let mut chance = fastrand::Rng::with_seed(7);
    let (mut median, mut ninth) = (0, 0);
    for _ in 0..1_000 {
        let mut one = || -> Vec<(UnitId, Millis)> {
            plan.units().iter().map(|unit| (unit.id.clone(), skewed(&mut chance, 600_000))).collect()
        };
        let history = History::of((0..past).flat_map(|_| one()).collect::<Vec<_>>());
        let came: Millis = one().into_iter().map(|(_, took)| took).sum();
        let seen = outlook_of(&plan, &history);
        median += u32::from(came <= seen.0);
        ninth += u32::from(came <= seen.1);
    }
    (median, ninth)
}

/// P50 and P90 by fewer trials than an outlook takes.
fn outlook_of(plan: &Plan, history: &History) -> (Millis, Millis) {
    let seen = outlook_in(plan, history, &WhatIf::default(), 200);
    (seen.p50, seen.p90)
}

#[test]
fn forecasts_cover_what_came_as_often_as_they_say() {
    for past in [5, 10, 30] {
        let (median, ninth) = covered(past);
        println!("{past} past runs: P50 covered {median} of 1000, P90 covered {ninth} of 1000");
        assert!((400..=600).contains(&median), "{past}: {median}");
        assert!((820..=960).contains(&ninth), "{past}: {ninth}");
    }
}
