//! Locks across runs. The one writer of the file judges; other processes wait for its transaction.

use std::collections::BTreeSet;

use super::SqliteStore;
use crate::base::LockName;
use crate::run::Claim;
use crate::store::record::{self, to_json};
use crate::store::{Error, Lease, fault};

pub(super) async fn claim(store: &SqliteStore, lease: &Lease, locks: &BTreeSet<LockName>) -> Result<Claim, Error> {
    let names = to_json(locks)?;
    let mut unit = store.begin().await?;
    let held = sqlx::query("SELECT run, owner, token FROM lease WHERE run = $1")
        .bind(lease.run.0)
        .fetch_optional(&mut unit.connection)
        .await
        .map_err(fault::of)?;
    let taken_by = sqlx::query(
        "SELECT held_lock.name, held_lock.run, run.runbook
         FROM json_each($1) AS wanted
         JOIN held_lock ON held_lock.name = wanted.value
         JOIN run ON run.id = held_lock.run
         WHERE run.open = 1 AND run.id <> $2
         ORDER BY held_lock.name
         LIMIT 1",
    )
    .bind(&names)
    .bind(lease.run.0)
    .fetch_optional(&mut unit.connection)
    .await
    .map_err(fault::of)?;
    let judged =
        record::in_force(held.as_ref(), lease).and_then(|()| taken_by.as_ref().map(record::held_lock).transpose());
    if matches!(judged, Ok(None)) {
        sqlx::query(
            "INSERT INTO held_lock (name, run) SELECT value, $2 FROM json_each($1) WHERE true
             ON CONFLICT (name) DO UPDATE SET run = excluded.run",
        )
        .bind(&names)
        .bind(lease.run.0)
        .execute(&mut unit.connection)
        .await
        .map_err(fault::of)?;
    }
    unit.commit().await?;
    Ok(judged?.unwrap_or(Claim::Taken))
}
