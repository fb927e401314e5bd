//! `relight serve` killed or stopped in the middle of a message, and another node beside it.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use engine::store::open;
use engine::telling::{Progress, Way};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::ground::{Ground, contact, hook, until};
use crate::receiver::{Deal, Receiver};

struct Node(Child);

impl Node {
    #[expect(clippy::disallowed_methods, reason = "the binary under test")]
    fn start(ground: &Ground, state: &str, database: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_relight-for-tests"))
            .args(["serve", "--listen", "127.0.0.1:0", "--runbooks"])
            .arg(ground.books())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("RELIGHT_STATE", ground.books().join(state))
            .env("RELIGHT_DATABASE", database)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("http://")), "it did not serve");
        Self(process)
    }

    fn end(&mut self, signal: Signal) {
        // It may be gone already.
        let _ = kill(Pid::from_raw(i32::try_from(self.0.id()).unwrap()), signal);
        self.0.wait().unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.end(Signal::SIGKILL);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_survives_the_death_of_the_node_that_was_sending_it_and_keeps_its_id() {
    let ground = Ground::postgres().await;
    let receiver = Receiver::new(&[Deal::Hang]).await;
    ground.channels(&hook("sms", receiver.port), &[(Way::Sms, "sms")]).await;
    ground.add(&contact("kim", &[(Way::Sms, "010-1234-5678")])).await;
    let database = ground.url().to_owned();
    let mut here = Node::start(&ground, "here", &database);
    ground.call("immediate").await;
    receiver.requests(1).await;
    let there = Node::start(&ground, "there", &database);
    here.end(Signal::SIGKILL);
    // The claim of the dead node runs out, and the other one takes the message up.
    let heard = receiver.requests(2).await;
    assert_eq!(heard[0].id, heard[1].id);
    let settled = ground.settled(1).await;
    assert!(matches!(settled[0].progress, Progress::Delivered { .. }), "{settled:?}");

    // Both alive again: what one has taken the other leaves alone.
    let again = Node::start(&ground, "here", &database);
    let store = open(&database).await.unwrap().store;
    ground.call("immediate").await;
    until(async || store.entries("call", engine::store::Query::default()).await.unwrap().len() == 2).await;
    ground.settled(2).await;
    assert_eq!(receiver.heard().len(), 3);
    drop((there, again));
}

/// A node ends while a receiver hangs, and is started again where it was.
async fn what_hung_is_told_once_by_the_node_that_is_started_again(ground: Ground, signal: Signal) {
    const PEOPLE: usize = 12;
    let (hanging, other) = (Receiver::hanging().await, Receiver::new(&[]).await);
    let targets = hook("sms", hanging.port) + &hook("messenger", other.port);
    ground.channels(&targets, &[(Way::Sms, "sms"), (Way::Messenger, "messenger")]).await;
    for n in 0..PEOPLE {
        ground.add(&contact(&format!("s{n}"), &[(Way::Sms, &format!("010-0000-{n:04}"))])).await;
    }
    ground.add(&contact("lee", &[(Way::Messenger, "@lee")])).await;
    let mut first = Node::start(&ground, "here", ground.url());
    ground.call("immediate").await;
    hanging.requests(1).await;
    // Taken, and written down: what dies between the two is told again under its id.
    until(async || ground.deliveries().await.iter().any(|it| matches!(it.progress, Progress::Delivered { .. }))).await;
    tokio::task::spawn_blocking(move || first.end(signal)).await.unwrap();
    assert!(hanging.taken().is_empty());
    hanging.returns();
    let again = Node::start(&ground, "here", ground.url());
    let settled = ground.settled(PEOPLE + 1).await;
    assert!(settled.iter().all(|sent| matches!(sent.progress, Progress::Delivered { .. })), "{settled:?}");
    let heard: BTreeSet<_> = hanging.heard().into_iter().map(|heard| heard.id).collect();
    assert_eq!(hanging.taken(), heard.into_iter().collect::<Vec<_>>(), "each once, under the id of its first attempt");
    assert_eq!((hanging.taken().len(), settled.len()), (PEOPLE, PEOPLE + 1));
    assert_eq!(other.taken().len(), 1, "what was taken before is not sent again");
    drop(again);
}

macro_rules! on_every_durable_store {
    ($($test:ident: $signal:expr,)*) => {
        mod sqlite {
            use super::{Ground, Signal};
            $(#[tokio::test(flavor = "multi_thread")] async fn $test() {
                super::what_hung_is_told_once_by_the_node_that_is_started_again(Ground::sqlite().await, $signal).await;
            })*
        }
        mod postgres {
            use super::{Ground, Signal};
            $(#[tokio::test(flavor = "multi_thread")] async fn $test() {
                super::what_hung_is_told_once_by_the_node_that_is_started_again(Ground::postgres().await, $signal).await;
            })*
        }
    };
}

on_every_durable_store! {
    what_hung_survives_the_death_of_its_node: Signal::SIGKILL,
    what_hung_survives_a_restart_of_its_node: Signal::SIGTERM,
}
