//! Another engine takes the run over and finds what the first one started.

use engine::action::{Actions, Ended, Launch, Runner as _};
use engine::base::{Millis, Timestamp};
use engine::run::Outcome;
use harness::attempt::{Done, collect, until};
use harness::sshd::Sshd;
use tokio_util::sync::CancellationToken;

use crate::ground::{Ground, There};

const STEP: &str = "{command: 'echo begun; echo x >> times; until test -e go || ! test -d ~; do sleep 0.05; done; echo ended', on: db}";

async fn there() -> (Sshd, Ground) {
    let server = Sshd::start();
    let ground = Ground::with(&[("db", There::of(&server))]).await;
    (server, ground)
}

/// As an engine with a greater token would ask.
async fn find(actions: &Actions, launch: &Launch) -> Done {
    let launch = Launch { token: launch.token + 1, ..launch.clone() };
    actions.claim(launch.run, launch.token).await;
    collect(|output| async move { actions.reattach(launch, None, output, CancellationToken::new()).await }).await
}

#[tokio::test]
async fn a_step_at_work_is_found_and_followed_from_its_first_byte() {
    let (server, ground) = there().await;
    let launch = ground.launch(STEP);
    let step = ground.begin(launch.clone(), CancellationToken::new());
    until("it has begun", || server.home().join("times").exists()).await;
    step.abort();
    let next = ground.next_engine();
    let (done, ()) = tokio::join!(find(&next, &launch), async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        std::fs::write(server.home().join("go"), "").unwrap();
    });
    assert_eq!(done.succeeded().output, "begun\nended\n");
    assert_eq!(std::fs::read_to_string(server.home().join("times")).unwrap(), "x\n");
}

#[tokio::test]
async fn a_step_that_ended_meanwhile_is_found_with_its_real_end_and_when_it_was() {
    let (server, ground) = there().await;
    let launch = ground.launch("{command: 'echo done; echo > up; exit 5', on: db, exit: [5]}");
    let step = ground.begin(launch.clone(), CancellationToken::new());
    let end = server.home().join(format!(".relight/{}/1/end", ground.run));
    until("it has ended", || end.exists()).await;
    let latest = now();
    step.abort();
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    let done = find(&ground.next_engine(), &launch).await;
    assert_eq!(done.succeeded().output, "done\n");
    let Outcome::Succeeded { seen } = done.outcome() else { unreachable!() };
    let ended = seen.ended_at.unwrap();
    assert!(ended <= latest.plus(Millis(500)), "{ended} {latest}");
}

#[tokio::test]
async fn a_step_that_was_never_seen_can_not_be_started_by_the_engine_before() {
    let (server, ground) = there().await;
    let launch = ground.launch("{command: 'echo x >> times', on: db}");
    let next = ground.next_engine();
    assert_eq!(find(&next, &launch).await.ended, Ended::NeverStarted);
    // The engine that lost the run is late.
    let late = ground.run_until(launch.clone(), CancellationToken::new()).await;
    assert!(late.unknown().contains("another engine has taken the run over"), "{}", late.unknown());
    assert!(!server.home().join("times").exists());
    // The one that owns it starts it, once.
    let launch = Launch { token: 2, ..launch };
    for _ in 0..2 {
        let (next, launch) = (&next, launch.clone());
        let done = collect(|output| async move { next.run(launch, output, CancellationToken::new()).await }).await;
        done.succeeded();
    }
    assert_eq!(std::fs::read_to_string(server.home().join("times")).unwrap(), "x\n");
}

#[tokio::test]
async fn what_may_have_gone_with_a_restart_of_its_host_is_unknown_not_unstarted() {
    let (_server, ground) = there().await;
    let launch = Launch { since: Timestamp(0), ..ground.launch(STEP) };
    let done = find(&ground.next_engine(), &launch).await;
    assert!(done.unknown().contains("the host was restarted while this was at work"), "{}", done.unknown());
}

#[tokio::test]
async fn a_step_that_was_at_work_when_its_host_was_restarted_is_unknown() {
    let (server, ground) = there().await;
    let launch =
        ground.launch("{command: 'echo $PPID > parent; until test -e go || ! test -d ~; do sleep 0.05; done', on: db}");
    let step = ground.begin(launch.clone(), CancellationToken::new());
    let parent = harness::attempt::number_in(&server.home().join("parent")).await;
    step.abort();
    // As after a restart: nobody looks after it, and the kernel says that it is another one.
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(parent), nix::sys::signal::Signal::SIGKILL).unwrap();
    let boot = server.home().join(format!(".relight/{}/1/boot", ground.run));
    std::fs::write(boot, "another-start-of-this-host\n").unwrap();
    let done = find(&ground.next_engine(), &launch).await;
    assert!(done.unknown().contains("the host was restarted while this was at work"), "{}", done.unknown());
    std::fs::write(server.home().join("go"), "").unwrap();
}

fn now() -> Timestamp {
    engine::base::Clock::now(&engine::base::SystemClock)
}
