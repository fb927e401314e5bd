//! Secrets stay out of sight.

use std::fs;

use harness::state::{State, until_file};

const SECRET: &str = "Tr0ub4dor-and-3-비밀";

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn a_secret_reaches_its_step_and_stands_nowhere_else() {
    let state = State::new();
    let at = state.path("").display().to_string();
    let file = state.runbook(&format!(
        "runbook: r\ninputs: {{db-admin: {{type: secret}}}}\nunits:\n  a:\n    run:\n      - command: 'echo \"$PGPASSWORD\"; \
         test \"$PGPASSWORD\" = \"$(cat {at}/secret)\" || exit 9; touch {at}/began; while test -d {at} && ! test -e {at}/go; do sleep 0.02; done'\n        \
         env: {{PGPASSWORD: {{input: db-admin}}}}\n  b: {{needs: [a], run: [{{command: 'test -z \"$PGPASSWORD\"'}}]}}\n"
    ));
    fs::write(state.path("secret"), format!("{SECRET}\n")).unwrap();
    let source = format!("db-admin=file:{at}/secret");
    let run = state.beside(&["run", &file, "--mode", "drill", "--secret", &source, "--format", "json"]);
    until_file(&state.path("began"));
    for process in fs::read_dir("/proc").unwrap().flatten() {
        let arguments = fs::read(process.path().join("cmdline")).unwrap_or_default();
        assert!(!holds(&arguments, SECRET), "{:?}", process.path());
    }
    fs::write(state.path("go"), "").unwrap();
    let done = run.wait();
    assert_eq!(done.json_with(0)["status"], "completed");
    assert!(!holds(done.out().as_bytes(), SECRET));
    assert!(!holds(done.err().as_bytes(), SECRET));
    for form in ["html", "json", "md"] {
        assert!(!state.done(&["report", "latest", "--format", form]).out().contains(SECRET), "{form}");
    }
    let mut files = 0;
    for folder in [state.folder(), state.folder().join("keeper"), state.folder().join("work")] {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            if entry.file_type().unwrap().is_file() {
                files += 1;
                assert!(!holds(&fs::read(entry.path()).unwrap(), SECRET), "{:?}", entry.path());
            }
        }
    }
    assert!(files >= 2, "the database and its log were looked at");
}

#[test]
fn a_secret_in_the_open_is_refused_without_being_repeated() {
    let state = State::new();
    let file = state.runbook(
        "runbook: r\ninputs: {pw: {type: secret}}\nunits: {a: {run: [{command: x, env: {P: {input: pw}}}]}}\n",
    );
    for arguments in [["--input", "pw=hunter2"], ["--secret", "pw=hunter2"]] {
        let done = state.done(&[&["run", &file, "--mode", "mock"], &arguments[..]].concat());
        assert_eq!(done.code(), 2, "{}", done.err());
        let said = done.err();
        assert!(said.contains("secret") && !said.contains("hunter2"), "{said}");
    }
}

#[test]
fn a_secret_comes_by_the_environment_or_by_standard_input() {
    let state = State::new();
    let file = state.runbook(
        "runbook: r\ninputs: {pw: {type: secret}}\nunits: {a: {run: [{command: 'test \"$P\" = s3cret', env: {P: {input: pw}}}]}}\n",
    );
    let run = |source: &str| state.relight(&["run", &file, "--mode", "drill", "--secret", source]);
    run("pw=env:MY_PW").env("MY_PW", "s3cret").assert().code(0);
    run("pw=-").write_stdin("s3cret\n").assert().code(0);
    run("pw=-").write_stdin("wrong\n").assert().code(1);
    run("pw=env:MY_PW").assert().code(2);
}
