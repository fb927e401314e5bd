//! Accounts and sessions.

use engine::base::{Lang, Timestamp};
use engine::identity::{Grant, Session, User};

use crate::backend::{Backend, on_every_backend};
use crate::world::{NOW, digest};

on_every_backend! {
    an_account_is_made_once_and_changed,
    accounts_are_listed_by_name,
    a_session_lives_until_its_end,
    a_disabled_account_has_no_session,
    sessions_of_one_person_are_closed_together,
    nobody_has_a_session_without_an_account,
}

fn user(name: &str) -> User {
    User {
        name: name.parse().unwrap(),
        password: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".into(),
        grants: vec![
            Grant::in_all_modes("admin".parse().unwrap(), None),
            Grant::usual("지휘관".parse().unwrap(), "은행/it".parse().ok()),
        ],
        lang: Lang::Ko,
        created_at: NOW,
        disabled: false,
        password_due: false,
    }
}

fn session(token: &str, user: &str, expires_at: i64) -> Session {
    Session {
        token: digest(token),
        user: user.parse().unwrap(),
        csrf: format!("csrf of {token}"),
        created_at: Timestamp(5),
        expires_at: Timestamp(expires_at),
    }
}

async fn an_account_is_made_once_and_changed(on: Backend) {
    let accounts = &on.database.accounts;
    assert!(accounts.add_user(user("김")).await.unwrap());
    assert!(!accounts.add_user(User { lang: Lang::En, ..user("김") }).await.unwrap());
    assert_eq!(accounts.user(&"김".parse().unwrap()).await.unwrap(), Some(user("김")));

    let changed = User {
        password: "new".into(),
        grants: vec![],
        lang: Lang::En,
        disabled: true,
        password_due: true,
        created_at: Timestamp(1),
        ..user("김")
    };
    assert!(accounts.change_user(changed.clone()).await.unwrap());
    let kept = accounts.user(&"김".parse().unwrap()).await.unwrap();
    assert_eq!(kept, Some(User { created_at: NOW, ..changed }), "when it was made does not change");
    assert!(!accounts.change_user(user("nobody")).await.unwrap());
    assert_eq!(accounts.user(&"nobody".parse().unwrap()).await.unwrap(), None);
}

async fn accounts_are_listed_by_name(on: Backend) {
    for name in ["lee", "김", "Park", "ann"] {
        on.database.accounts.add_user(user(name)).await.unwrap();
    }
    let users = on.again().await.accounts.users().await.unwrap();
    assert_eq!(users.iter().map(|user| user.name.as_str()).collect::<Vec<_>>(), ["Park", "ann", "lee", "김"]);
}

async fn a_session_lives_until_its_end(on: Backend) {
    let accounts = &on.database.accounts;
    accounts.add_user(user("lee")).await.unwrap();
    let (short, long) = (session("short", "lee", 100), session("long", "lee", 200));
    accounts.open_session(short.clone()).await.unwrap();
    accounts.open_session(long.clone()).await.unwrap();
    let at = async |token: &Session, now: i64| accounts.session(token.token, Timestamp(now)).await.unwrap();
    assert_eq!(at(&short, 100).await, Some((short.clone(), user("lee"))));
    assert_eq!(at(&short, 101).await, None);
    accounts.sweep_sessions(Timestamp(100)).await.unwrap();
    assert!(at(&short, 100).await.is_some(), "not over yet");
    accounts.sweep_sessions(Timestamp(101)).await.unwrap();
    assert_eq!(at(&short, 1).await, None, "swept");
    assert_eq!(at(&long, 1).await, Some((long.clone(), user("lee"))));
    accounts.close_session(long.token).await.unwrap();
    accounts.close_session(long.token).await.unwrap();
    assert_eq!(at(&long, 1).await, None);
}

async fn a_disabled_account_has_no_session(on: Backend) {
    let accounts = &on.database.accounts;
    accounts.add_user(user("lee")).await.unwrap();
    let open = session("t", "lee", 100);
    accounts.open_session(open.clone()).await.unwrap();
    accounts.change_user(User { disabled: true, ..user("lee") }).await.unwrap();
    assert_eq!(accounts.session(open.token, Timestamp(1)).await.unwrap(), None);
}

async fn sessions_of_one_person_are_closed_together(on: Backend) {
    let accounts = &on.database.accounts;
    let open = [session("a", "lee", 100), session("b", "lee", 100), session("c", "ann", 100)];
    for name in ["lee", "ann"] {
        accounts.add_user(user(name)).await.unwrap();
    }
    for session in &open {
        accounts.open_session(session.clone()).await.unwrap();
    }
    accounts.close_sessions_of(&"lee".parse().unwrap()).await.unwrap();
    for session in open {
        let found = accounts.session(session.token, Timestamp(1)).await.unwrap();
        assert_eq!(found.is_some(), session.user.as_str() == "ann");
    }
}

async fn nobody_has_a_session_without_an_account(on: Backend) {
    let accounts = &on.database.accounts;
    let open = session("t", "lee", 100);
    accounts.open_session(open.clone()).await.unwrap();
    accounts.add_user(user("lee")).await.unwrap();
    assert_eq!(accounts.session(open.token, Timestamp(1)).await.unwrap(), None);
}
