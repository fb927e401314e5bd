//! Rows that were cut off: found with an anchor, and said to be beyond finding without one.

use std::fs;

use harness::state::{State, until, until_file};
use nix::sys::signal::Signal;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use super::packs::{pack, sealed};

/// What somebody with the database and some patience does: the last row goes, and all that counts rows with it.
async fn cut_last_row(state: &State) {
    let database = SqliteConnectOptions::new().filename(state.folder().join("relight.db"));
    let mut connection = database.connect().await.unwrap();
    for statement in [
        "DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)",
        "UPDATE run SET seq = (SELECT max(seq) FROM journal), head = (SELECT hash FROM journal ORDER BY seq DESC LIMIT 1)",
    ] {
        assert_eq!(sqlx::query(statement).execute(&mut connection).await.unwrap().rows_affected(), 1);
    }
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_last_row_that_was_removed_is_found_with_an_anchor_and_beyond_finding_without() {
    let (state, whole) = sealed(&["--data-only"]);
    let whole = whole.display().to_string();
    let anchored = state.done(&["anchor", "latest", "--to", "anchors"]);
    assert_eq!((anchored.code(), anchored.out().lines().count()), (0, 2), "{}", anchored.out());
    let good = state.done(&["verify", &whole, "--anchor", "anchors"]);
    assert_eq!(good.code(), 0);
    assert!(!good.err().contains("cut off"), "{}", good.err());
    assert_eq!(state.done(&["verify", "latest", "--anchor", "anchors"]).code(), 0);

    cut_last_row(&state).await;
    let cut = pack(&state, "cut.zip", &["--data-only"]).display().to_string();
    let blind = state.done(&["verify", &cut]);
    assert_eq!(blind.code(), 0, "{}", blind.out());
    assert!(blind.err().contains("no anchor was given, so nobody can tell whether rows"), "{}", blind.err());
    let seen = state.done(&["verify", &cut, "--anchor", "anchors", "--format", "json"]).json_with(1);
    assert!(seen["faults"][0]["message"].as_str().unwrap().contains("cut off the journal's end"), "{seen}");
    assert_eq!((&seen["faults"][0]["entry"], &seen["faults"][0]["row"]), (&"journal.jsonl".into(), &seen["rows"]));
    let in_place = state.done(&["verify", "latest", "--anchor", "anchors", "--format", "json"]).json_with(1);
    assert!(in_place["fault"].as_str().unwrap().contains("cut off"), "{in_place}");
}

#[test]
fn an_anchor_is_good_out_of_a_mail_and_one_of_another_run_proves_nothing() {
    let (state, pack) = sealed(&["--data-only"]);
    let pack = pack.display().to_string();
    let lines = state.done(&["anchor", "latest", "--to", "anchors"]).out();
    let mail =
        format!("From: relight@example.test\r\n\r\n훈련이 끝났습니다.\r\n> {}\r\n", lines.lines().next().unwrap());
    fs::write(state.path("mail.eml"), mail).unwrap();
    assert_eq!(state.done(&["verify", &pack, "--anchor", "mail.eml"]).code(), 0);
    let other = State::new();
    let file = other.runbook("runbook: r\nunits: {a: {run: [{command: x}]}}\n");
    assert_eq!(other.done(&["run", &file, "--mode", "mock"]).code(), 0);
    assert_eq!(other.done(&["anchor", "latest", "--to", "anchors"]).code(), 0);
    let foreign = other.path("anchors").display().to_string();
    assert_eq!(state.done(&["verify", &pack, "--anchor", &foreign]).code(), 1);
    for (name, text) in [("empty", "nothing here\n"), ("cut", "relight-anchor 1 run 01\n")] {
        fs::write(state.path(name), text).unwrap();
        assert_eq!(state.done(&["verify", &pack, "--anchor", name]).code(), 2, "{name}");
    }
}

#[tokio::test]
async fn the_end_of_the_audit_log_is_anchored_too() {
    let (state, _) = sealed(&["--data-only"]);
    assert_eq!(state.done(&["anchor", "latest", "--to", "anchors"]).code(), 0);
    assert_eq!(state.done(&["audit", "verify", "--anchor", "anchors"]).code(), 0);
    assert_eq!(state.done(&["key", "new"]).code(), 0);
    assert_eq!(state.done(&["audit", "verify", "--anchor", "anchors"]).code(), 0, "it has grown since");
    let database = SqliteConnectOptions::new().filename(state.folder().join("relight.db"));
    let mut connection = database.connect().await.unwrap();
    sqlx::query("DELETE FROM deed WHERE seq > 1").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    assert_eq!(state.done(&["audit", "verify"]).code(), 0, "by itself a shorter log is in order");
    assert_eq!(state.done(&["audit", "verify", "--anchor", "anchors"]).code(), 1);
}

#[tokio::test]
async fn serve_anchors_each_run_that_is_over_and_its_file_shows_that_a_last_row_was_removed() {
    let state = State::new();
    let file = state.runbook("runbook: r\nunits: {a: {run: [{command: x}]}}\n");
    fs::create_dir(state.path("books")).unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--runbooks", "books", "--anchors", "kept"];
    let serve = state.beside(&serve);
    until_file(&state.path("kept"));
    assert_eq!(state.done(&["run", &file, "--mode", "mock"]).code(), 0);
    let lines = |least: usize| {
        until(|| Some(fs::read_to_string(state.path("kept")).unwrap()).filter(|text| text.lines().count() >= least))
    };
    assert!(lines(2).starts_with("relight-anchor 1 run "));
    // What is said of a run that is over is anchored as well.
    let mark = ["mark", "latest", "event", "--at", "2026-01-01T00:00:00Z", "--reason", "늦게 알았다"];
    assert_eq!(state.done(&mark).code(), 0);
    lines(4);
    serve.signal(Signal::SIGTERM);
    serve.wait();
    assert_eq!(state.done(&["verify", "latest", "--anchor", "kept"]).code(), 0);
    cut_last_row(&state).await;
    assert_eq!(state.done(&["verify", "latest"]).code(), 0, "by itself a shorter journal is in order");
    let seen = state.done(&["verify", "latest", "--anchor", "kept", "--format", "json"]).json_with(1);
    assert!(seen["fault"].as_str().unwrap().contains("cut off"), "{seen}");
}
