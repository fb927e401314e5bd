//! Engines that own a run no longer can start nothing, and what was never started stays so.

use engine::action::keeper::{Key, News};
use engine::action::{Ended, Runner as _};
use engine::plan::Action;
use engine::run::AttemptId;
use harness::attempt::collect;
use tokio_util::sync::CancellationToken;

use crate::site::{Site, shell, step};

#[tokio::test]
async fn an_attempt_that_the_recorded_keeper_never_saw_was_never_started() {
    let site = Site::new().await;
    let launch = site.launch(step(Action::Command(shell("true"))));
    let recorded = site.actions.keeper();
    let done = collect(|output| async {
        site.actions.reattach(launch, recorded.as_deref(), output, CancellationToken::new()).await
    })
    .await;
    assert_eq!(done.ended, Ended::NeverStarted);
}

#[tokio::test]
async fn an_attempt_that_another_keeper_may_have_seen_is_unknown() {
    let site = Site::new().await;
    for recorded in [None, Some("some-earlier-keeper")] {
        let launch = site.launch(step(Action::Command(shell("true"))));
        let done =
            collect(|output| async { site.actions.reattach(launch, recorded, output, CancellationToken::new()).await })
                .await;
        done.unknown();
    }
}

#[tokio::test]
async fn after_a_claim_the_older_engine_can_start_and_stop_nothing() {
    let site = Site::new().await;
    let (newer, actions) = site.another_engine().await;
    actions.claim(site.run, 2).await;

    let proof = site.path("proof");
    let done = site.run(Action::Command(shell(&format!("touch {}", proof.display())))).await;
    done.unknown();
    let mut watch = newer.attach(Key::of(site.run, AttemptId(1)), 2, 0).unwrap();
    assert_eq!(watch.next().await, News::NeverSeen);
    assert!(!proof.exists());
}

#[tokio::test]
async fn the_same_attempt_is_started_once_however_often_it_is_asked_for() {
    let site = Site::new().await;
    let (_, other) = site.another_engine().await;
    let count = site.path("count");
    let launch =
        site.launch(step(Action::Command(shell(&format!("echo x >> {}; sleep 0.1; exit 7", count.display())))));
    let (first, second) = tokio::join!(
        site.run_until(launch.clone(), CancellationToken::new()),
        collect(|output| async { other.run(launch, output, CancellationToken::new()).await }),
    );
    // The keeper tells one listener, the one that asked last; the other one must not have started it again.
    drop((first, second));
    assert_eq!(std::fs::read_to_string(count).unwrap(), "x\n");
}
