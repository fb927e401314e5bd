//! The PostgreSQL server goes away and returns.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use engine::base::{Lang, Millis};
use engine::run::Head;
use engine::store::{self, Error};
use harness::postgres::Cluster;
use sqlx::{Connection as _, PgConnection};

use crate::world::{HOUR, append, commit, created, owner, run_id, taken, verified};

/// The writer does what an engine does: it tries the same append again until it is told yes or no.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_crashes_amid_appends_loses_nothing_acknowledged_and_work_goes_on() {
    let cluster = Cluster::start();
    let store = store::open(&cluster.database().await).await.unwrap().store;
    let (lease, mut head) = taken(&*store, run_id(1), &owner("a")).await;
    let acknowledged = Arc::new(AtomicU64::new(head.seq));
    let refusals = Arc::new(AtomicU64::new(0));
    let stop = Arc::new(AtomicBool::new(false));
    let writer = tokio::spawn({
        let (store, acknowledged, stop) = (Arc::clone(&store), Arc::clone(&acknowledged), Arc::clone(&stop));
        let refusals = Arc::clone(&refusals);
        async move {
            while !stop.load(Ordering::SeqCst) {
                let given = append(&lease, &mut head, 3);
                loop {
                    match commit(&*store, given.clone()).await {
                        Ok(()) => break,
                        Err(Error::Unavailable { next_step, .. }) => {
                            assert!(next_step.get(Lang::En).contains("database"), "{next_step}");
                            refusals.fetch_add(1, Ordering::SeqCst);
                            tokio::time::sleep(Duration::from_millis(5)).await;
                        }
                        Err(other) => panic!("{other}"),
                    }
                }
                acknowledged.store(head.seq, Ordering::SeqCst);
            }
            head
        }
    });
    for _ in 0..4 {
        until_above(&acknowledged, acknowledged.load(Ordering::SeqCst) + 30).await;
        let before = refusals.load(Ordering::SeqCst);
        cluster.stop_immediate();
        let told = acknowledged.load(Ordering::SeqCst);
        until_above(&refusals, before).await;
        cluster.restart();
        until_above(&acknowledged, told).await;
    }
    stop.store(true, Ordering::SeqCst);
    let head = writer.await.unwrap();
    assert_eq!(verified(run_id(1), &store.load(run_id(1)).await.unwrap().rows), head);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_without_its_password() {
    let nowhere = "postgres://kim:s3cret@127.0.0.1:1/relight";
    let error = store::open(nowhere).await.unwrap_err();
    let Error::Unavailable { next_step, .. } = &error else { panic!("{error}") };
    assert!(next_step.get(Lang::En).contains("start the database"), "{next_step}");
    assert!(!error.to_string().contains("s3cret"), "{error}");
}

#[tokio::test]
async fn a_missing_database_is_named() {
    let url = Cluster::shared().database().await.replace("?host", "_but_not_this?host");
    let error = store::open(&url).await.unwrap_err();
    let Error::Unavailable { next_step, .. } = &error else { panic!("{error}") };
    assert!(next_step.get(Lang::En).contains("make the database"), "{next_step}");
}

/// Callers go away in the middle, as browsers do; their calls come to an end all the same and leave no open transaction.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_are_given_up_leave_no_transaction_open() {
    let url = Cluster::shared().database().await;
    let store = store::open(&url).await.unwrap().store;
    for n in 1..=200 {
        let call = store.create(created(run_id(n), &mut Head::START.clone()));
        let _ = tokio::time::timeout(Duration::from_micros(u64::try_from(n).unwrap() * 10), call).await;
    }
    // Each of these waits for whatever still holds its run, so afterwards all calls are through.
    let mut watcher = PgConnection::connect(&url).await.unwrap();
    let open = "SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND state LIKE 'idle in transaction%'
                  AND now() - state_change > interval '1 second'";
    let busy = "SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'";
    while sqlx::query_scalar::<_, i64>(busy).fetch_one(&mut watcher).await.unwrap() > 0 {
        let stuck: i64 = sqlx::query_scalar(open).fetch_one(&mut watcher).await.unwrap();
        assert_eq!(stuck, 0);
    }
    for run in store.runs(store::RunFilter::default()).await.unwrap() {
        assert_eq!(store.load(run.run).await.unwrap().rows.len(), 2);
    }
}

/// The lease is what counts, not the transaction that was first: an append that waits for a take-over is refused after it.
#[tokio::test]
async fn an_append_that_meets_a_takeover_sees_its_outcome() {
    let url = Cluster::shared().database().await;
    let store = store::open(&url).await.unwrap().store;
    let (_, mut head) = taken(&*store, run_id(1), &owner("a")).await;
    let lease = store.acquire(run_id(1), &owner("a"), Millis(0)).await.unwrap().unwrap();
    let mut other = PgConnection::connect(&url).await.unwrap();
    sqlx::raw_sql("BEGIN; UPDATE lease SET owner = 'b', token = token + 1").execute(&mut other).await.unwrap();
    let waiting = tokio::spawn({
        let store = Arc::clone(&store);
        let given = append(&lease, &mut head, 1);
        async move { commit(&*store, given).await }
    });
    let locked = "SELECT count(*) FROM pg_locks WHERE NOT granted";
    let mut watcher = PgConnection::connect(&url).await.unwrap();
    while sqlx::query_scalar::<_, i64>(locked).fetch_one(&mut watcher).await.unwrap() == 0 {
        assert!(!waiting.is_finished(), "an append can not pass a take-over that is under way");
    }
    sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
    assert!(matches!(waiting.await.unwrap(), Err(Error::Fenced { held: 3, ours: 2, .. })));
    assert!(store.acquire(run_id(1), &owner("b"), HOUR).await.unwrap().is_some());
}

async fn until_above(counter: &AtomicU64, bound: u64) {
    while counter.load(Ordering::SeqCst) <= bound {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
