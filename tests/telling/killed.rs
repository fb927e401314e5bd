//! `relight serve` killed in the middle of a message, and another node beside it.

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

    fn kill(&mut self) {
        // It may be gone already.
        let _ = kill(Pid::from_raw(i32::try_from(self.0.id()).unwrap()), Signal::SIGKILL);
        self.0.wait().unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
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
    here.kill();
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
