//! The audit log at the command line.

use harness::state::State;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

const GATED: &str = "
runbook: gated
units:
  go: {gate: {question: Go?, approvers: [commander], exclude: [requester], timeout: 10m}}
";

fn execute(state: &State, sql: &'static str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let path = state.folder().join("relight.db");
        let mut connection = SqliteConnectOptions::new().filename(path).connect().await.unwrap();
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
}

#[test]
fn every_verb_at_the_command_line_is_in_the_log_and_the_log_is_proved() {
    let state = State::new();
    let file = state.runbook(GATED);
    let run = state.beside(&["run", &file, "--mode", "mock", "--format", "json"]);
    let id = state.until_status("waiting")["run"].as_str().unwrap().to_owned();
    state.done(&["approve", "latest", "go"]);
    state.done(&["abort", "latest", "--reason", "훈련 끝"]);
    run.wait();
    let listed = state.done(&["audit", "list", "--format", "json"]);
    let acts: Vec<(String, String)> = listed
        .out()
        .lines()
        .map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let deed: serde_json::Value = serde_json::from_str(row["entry"].as_str().unwrap()).unwrap();
            assert_eq!((&deed["origin"], &deed["object"]), (&"host".into(), &format!("run/{id}").into()));
            (deed["act"].as_str().unwrap().to_owned(), deed["outcome"]["outcome"].as_str().unwrap().to_owned())
        })
        .collect();
    let wanted = [("run.declare", "done"), ("gate.vote", "asked"), ("gate.vote", "refused"), ("run.abort", "asked")];
    assert_eq!(acts, wanted.map(|(act, outcome)| (act.to_owned(), outcome.to_owned())));

    let proof = state.done(&["audit", "verify", "--format", "json"]).json();
    assert_eq!((&proof["intact"], &proof["rows"]), (&true.into(), &4.into()));
    let head = proof["head"].as_str().unwrap().to_owned();
    assert_eq!(state.done(&["audit", "verify", "--head", &head]).code(), 0);

    execute(&state, "DELETE FROM deed WHERE seq = 4");
    assert_eq!(state.done(&["audit", "verify"]).code(), 0, "the end of the log is not proved by the log");
    let cut = state.done(&["audit", "verify", "--head", &head]);
    assert_eq!(cut.code(), 1);
    assert!(cut.out().contains("cut off"), "{}", cut.out());

    execute(&state, "UPDATE deed SET entry = replace(entry, 'gate.vote', 'gate.look') WHERE seq = 2");
    let broken = state.done(&["audit", "verify"]);
    assert_eq!(broken.code(), 1);
    assert!(broken.out().contains("row 2"), "{}", broken.out());
    assert_eq!(state.done(&["audit", "list", "--by", "nobody"]).out(), "");
}
