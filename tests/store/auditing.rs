//! Hands on the table of deeds: what a walk along the log finds, on the real databases.

use engine::base::Digest;
use engine::run::{Actor, Door};
use engine::store::{BrokenDeeds, Changed, Deed, DeedChain, DeedOutcome, DeedsWalked, walk_deeds};
use sqlx::{Connection as _, PgConnection, SqliteConnection};

use crate::backend::{Backend, postgres, sqlite};
use crate::world::NOW;

/// Rows that are recorded before somebody meddles with them.
const ROWS: u64 = 7;

async fn record(on: &Backend, rows: u64) {
    for row in 0..rows {
        let deed = Deed {
            at: NOW,
            by: Actor { name: "kim".parse().unwrap(), roles: Vec::new(), via: Door::Console },
            on_behalf_of: None,
            origin: "10.0.0.1".to_owned(),
            act: "user.add".to_owned(),
            object: format!("user/{row}"),
            before: None,
            after: None,
            outcome: DeedOutcome::Done,
            reason: "정기".to_owned(),
        };
        let recorded = on.database.store.change(NOW, Vec::new(), vec![deed]).await.unwrap();
        assert_eq!(recorded, Changed::Done);
    }
}

async fn execute(on: &Backend, sql: &str) {
    let url = on.url.as_deref().unwrap();
    if let Some(path) = url.strip_prefix("sqlite://") {
        let mut connection = SqliteConnection::connect(&format!("sqlite://{path}")).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
    }
}

async fn walk(on: &Backend, known: Option<DeedChain>) -> DeedsWalked {
    walk_deeds(&*on.again().await.store, known.as_slice()).await.unwrap()
}

/// What is done to a fresh log of [`ROWS`] rows, and the first row that is not in order after it.
const MEDDLING: [(&str, BrokenDeeds); 9] = [
    ("UPDATE deed SET entry = replace(entry, 'kim', 'lee') WHERE seq = 3", BrokenDeeds::Changed { seq: 3 }),
    ("UPDATE deed SET entry = replace(entry, '정기', '수시') WHERE seq = 1", BrokenDeeds::Changed { seq: 1 }),
    ("UPDATE deed SET hash = (SELECT hash FROM deed WHERE seq = 6) WHERE seq = 5", BrokenDeeds::Changed { seq: 5 }),
    ("DELETE FROM deed WHERE seq = 4", BrokenDeeds::Gap { wanted: 4, found: 5 }),
    ("DELETE FROM deed WHERE seq = 1", BrokenDeeds::Gap { wanted: 1, found: 2 }),
    (
        "UPDATE deed SET seq = 100 WHERE seq = 2; UPDATE deed SET seq = 2 WHERE seq = 3; UPDATE deed SET seq = 3 WHERE seq = 100",
        BrokenDeeds::Changed { seq: 2 },
    ),
    ("DELETE FROM deed WHERE seq = 2; UPDATE deed SET seq = 2 WHERE seq = 7", BrokenDeeds::Changed { seq: 2 }),
    // The entry is untouched, but nobody who looks for it finds it.
    ("UPDATE deed SET actor = 'lee' WHERE seq = 6", BrokenDeeds::Columns { seq: 6 }),
    ("UPDATE deed SET outcome = 'refused' WHERE seq = 7", BrokenDeeds::Columns { seq: 7 }),
];

async fn every_way_of_meddling_is_found(fresh: impl AsyncFn() -> Backend) {
    for (sql, broken) in MEDDLING {
        let on = fresh().await;
        record(&on, ROWS).await;
        let whole = walk(&on, None).await;
        assert_eq!((whole.end.seq, whole.broken), (ROWS, None));
        execute(&on, sql).await;
        let walked = walk(&on, None).await;
        let seq = match &broken {
            BrokenDeeds::Gap { wanted: seq, .. }
            | BrokenDeeds::Changed { seq }
            | BrokenDeeds::Columns { seq }
            | BrokenDeeds::Unreadable { seq, .. } => *seq,
        };
        assert_eq!(walked.broken, Some(broken), "{sql}");
        assert_eq!(walked.end.seq, seq - 1, "{sql}");
    }
}

async fn rows_cut_off_the_end_are_only_found_with_a_head_kept_elsewhere(on: Backend) {
    record(&on, ROWS).await;
    let head = walk(&on, None).await.end;
    assert_eq!(walk(&on, Some(head)).await.holds, Some(true));
    record(&on, 1).await;
    assert_eq!(walk(&on, Some(head)).await.holds, Some(true), "the log has grown beyond it");
    execute(&on, &format!("DELETE FROM deed WHERE seq >= {ROWS}")).await;
    let cut = walk(&on, Some(head)).await;
    assert_eq!((cut.end.seq, cut.broken, cut.holds), (ROWS - 1, None, Some(false)));
    let other = DeedChain { seq: 3, hash: Digest::of(b"other") };
    assert_eq!(walk(&on, Some(other)).await.holds, Some(false));
}

async fn a_log_without_rows_is_in_order(on: Backend) {
    let none = DeedsWalked { end: DeedChain::START, broken: None, holds: None };
    assert_eq!(walk(&on, None).await, none);
}

#[tokio::test]
async fn every_way_of_meddling_with_sqlite_is_found() {
    every_way_of_meddling_is_found(sqlite).await;
}

#[tokio::test]
async fn every_way_of_meddling_with_postgres_is_found() {
    every_way_of_meddling_is_found(postgres).await;
}

#[tokio::test]
async fn rows_cut_off_sqlite_are_only_found_with_a_head_kept_elsewhere() {
    rows_cut_off_the_end_are_only_found_with_a_head_kept_elsewhere(sqlite().await).await;
}

#[tokio::test]
async fn rows_cut_off_postgres_are_only_found_with_a_head_kept_elsewhere() {
    rows_cut_off_the_end_are_only_found_with_a_head_kept_elsewhere(postgres().await).await;
}

#[tokio::test]
async fn an_empty_log_is_in_order_on_both() {
    a_log_without_rows_is_in_order(sqlite().await).await;
    a_log_without_rows_is_in_order(postgres().await).await;
}
