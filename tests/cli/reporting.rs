//! `relight report` and `relight verify`.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use harness::state::State;

fn with_a_run() -> State {
    let state = State::new();
    let file = state
        .runbook("runbook: r\ntitle: {ko: 기동 훈련, en: The drill}\nunits: {a: {target: 1m, run: [{command: x}]}}\n");
    assert_eq!(state.done(&["run", &file, "--mode", "mock"]).code(), 0);
    state
}

#[test]
fn reports_come_in_three_forms_and_two_languages() {
    let state = with_a_run();
    let html = state.done(&["report", "latest", "--format", "html"]).out();
    assert!(html.contains("<html lang=\"ko\"") && html.contains("기동 훈련"), "{html}");
    assert!(state.done(&["report", "latest", "--format", "md", "--lang", "en"]).out().contains("The drill"));
    let json: serde_json::Value =
        serde_json::from_str(&state.done(&["report", "latest", "--format", "json"]).out()).unwrap();
    assert!(json.is_object());
    let written = state.done(&["report", "latest", "--format", "html", "-o", "report.html"]);
    assert_eq!((written.code(), written.out()), (0, String::new()));
    assert_eq!(std::fs::read_to_string(state.path("report.html")).unwrap().len(), html.len());
}

#[test]
fn reports_come_as_files_for_print_and_for_spreadsheets() {
    let state = with_a_run();
    for (format, head) in [("pdf", "%PDF-"), ("xlsx", "PK"), ("csv", "PK")] {
        let name = state.path(&format!("report.{format}")).display().to_string();
        let done = state.done(&["report", "latest", "--format", format, "-o", &name]);
        assert_eq!((done.code(), done.out()), (0, String::new()), "{}", done.err());
        assert!(std::fs::read(&name).unwrap().starts_with(head.as_bytes()), "{format}");
    }
    let table = state.done(&["report", "latest", "--format", "csv", "--table", "units-1", "--lang", "en"]).out();
    assert!(table.starts_with("\u{feff}Unit,State,"), "{table}");
    let unknown = state.done(&["report", "latest", "--format", "csv", "--table", "unit"]);
    assert!(unknown.code() == 2 && unknown.err().contains("units-1"), "{}", unknown.err());
    let odd = state.done(&["report", "latest", "--format", "md", "--table", "units-1"]);
    assert!(odd.code() == 2 && odd.err().contains("--format csv"), "{}", odd.err());
}

#[tokio::test]
async fn a_changed_row_is_named() {
    let state = with_a_run();
    let sound = state.done(&["verify", "latest", "--format", "json"]).json_with(0);
    assert_eq!(sound["intact"], true);

    let database = SqliteConnectOptions::new().filename(state.folder().join("relight.db"));
    let mut connection = database.connect().await.unwrap();
    let changed = sqlx::query("UPDATE journal SET event = replace(event, 'tester', 'nobody') WHERE seq = 1");
    assert_eq!(changed.execute(&mut connection).await.unwrap().rows_affected(), 1);
    connection.close().await.unwrap();

    let broken = state.done(&["verify", "latest", "--format", "json"]).json_with(1);
    assert_eq!(broken["intact"], false);
    assert!(broken["fault"].as_str().unwrap().starts_with("row 1 "), "{broken}");
    assert_eq!(state.done(&["report", "latest", "--format", "md"]).code(), 1);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let state = with_a_run();
    let mut command = state.beside(&["report", "latest", "--format", "html"]);
    drop(command.child().stdout.take());
    let done = command.wait();
    assert_eq!((done.code(), done.err()), (0, String::new()));
}
