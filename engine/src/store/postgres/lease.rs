//! Leases, judged by the server's clock: nodes with clocks apart still agree on who owns a run.

use super::PostgresStore;
use super::read::must_exist;
use crate::base::{Digest, Millis, RunId, Timestamp};
use crate::store::record::{self, Record, column};
use crate::store::{Error, Lease, Owner, fault};

pub(super) async fn acquire(
    store: &PostgresStore,
    run: RunId,
    owner: &Owner,
    ttl: Millis,
) -> Result<Option<Lease>, Error> {
    let mut connection = store.connection().await?;
    // Of two that come at once the second waits for the first one's row and then finds the lease taken.
    let taken = sqlx::query(
        "UPDATE lease
         SET owner = $2, token = token + 1,
             expires_at = (extract(epoch FROM clock_timestamp()) * 1000)::bigint + $3
         WHERE run = $1
           AND (owner IS NULL OR owner = $2
                OR expires_at <= (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
         RETURNING run, token",
    )
    .bind(run.0)
    .bind(&owner.0)
    .bind(span(ttl))
    .fetch_optional(&mut *connection)
    .await
    .map_err(fault::of)?;
    if taken.is_none() {
        must_exist(&mut connection, run).await?;
    }
    taken.map(|row| record::lease(&row, owner)).transpose()
}

pub(super) async fn renew(store: &PostgresStore, owner: &Owner, ttl: Millis) -> Result<Vec<Lease>, Error> {
    let rows = sqlx::query(
        "WITH ours AS (SELECT run FROM lease WHERE owner = $1 ORDER BY run FOR NO KEY UPDATE)
         UPDATE lease SET expires_at = (extract(epoch FROM clock_timestamp()) * 1000)::bigint + $2
         FROM ours
         WHERE lease.run = ours.run
         RETURNING lease.run, lease.token",
    )
    .bind(&owner.0)
    .bind(span(ttl))
    .fetch_all(&mut *store.connection().await?)
    .await
    .map_err(fault::of)?;
    rows.iter().map(|row| record::lease(row, owner)).collect()
}

pub(super) async fn release(store: &PostgresStore, lease: &Lease) -> Result<(), Error> {
    sqlx::query("UPDATE lease SET owner = NULL WHERE run = $1 AND owner = $2 AND token = $3")
        .bind(lease.run.0)
        .bind(&lease.owner.0)
        .bind(column(lease.token))
        .execute(&mut *store.connection().await?)
        .await
        .map_err(fault::of)?;
    Ok(())
}

pub(super) async fn orphans(store: &PostgresStore) -> Result<Vec<RunId>, Error> {
    let rows = sqlx::query(
        "SELECT wanted.id
         FROM (SELECT id FROM run WHERE wants_engine UNION SELECT run FROM request WHERE answer IS NULL) AS wanted
         JOIN lease ON lease.run = wanted.id
         WHERE lease.owner IS NULL
            OR lease.expires_at <= (extract(epoch FROM clock_timestamp()) * 1000)::bigint
         ORDER BY wanted.id",
    )
    .fetch_all(&mut *store.connection().await?)
    .await
    .map_err(fault::of)?;
    rows.iter().map(|row| Record::of("run", row).run("id")).collect()
}

pub(super) async fn now(store: &PostgresStore) -> Result<Timestamp, Error> {
    let row = sqlx::query("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now")
        .fetch_one(&mut *store.connection().await?)
        .await
        .map_err(fault::of)?;
    Record::of("clock", &row).instant("now")
}

/// A snapshot names the transactions that are over and those that are not, so its text differs after every commit and never
/// comes back. It costs no table and no lock, where a counter of our own would line all commits up behind one row.
pub(super) async fn change_counter(store: &PostgresStore) -> Result<u64, Error> {
    let snapshot: String = sqlx::query_scalar("SELECT pg_current_snapshot()::text")
        .fetch_one(&mut *store.connection().await?)
        .await
        .map_err(fault::of)?;
    Ok(Digest::of(snapshot.as_bytes()).0.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// A span of time that can be added to an instant without overflow.
fn span(ttl: Millis) -> i64 {
    column(ttl.0).min(i64::MAX / 2)
}
