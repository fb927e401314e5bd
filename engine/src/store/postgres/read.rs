//! Reading runs back: their frozen parts, rows, output and lists.

use sqlx::postgres::PgConnection;
use sqlx::{Postgres, QueryBuilder};

use super::PostgresStore;
use crate::base::RunId;
use crate::run::{AttemptId, Row};
use crate::store::record::{self, Record, column};
use crate::store::{Error, Frozen, RunFilter, RunSummary, Stored, fault};

pub(super) async fn load(store: &PostgresStore, run: RunId) -> Result<Stored, Error> {
    let mut connection = store.connection().await?;
    let frozen = frozen_of(&mut connection, run).await?;
    let rows = rows_after(&mut connection, run, 0, u32::MAX).await?;
    Ok(Stored { frozen, rows })
}

pub(super) async fn frozen(store: &PostgresStore, run: RunId) -> Result<Frozen, Error> {
    frozen_of(&mut *store.connection().await?, run).await
}

async fn frozen_of(connection: &mut PgConnection, run: RunId) -> Result<Frozen, Error> {
    let found = sqlx::query("SELECT run, plan, source FROM frozen WHERE run = $1")
        .bind(run.0)
        .fetch_optional(connection)
        .await
        .map_err(fault::of)?;
    record::frozen(&found.ok_or(Error::NoSuchRun(run))?)
}

pub(super) async fn rows(store: &PostgresStore, run: RunId, seq: u64, limit: u32) -> Result<Vec<Row>, Error> {
    let mut connection = store.connection().await?;
    let rows = rows_after(&mut connection, run, seq, limit).await?;
    if rows.is_empty() {
        must_exist(&mut connection, run).await?;
    }
    Ok(rows)
}

pub(super) async fn output(store: &PostgresStore, run: RunId, attempt: AttemptId) -> Result<String, Error> {
    let mut connection = store.connection().await?;
    let pieces = sqlx::query("SELECT run, attempt, bytes FROM output WHERE run = $1 AND attempt = $2 ORDER BY place")
        .bind(run.0)
        .bind(i64::from(attempt.0))
        .fetch_all(&mut *connection)
        .await
        .map_err(fault::of)?;
    if pieces.is_empty() {
        must_exist(&mut connection, run).await?;
    }
    pieces.iter().map(|piece| Record::of("output", piece).text_of_bytes("bytes")).collect()
}

pub(super) async fn runs(store: &PostgresStore, filter: RunFilter) -> Result<Vec<RunSummary>, Error> {
    let mut query = QueryBuilder::<Postgres>::new(
        "SELECT run.id, run.summary, run.seq,
                CASE WHEN lease.expires_at > (extract(epoch FROM clock_timestamp()) * 1000)::bigint
                     THEN lease.owner END AS owner
         FROM run JOIN lease ON lease.run = run.id
         WHERE true",
    );
    if let Some(runbook) = filter.runbook {
        query.push(" AND run.runbook = ").push_bind(String::from(runbook));
    }
    if let Some(mode) = filter.mode {
        query.push(" AND run.mode = ").push_bind(mode.keyword());
    }
    if filter.open_only {
        query.push(" AND run.open");
    }
    if let Some(before) = filter.before {
        query.push(" AND run.id < ").push_bind(before.0);
    }
    if let Some(after) = filter.after {
        query.push(" AND run.id > ").push_bind(after);
    }
    // Ids carry the time of declaration, so the greatest is the newest.
    query.push(" ORDER BY run.id DESC");
    if filter.limit > 0 {
        query.push(" LIMIT ").push_bind(i64::from(filter.limit));
    }
    let rows = query.build().fetch_all(&mut *store.connection().await?).await.map_err(fault::of)?;
    rows.iter().map(record::run_summary).collect()
}

pub(super) async fn must_exist(connection: &mut PgConnection, run: RunId) -> Result<(), Error> {
    let known = sqlx::query("SELECT 1 FROM run WHERE id = $1").bind(run.0).fetch_optional(connection).await;
    known.map_err(fault::of)?.map(|_| ()).ok_or(Error::NoSuchRun(run))
}

async fn rows_after(connection: &mut PgConnection, run: RunId, seq: u64, limit: u32) -> Result<Vec<Row>, Error> {
    let rows =
        sqlx::query("SELECT run, seq, at, event, hash FROM journal WHERE run = $1 AND seq > $2 ORDER BY seq LIMIT $3")
            .bind(run.0)
            .bind(column(seq))
            .bind(i64::from(limit))
            .fetch_all(connection)
            .await
            .map_err(fault::of)?;
    rows.iter().map(record::journal_row).collect()
}
