//! A batch of appends in one transaction. The number of statements does not depend on the number of runs or rows.

use std::collections::HashMap;

use super::PostgresStore;
use super::connect::Unit;
use super::records;
use crate::base::{RequestId, RunId};
use crate::run::{Answer, AttemptId, Head, Row};
use crate::store::judge::{self, Held, Judgement, Piece};
use crate::store::record::{self, column, to_json};
use crate::store::{Append, Created, Error, fault};

pub(super) async fn create(store: &PostgresStore, created: Created) -> Result<(), Error> {
    let head = judge::first_rows(&created)?;
    let mut unit = store.begin().await?;
    let made = sqlx::query(
        "INSERT INTO run (id, runbook, mode, open, wants_engine, summary, seq, head)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(created.run.0)
    .bind(created.summary.runbook.as_str())
    .bind(created.summary.mode.keyword())
    .bind(created.summary.status.is_open())
    .bind(created.summary.status.wants_engine())
    .bind(to_json(&created.summary)?)
    .bind(column(head.seq))
    .bind(head.hash.0.to_vec())
    .execute(&mut *unit.connection)
    .await
    .map_err(fault::of)?;
    if made.rows_affected() == 0 {
        unit.commit().await?;
        return Err(Error::RunExists(created.run));
    }
    sqlx::query("INSERT INTO frozen (run, plan, source) VALUES ($1, $2, $3)")
        .bind(created.run.0)
        .bind(created.frozen.plan)
        .bind(created.frozen.source.into_bytes())
        .execute(&mut *unit.connection)
        .await
        .map_err(fault::of)?;
    sqlx::query("INSERT INTO lease (run, owner, token, expires_at) VALUES ($1, NULL, 0, 0)")
        .bind(created.run.0)
        .execute(&mut *unit.connection)
        .await
        .map_err(fault::of)?;
    let rows: Vec<_> = created.rows.iter().map(|row| (created.run, row)).collect();
    insert_rows(&mut unit, &rows).await?;
    records::deeds_of(&mut unit, &created.deeds).await?;
    unit.commit().await
}

pub(super) async fn append(store: &PostgresStore, batch: &[Append]) -> Result<Vec<Result<(), Error>>, Error> {
    let mut unit = store.begin().await?;
    let mut held = held(&mut unit, batch).await?;
    let Judgement { verdicts, rows, runs } = judge::judge(&mut held, batch);
    insert_rows(&mut unit, &rows).await?;
    update_runs(&mut unit, &runs).await?;
    let attempts = judge::attempts(batch, &verdicts);
    if !attempts.is_empty() {
        let mut ends = output_ends(&mut unit, &attempts).await?;
        insert_output(&mut unit, &judge::pieces(batch, &verdicts, &mut ends)).await?;
    }
    set_answers(&mut unit, &judge::answers(batch, &verdicts)).await?;
    unit.commit().await?;
    Ok(verdicts)
}

/// Locks the runs and their leases until the commit: whoever takes a lease over waits for this append, or this append sees
/// the new token.
async fn held(unit: &mut Unit, batch: &[Append]) -> Result<HashMap<RunId, Held>, Error> {
    let runs: Vec<_> = batch.iter().map(|append| append.lease.run.0).collect();
    let rows = sqlx::query(
        "SELECT run.id, run.seq, run.head, lease.owner, lease.token
         FROM run JOIN lease ON lease.run = run.id
         WHERE run.id = ANY($1)
         ORDER BY run.id
         FOR NO KEY UPDATE",
    )
    .bind(runs)
    .fetch_all(&mut *unit.connection)
    .await
    .map_err(fault::of)?;
    rows.iter().map(record::held).collect()
}

async fn insert_rows(unit: &mut Unit, rows: &[(RunId, &Row)]) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO journal (run, seq, at, event, hash)
         SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[], $5::bytea[])",
    )
    .bind(rows.iter().map(|(run, _)| run.0).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, row)| column(row.seq)).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, row)| row.at.0).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, row)| row.event.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|(_, row)| row.hash.0.to_vec()).collect::<Vec<_>>())
    .execute(&mut *unit.connection)
    .await
    .map_err(fault::of)?;
    Ok(())
}

async fn update_runs(unit: &mut Unit, runs: &[(&Append, Head)]) -> Result<(), Error> {
    if runs.is_empty() {
        return Ok(());
    }
    let summaries = runs.iter().map(|(append, _)| to_json(&append.summary)).collect::<Result<Vec<_>, _>>()?;
    sqlx::query(
        "UPDATE run
         SET seq = given.seq, head = given.head, open = given.open, wants_engine = given.wants_engine,
             summary = given.summary
         FROM unnest($1::uuid[], $2::bigint[], $3::bytea[], $4::boolean[], $5::boolean[], $6::text[])
              AS given (id, seq, head, open, wants_engine, summary)
         WHERE run.id = given.id",
    )
    .bind(runs.iter().map(|(append, _)| append.lease.run.0).collect::<Vec<_>>())
    .bind(runs.iter().map(|(_, head)| column(head.seq)).collect::<Vec<_>>())
    .bind(runs.iter().map(|(_, head)| head.hash.0.to_vec()).collect::<Vec<_>>())
    .bind(runs.iter().map(|(append, _)| append.summary.status.is_open()).collect::<Vec<_>>())
    .bind(runs.iter().map(|(append, _)| append.summary.status.wants_engine()).collect::<Vec<_>>())
    .bind(summaries)
    .execute(&mut *unit.connection)
    .await
    .map_err(fault::of)?;
    Ok(())
}

async fn output_ends(
    unit: &mut Unit,
    attempts: &[(RunId, AttemptId)],
) -> Result<HashMap<(RunId, AttemptId), u64>, Error> {
    let rows = sqlx::query(
        "SELECT run, attempt, max(place + length(bytes)) AS kept
         FROM unnest($1::uuid[], $2::bigint[]) AS given (run, attempt)
         JOIN output USING (run, attempt)
         GROUP BY run, attempt",
    )
    .bind(attempts.iter().map(|(run, _)| run.0).collect::<Vec<_>>())
    .bind(attempts.iter().map(|(_, attempt)| i64::from(attempt.0)).collect::<Vec<_>>())
    .fetch_all(&mut *unit.connection)
    .await
    .map_err(fault::of)?;
    rows.iter().map(record::output_end).collect()
}

async fn insert_output(unit: &mut Unit, pieces: &[Piece<'_>]) -> Result<(), Error> {
    if pieces.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO output (run, attempt, place, bytes)
         SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bytea[])",
    )
    .bind(pieces.iter().map(|piece| piece.run.0).collect::<Vec<_>>())
    .bind(pieces.iter().map(|piece| i64::from(piece.attempt.0)).collect::<Vec<_>>())
    .bind(pieces.iter().map(|piece| column(piece.place)).collect::<Vec<_>>())
    .bind(pieces.iter().map(|piece| piece.text.as_bytes()).collect::<Vec<_>>())
    .execute(&mut *unit.connection)
    .await
    .map_err(fault::of)?;
    Ok(())
}

async fn set_answers(unit: &mut Unit, answers: &[(RunId, RequestId, &Answer)]) -> Result<(), Error> {
    if answers.is_empty() {
        return Ok(());
    }
    let texts = answers.iter().map(|(_, _, answer)| to_json(answer)).collect::<Result<Vec<_>, _>>()?;
    sqlx::query(
        "UPDATE request SET answer = given.answer
         FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS given (run, id, answer)
         WHERE request.id = given.id AND request.run = given.run AND request.answer IS NULL",
    )
    .bind(answers.iter().map(|(run, _, _)| run.0).collect::<Vec<_>>())
    .bind(answers.iter().map(|(_, request, _)| request.0).collect::<Vec<_>>())
    .bind(texts)
    .execute(&mut *unit.connection)
    .await
    .map_err(fault::of)?;
    Ok(())
}
