//! Reading runs back: their frozen parts, rows, output and lists.

use sqlx::sqlite::SqliteConnection;
use sqlx::{QueryBuilder, Sqlite};

use super::SqliteStore;
use crate::base::{Digest, RunId, Timestamp};
use crate::run::{AttemptId, Row};
use crate::store::record::{self, Record, column};
use crate::store::{Error, Frozen, RunFilter, RunSummary, Stored, fault};

pub(super) async fn load(store: &SqliteStore, run: RunId) -> Result<Stored, Error> {
    let mut reader = store.reader().await?;
    let frozen = frozen_of(&mut reader, run).await?;
    let rows = rows_after(&mut reader, run, 0, u32::MAX).await?;
    Ok(Stored { frozen, rows })
}

pub(super) async fn frozen(store: &SqliteStore, run: RunId) -> Result<Frozen, Error> {
    frozen_of(&mut *store.reader().await?, run).await
}

async fn frozen_of(reader: &mut SqliteConnection, run: RunId) -> Result<Frozen, Error> {
    let found = sqlx::query("SELECT run, plan, source FROM frozen WHERE run = $1")
        .bind(run.0)
        .fetch_optional(reader)
        .await
        .map_err(fault::of)?;
    record::frozen(&found.ok_or(Error::NoSuchRun(run))?)
}

pub(super) async fn rows(store: &SqliteStore, run: RunId, seq: u64, limit: u32) -> Result<Vec<Row>, Error> {
    let mut reader = store.reader().await?;
    let rows = rows_after(&mut reader, run, seq, limit).await?;
    if rows.is_empty() {
        must_exist(&mut reader, run).await?;
    }
    Ok(rows)
}

pub(super) async fn output(store: &SqliteStore, run: RunId, attempt: AttemptId) -> Result<String, Error> {
    let mut reader = store.reader().await?;
    let pieces = sqlx::query("SELECT run, attempt, bytes FROM output WHERE run = $1 AND attempt = $2 ORDER BY place")
        .bind(run.0)
        .bind(attempt.0)
        .fetch_all(&mut *reader)
        .await
        .map_err(fault::of)?;
    if pieces.is_empty() {
        must_exist(&mut reader, run).await?;
    }
    pieces.iter().map(|piece| Record::of("output", piece).text_of_bytes("bytes")).collect()
}

pub(super) async fn runs(store: &SqliteStore, filter: RunFilter) -> Result<Vec<RunSummary>, Error> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT run.id, run.summary, run.seq,
                CASE WHEN lease.expires_at > CAST(unixepoch('subsec') * 1000 AS INTEGER) THEN lease.owner END AS owner
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
        query.push(" AND run.open = 1");
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
    let rows = query.build().fetch_all(&mut *store.reader().await?).await.map_err(fault::of)?;
    rows.iter().map(record::run_summary).collect()
}

/// Rows that are read at once.
const AT_ONCE: u32 = 4_096;

/// A page of rows as one value, a line a row: handing over each row by itself would cost the driver several times what is in it.
/// An event holds no end of line, and what numbers and digest are is seen to by the table.
const PAGE: &str =
    "SELECT CAST(group_concat(seq || ' ' || at || ' ' || hex(hash) || ' ' || event, char(10) ORDER BY seq) AS BLOB)
     FROM (SELECT seq, at, hash, event FROM journal WHERE run = $1 AND seq > $2 ORDER BY seq LIMIT $3)";

async fn rows_after(reader: &mut SqliteConnection, run: RunId, seq: u64, limit: u32) -> Result<Vec<Row>, Error> {
    let mut rows: Vec<Row> = Vec::new();
    let mut left = limit;
    while left > 0 {
        let (wanted, before) = (left.min(AT_ONCE), rows.len());
        let known = rows.last().map_or(seq, |row| row.seq);
        let page: Option<Vec<u8>> = sqlx::query_scalar(PAGE)
            .bind(run.0)
            .bind(column(known))
            .bind(i64::from(wanted))
            .fetch_one(&mut *reader)
            .await
            .map_err(fault::of)?;
        let Some(page) = page else { break };
        for line in page.split(|byte| *byte == b'\n') {
            let unreadable = || {
                let row = format!("{run} {}", rows.last().map_or(known, |row| row.seq) + 1);
                Error::Inconsistent { table: "journal", column: "event", row }
            };
            let row = row_of(line).ok_or_else(unreadable)?;
            rows.push(row);
        }
        if rows.len() - before < wanted as usize {
            break;
        }
        left -= wanted;
    }
    Ok(rows)
}

fn row_of(line: &[u8]) -> Option<Row> {
    let mut parts = std::str::from_utf8(line).ok()?.splitn(4, ' ');
    let (seq, at, hash, event) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let mut digest = Digest::ZERO;
    hex::decode_to_slice(hash, &mut digest.0).ok()?;
    Some(Row { seq: seq.parse().ok()?, at: Timestamp(at.parse().ok()?), event: event.to_owned(), hash: digest })
}

async fn must_exist(reader: &mut SqliteConnection, run: RunId) -> Result<(), Error> {
    let known = sqlx::query("SELECT 1 FROM run WHERE id = $1").bind(run.0).fetch_optional(reader).await;
    known.map_err(fault::of)?.map(|_| ()).ok_or(Error::NoSuchRun(run))
}
