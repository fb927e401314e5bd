//! Runbook R3: the primary centre of a three-tier system goes dark while customers write; and R14, the way back.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::three_tier_ground::{Beat, Ground, Kept, customer, heart};
use harness::state::{Beside, State, until};

const FAILOVER: &str = include_str!("three_tier_failover.yaml");
const FAILBACK: &str = include_str!("three_tier_failback.yaml");
/// The database that is asked for its lag on the way back.
const INVENTORY: &str = "
inventory: two-centres
targets:
  db-main:
    address: 127.0.0.1
    sql: {engine: postgres, port: <MAIN>, database: postgres, user: relight}
    modes: [drill]
";

fn millis(at: SystemTime) -> i64 {
    i64::try_from(at.duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

fn iso(at: SystemTime) -> String {
    engine::base::Timestamp(millis(at)).to_string()
}

/// What happened at the main centre before and when it went dark.
struct Disaster {
    at: SystemTime,
    kept: Vec<Kept>,
    beats: Vec<Beat>,
}

/// Customers write, the heart beats; the replication is cut, both go on for a while; then the centre is gone.
fn disaster(ground: &Ground) -> Disaster {
    let (customer, heart) = (customer(ground, 0), heart(ground));
    customer.more(50);
    heart.more(2);
    ground.cut_replication();
    customer.more(50);
    heart.more(3);
    ground.tier(&["dark", "main"]);
    let at = SystemTime::now();
    Disaster { at, kept: customer.stop(), beats: heart.stop() }
}

/// Declares the failover and has its gate approved by two people.
fn declared(state: &State, ground: &Ground, at: SystemTime) -> Beside {
    let file = ground.runbook(FAILOVER);
    let at = iso(at);
    let run = state.beside(&[
        "run",
        &file,
        "--mode",
        "drill",
        "--input",
        "reason=dark",
        "--event-at",
        &at,
        "--format",
        "json",
    ]);
    approved(state, "g-go", ["dba-lead", "commander"]);
    run
}

fn approved(state: &State, gate: &str, people: [&str; 2]) {
    state.until_status("waiting");
    for person in people {
        let vote = state.done(&["approve", "latest", gate, "--as", person, "--format", "json"]);
        assert_eq!(vote.json_with(0)["answer"], "accepted", "{}", vote.err());
    }
}

fn report(state: &State) -> Value {
    serde_json::from_str(&state.done(&["report", "latest", "--format", "json"]).out()).unwrap()
}

fn unit<'a>(report: &'a Value, id: &str) -> &'a Value {
    report["units"].as_array().unwrap().iter().find(|unit| unit["unit"] == id).unwrap()
}

#[test]
fn a_dark_primary_centre_is_replaced_and_what_was_lost_is_what_the_report_says() {
    let (ground, state) = (Ground::start(), State::new());
    let disaster = disaster(&ground);
    let run = declared(&state, &ground, disaster.at);
    let later = customer(&ground, 1_000_000);
    let outcome = run.wait();
    let read_end_at = SystemTime::now();
    let outcome = outcome.json_with(0);
    later.more(20);
    let later = later.stop();
    assert_eq!((&outcome["status"], &outcome["verdict"]), (&"completed".into(), &"met".into()));

    let there: BTreeSet<u64> = ground.numbers("dr").into_iter().collect();
    let lost: Vec<&Kept> = disaster.kept.iter().filter(|kept| !there.contains(&kept.n)).collect();
    assert!(!lost.is_empty(), "the replication was cut before the end, so something was lost");
    assert!(later.iter().all(|kept| there.contains(&kept.n)), "what was confirmed after the failover is there");

    // What was lost lies behind the last beat that reached the other centre, and all that lies behind the next one is lost.
    let beats: usize = ground.tier(&["sql", "dr", "select count(*) from heartbeat"]).parse().unwrap();
    let (last, next) = (&disaster.beats[beats - 1], &disaster.beats[beats]);
    assert!(lost.iter().all(|kept| kept.told >= last.asked), "{lost:?} {last:?}");
    let surely = disaster.kept.iter().filter(|kept| kept.sent > next.kept).count();
    let possibly = disaster.kept.iter().filter(|kept| kept.told >= last.asked).count();
    assert!((surely..=possibly).contains(&lost.len()), "{surely} {} {possibly}", lost.len());

    // The outside stopwatch: from the moment the centre went dark until the announcement could be read.
    let report = report(&state);
    let recovery = &report["plan"]["recovery"];
    let (end, announced) = (recovery["end_at"].as_i64().unwrap(), millis(ground.board.read_at().unwrap()));
    assert!((announced..=millis(read_end_at)).contains(&end), "{announced} {end}");
    assert_eq!(recovery["rta_ms"].as_i64().unwrap(), end - millis(disaster.at));
    let off = end - announced;
    assert!(off <= 50, "the report is {off} ms behind the stopwatch");

    // What the report says was lost reaches back to the last beat that is there.
    let beat = ground.tier(&["sql", "dr", "select floor(extract(epoch from max(beat)) * 1000)::bigint from heartbeat"]);
    let beat: i64 = beat.parse().unwrap();
    let point =
        report["recovery_points"].as_array().unwrap().iter().find(|point| point["service"] == "ticket").unwrap();
    assert_eq!((point["point_at"].as_i64(), &point["verdict"]), (Some(beat), &"met".into()), "{point}");
    assert_eq!(point["rpa_ms"].as_i64(), Some(millis(disaster.at) - beat));

    // Nothing was promoted before the old primary was seen to be down, and each tier came after the one below.
    let ready = |id: &str| unit(&report, id)["ready_at"].as_i64().unwrap();
    let started = |id: &str| unit(&report, id)["started_at"].as_i64().unwrap();
    for pair in ["fence-db", "wal-drain", "promote", "ap1", "web", "lb", "verify", "announce"].windows(2) {
        assert!(ready(pair[0]) <= started(pair[1]), "{pair:?}");
    }
    assert!(!ground.can(&["start-db", "main"]), "the old primary is fenced");
    assert_eq!(state.done(&["verify", "latest"]).code(), 0);
}

#[test]
fn an_engine_killed_in_the_middle_of_the_failover_is_followed_by_one_that_starts_nothing_twice() {
    let (ground, state) = (Ground::start(), State::new());
    let disaster = disaster(&ground);
    let run = declared(&state, &ground, disaster.at);
    until(|| state.latest().filter(|run| run["done"].as_u64() >= Some(3)));
    run.signal(Signal::SIGKILL);
    drop(run);
    let outcome = state.done(&["resume", "latest", "--format", "json"]).json_with(0);
    assert_eq!(outcome["status"], "completed");
    let report = report(&state);
    let acts = |attempt: &&Value| attempt["purpose"] == "act" && attempt["phase"] == "run";
    let attempts = report["attempts"].as_array().unwrap().iter().filter(acts);
    let mut seen = BTreeSet::new();
    for attempt in attempts {
        assert!(seen.insert((attempt["unit"].to_string(), attempt["step"].to_string())), "twice: {attempt}");
    }
    let basis = &report["basis"];
    let booked: i64 = basis["accounts"].as_object().unwrap().values().map(|ms| ms.as_i64().unwrap()).sum();
    assert_eq!(booked, basis["wall_ms"].as_i64().unwrap(), "every millisecond is booked");
}

#[test]
fn the_way_back_to_the_main_centre_loses_no_row() {
    let (ground, state) = (Ground::start(), State::new());
    let disaster = disaster(&ground);
    let run = declared(&state, &ground, disaster.at);
    assert_eq!(run.wait().json_with(0)["status"], "completed");

    let there = customer(&ground, 1_000_000);
    there.more(20);
    ground.inventory(INVENTORY);
    let file = ground.runbook(FAILBACK);
    let run = state.beside(&["run", &file, "--mode", "drill", "--format", "json"]);
    approved(&state, "g-plan", ["business-owner", "commander"]);
    let outcome = run.wait().json_with(0);
    assert_eq!(outcome["status"], "completed");
    there.more(20);
    let kept = there.stop();

    let rows: BTreeSet<u64> = ground.numbers("main").into_iter().collect();
    let missing: Vec<u64> = kept.iter().map(|kept| kept.n).filter(|n| !rows.contains(n)).collect();
    assert_eq!(missing, Vec::<u64>::new(), "the planned way loses nothing");
    until(|| ground.can(&["compare"]).then_some(()));
    until(|| ground.can(&["in-step", "main"]).then_some(()));
    assert_eq!(state.done(&["verify", "latest"]).code(), 0);
}
