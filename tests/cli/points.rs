//! How much data was lost, as the report tells it: from what steps read, and never from a guess.

use serde_json::{Value, json};

use harness::state::State;

/// The event lies at 03:00:00; what was recovered was committed before that, or after it.
const READ: &str = r#"
runbook: points
objectives: {rto: 10m, rpo: 1m, clock: event}
services:
  core: {rpo: 30s, needs: [drain], recovery_points: [drain.core]}
  both: {rpo: 30s, needs: [drain], recovery_points: [drain.core, drain.files]}
  later: {rpo: 0s, needs: [drain], recovery_points: [drain.later]}
  free: {needs: [drain], recovery_points: [drain.core]}
  bare: {rpo: 5m, needs: [drain]}
  vague: {rpo: 5m, needs: [drain], recovery_points: [drain.vague]}
  mute: {rpo: 5m, needs: [drain], recovery_points: [drain.mute]}
units:
  drain:
    timeout: 5s
    run:
      - {command: [echo, "2026-11-21 02:59:30.000+09"], outputs: {core: stdout}}
      - {command: [echo, "2026-11-20T17:58:59.999Z"], outputs: {files: stdout}}
      - {command: [echo, "2026-11-21T03:00:07+09:00"], outputs: {later: stdout}}
      - {command: [echo, "2026-11-21 02:59:30"], outputs: {vague: stdout, mute: {regex: nothing}}}
"#;

fn points(state: &State, mode: &str) -> Vec<Value> {
    let file = state.runbook(READ);
    let event = ["--event-at", "2026-11-21T03:00:00+09:00"];
    let done = state.done(&["run", &file, "--mode", mode, event[0], event[1], "--format", "json"]);
    assert!([0, 3].contains(&done.code()), "{}", done.err());
    let report: Value = serde_json::from_str(&state.done(&["report", "latest", "--format", "json"]).out()).unwrap();
    let told = report["limits"].as_array().unwrap().contains(&json!("recovery_point"));
    assert!(told, "what was not measured is told");
    let row =
        |point: &Value| json!([point["service"], point["rpa_ms"], point["skew_ms"], point["verdict"], point["why"]]);
    report["recovery_points"].as_array().unwrap().iter().map(row).collect()
}

#[test]
fn what_was_lost_is_reckoned_to_the_millisecond_from_what_was_read() {
    let wanted = [
        json!([null, null, null, "not_measured", "no_instant"]),
        json!(["core", 30_000, null, "met", null]),
        json!(["both", 60_001, 30_001, "exceeded", null]),
        json!(["later", 0, null, "met", null]),
        json!(["free", 30_000, null, "not_measured", "no_objective"]),
        json!(["bare", null, null, "not_measured", "no_source"]),
        json!(["vague", null, null, "not_measured", "no_instant"]),
        json!(["mute", null, null, "not_measured", "not_read"]),
    ];
    assert_eq!(points(&State::new(), "drill"), wanted);
}

#[test]
fn a_rehearsal_reads_nothing() {
    let read = points(&State::new(), "mock").iter().filter(|row| !row[1].is_null()).count();
    assert_eq!(read, 0);
}
