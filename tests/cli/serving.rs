//! `relight serve` and `relight demo`.

use std::io::{BufRead as _, BufReader};

use nix::sys::signal::Signal;

use harness::state::{Beside, State};

/// Lines of standard output up to one that holds a text.
fn lines_until(command: &mut Beside, text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for line in BufReader::new(command.child().stdout.take().unwrap()).lines() {
        lines.push(line.unwrap());
        if lines.last().is_some_and(|line| line.contains(text)) {
            return lines;
        }
    }
    panic!("it ended without saying {text:?}: {lines:?}");
}

fn address(lines: &[String]) -> String {
    let line = lines.iter().find(|line| line.contains("http://")).unwrap();
    line.split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_owned()
}

#[tokio::test]
async fn a_console_is_served_and_ends_softly() {
    let state = State::new();
    std::fs::create_dir(state.path("books")).unwrap();
    let mut serve = state.beside(&["serve", "--listen", "127.0.0.1:0", "--runbooks", "books"]);
    let lines = lines_until(&mut serve, "http://");
    let page = reqwest::get(address(&lines)).await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("<form"));
    serve.signal(Signal::SIGTERM);
    let done = serve.wait();
    assert_eq!(done.code(), 0, "{}", done.err());
    assert!(done.err().contains("sign in as admin"), "{}", done.err());
    let again = state.done(&["serve", "--listen", "127.0.0.1:0", "--runbooks", "nowhere"]);
    assert_eq!(again.code(), 2);
}

#[test]
fn the_demonstration_brings_its_people_and_runbooks_along() {
    let state = State::new();
    let mut demo = state.beside(&["demo", "--listen", "127.0.0.1:0", "--state", "demo"]);
    let lines = lines_until(&mut demo, "declare the three-tier drill");
    for name in ["operator", "commander", "owner", "auditor", "admin"] {
        assert!(lines.iter().any(|line| line.trim_start().starts_with(name)), "{name}: {lines:?}");
    }
    assert!(state.path("demo/runbooks/demo/three-tier.yaml").exists());
    demo.signal(Signal::SIGINT);
    assert_eq!(demo.wait().code(), 0);
    assert_eq!(state.done(&["check", "demo/runbooks"]).code(), 0);
}
