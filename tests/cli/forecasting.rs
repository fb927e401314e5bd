//! What is to be expected of a run, from targets and from what came before.

use harness::state::State;

const CHAIN: &str = "
runbook: chain
objectives: {rto: 10m, clock: declare}
concurrency: 1
services:
  board: {rto: 4m, needs: [b]}
units:
  a: {target: 3m, timeout: 5s, run: [{command: [sleep, '0.1']}]}
  b: {target: 3m, timeout: 5s, run: [{command: [sleep, '0.1']}]}
  c: {needs: [a, b], target: 5m, timeout: 5s, run: [{command: [sleep, '0.1']}]}
";

#[test]
fn without_a_past_the_targets_are_played_once_under_the_limits() {
    let state = State::new();
    let file = state.runbook(CHAIN);
    let told = state.done(&["forecast", &file, "--format", "json"]).json_with(0);
    assert_eq!((told["past_runs"].as_u64(), told["trials"].as_u64()), (Some(0), Some(1)));
    assert_eq!((told["p50_ms"].as_u64(), told["chance"].as_u64()), (Some(660_000), Some(0)), "{told}");
    let wider = state.done(&["forecast", &file, "--concurrency", "2", "--format", "json"]).json_with(0);
    assert_eq!((wider["p50_ms"].as_u64(), wider["chance"].as_u64()), (Some(480_000), Some(1_000)), "{wider}");
    assert_eq!(wider["services"][0]["chance"], 1_000);
    let late =
        state.done(&["forecast", &file, "--take", "a=1m", "--take", "c=2m", "--before", "4m30s", "--format", "json"]);
    let late = late.json_with(0);
    assert_eq!((late["p50_ms"].as_u64(), late["chance"].as_u64()), (Some(630_000), Some(0)), "{late}");
    let unknown = state.done(&["forecast", &file, "--take", "z=1m"]);
    assert_eq!(unknown.code(), 2);
    assert!(unknown.err().contains("no unit z"), "{}", unknown.err());
}

#[test]
fn after_three_runs_their_past_tells_and_forecasts_are_held_against_what_came() {
    let state = State::new();
    let file = state.runbook(CHAIN);
    for _ in 0..4 {
        state.done(&["run", &file, "--mode", "drill", "--format", "json"]).json_with(0);
    }
    state.done(&["run", &file, "--mode", "mock", "--format", "json"]).json_with(0);
    let told = state.done(&["forecast", &file, "--format", "json"]).json_with(0);
    assert_eq!((told["past_runs"].as_u64(), told["units_known"].as_u64()), (Some(4), Some(3)), "mock runs are no past");
    // A unit that waits for its place counts from the moment it could have begun.
    let p50 = told["p50_ms"].as_u64().unwrap();
    assert!((300..60_000).contains(&p50), "{told}");
    assert_eq!(told["chance"], 1_000);
    let hindsight = told["hindsight"].as_array().unwrap();
    assert_eq!(hindsight.len(), 3, "the first run had nothing before it");
    for seen in hindsight {
        assert_eq!(seen["same_plan"], true);
        let (rta, p50) = (seen["rta_ms"].as_i64().unwrap(), seen["p50_ms"].as_i64().unwrap());
        assert_eq!(seen["error_ms"].as_i64(), Some(rta - p50));
    }
    let text = state.done(&["forecast", &file, "--lang", "ko"]);
    assert!(text.out().contains("과거 실행 4회"), "{}", text.out());
}
