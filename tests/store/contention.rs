//! Several engines at once on one database.

use std::sync::Arc;

use engine::base::Millis;
use engine::run::Head;
use engine::store::Error;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::backend::{Backend, on_every_backend};
use crate::world::{HOUR, append, commit, created, owner, request_id, run_id, submission, taken, verified};

on_every_backend! {
    of_engines_that_grab_a_run_at_once_one_gets_it,
    engines_that_fight_over_a_run_never_mix_their_rows,
    engines_on_their_own_runs_do_not_hinder_each_other,
}

async fn of_engines_that_grab_a_run_at_once_one_gets_it(on: Backend) {
    for n in 1..=10 {
        on.database.store.create(created(run_id(n), &mut Head::START.clone())).await.unwrap();
    }
    let start = Arc::new(Barrier::new(4));
    let mut engines = JoinSet::new();
    for engine in 0..4 {
        let (store, start) = (on.again().await.store, Arc::clone(&start));
        engines.spawn(async move {
            start.wait().await;
            let mut got = Vec::new();
            for n in 1..=10 {
                got.extend(store.acquire(run_id(n), &owner(&format!("engine {engine}")), HOUR).await.unwrap());
            }
            got
        });
    }
    let mut got: Vec<_> = engines.join_all().await.into_iter().flatten().collect();
    got.sort_by_key(|lease| lease.run);
    assert_eq!(got.iter().map(|lease| lease.run).collect::<Vec<_>>(), (1..=10).map(run_id).collect::<Vec<_>>());
    assert!(got.iter().all(|lease| lease.token == 1));
}

/// Each engine takes the run as soon as it may, with leases that are over at once, and writes until it is refused. Whatever
/// the order, the journal must be one chain that holds exactly what was acknowledged.
async fn engines_that_fight_over_a_run_never_mix_their_rows(on: Backend) {
    let run = run_id(1);
    on.database.store.create(created(run, &mut Head::START.clone())).await.unwrap();
    let mut engines = JoinSet::new();
    for engine in 0..3 {
        let store = on.again().await.store;
        engines.spawn(async move {
            let (mut kept, mut fenced) = (0, 0);
            while kept < 30 {
                let Some(lease) = store.acquire(run, &owner(&format!("engine {engine}")), Millis(0)).await.unwrap()
                else {
                    continue;
                };
                let mut head = verified(run, &store.load(run).await.unwrap().rows);
                for _ in 0..5 {
                    match commit(&*store, append(&lease, &mut head, 2)).await {
                        Ok(()) => kept += 1,
                        Err(Error::Fenced { held, ours, .. }) => {
                            assert!(held > ours);
                            fenced += 1;
                            break;
                        }
                        Err(Error::Conflict { .. }) => break, // another one wrote between our reading and our taking
                        Err(other) => panic!("{other}"),
                    }
                    tokio::task::yield_now().await;
                }
            }
            (kept, fenced)
        });
    }
    let told = engines.join_all().await;
    let kept: u64 = told.iter().map(|(kept, _)| kept).sum();
    assert_eq!(verified(run, &on.database.store.load(run).await.unwrap().rows).seq, 2 + 2 * kept, "{told:?}");
}

async fn engines_on_their_own_runs_do_not_hinder_each_other(on: Backend) {
    let mut engines = JoinSet::new();
    for n in 1..=4 {
        let store = on.again().await.store;
        engines.spawn(async move {
            let us = owner(&format!("engine {n}"));
            let (lease, mut head) = taken(&*store, run_id(n), &us).await;
            for step in 0..25 {
                commit(&*store, append(&lease, &mut head, 3)).await.unwrap();
                store.submit(submission(request_id(n * 100 + step), run_id(n)), Vec::new()).await.unwrap();
                assert_eq!(store.renew(&us, HOUR).await.unwrap().len(), 1);
            }
            (run_id(n), head)
        });
    }
    for (run, head) in engines.join_all().await {
        assert_eq!(verified(run, &on.database.store.load(run).await.unwrap().rows), head);
        assert_eq!(on.database.store.pending(&[run]).await.unwrap().len(), 25);
    }
}
