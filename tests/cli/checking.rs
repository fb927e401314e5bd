//! `relight check`, `relight plan`, `relight schema`, `relight doctor`.

use harness::state::State;

const GOOD: &str =
    "runbook: r\nunits: {a: {target: 1m, run: [{command: x, timeout: 5s}], post: [{tcp: 'db:1', timeout: 5s}]}}\n";
const BROKEN: &str =
    "runbook: r\nunits:\n  a: {needs: [b], run: [{command: x}]}\n  b: {needs: [a], rum: [{command: x}]}\n";

#[test]
fn warnings_pass_and_errors_do_not() {
    let state = State::new();
    let good = state.runbook(GOOD);
    assert_eq!(state.done(&["check", &good]).code(), 0);
    std::fs::write(state.path("bare.yaml"), "runbook: r\nunits: {a: {run: [{command: x}]}}\n").unwrap();
    let warned = state.done(&["check", "bare.yaml", "--format", "json"]).json_with(0);
    assert_eq!(warned["errors"], 0);
    assert!(warned["warnings"].as_u64().unwrap() > 0, "{warned}");
    let found = state.relight(&["check", "-", "--format", "json"]).write_stdin(BROKEN).output().unwrap();
    assert_eq!(found.status.code(), Some(1));
}

#[test]
fn findings_name_file_line_and_column_in_both_languages() {
    let state = State::new();
    std::fs::create_dir(state.path("books")).unwrap();
    std::fs::write(state.path("books/broken.yaml"), BROKEN).unwrap();
    std::fs::write(state.path("books/good.yaml"), GOOD).unwrap();
    let english = state.done(&["check", "books"]);
    assert_eq!(english.code(), 1);
    assert!(english.out().contains("books/broken.yaml:4:"), "{}", english.out());
    assert!(english.err().contains("2 runbooks checked"), "{}", english.err());
    let korean = state.done(&["check", "books", "--lang", "ko"]);
    assert!(korean.out().contains("오류"), "{}", korean.out());
    let files = state.done(&["check", "books", "--format", "json"]).json_with(1)["files"].clone();
    assert_eq!(files.as_array().map(Vec::len), Some(2));
    assert_eq!(state.done(&["check", "nowhere"]).code(), 2);
}

#[test]
fn a_runbook_with_the_id_of_another_file_is_an_error_in_the_later_one() {
    let state = State::new();
    std::fs::create_dir(state.path("books")).unwrap();
    std::fs::write(state.path("books/first.yaml"), GOOD).unwrap();
    std::fs::write(state.path("books/second.yaml"), GOOD).unwrap();
    let found = state.done(&["check", "books"]);
    assert_eq!(found.code(), 1);
    assert!(found.out().contains("error[E21]: the id `r` is already that of books/first.yaml"), "{}", found.out());
    assert!(found.out().contains("books/second.yaml:1:10"), "{}", found.out());
    let twice = state.done(&["check", "books/first.yaml", "books/first.yaml"]);
    assert_eq!(twice.code(), 0, "a file is not its own namesake: {}", twice.out());
}

#[test]
fn the_schema_is_a_json_schema() {
    let state = State::new();
    let schema: serde_json::Value = serde_json::from_str(&state.done(&["schema"]).out()).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
}

#[test]
fn the_doctor_passes_a_sound_state_and_names_what_is_sick() {
    let state = State::new();
    let good = state.runbook(GOOD);
    let sound = state.done(&["doctor", "--runbooks", &good]);
    assert_eq!(sound.code(), 0, "{}", sound.out());
    for check in ["state folder", "disk space", "keeper", "database", "clock", "runbooks"] {
        assert!(sound.out().contains(check), "{check}: {}", sound.out());
    }
    std::fs::write(state.path("file"), "").unwrap();
    let sick = state.done(&["doctor", "--state", "file"]);
    assert_eq!(sick.code(), 1);
    assert!(sick.out().contains("FAIL  state folder"), "{}", sick.out());
}

#[test]
fn components_are_listed_with_the_runbooks_that_use_them() {
    let state = State::new();
    std::fs::create_dir_all(state.path("books/components")).unwrap();
    let write = |path: &str, text: &str| std::fs::write(state.path(path), text).unwrap();
    let params = "params: {who: {type: text, required: true, title: {ko: 대상, en: Whom}}}";
    let greet = format!(
        "component: greet\nversion: 4\ntitle: {{ko: 인사, en: Greet}}\n{params}\nrun: [{{manual: 'Greet {{{{ who }}}}'}}]\n"
    );
    write("books/components/greet.yaml", &greet);
    write("books/day.yaml", "runbook: day\nunits: {a: {run: [{uses: greet, with: {who: Kim}}, {uses: mark.event}]}}\n");
    let all = state.done(&["components", "--library", "books", "--format", "json"]).json_with(0);
    let of = |id: &str| {
        let components = all["components"].as_array().unwrap();
        components.iter().find(|component| component["id"] == id).unwrap().clone()
    };
    let used = serde_json::json!([{ "runbook": "day", "file": "day.yaml" }]);
    assert_eq!((of("greet")["used_by"].clone(), of("mark.event")["used_by"].clone()), (used.clone(), used));
    assert_eq!((of("greet")["version"].clone(), of("greet")["shipped"].clone()), (4.into(), false.into()));
    assert_eq!(of("db.pg.promote")["used_by"], serde_json::json!([]));
    let one = state.done(&["components", "greet", "--library", "books", "--lang", "ko"]);
    for words in ["greet v4  인사", "components/greet.yaml", "who (text, 필수): 대상", "사용: day"] {
        assert!(one.out().contains(words), "{words}: {}", one.out());
    }
    assert_eq!(one.code(), 0);
    assert_eq!(state.done(&["components", "gret", "--library", "books"]).code(), 2);
    write("books/components/broken.yaml", "component: broken\nversion: 1\nrun: [{wait: soon}]\n");
    let broken = state.done(&["components", "--library", "books"]);
    assert_eq!(broken.code(), 1);
    assert!(broken.err().contains("books/components/broken.yaml"), "{}", broken.err());
}

#[test]
fn what_is_derived_passes_the_check_and_shows_the_order_in_reverse() {
    let state = State::new();
    let both = "
runbook: both
units:
  db: {timeout: 5s, start: [{command: start db}], stop: [{command: stop db}], post: [{tcp: 'db:1'}]}
  log: {needs: [db], timeout: 5s, run: [{command: log}]}
  app: {needs: [log], timeout: 5s, start: [{command: start app}], stop: [{command: stop app}], post: [{tcp: 'app:1'}]}
";
    let file = state.runbook(both);
    for what in ["stop", "failback"] {
        let derived = state.done(&["derive", what, &file]);
        assert_eq!(derived.code(), 0, "{}", derived.err());
        assert!(derived.err().contains("no part in it: log"), "{}", derived.err());
        let checked = state.relight(&["check", "-"]).write_stdin(derived.out()).output().unwrap();
        assert_eq!(checked.status.code(), Some(0), "{}", derived.out());
    }
    let plan = state.done(&["plan", "--stop", &file, "--format", "json"]).json_with(0);
    let level = |id: &str| {
        let units = plan["units"].as_array().unwrap().iter();
        units.filter(|unit| unit["id"] == id).map(|unit| unit["level"].as_u64().unwrap()).next()
    };
    assert_eq!((level("app"), level("log"), level("db")), (Some(1), None, Some(2)));
    let none = state.runbook(GOOD);
    let refused = state.done(&["derive", "stop", &none]);
    assert_eq!(refused.code(), 2);
    assert!(refused.err().contains("has `stop`"), "{}", refused.err());
}
