//! Locks across runs.

use std::collections::BTreeSet;

use super::PostgresStore;
use crate::base::LockName;
use crate::run::Claim;
use crate::store::{Error, Lease, fault, record};

pub(super) async fn claim(store: &PostgresStore, lease: &Lease, locks: &BTreeSet<LockName>) -> Result<Claim, Error> {
    let names: Vec<&str> = locks.iter().map(LockName::as_str).collect();
    loop {
        let mut unit = store.begin().await?;
        // Whoever takes the run over waits until this is committed.
        let held = sqlx::query("SELECT run, owner, token FROM lease WHERE run = $1 FOR SHARE")
            .bind(lease.run.0)
            .fetch_optional(&mut *unit.connection)
            .await
            .map_err(fault::of)?;
        let taken_by = sqlx::query(
            "SELECT held_lock.name, held_lock.run, run.runbook
             FROM held_lock JOIN run ON run.id = held_lock.run
             WHERE held_lock.name = ANY($1) AND run.open AND run.id <> $2
             ORDER BY held_lock.name
             LIMIT 1",
        )
        .bind(&names)
        .bind(lease.run.0)
        .fetch_optional(&mut *unit.connection)
        .await
        .map_err(fault::of)?;
        let judged =
            record::in_force(held.as_ref(), lease).and_then(|()| taken_by.as_ref().map(record::held_lock).transpose());
        if !matches!(judged, Ok(None)) {
            unit.commit().await?;
            return Ok(judged?.unwrap_or(Claim::Taken));
        }
        // In the order of names, so that two that want the same ones wait for each other in one place and never in a circle.
        let taken = sqlx::query(
            "INSERT INTO held_lock (name, run)
             SELECT name, $2 FROM unnest($1::text[]) AS wanted (name) ORDER BY name
             ON CONFLICT (name) DO UPDATE SET run = excluded.run
             WHERE held_lock.run = excluded.run OR NOT (SELECT open FROM run WHERE run.id = held_lock.run)",
        )
        .bind(&names)
        .bind(lease.run.0)
        .execute(&mut *unit.connection)
        .await
        .map_err(fault::of)?;
        if taken.rows_affected() == names.len() as u64 {
            unit.commit().await?;
            return Ok(Claim::Taken);
        }
        // Another run was faster. Given up, the unit undoes what it took; asked again, the store names that run.
    }
}
