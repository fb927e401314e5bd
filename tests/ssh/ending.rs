//! Commands that are to end, and what stays of those that have.

use engine::action::Runner as _;
use engine::run::{AttemptId, CauseKind};
use harness::attempt::{lives, number_in, until};
use harness::sshd::Sshd;
use tokio_util::sync::CancellationToken;

use crate::ground::{Ground, There};

async fn there() -> (Sshd, Ground) {
    let server = Sshd::start();
    let ground = Ground::with(&[("db", There::of(&server))]).await;
    (server, ground)
}

#[tokio::test]
async fn a_command_that_is_to_end_gets_sigterm_with_all_its_children() {
    let (server, ground) = there().await;
    let stop = CancellationToken::new();
    let step = ground.begin(ground.launch("{command: 'sleep 300 & echo $! > child; wait', on: db}"), stop.clone());
    let child = number_in(&server.home().join("child")).await;
    stop.cancel();
    let done = step.await.unwrap();
    assert_eq!(done.cause().kind, CauseKind::Signal);
    assert!(done.message().starts_with("ended by SIGTERM as asked"), "{}", done.message());
    until("the child has ended too", || !lives(child)).await;
}

#[tokio::test]
async fn a_command_that_tidies_up_after_sigterm_ends_with_its_own_code() {
    let (server, ground) = there().await;
    let stop = CancellationToken::new();
    let step = "{command: 'trap \"echo tidied; exit 4\" TERM; echo > up; sleep 300 & wait', on: db}";
    let step = ground.begin(ground.launch(step), stop.clone());
    until("it has begun", || server.home().join("up").exists()).await;
    stop.cancel();
    let done = step.await.unwrap();
    assert!(done.message().starts_with("exit 4"), "{}", done.message());
    assert_eq!(done.output, "tidied\n");
}

#[tokio::test]
async fn a_command_that_does_not_heed_sigterm_is_killed_after_its_grace() {
    let (server, ground) = there().await;
    let stop = CancellationToken::new();
    let step = ground
        .begin(ground.launch("{command: 'trap \"\" TERM; echo $$ > pid; sleep 300; sleep 300', on: db}"), stop.clone());
    let pid = number_in(&server.home().join("pid")).await;
    stop.cancel();
    let done = step.await.unwrap();
    assert!(done.message().starts_with("did not end in its grace after SIGTERM"), "{}", done.message());
    assert!(!lives(pid));
}

#[tokio::test]
async fn a_question_that_is_cut_off_is_ended_there_too() {
    let (server, ground) = there().await;
    let stop = CancellationToken::new();
    let step = ground.begin(ground.launch("{check: {command: 'echo $$ > pid; sleep 300', on: db}}"), stop.clone());
    let pid = number_in(&server.home().join("pid")).await;
    stop.cancel();
    step.await.unwrap();
    assert!(!lives(pid));
    // And where the engine is gone without a word.
    std::fs::remove_file(server.home().join("pid")).unwrap();
    let step =
        ground.begin(ground.launch("{check: {command: 'echo $$ > pid; sleep 300', on: db}}"), CancellationToken::new());
    let pid = number_in(&server.home().join("pid")).await;
    server.cut();
    until("it has ended", || !lives(pid)).await;
    step.abort();
}

#[tokio::test]
async fn what_has_settled_leaves_nothing_but_an_empty_folder() {
    let (server, ground) = there().await;
    ground.run("{command: 'echo said', on: db}").await.succeeded();
    let folder = server.home().join(format!(".relight/{}/1", ground.run));
    assert_eq!(std::fs::read_to_string(folder.join("out")).unwrap(), "said\n");
    ground.actions.settled(ground.run, 1, &[AttemptId(1)]);
    until("it is empty", || std::fs::read_dir(&folder).unwrap().next().is_none()).await;
}

#[tokio::test]
async fn of_an_output_without_end_a_bounded_part_stays_on_the_host() {
    let (server, ground) = there().await;
    let stop = CancellationToken::new();
    let step = "{command: 'head -c 70000000 /dev/zero | tr \"\\\\0\" a; until test -e go || ! test -d ~; do sleep 0.05; done; echo; echo the end', on: db}";
    let step = ground.begin(ground.launch(step), stop);
    let folder = server.home().join(format!(".relight/{}/1", ground.run));
    until("its middle was let go", || folder.join("out.gone").exists()).await;
    assert!(std::fs::metadata(folder.join("out")).unwrap().len() < 1_000_000);
    std::fs::write(server.home().join("go"), "").unwrap();
    let done = step.await.unwrap();
    let output = &done.succeeded().output;
    assert!(output.starts_with(&"a".repeat(196_608)) && output.ends_with("a\nthe end\n"));
    let middle = 70_000_000 + "\nthe end\n".len() - 196_608 - 65_536;
    assert!(output.contains(&format!("[… {middle} bytes left out …]")), "{}", &output[196_600..196_680]);
}
