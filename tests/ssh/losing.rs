//! The link is lost while a step is at work: the step goes on, and is followed to its true end.

use harness::attempt::until;
use harness::link::Link;
use harness::sshd::Sshd;
use tokio_util::sync::CancellationToken;

use crate::ground::{Ground, There};

/// Says that it has begun, waits for a file, says that it ends.
const STEP: &str = "{command: 'echo begun; echo x >> times; until test -e go || ! test -d ~; do sleep 0.05; done; echo ended; exit 7', on: db, exit: [7], timeout: 5m}";

#[tokio::test]
async fn a_step_whose_link_is_cut_goes_on_and_its_true_end_is_told() {
    let server = Sshd::start();
    let ground = Ground::with(&[("db", There::of(&server))]).await;
    let step = ground.begin(ground.launch(STEP), CancellationToken::new());
    for times in 0..3 {
        until("it has begun and is followed", || {
            server.home().join("times").exists() && !server.connections().is_empty()
        })
        .await;
        assert!(server.cut() > 0, "{times}");
    }
    assert!(!step.is_finished());
    std::fs::write(server.home().join("go"), "").unwrap();
    let done = step.await.unwrap();
    assert_eq!(done.succeeded().output, "begun\nended\n");
    assert_eq!(std::fs::read_to_string(server.home().join("times")).unwrap(), "x\n");
}

#[tokio::test]
async fn a_step_that_ends_while_its_host_can_not_be_reached_is_told_when_it_can_again() {
    let mut server = Sshd::start();
    let ground = Ground::with(&[("db", There::of(&server))]).await;
    let step = ground.begin(ground.launch(STEP), CancellationToken::new());
    until("it has begun", || server.home().join("times").exists()).await;
    server.stop();
    std::fs::write(server.home().join("go"), "").unwrap();
    let end = server.home().join(format!(".relight/{}/1/end", ground.run));
    until("it has ended", || end.exists()).await;
    assert!(!step.is_finished());
    server.resume();
    assert_eq!(step.await.unwrap().succeeded().output, "begun\nended\n");
}

#[tokio::test]
async fn a_link_that_falls_silent_is_given_up_and_another_one_goes_on() {
    let server = Sshd::start();
    let link = Link::to(server.port());
    let ground = Ground::with(&[("db", There::of(&server).but(|ssh| ssh.port = link.port()))]).await;
    let step = ground.begin(ground.launch(STEP), CancellationToken::new());
    until("it has begun", || server.home().join("times").exists()).await;
    // Nothing comes through any more, and nobody says so.
    link.freeze();
    std::fs::write(server.home().join("go"), "").unwrap();
    assert_eq!(step.await.unwrap().succeeded().output, "begun\nended\n");
}

#[tokio::test]
async fn an_order_that_did_not_arrive_whole_is_given_again_and_carried_out_once() {
    let server = Sshd::start();
    let link = Link::to(server.port());
    let ground = Ground::with(&[("db", There::of(&server).but(|ssh| ssh.port = link.port()))]).await;
    ground.run("{command: 'true', on: db}").await.succeeded();
    // More than comes through before the link breaks.
    let long = format!("echo x >> times; : {}", "y".repeat(30_000));
    link.break_after(20_000);
    let done = ground.run(&format!("{{command: \"{long}\", on: db}}")).await;
    done.succeeded();
    assert_eq!(link.broken(), 1);
    assert_eq!(std::fs::read_to_string(server.home().join("times")).unwrap(), "x\n");
}

#[tokio::test]
async fn a_step_that_is_lost_from_sight_is_unknown_when_its_time_is_over() {
    let mut server = Sshd::start();
    let ground = Ground::with(&[("db", There::of(&server))]).await;
    let stop = CancellationToken::new();
    let step = ground.begin(ground.launch(STEP), stop.clone());
    until("it has begun", || server.home().join("times").exists()).await;
    server.stop();
    stop.cancel();
    let done = step.await.unwrap();
    assert!(done.unknown().contains("it may run on"), "{}", done.unknown());
    std::fs::write(server.home().join("go"), "").unwrap();
}

#[tokio::test]
async fn a_step_whose_supervisor_was_killed_is_unknown() {
    let server = Sshd::start();
    let ground = Ground::with(&[("db", There::of(&server))]).await;
    let step = ground.begin(
        ground.launch("{command: 'echo $PPID > parent; until test -e go || ! test -d ~; do sleep 0.05; done', on: db}"),
        CancellationToken::new(),
    );
    let path = server.home().join("parent");
    until("it has begun", || std::fs::read_to_string(&path).is_ok_and(|text| text.ends_with('\n'))).await;
    let parent = std::fs::read_to_string(&path).unwrap().trim().parse().unwrap();
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(parent), nix::sys::signal::Signal::SIGKILL).unwrap();
    let done = step.await.unwrap();
    assert!(done.unknown().contains("whoever looked after the command there is gone"), "{}", done.unknown());
    std::fs::write(server.home().join("go"), "").unwrap();
}
