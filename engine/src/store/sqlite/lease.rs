//! Leases, judged by SQLite's clock, which all processes on the file share.

use super::SqliteStore;
use crate::base::{Millis, RunId, Timestamp};
use crate::store::record::{self, Record, column};
use crate::store::{Error, Lease, Owner, fault};

pub(super) async fn acquire(
    store: &SqliteStore,
    run: RunId,
    owner: &Owner,
    ttl: Millis,
) -> Result<Option<Lease>, Error> {
    let mut unit = store.begin().await?;
    let taken = sqlx::query(
        "UPDATE lease
         SET owner = $2, token = token + 1, expires_at = CAST(unixepoch('subsec') * 1000 AS INTEGER) + $3
         WHERE run = $1
           AND (owner IS NULL OR owner = $2 OR expires_at <= CAST(unixepoch('subsec') * 1000 AS INTEGER))
         RETURNING run, token",
    )
    .bind(run.0)
    .bind(&owner.0)
    .bind(span(ttl))
    .fetch_optional(&mut unit.connection)
    .await
    .map_err(fault::of)?;
    let known = sqlx::query("SELECT 1 FROM run WHERE id = $1")
        .bind(run.0)
        .fetch_optional(&mut unit.connection)
        .await
        .map_err(fault::of)?;
    unit.commit().await?;
    match (taken, known) {
        (_, None) => Err(Error::NoSuchRun(run)),
        (taken, Some(_)) => taken.map(|row| record::lease(&row, owner)).transpose(),
    }
}

pub(super) async fn renew(store: &SqliteStore, owner: &Owner, ttl: Millis) -> Result<Vec<Lease>, Error> {
    let mut unit = store.begin().await?;
    let rows = sqlx::query(
        "UPDATE lease SET expires_at = CAST(unixepoch('subsec') * 1000 AS INTEGER) + $2
         WHERE owner = $1
         RETURNING run, token",
    )
    .bind(&owner.0)
    .bind(span(ttl))
    .fetch_all(&mut unit.connection)
    .await
    .map_err(fault::of)?;
    unit.commit().await?;
    rows.iter().map(|row| record::lease(row, owner)).collect()
}

pub(super) async fn release(store: &SqliteStore, lease: &Lease) -> Result<(), Error> {
    let mut unit = store.begin().await?;
    sqlx::query("UPDATE lease SET owner = NULL WHERE run = $1 AND owner = $2 AND token = $3")
        .bind(lease.run.0)
        .bind(&lease.owner.0)
        .bind(column(lease.token))
        .execute(&mut unit.connection)
        .await
        .map_err(fault::of)?;
    unit.commit().await
}

pub(super) async fn orphans(store: &SqliteStore) -> Result<Vec<RunId>, Error> {
    let rows = sqlx::query(
        "SELECT wanted.id
         FROM (SELECT id FROM run WHERE wants_engine = 1 UNION SELECT run FROM request WHERE answer IS NULL) AS wanted
         JOIN lease ON lease.run = wanted.id
         WHERE lease.owner IS NULL OR lease.expires_at <= CAST(unixepoch('subsec') * 1000 AS INTEGER)
         ORDER BY wanted.id",
    )
    .fetch_all(&mut *store.reader().await?)
    .await
    .map_err(fault::of)?;
    rows.iter().map(|row| Record::of("run", row).run("id")).collect()
}

pub(super) async fn now(store: &SqliteStore) -> Result<Timestamp, Error> {
    let row = sqlx::query("SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS now")
        .fetch_one(&mut *store.reader().await?)
        .await
        .map_err(fault::of)?;
    Record::of("clock", &row).instant("now")
}

/// A span of time that can be added to an instant without overflow.
fn span(ttl: Millis) -> i64 {
    column(ttl.0).min(i64::MAX / 2)
}
