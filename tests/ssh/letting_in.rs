//! Who is let in, and whom a host has to be.

use engine::run::CauseKind;
use harness::attempt::until;
use harness::sshd::{Agent, Sshd, fingerprint, hash_names, keygen, public};
use tokio_util::sync::CancellationToken;

use crate::ground::{Ground, There};

const TRUE: &str = "{command: 'true', on: db}";

#[tokio::test]
async fn a_host_whose_key_nobody_knows_is_sent_nothing() {
    let server = Sshd::start();
    let ground = Ground::with(&[("db", There::of(&server).but(|ssh| ssh.host_keys.clear()))]).await;
    let done = ground.run(TRUE).await;
    assert_eq!(done.cause().kind, CauseKind::Refused);
    let message = done.message();
    assert!(message.contains("is not known, so nothing was sent") && message.contains(&server.host_key()), "{message}");
    assert!(!server.home().join(".relight").exists());
}

#[tokio::test]
async fn a_host_that_shows_another_key_is_sent_nothing() {
    let mut server = Sshd::start();
    let (there, old) = (There::of(&server), fingerprint(&server.host_key()));
    server.stop();
    server.change_host_key();
    server.resume();
    let ground = Ground::with(&[("db", there)]).await;
    let done = ground.run(TRUE).await;
    assert_eq!(done.cause().kind, CauseKind::Refused);
    let (message, new) = (done.message(), fingerprint(&server.host_key()));
    assert!(message.contains(&format!("its host key has changed: host_key says ssh-ed25519 {old}")), "{message}");
    assert!(message.contains(&format!("the host showed ssh-ed25519 {new}, so nothing was sent")), "{message}");
    assert!(!server.home().join(".relight").exists());
}

#[tokio::test]
async fn a_host_without_a_key_of_the_kind_that_is_known_is_sent_nothing() {
    let server = Sshd::start();
    keygen(&server.path("other"), "ecdsa", "");
    let known = public(&server.path("other.pub"));
    let ground = Ground::with(&[("db", There::of(&server).but(|ssh| ssh.host_keys = vec![known]))]).await;
    let done = ground.run(TRUE).await;
    assert_eq!(done.cause().kind, CauseKind::Refused);
    assert!(done.message().contains("its host key has changed"), "{}", done.message());
}

#[tokio::test]
async fn files_of_known_hosts_vouch_where_the_inventory_names_no_key() {
    let server = Sshd::start();
    let there = There::of(&server).but(|ssh| ssh.host_keys.clear());
    let path = server.path("known_hosts");
    std::fs::write(&path, format!("[127.0.0.1]:{} {}\n", server.port(), server.host_key())).unwrap();
    let plain = Ground::set(&[("db", there.clone())], |settings| settings.known_hosts.push(path.clone())).await;
    plain.run(TRUE).await.succeeded();
    hash_names(&path);
    assert!(!std::fs::read_to_string(&path).unwrap().contains("127.0.0.1"));
    let hashed = Ground::set(&[("db", there.clone())], |settings| settings.known_hosts.push(path.clone())).await;
    hashed.run(TRUE).await.succeeded();
    // What is revoked stays out, even where the inventory names it.
    std::fs::write(&path, format!("@revoked * {}\n", server.host_key())).unwrap();
    let revoked = Ground::set(&[("db", There::of(&server))], |settings| settings.known_hosts.push(path)).await;
    let done = revoked.run(TRUE).await;
    assert!(done.message().contains("known_hosts revokes"), "{}", done.message());
}

#[tokio::test]
async fn an_encrypted_key_opens_with_its_passphrase_and_with_no_other() {
    let server = Sshd::start();
    let pem = std::fs::read_to_string(server.add_key("ed25519", "비밀 암호")).unwrap();
    let there = There::of(&server).secret("key", pem).but(|ssh| ssh.password = Some("passphrase".parse().unwrap()));
    let right = Ground::with(&[("db", there.clone().secret("passphrase", "비밀 암호"))]).await;
    right.run(TRUE).await.succeeded();
    let wrong = Ground::with(&[("db", there.clone().secret("passphrase", "another"))]).await;
    let done = wrong.run(TRUE).await;
    assert!(done.message().contains("the passphrase under password is not that of this key"), "{}", done.message());
    let none = Ground::with(&[("db", there.but(|ssh| ssh.password = None))]).await;
    let done = none.run(TRUE).await;
    assert!(done.message().contains("the private key is encrypted"), "{}", done.message());
}

#[tokio::test]
async fn whoever_comes_with_the_wrong_key_stays_out_and_is_told_what_was_shown() {
    let server = Sshd::start();
    keygen(&server.path("stranger"), "ed25519", "");
    let pem = std::fs::read_to_string(server.path("stranger")).unwrap();
    let ground = Ground::with(&[("db", There::of(&server).secret("key", pem))]).await;
    let done = ground.run(TRUE).await;
    let shown = fingerprint(&public(&server.path("stranger.pub")));
    let wanted = format!("is not let in (shown: publickey {shown}; the host takes: publickey)");
    assert_eq!(done.cause().kind, CauseKind::Refused);
    assert!(done.message().contains(&wanted), "{}", done.message());
}

#[tokio::test]
async fn keys_that_can_not_be_read_are_named_with_what_to_do() {
    let server = Sshd::start();
    let rsa = std::fs::read_to_string(server.add_key("rsa", "")).unwrap();
    for (pem, wanted) in [(rsa, "private keys are not read: use an ed25519 key"), ("x".to_owned(), "can not be read")] {
        let ground = Ground::with(&[("db", There::of(&server).secret("key", pem))]).await;
        let done = ground.run(TRUE).await;
        assert!(done.message().contains(wanted), "{}", done.message());
    }
    let ground =
        Ground::with(&[("db", There::of(&server).but(|ssh| ssh.host_keys = vec!["nonsense".to_owned()]))]).await;
    let done = ground.run(TRUE).await;
    assert!(done.message().contains("its host_key in the inventory can not be read"), "{}", done.message());
}

#[tokio::test]
async fn an_agent_vouches_with_its_keys_rsa_among_them() {
    let server = Sshd::start();
    let there = There::of(&server).but(|ssh| (ssh.key, ssh.agent) = (None, true));
    for kind in ["rsa", "ed25519", "ecdsa"] {
        keygen(&server.path(&format!("other-{kind}")), "ed25519", "");
        let agent = Agent::with(&[server.path(&format!("other-{kind}")), server.add_key(kind, "")]);
        let ground = Ground::set(&[("db", there.clone())], |settings| settings.agent = Some(agent.socket())).await;
        ground.run(TRUE).await.succeeded();
    }
    let empty = Agent::with(&[]);
    let ground = Ground::set(&[("db", there.clone())], |settings| settings.agent = Some(empty.socket())).await;
    assert!(ground.run(TRUE).await.message().contains("shown: agent without keys"));
    let ground = Ground::with(&[("db", there)]).await;
    assert!(ground.run(TRUE).await.message().contains("start it with SSH_AUTH_SOCK set"));
}

#[tokio::test]
async fn a_host_behind_others_is_reached_through_them() {
    let (outer, inner) = (Sshd::start(), Sshd::start());
    let first = There::of(&outer).secret("outer", outer.key()).but(|ssh| ssh.key = Some("outer".parse().unwrap()));
    let jump = |name: &'static str| move |ssh: &mut engine::inventory::Ssh| ssh.jump = Some(name.parse().unwrap());
    let second = first.clone().but(jump("bastion"));
    let ground =
        Ground::with(&[("bastion", first), ("relay", second), ("db", There::of(&inner).but(jump("relay")))]).await;
    let done = ground.run("{command: 'echo $SSH_CONNECTION; pwd', on: db}").await;
    assert!(done.succeeded().output.contains(&format!(" {}\n", inner.port())), "{}", done.output);
    assert!(inner.home().join(".relight").exists() && !outer.home().join(".relight").exists());
    // One link to the bastion, one through it to the relay, which is the same server, and one to the host itself.
    assert_eq!((outer.links(), inner.links()), (2, 1));
    drop(outer);
    let done = ground.run(TRUE).await;
    assert!(done.message().contains("bastion"), "{}", done.message());
}

#[tokio::test]
async fn steps_share_a_link_and_get_another_where_the_host_allows_few_sessions() {
    let server = Sshd::with(&["MaxSessions 3"]);
    let ground = Ground::with(&[("db", There::of(&server))]).await;
    for _ in 0..5 {
        ground.run(TRUE).await.succeeded();
    }
    assert_eq!(server.links(), 1);
    let stop = CancellationToken::new();
    let step = "{command: 'touch $RELIGHT_ATTEMPT; until test -e go || ! test -d ~; do sleep 0.05; done', on: db}";
    let steps: Vec<_> = (0..8).map(|_| ground.begin(ground.launch(step), stop.clone())).collect();
    until("all of them run at the same time", || (6..14).all(|at| server.home().join(at.to_string()).exists())).await;
    assert_eq!(server.links(), 3);
    std::fs::write(server.home().join("go"), "").unwrap();
    for step in steps {
        step.await.unwrap().succeeded();
    }
}

#[tokio::test]
async fn a_host_that_is_not_there_is_named_with_what_to_do() {
    let mut server = Sshd::start();
    server.stop();
    let ground = Ground::with(&[("db", There::of(&server))]).await;
    let done = ground.run(TRUE).await;
    assert_eq!(done.cause().kind, CauseKind::Unreachable);
    let place = format!("db (127.0.0.1:{}): no SSH connection: Connection refused", server.port());
    assert!(done.message().starts_with(&place), "{}", done.message());
}

#[tokio::test]
async fn a_login_shell_that_executes_nothing_is_told_apart() {
    let server = Sshd::with(&["ForceCommand /bin/echo this account is for tunnels only"]);
    let ground = Ground::with(&[("db", There::of(&server))]).await;
    let done = ground.run(TRUE).await;
    let wanted = "the login shell does not execute what it is sent (this account is for tunnels only)";
    assert!(done.message().contains(wanted), "{}", done.message());
}
