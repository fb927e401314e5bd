//! What steps say reaches the conditions and commands of later units, and never as a secret.

use serde_json::{Value, json};

use harness::state::State;

const SPOKEN: &str = r#"
runbook: spoken
inputs: {pw: {type: secret}}
units:
  look-up:
    timeout: 5s
    run:
      - command: 'echo "lag=7 of $PW"; echo "lag=99" >&2; exit 3'
        exit: [0, 3]
        env: {PW: {input: pw}}
        outputs: {lag: {regex: "lag=(\\d+)"}, all: stdout, code: exit, none: {regex: "no such"}}
      - {command: [printf, '{"version": {"major": 15}}'], outputs: {major: {json: "$.version.major"}}}
  small:
    needs: [look-up]
    when: outputs["look-up"].lag | int < 10 and outputs["look-up"].major == "15"
    timeout: 5s
    run:
      - command: 'echo "$RELIGHT_OUTPUT_LOOK_UP_LAG|$ALL|$RELIGHT_OUTPUT_LOOK_UP_CODE|${RELIGHT_OUTPUT_LOOK_UP_NONE-nothing}"'
        env: {ALL: {output: look-up.all}}
        outputs: {heard: stdout}
  large: {needs: [look-up], when: 'outputs["look-up"].lag | int >= 10', timeout: 5s, run: [{command: "false"}]}
  silent: {needs: [look-up], when: 'outputs["look-up"].none is not defined', timeout: 5s, run: [{command: [echo, quiet]}]}
"#;

fn report(state: &State) -> Value {
    serde_json::from_str(&state.done(&["report", "latest", "--format", "json"]).out()).unwrap()
}

fn said(report: &Value, unit: &str) -> Vec<Value> {
    let attempts = report["attempts"].as_array().unwrap().iter().filter(|attempt| attempt["unit"] == unit);
    attempts.map(|attempt| attempt["outputs"].clone()).collect()
}

#[test]
fn values_reach_conditions_and_commands_with_all_secrets_hidden() {
    let state = State::new();
    let file = state.runbook(SPOKEN);
    std::fs::write(state.path("pw"), "hunter2").unwrap();
    let secret = format!("pw=file:{}", state.path("pw").display());
    let done = state.done(&["run", &file, "--mode", "drill", "--secret", &secret, "--format", "json"]);
    let outcome = done.json_with(0);
    let states: Vec<(&str, &str)> = outcome["units"]
        .as_array()
        .unwrap()
        .iter()
        .map(|unit| (unit["id"].as_str().or(unit["unit"].as_str()).unwrap(), unit["state"].as_str().unwrap()))
        .collect();
    let wanted = [("look-up", "ready"), ("small", "ready"), ("large", "not_selected"), ("silent", "ready")];
    assert_eq!(states, wanted, "{}", done.err());
    let report = report(&state);
    assert_eq!(
        said(&report, "look-up"),
        [json!({"all": "lag=7 of ***", "code": "3", "lag": "7"}), json!({"major": "15"})]
    );
    assert_eq!(said(&report, "small"), [json!({"heard": "7|lag=7 of ***|3|nothing"})]);
    assert!(!report.to_string().contains("hunter2"));
    let summary = &report["attempts"][0]["summary"]["en"];
    assert_eq!(summary, "exit 3, no value for none");
}

#[test]
fn a_value_that_nobody_said_is_asked_of_a_person() {
    let state = State::new();
    let file = state.runbook(
        r#"
runbook: unsaid
units:
  a: {timeout: 5s, run: [{command: [echo, ok], outputs: {lag: {regex: "lag=(.*)"}}}]}
  b: {needs: [a], when: outputs.a.lag | int < 10, timeout: 5s, run: [{command: [echo, b]}]}
  c: {needs: [a], timeout: 5s, run: [{command: [echo, c], env: {LAG: {output: a.lag}}}]}
"#,
    );
    let done = state.done(&["run", &file, "--mode", "drill"]);
    assert_eq!(done.code(), 1, "{}", done.err());
    assert!(done.err().contains("`outputs.a.lag` has no value in this run"), "{}", done.err());
    assert!(done.err().contains("a did not say lag in this run"), "{}", done.err());
    // Nobody carries the run: what is asked is kept until somebody does.
    state.done(&["choose", "latest", "b", "holds", "--reason", "the lag was read by hand"]);
    state.done(&["skip", "latest", "c", "--reason", "not needed"]);
    let outcome = state.done(&["resume", "latest", "--format", "json"]).json_with(0);
    assert_eq!(outcome["status"], "completed");
    let report = report(&state);
    let choice = report["choices"].as_array().unwrap().last().unwrap();
    assert_eq!((&choice["unit"], &choice["reason"]), (&json!("b"), &json!("the lag was read by hand")));
}

#[test]
fn a_mock_run_says_what_the_runbook_lets_it_say() {
    let state = State::new();
    let file = state.runbook(
        r#"
runbook: played
units:
  a: {mock: {takes: 1m, outputs: {lag: "12"}}, timeout: 5s, run: [{command: [nowhere], outputs: {lag: stdout}}]}
  b: {needs: [a], when: outputs.a.lag | int < 10, timeout: 5s, run: [{command: [nowhere]}]}
"#,
    );
    let outcome = state.done(&["run", &file, "--mode", "mock", "--format", "json"]).json_with(0);
    assert_eq!(outcome["units"][1]["state"], "not_selected");
}
