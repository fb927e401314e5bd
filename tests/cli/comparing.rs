//! `relight compare`

use harness::state::State;

fn runbook(state: &State, b: &str) -> String {
    let unit = |name: &str, line: &str| format!("  {name}: {{target: 1m, run: [{{command: {line}}}]}}\n");
    state.runbook(&format!("runbook: r\ntitle: {{ko: 기동 훈련, en: The drill}}\nunits:\n{}{b}", unit("a", "x")))
}

fn ran(state: &State, file: &str) -> String {
    assert_eq!(state.done(&["run", file, "--mode", "mock"]).code(), 0);
    state.latest().unwrap()["run"].as_str().unwrap().to_owned()
}

#[test]
fn two_runs_are_put_beside_each_other_and_what_was_changed_is_said() {
    let state = State::new();
    let then = ran(&state, &runbook(&state, "  b: {target: 1m, run: [{command: y}]}\n"));
    let again = ran(&state, &runbook(&state, "  b: {target: 1m, run: [{command: y}]}\n"));
    let now = ran(&state, &runbook(&state, "  b: {target: 2m, run: [{command: y}]}\n  c: {run: [{command: z}]}\n"));
    let same = state.done(&["compare", &then, &again, "--format", "json"]).json_with(0);
    assert_eq!((&same["same_plan"], &same["simulated"]), (&true.into(), &true.into()));
    let found = state.done(&["compare", &then, "latest", "--format", "json"]).json_with(0);
    assert_eq!(found["same_plan"], false);
    let change = |unit: &str| {
        let units = found["units"].as_array().unwrap();
        units.iter().find(|one| one["unit"] == unit).unwrap()["change"].as_str().unwrap().to_owned()
    };
    assert_eq!([change("a"), change("b"), change("c")], ["same", "changed", "added"]);
    let text = state.done(&["compare", &then, &now, "--lang", "en"]).out();
    assert!(text.contains("changed plan") && text.contains("a mock run is among them"), "{text}");
    let text = state.done(&["compare", &then, &now]).out();
    assert!(text.contains("기동 훈련") && text.contains("추가"), "{text}");
}

#[test]
fn runs_of_two_runbooks_are_not_compared() {
    let state = State::new();
    let one = ran(&state, &runbook(&state, ""));
    let other = ran(&state, &state.runbook("runbook: other\nunits: {a: {run: [{command: x}]}}\n"));
    let done = state.done(&["compare", &one, &other]);
    assert_eq!(done.code(), 1);
    assert!(done.err().contains("two runs of one runbook"), "{}", done.err());
    assert_eq!(state.done(&["compare", &one, "none"]).code(), 2);
}
