//! How much of the capacity was there when, and whether that was enough.

use engine::base::{Millis, Percent};
use engine::run::{Verdict, capacity_curve, capacity_now, capacity_reached, overall_verdict};

use crate::script::{START, Script, request};

/// Three servers of a tier: two of them are enough for the objective, the third is for later.
const TIER: &str = "
runbook: tier
objectives: {rto: 10m, clock: declare, min_capacity: 80%, capacity: [{reach: 100%, within: 30m}]}
units:
  web1: {target: 5m, capacity: 50%, run: [{command: one, timeout: 1h}]}
  web2: {target: 5m, capacity: 30%, run: [{command: two, timeout: 1h}]}
  web3: {target: 20m, capacity: 20%, rto: exclude, run: [{command: three, timeout: 1h}]}
";

fn minutes(minutes: u64) -> Millis {
    Millis::minutes(minutes)
}

#[test]
fn the_curve_rises_with_every_unit_that_is_ready_and_goals_are_met_in_time_or_not() {
    let mut script = Script::of(TIER);
    assert_eq!(capacity_now(script.plan, &script.state), Percent(0));
    script.pass(minutes(4));
    script.succeed("web2");
    script.pass(minutes(6));
    script.succeed("web1");
    let goals = capacity_reached(script.plan, &script.state);
    assert_eq!((goals[0].minimum, goals[0].after, goals[0].verdict), (true, Some(minutes(10)), Some(Verdict::Met)));
    assert_eq!((goals[1].reached_at, goals[1].verdict), (None, None), "still open");
    script.pass(minutes(21));
    script.succeed("web3");
    let curve = capacity_curve(script.plan, &script.state);
    let points: Vec<_> = curve.iter().map(|point| (point.at.since(START).0 / 60_000, point.total.0)).collect();
    assert_eq!(points, [(4, 3_000), (10, 8_000), (31, 10_000)]);
    assert_eq!(capacity_reached(script.plan, &script.state)[1].verdict, Some(Verdict::Exceeded));
    assert_eq!(
        overall_verdict(script.plan, &script.state),
        Some(Verdict::Met),
        "milestones are judged beside the objective"
    );
}

#[test]
fn without_the_least_capacity_the_objective_is_not_met() {
    let mut script = Script::of(TIER);
    script.succeed("web1");
    script.fail("web2");
    script.ask("lee", request("skip", "web2")).unwrap();
    script.succeed("web3");
    assert_eq!(script.status(), "completed");
    let goals = capacity_reached(script.plan, &script.state);
    assert_eq!((goals[0].reached_at, goals[0].verdict), (None, Some(Verdict::NotRecovered)), "70 % of 80 %");
    assert_eq!(overall_verdict(script.plan, &script.state), Some(Verdict::NotRecovered));
}

#[test]
fn what_was_held_does_not_count_and_what_is_run_again_brings_nothing_meanwhile() {
    let mut script = Script::of(TIER);
    script.succeed("web1");
    script.ask("lee", request("hold the exercise", "")).unwrap();
    script.pass(minutes(60));
    script.ask("lee", request("resume", "")).unwrap();
    script.pass(minutes(3));
    script.succeed("web2");
    assert_eq!(capacity_reached(script.plan, &script.state)[0].after, Some(minutes(3)));
    script.ask("lee", request("rerun", "web1")).unwrap();
    assert_eq!(capacity_now(script.plan, &script.state), Percent(3_000));
    assert_eq!(capacity_reached(script.plan, &script.state)[0].verdict, None);
}
