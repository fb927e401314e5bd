//! Inventories and sealed secrets, through the binary.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use harness::state::State;

const SECRET: &str = "Tr0ub4dor-and-3-비밀";
const RUNBOOK: &str = "runbook: r\nunits:\n  a:\n    timeout: 20s\n    run: [{command: 'test \"$PW\" = \"$WANTED\" && echo \"it is $PW\"', \
                       env: {PW: {secret: pg}, WANTED: {input: wanted}}}]\ninputs: {wanted: {type: secret}}\n";
const INVENTORY: &str = "inventory: bank\nsecrets: {pg: {sealed: pg-admin}}\ntargets: {db: {address: 10.0.0.1}}\n";

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

fn seal(state: &State, name: &str, value: &str) {
    state.relight(&["secret", "set", name]).write_stdin(value.to_owned()).assert().code(0);
}

#[test]
fn a_sealed_secret_reaches_its_step_and_stands_in_no_file() {
    let state = State::new();
    let file = state.runbook(RUNBOOK);
    fs::write(state.path("inventory.yaml"), INVENTORY).unwrap();
    seal(&state, "pg-admin", &format!("{SECRET}\n"));
    let run = ["run", &file, "--mode", "drill", "--secret", "wanted=-"];
    let done = state.relight(&run).write_stdin(SECRET).output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(!holds(&done.stdout, SECRET) && !holds(&done.stderr, SECRET));
    let report = state.done(&["report", "latest", "--format", "json"]).out();
    assert!(!report.contains(SECRET), "{report}");
    let mut sealed = 0;
    for folder in [state.folder(), state.folder().join("keeper"), state.folder().join("secrets")] {
        for entry in fs::read_dir(folder).unwrap().flatten().filter(|entry| entry.file_type().unwrap().is_file()) {
            assert!(!holds(&fs::read(entry.path()).unwrap(), SECRET), "{:?}", entry.path());
            sealed += u32::from(entry.path().extension().is_some_and(|ending| ending == "sealed"));
        }
    }
    assert_eq!(sealed, 1);
    let mode = fs::metadata(state.folder().join("secrets/key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn sealed_secrets_are_listed_without_their_values_replaced_and_removed() {
    let state = State::new();
    assert!(state.done(&["secret", "list"]).err().contains("relight secret set"));
    seal(&state, "b", "one");
    seal(&state, "a", "two");
    let replaced = state.relight(&["secret", "set", "b"]).write_stdin("three").output().unwrap();
    assert!(String::from_utf8_lossy(&replaced.stderr).contains("replaced"));
    let listed = state.done(&["secret", "list", "--format", "json"]).json_with(0);
    let names: Vec<&str> = listed.as_array().unwrap().iter().filter_map(|entry| entry["name"].as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    let table = state.done(&["secret", "list"]).out();
    assert!(table.contains("a ") && !table.contains("two") && !table.contains("three"), "{table}");
    assert_eq!(state.done(&["secret", "remove", "a"]).code(), 0);
    assert_eq!(state.done(&["secret", "remove", "a"]).code(), 2);
    assert_eq!(state.relight(&["secret", "set", "c"]).write_stdin("\n").output().unwrap().status.code(), Some(2));
    assert_eq!(state.done(&["secret", "set", "no name"]).code(), 2);
}

#[test]
fn a_missing_secret_fails_the_step_and_says_what_to_do() {
    let state = State::new();
    let file = state.runbook(RUNBOOK);
    fs::write(state.path("inventory.yaml"), INVENTORY).unwrap();
    let run = ["run", &file, "--mode", "drill", "--secret", "wanted=env:WANTED"];
    let mut run = state.relight(&run);
    let child = run.env("WANTED", "x").timeout(std::time::Duration::from_mins(1));
    let done = child.output().unwrap();
    assert_eq!(done.status.code(), Some(1), "{}", String::from_utf8_lossy(&done.stderr));
    let report = state.done(&["report", "latest", "--format", "json"]).out();
    assert!(report.contains("relight secret set pg-admin"), "{report}");
}

#[test]
fn an_inventory_is_found_beside_or_above_the_runbook_or_named() {
    let state = State::new();
    fs::create_dir_all(state.path("bank/db")).unwrap();
    fs::write(state.path("bank/db/one.yaml"), "runbook: r\nunits: {a: {on: db, timeout: 5s, run: [{tcp: ':1'}]}}\n")
        .unwrap();
    fs::write(state.path("bank/inventory.yaml"), INVENTORY).unwrap();
    fs::write(state.path("other.yaml"), INVENTORY.replace("db:", "dbx:")).unwrap();
    let codes = |arguments: &[&str]| {
        let found = state.done(&[&["check", "--format", "json"], arguments].concat());
        let files = found.json()["files"].clone();
        let all = files.as_array().unwrap().iter().flat_map(|file| file["diagnostics"].as_array().unwrap().clone());
        all.map(|fault| fault["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(!codes(&["bank/db/one.yaml"]).contains(&"E33".to_owned()));
    assert!(codes(&["bank/db/one.yaml", "--inventory", "other.yaml"]).contains(&"E33".to_owned()));
    assert_eq!(state.done(&["plan", "bank/db/one.yaml", "--inventory", "nowhere.yaml"]).code(), 2);
    let refused = state.done(&["run", "bank/db/one.yaml", "--mode", "drill"]);
    assert_eq!(refused.code(), 2);
    assert!(refused.err().contains("db may be addressed in real only"), "{}", refused.err());
    fs::write(state.path("bank/inventory.yaml"), INVENTORY.replace("address", "adress")).unwrap();
    let broken = state.done(&["check", "bank/db/one.yaml"]);
    assert_eq!(broken.code(), 1);
    assert!(
        broken.out().contains("inventory.yaml:3:") && broken.err().contains("1 runbook left out"),
        "{}",
        broken.err()
    );
    let plan = state.done(&["plan", "bank/db/one.yaml"]);
    assert_eq!(plan.code(), 2);
    assert!(plan.err().contains("bank/inventory.yaml can not be used"), "{}", plan.err());
}
