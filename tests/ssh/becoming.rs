//! Commands as another user, and logins by password, in a machine of the tests' own making: see [`harness::sshd::Users`].

use std::os::unix::fs::MetadataExt as _;

use engine::run::CauseKind;
use harness::attempt::{lives, number_in, until};
use harness::sshd::{Sshd, Users};
use tokio_util::sync::CancellationToken;

use crate::ground::{Ground, There};

const WHO: &str = "{command: 'id -un; pwd; echo \"$X\"', on: db, env: {X: \"a b\"}}";

fn there(server: &Sshd) -> There {
    There::of(server).but(|ssh| "operator".clone_into(&mut ssh.user))
}

#[tokio::test]
async fn a_command_runs_as_the_user_that_it_is_to_become_with_its_variables() {
    let server = Sshd::among(&Users::default(), &[]);
    let ground = Ground::with(&[("db", there(&server).but(|ssh| ssh.run_as = Some("keeper".to_owned())))]).await;
    let done = ground.run(WHO).await;
    assert_eq!(done.succeeded().output, format!("keeper\n{}\na b\n", server.path("home-keeper").display()));
    let check = ground.run("{check: {command: 'id -un; test $(id -un) = keeper', on: db}}").await;
    assert!(check.succeeded().output.starts_with("keeper\n"));
}

#[tokio::test]
async fn a_command_of_another_user_is_ended_and_its_link_may_break_like_any_other() {
    for options in ["", "Defaults use_pty\n"] {
        let server = Sshd::among(&Users { sudoers: options.to_owned() }, &[]);
        let ground = Ground::with(&[("db", there(&server).but(|ssh| ssh.run_as = Some("keeper".to_owned())))]).await;
        let stop = CancellationToken::new();
        let step = "{command: 'echo begun; sleep 300 & echo $! > child; wait', on: db}";
        let step = ground.begin(ground.launch(step), stop.clone());
        let child = number_in(&server.path("home-keeper").join("child")).await;
        assert!(server.cut() > 0);
        until("it is followed again", || !server.connections().is_empty()).await;
        assert!(lives(child) && !step.is_finished());
        stop.cancel();
        let done = step.await.unwrap();
        assert!(done.message().starts_with("ended by SIGTERM as asked"), "{}", done.message());
        assert_eq!(done.output, "begun\n");
        until("the child has ended too", || !lives(child)).await;
    }
}

#[tokio::test]
async fn a_user_without_a_home_has_a_place_for_its_attempts_nevertheless() {
    let server = Sshd::among(&Users::default(), &[]);
    let ground = Ground::with(&[("db", there(&server).but(|ssh| ssh.run_as = Some("homeless".to_owned())))]).await;
    assert_eq!(ground.run("{command: 'id -un', on: db}").await.succeeded().output, "homeless\n");
    let folder = std::path::PathBuf::from(format!("/var/tmp/.relight-{}", Users::HOMELESS));
    let found = std::fs::metadata(&folder).unwrap();
    assert_eq!((found.uid(), found.mode() & 0o777), (Users::HOMELESS, 0o700));
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn whoever_may_not_become_the_other_user_is_told_what_to_allow() {
    let server = Sshd::among(&Users::default(), &[]);
    let ground = Ground::with(&[("db", there(&server).but(|ssh| ssh.run_as = Some("root".to_owned())))]).await;
    let done = ground.run(WHO).await;
    assert_eq!(done.cause().kind, CauseKind::Refused);
    let message = done.message();
    assert!(message.contains("operator can not become root (sudo:"), "{message}");
    assert!(message.contains("operator ALL=(root) NOPASSWD: /bin/sh"), "{message}");
}

#[tokio::test]
async fn a_password_lets_in_where_the_host_asks_for_one() {
    let password = |there: There, password: &str| {
        there.secret("pw", password).but(|ssh| (ssh.key, ssh.password) = (None, Some("pw".parse().unwrap())))
    };
    for way in ["PasswordAuthentication yes", "KbdInteractiveAuthentication yes\nUsePAM yes\nPasswordAuthentication no"]
    {
        let server = Sshd::among(&Users::default(), &way.lines().collect::<Vec<_>>());
        let right = Ground::with(&[("db", password(there(&server), Users::PASSWORD))]).await;
        assert_eq!(right.run("{command: 'id -un', on: db}").await.succeeded().output, "operator\n");
        let wrong = Ground::with(&[("db", password(there(&server), "wr0ng-w0rd"))]).await;
        let done = wrong.run(WHO).await;
        assert_eq!(done.cause().kind, CauseKind::Refused);
        assert!(done.message().contains("user operator is not let in (shown: "), "{}", done.message());
        assert!(!done.message().contains("wr0ng-w0rd"), "{}", done.message());
    }
}

#[tokio::test]
async fn a_host_that_wants_key_and_password_gets_both() {
    let options = ["AuthenticationMethods publickey,password", "PasswordAuthentication yes"];
    let server = Sshd::among(&Users::default(), &options);
    let there = there(&server).secret("pw", Users::PASSWORD).but(|ssh| ssh.password = Some("pw".parse().unwrap()));
    let ground = Ground::with(&[("db", there)]).await;
    assert_eq!(ground.run("{command: 'id -un', on: db}").await.succeeded().output, "operator\n");
}
