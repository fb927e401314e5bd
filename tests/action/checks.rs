//! Checks: three answers, asked until they are good enough.

use engine::base::Lang;
use engine::plan::{Action, Check, Probe, Tcp};
use engine::run::{CauseKind, Outcome, Purpose};
use harness::attempt::Done;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::site::{Site, millis, shell, step};

fn check(probe: Probe, attempts: u32) -> Check {
    Check { probe, attempts, every: millis(1), successes: 1, expect_down: false, from: None }
}

fn summary(done: &Done) -> &str {
    let (Outcome::Succeeded { seen } | Outcome::Failed { seen, .. } | Outcome::Unknown { seen, .. }) = done.outcome();
    seen.summary.get(Lang::En)
}

/// Answers 1 (down) until it was asked so often.
fn up_after(site: &Site, times: u32) -> Probe {
    let count = site.path("count");
    let count = count.display();
    Probe::Command(shell(&format!("echo x >> {count}; [ $(wc -l < {count}) -ge {times} ]")))
}

#[tokio::test]
async fn a_check_asks_until_the_answer_is_up() {
    let site = Site::new().await;
    let done = site.run(Action::Check(check(up_after(&site, 3), 30))).await;
    done.succeeded();
    assert_eq!(summary(&done), "up after 3 of 30");
    assert_eq!(
        done.output,
        "1/30 down: exit 1 | 비정상: 종료 코드 1\n2/30 down: exit 1 | 비정상: 종료 코드 1\n3/30 up: exit 0 | 정상: 종료 코드 0\n"
    );
}

#[tokio::test]
async fn a_check_that_stays_down_fails_with_its_last_answer() {
    let site = Site::new().await;
    let done = site.run(Action::Check(check(Probe::Command(shell("exit 1")), 4))).await;
    assert_eq!(done.cause().kind, CauseKind::Check);
    assert_eq!(summary(&done), "down 4 of 4: exit 1");
    assert_eq!(done.message(), "wanted up once in a row, last answer down (exit 1), after asking 4 of 4 times");
}

#[tokio::test]
async fn a_check_that_stays_down_quotes_what_its_command_said_last_and_nothing_of_the_asking_before() {
    let site = Site::new().await;
    let done = site.run(Action::Check(check(Probe::Command(shell("echo all; echo missing: 03; exit 1")), 2))).await;
    let wanted =
        "wanted up once in a row, last answer down (exit 1), after asking 2 of 2 times; its last line: missing: 03";
    assert_eq!(done.message(), wanted);
    let once = site.path("once");
    let silent = format!("test -e {0} || echo first > {0}; cat {0}; echo > {0}; exit 1", once.display());
    let done = site.run(Action::Check(check(Probe::Command(shell(&silent)), 2))).await;
    assert!(done.output.starts_with("first\n"), "{}", done.output);
    assert!(!done.message().contains("first"), "{}", done.message());
}

#[tokio::test]
async fn several_good_answers_in_a_row_can_be_wanted() {
    let site = Site::new().await;
    let stable = Check { successes: 3, ..check(up_after(&site, 2), 10) };
    assert_eq!(summary(&site.run(Action::Check(stable)).await), "up after 4 of 10");
}

#[tokio::test]
async fn a_fenced_system_is_expected_down_and_unknown_is_not_down() {
    let site = Site::new().await;
    let fenced = Check { expect_down: true, ..check(Probe::Command(shell("exit 1")), 2) };
    assert_eq!(summary(&site.run(Action::Check(fenced)).await), "down after 1 of 2");
    let unsure = Check { expect_down: true, ..check(Probe::Command(shell("exit 4")), 2) };
    let done = site.run(Action::Check(unsure)).await;
    assert_eq!(summary(&done), "unknown 2 of 2: exit 4");
}

#[tokio::test]
async fn a_port_is_up_when_it_opens_and_down_when_it_refuses() {
    let site = Site::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let endpoint = Tcp { host: engine::plan::Host::Written("127.0.0.1".to_owned()), port };
    let done = site.run(Action::Tcp(endpoint.clone())).await;
    done.succeeded();
    assert_eq!(summary(&done), "open");
    drop(listener);
    let done = site.run(Action::Tcp(endpoint.clone())).await;
    assert_eq!(done.cause().kind, CauseKind::Unreachable);
    assert!(done.message().starts_with(&format!("127.0.0.1:{port}: connection refused; ")));
    let done = site.run(Action::Check(check(Probe::Tcp(endpoint), 2))).await;
    assert_eq!(summary(&done), "down 2 of 2: connection refused");
}

#[tokio::test]
async fn already_done_has_three_answers() {
    let site = Site::new().await;
    for (script, expected) in [("exit 0", "done"), ("exit 1", "not done"), ("exit 9", "unknown")] {
        let mut step = step(Action::Command(shell("touch never")));
        step.already_done = Some(Probe::Command(shell(script)));
        let mut launch = site.launch(step);
        launch.purpose = Purpose::Probe;
        let done = site.run_until(launch, CancellationToken::new()).await;
        let answer = match done.outcome() {
            Outcome::Succeeded { .. } => "done",
            Outcome::Failed { .. } => "not done",
            Outcome::Unknown { .. } => "unknown",
        };
        assert_eq!(answer, expected);
    }
    assert!(!site.path("never").exists());
}

#[tokio::test]
async fn a_check_that_is_called_off_ends_at_once() {
    let site = Site::new().await;
    let stop = CancellationToken::new();
    stop.cancel();
    let patient = Check { every: millis(600_000), ..check(Probe::Command(shell("exit 1")), 100) };
    let done = site.run_until(site.launch(step(Action::Check(patient))), stop).await;
    assert_eq!(summary(&done), "unknown 0 of 100: never asked");
}
