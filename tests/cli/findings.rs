//! `relight findings`

use harness::state::State;

/// A drill that is later than its objective.
const RUNBOOK: &str = "runbook: r\ntitle: {ko: 기동 훈련, en: The drill}\nobjectives: {rto: 1s}\nunits:\n  db: {target: 1s, run: [{command: [sleep, \"1.5\"]}]}\n";

#[test]
fn what_a_run_left_is_listed_filtered_and_given_to_programs() {
    let state = State::new();
    let file = state.runbook(RUNBOOK);
    assert_eq!(state.done(&["findings", "--format", "json"]).json_with(0), serde_json::json!([]));
    let run = state.done(&["run", &file, "--mode", "drill"]);
    assert_eq!(run.code(), 3, "{}\n{}", run.out(), run.err());
    // What a run showed is kept when somebody looks at it.
    state.done(&["compare", "latest", "latest"]);
    let all = state.done(&["findings", "--format", "json"]).json_with(0);
    let all = all.as_array().unwrap();
    assert!(!all.is_empty());
    for one in all {
        assert_eq!((&one["runbook"], &one["status"]["status"]), (&"r".into(), &"open".into()), "{one}");
        assert!(one["finding"].is_string() && one["what"]["ko"].is_string() && one["owner"].is_null(), "{one}");
    }
    let count = |filter: &[&str]| {
        let listed = state.done(&[&["findings", "--format", "json"], filter].concat()).json_with(0);
        listed.as_array().unwrap().len()
    };
    assert_eq!(count(&["--owner", "-"]), all.len());
    assert_eq!([count(&["--owner", "kim"]), count(&["--status", "closed"]), count(&["--runbook", "other"])], [0, 0, 0]);
    let severities = ["critical", "high", "medium", "low"];
    assert_eq!(severities.iter().map(|word| count(&["--severity", word])).sum::<usize>(), all.len());
    let text = state.done(&["findings", "--lang", "en"]);
    assert!(text.out().starts_with("FINDING") && text.out().contains("  r "), "{}", text.out());
    let none = state.done(&["findings", "--overdue"]);
    assert_eq!((none.code(), none.out().as_str()), (0, ""), "nothing is data, and the note is talk: {}", none.err());
    assert_eq!(state.done(&["findings", "--status", "burnt"]).code(), 2);
}
