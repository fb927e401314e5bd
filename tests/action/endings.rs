//! Steps that are to end before they do by themselves.

use engine::plan::Action;
use engine::run::CauseKind;
use harness::attempt::{lives, number_in, until};
use tokio_util::sync::CancellationToken;

use crate::site::{Site, millis, shell, step};

#[tokio::test]
async fn a_stopped_step_ends_with_its_grandchildren() {
    let site = Site::new().await;
    let (child, stop) = (site.path("child"), CancellationToken::new());
    let script = format!("sleep 600 & echo $! > {}; wait", child.display());
    let attempt = site.run_until(site.launch(step(Action::Command(shell(&script)))), stop.clone());
    let stopping = async {
        let pid = number_in(&child).await;
        stop.cancel();
        pid
    };
    let (done, pid) = tokio::join!(attempt, stopping);
    assert_eq!(done.cause().kind, CauseKind::Signal);
    assert_eq!(done.message(), "ended by SIGTERM as asked; it wrote nothing");
    until("the grandchild is gone", || !lives(pid)).await;
}

#[tokio::test]
async fn a_step_that_exits_well_when_asked_to_end_has_its_real_outcome() {
    let site = Site::new().await;
    let (ready, stop) = (site.path("ready"), CancellationToken::new());
    let script =
        format!("trap 'echo cleaned; exit 0' TERM; echo $$ > {}; while :; do sleep 0.02; done", ready.display());
    let attempt = site.run_until(site.launch(step(Action::Command(shell(&script)))), stop.clone());
    let stopping = async {
        number_in(&ready).await;
        stop.cancel();
    };
    let (done, ()) = tokio::join!(attempt, stopping);
    done.succeeded();
    assert!(done.output.ends_with("cleaned\n"), "{}", done.output);
}

#[tokio::test]
async fn what_ignores_the_request_to_end_is_killed_after_its_grace() {
    let site = Site::new().await;
    let (ready, run) = (site.path("ready"), site.run);
    let script = format!("trap '' TERM; echo $$ > {}; while :; do sleep 0.02; done", ready.display());
    let launch = site.launch(step(Action::Command(shell(&script))));
    let key = engine::action::keeper::Key::of(run, launch.attempt);
    let attempt = site.run_until(launch, CancellationToken::new());
    let killing = async {
        let pid = number_in(&ready).await;
        site.keeper.kill(key, 1, millis(50));
        pid
    };
    let (done, pid) = tokio::join!(attempt, killing);
    assert_eq!(done.message(), "did not end in its grace after SIGTERM and was killed; it wrote nothing");
    assert!(!lives(pid));
}

#[tokio::test]
async fn the_keeper_leaves_no_uncollected_process() {
    let site = Site::new().await;
    for _ in 0..20 {
        site.run(Action::Command(shell("true & (sleep 0.01 &) ; exit 0"))).await.succeeded();
    }
    let keeper = site.keeper_pid();
    let children = format!("/proc/{keeper}/task/{keeper}/children");
    until("all children were collected", || std::fs::read_to_string(&children).is_ok_and(|pids| pids.is_empty())).await;
}
