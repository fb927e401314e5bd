//! Locks across runs, on memory, SQLite and PostgreSQL alike.

use std::collections::BTreeSet;

use engine::base::{LockName, Millis};
use engine::run::{Claim, Holder, RunStatus};
use engine::store::{Error, Lease, Store};

use crate::backend::{Backend, on_every_backend};
use crate::world::{HOUR, append, commit, owner, run_id, summary, taken};

on_every_backend! {
    a_lock_is_one_run_s_until_that_run_is_over,
    locks_are_taken_all_or_none,
    a_run_that_is_taken_over_keeps_its_locks,
    an_owner_that_was_overtaken_takes_no_lock,
    of_many_runs_that_want_a_lock_one_gets_it,
}

fn names(written: &[&str]) -> BTreeSet<LockName> {
    written.iter().map(|name| name.parse().unwrap()).collect()
}

fn held(lock: &str, by: u128) -> Claim {
    let by = Holder { run: run_id(by), runbook: "three-tier".parse().unwrap() };
    Claim::Held { lock: lock.parse().unwrap(), by }
}

async fn claim(store: &dyn Store, lease: &Lease, written: &[&str]) -> Claim {
    store.claim(lease, &names(written)).await.unwrap()
}

async fn a_lock_is_one_run_s_until_that_run_is_over(on: Backend) {
    let store = &*on.database.store;
    let (first, mut head) = taken(store, run_id(1), &owner("a")).await;
    let (second, _) = taken(store, run_id(2), &owner("b")).await;
    assert_eq!(claim(store, &first, &["pg-main"]).await, Claim::Taken);
    assert_eq!(claim(store, &first, &["pg-main"]).await, Claim::Taken, "what is its own stays its own");
    assert_eq!(claim(store, &second, &["pg-main"]).await, held("pg-main", 1));
    let elsewhere = on.again().await.store;
    assert_eq!(claim(&*elsewhere, &second, &["pg-main"]).await, held("pg-main", 1), "other processes see it too");
    assert_eq!(claim(store, &second, &["mysql"]).await, Claim::Taken);

    store.release(&first).await.unwrap();
    assert_eq!(claim(store, &second, &["pg-main"]).await, held("pg-main", 1), "a run without an engine is not over");
    let first = store.acquire(run_id(1), &owner("a"), HOUR).await.unwrap().unwrap();
    let mut last = append(&first, &mut head, 1);
    last.summary = summary(RunStatus::Aborted);
    commit(store, last).await.unwrap();
    assert_eq!(claim(store, &second, &["pg-main"]).await, Claim::Taken);
}

async fn locks_are_taken_all_or_none(on: Backend) {
    let store = &*on.database.store;
    let (first, _) = taken(store, run_id(1), &owner("a")).await;
    let (second, _) = taken(store, run_id(2), &owner("a")).await;
    let (third, _) = taken(store, run_id(3), &owner("a")).await;
    assert_eq!(claim(store, &first, &["b"]).await, Claim::Taken);
    assert_eq!(claim(store, &second, &["a", "b", "c"]).await, held("b", 1));
    assert_eq!(claim(store, &third, &["a", "c"]).await, Claim::Taken, "the others were left alone");
    assert_eq!(claim(store, &second, &["c"]).await, held("c", 3));
}

async fn a_run_that_is_taken_over_keeps_its_locks(on: Backend) {
    let store = &*on.database.store;
    let (first, _) = taken(store, run_id(1), &owner("a")).await;
    let (second, _) = taken(store, run_id(2), &owner("b")).await;
    assert_eq!(claim(store, &first, &["pg-main"]).await, Claim::Taken);
    store.renew(&owner("a"), Millis::ZERO).await.unwrap();
    let over = store.acquire(run_id(1), &owner("b"), HOUR).await.unwrap().unwrap();
    assert_eq!(claim(store, &second, &["pg-main"]).await, held("pg-main", 1));
    assert_eq!(claim(store, &over, &["pg-main"]).await, Claim::Taken);
}

async fn an_owner_that_was_overtaken_takes_no_lock(on: Backend) {
    let store = &*on.database.store;
    let (stale, _) = taken(store, run_id(1), &owner("a")).await;
    let (other, _) = taken(store, run_id(2), &owner("b")).await;
    store.renew(&owner("a"), Millis::ZERO).await.unwrap();
    store.acquire(run_id(1), &owner("b"), HOUR).await.unwrap().unwrap();
    let refused = store.claim(&stale, &names(&["pg-main"])).await;
    assert!(matches!(refused, Err(Error::Fenced { run, ours: 1, held: 2 }) if run == run_id(1)), "{refused:?}");
    assert_eq!(claim(store, &other, &["pg-main"]).await, Claim::Taken);
    let unknown = Lease { run: run_id(9), ..other };
    let refused = store.claim(&unknown, &names(&["pg-main"])).await;
    assert!(matches!(refused, Err(Error::NoSuchRun(run)) if run == run_id(9)), "{refused:?}");
}

async fn of_many_runs_that_want_a_lock_one_gets_it(on: Backend) {
    const RUNS: u128 = 8;
    let mut leases = Vec::new();
    for n in 1..=RUNS {
        leases.push(taken(&*on.database.store, run_id(n), &owner("a")).await.0);
    }
    // Half of them ask through the eyes of another process, and in another order of names.
    let elsewhere = on.again().await.store;
    let wanted = ["a", "b", "c"];
    let claims = leases.iter().enumerate().map(|(n, lease)| {
        let store = if n % 2 == 0 { &on.database.store } else { &elsewhere };
        async move { store.claim(lease, &names(&wanted[n % 2..])).await.unwrap() }
    });
    let claims = futures::future::join_all(claims).await;
    assert_eq!(claims.iter().filter(|claim| **claim == Claim::Taken).count(), 1, "{claims:?}");
    let winner = claims.iter().zip(1..).find(|(claim, _)| **claim == Claim::Taken).unwrap().1;
    assert!(claims.iter().all(|claim| match claim {
        Claim::Taken => true,
        Claim::Held { by, .. } => by.run == run_id(winner),
    }));
}
