//! A pack of a real run, from the binary to an auditor without it.

#![expect(clippy::disallowed_methods, reason = "the programs of others that a pack is held against")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use harness::state::State;

/// A drill that really runs commands, with one that says something.
const RUNBOOK: &str = "runbook: r\ntitle: {ko: 기동 훈련, en: The drill}\nobjectives: {rto: 5m}\nunits:\n  a:\n    target: 1m\n    \
                       run: [{command: 'echo 출력 하나'}]\n  b: {needs: [a], target: 1m, run: [{command: 'printf two'}]}\n";

/// A state with a key and a finished run, and its pack.
pub(crate) fn sealed(arguments: &[&str]) -> (State, PathBuf) {
    let state = State::new();
    let file = state.runbook(RUNBOOK);
    assert_eq!(state.done(&["run", &file, "--mode", "drill"]).code(), 0);
    assert_eq!(state.done(&["key", "new"]).code(), 0);
    let pack = pack(&state, "run.relight.zip", arguments);
    (state, pack)
}

/// As [`sealed`], of the smallest run there can be.
pub(crate) fn smallest() -> (State, PathBuf) {
    let state = State::new();
    let file = state.runbook("runbook: r\nunits: {a: {run: [{command: x}]}}\n");
    assert_eq!(state.done(&["run", &file, "--mode", "mock"]).code(), 0);
    assert_eq!(state.done(&["key", "new"]).code(), 0);
    let pack = pack(&state, "run.relight.zip", &["--data-only"]);
    (state, pack)
}

/// Seals the newest run.
pub(crate) fn pack(state: &State, name: &str, arguments: &[&str]) -> PathBuf {
    let file = state.path(name);
    let text = file.display().to_string();
    let done = state.done(&[&["seal", "latest", "-o", &text], arguments].concat());
    assert_eq!(done.code(), 0, "{}", done.err());
    file
}

fn unpacked(pack: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let done = Command::new("unzip").arg("-q").arg(pack).arg("-d").arg(folder.path()).output().unwrap();
    assert!(done.status.success(), "{done:?}");
    folder
}

#[test]
fn a_pack_is_proven_elsewhere_with_the_file_and_the_public_key_alone() {
    let (state, file) = sealed(&["--data-only"]);
    fs::write(state.path("public.pem"), state.done(&["key", "show"]).out()).unwrap();
    // Another machine: no state, no database.
    let elsewhere = State::new();
    let (file, key) = (file.display().to_string(), state.path("public.pem").display().to_string());
    let proven = elsewhere.done(&["verify", &file, "--key", &key, "--format", "json"]).json_with(0);
    assert_eq!((&proven["intact"], &proven["key_given"]), (&true.into(), &true.into()));
    assert_eq!(proven["run"], state.latest().unwrap()["run"]);
    assert!(!elsewhere.folder().exists(), "nothing is opened or made");
    let listed = state.done(&["key", "list", "--format", "json"]).json();
    for given in [&listed[0]["fingerprint"], &listed[0]["public"]] {
        assert_eq!(elsewhere.done(&["verify", &file, "--key", given.as_str().unwrap()]).code(), 0, "{given}");
    }
    let other = "0".repeat(64);
    let foreign = elsewhere.done(&["verify", &file, "--key", &other, "--format", "json"]).json_with(1);
    assert_eq!(foreign["faults"][0]["entry"], "statement.sig");
    assert_eq!(elsewhere.done(&["verify", &file, "--key", "nonsense"]).code(), 2);
    assert_eq!(elsewhere.done(&["verify", "./nothing.zip"]).code(), 2);
    let alone = elsewhere.done(&["verify", &file]);
    assert_eq!(alone.code(), 0);
    assert!(alone.err().contains("only that the pack agrees with itself"), "{}", alone.err());
    assert!(elsewhere.done(&["verify", &file, "--lang", "ko"]).err().contains("스스로 어긋나지 않는다"));
}

#[test]
fn the_same_run_gives_the_same_file_and_no_file_is_replaced() {
    let (state, first) = sealed(&[]);
    let second = pack(&state, "again.zip", &[]);
    assert!(fs::read(&first).unwrap() == fs::read(second).unwrap(), "two packs of one run differ");
    let text = first.display().to_string();
    let before = fs::read(&first).unwrap();
    assert_eq!(state.done(&["seal", "latest", "-o", &text]).code(), 2);
    assert!(before == fs::read(&first).unwrap());
    let deeds = state.done(&["audit", "list", "--act", "run.seal", "--format", "json"]).out();
    assert_eq!(deeds.lines().count(), 2, "{deeds}");
}

#[test]
fn other_programs_open_a_pack_and_check_its_signature_and_digests() {
    let (state, file) = sealed(&[]);
    let folder = unpacked(&file);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let signature = ["pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "statement.txt", "-sigfile"];
    let openssl = || Command::new("openssl").args(signature).arg("statement.sig").current_dir(folder.path()).output();
    assert!(openssl().unwrap().status.success(), "{:?}", openssl());
    let statement = read("statement.txt");
    fs::write(folder.path().join("statement.txt"), statement.replace("rows ", "rows 1")).unwrap();
    assert!(!openssl().unwrap().status.success());

    let manifest: serde_json::Value = serde_json::from_str(&read("manifest.json")).unwrap();
    let entries = manifest["entries"].as_array().unwrap();
    let sums: String = entries
        .iter()
        .map(|entry| format!("{}  {}\n", entry["sha256"].as_str().unwrap(), entry["name"].as_str().unwrap()))
        .collect();
    fs::write(folder.path().join("SUMS"), sums).unwrap();
    let sums =
        Command::new("sha256sum").args(["--check", "--strict", "SUMS"]).current_dir(folder.path()).output().unwrap();
    assert!(sums.status.success(), "{sums:?}");
    let names: Vec<&str> = entries.iter().map(|entry| entry["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "README.txt",
            "report.json",
            "report.ko.html",
            "report.en.html",
            "report.ko.pdf",
            "report.en.pdf",
            "report.ko.xlsx",
            "report.en.xlsx",
            "report.ko.csv.zip",
            "report.en.csv.zip",
            "runbook.yaml",
            "plan.json",
            "journal.jsonl",
            "recompute.py",
            "outputs.jsonl",
        ]
    );
    assert_eq!(read("runbook.yaml"), RUNBOOK);
    assert_eq!(read("report.json"), state.done(&["report", "latest", "--format", "json"]).out());
    assert!(read("report.ko.html").contains("기동 훈련") && read("report.en.html").contains("The drill"));
    assert!(read("outputs.jsonl").contains("출력 하나"));
    for lang in ["ko", "en"] {
        let form = |end: &str| fs::read(folder.path().join(format!("report.{lang}.{end}"))).unwrap();
        assert!(form("pdf").starts_with(b"%PDF-"));
        for end in ["xlsx", "csv.zip"] {
            let names: Vec<String> = zip::ZipArchive::new(std::io::Cursor::new(form(end)))
                .unwrap()
                .file_names()
                .map(str::to_owned)
                .collect();
            assert!(names.len() > 10, "{end}: {names:?}");
        }
    }
    let script = |given: &str| {
        let done =
            Command::new("python3").args(["-I", "-B", "recompute.py", given]).current_dir(folder.path()).output();
        let done = done.unwrap();
        (done.status.code(), String::from_utf8(done.stdout).unwrap())
    };
    for given in [".", file.to_str().unwrap()] {
        let (status, said) = script(given);
        assert!(status == Some(0) && said.contains(": the same, "), "{said}");
    }
    let readme = read("README.txt");
    assert!(readme.contains("증명하지 않는 것") && readme.contains("What it does not prove"), "{readme}");
}

#[test]
fn a_run_that_is_not_over_is_sealed_as_of_that_moment() {
    let state = State::new();
    let file = state.runbook("runbook: r\nunits: {a: {run: [{manual: {instruction: 서버실 확인}}]}}\n");
    let mut run = state.beside(&["run", &file, "--mode", "drill"]);
    state.until_status("waiting");
    assert_eq!(state.done(&["key", "new"]).code(), 0);
    let pack = pack(&state, "interim.zip", &["--data-only"]).display().to_string();
    let proven = state.done(&["verify", &pack, "--format", "json"]).json_with(0);
    assert_eq!(proven["interim"], true);
    assert_eq!(state.done(&["abort", "latest", "--reason", "끝"]).code(), 0);
    drop(run.child().stdout.take());
    run.wait();
    assert_eq!(state.done(&["verify", &pack]).code(), 0, "what was sealed stays proven");
}

#[test]
fn without_a_key_nothing_is_sealed_and_it_is_said_what_to_do() {
    let state = State::new();
    let file = state.runbook(RUNBOOK);
    assert_eq!(state.done(&["run", &file, "--mode", "mock"]).code(), 0);
    let refused = state.done(&["seal", "latest", "-o", "pack.zip"]);
    assert_eq!(refused.code(), 4);
    assert!(refused.err().contains("relight key new"), "{}", refused.err());
    assert!(!state.path("pack.zip").exists());
}
