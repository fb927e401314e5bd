//! A batch of appends in one transaction. The number of statements does not depend on the number of runs or rows.
//!
//! An owner's ordinary append, rows alone, is judged by what its last commit left, so that the whole transaction is one journey
//! to the connection's thread and few statements; the transaction itself makes sure that the leases are still those.
//! Everything else is judged by what is read under the lock of the transaction.

use std::collections::HashMap;

use sqlx::Sqlite;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;

use super::SqliteStore;
use super::connect::Unit;
use super::records;
use crate::base::{RequestId, RunId};
use crate::run::{Answer, AttemptId, Head, Row};
use crate::store::judge::{self, Judgement, Piece};
use crate::store::record::{self, column, to_json};
use crate::store::{Append, Created, Error, fault};

pub(super) async fn create(store: &SqliteStore, created: Created) -> Result<(), Error> {
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
    .execute(&mut unit.connection)
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
        .execute(&mut unit.connection)
        .await
        .map_err(fault::of)?;
    sqlx::query("INSERT INTO lease (run, owner, token, expires_at) VALUES ($1, NULL, 0, 0)")
        .bind(created.run.0)
        .execute(&mut unit.connection)
        .await
        .map_err(fault::of)?;
    let rows: Vec<_> = created.rows.iter().map(|row| (created.run, row)).collect();
    sqlx::query(
        "INSERT INTO journal (run, seq, at, event, hash)
         SELECT unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, unhex(value ->> 4) FROM json_each($1)",
    )
    .bind(rows_as_json(&rows)?)
    .execute(&mut unit.connection)
    .await
    .map_err(fault::of)?;
    records::record_deeds(&mut unit.connection, &created.deeds).await?;
    unit.commit().await
}

/// The runs and leases that a batch is about, read under the lock of the transaction that will write.
const BEGIN: &str = "
    BEGIN IMMEDIATE;
    SELECT run.id, run.seq, run.head, lease.owner, lease.token
    FROM json_each($1) AS given
    JOIN run ON run.id = unhex(given.value)
    JOIN lease ON lease.run = run.id";

/// The rows of a batch, and where the journals of its runs end with them.
macro_rules! rows {
    () => {
        "
    INSERT INTO journal (run, seq, at, event, hash)
    SELECT unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, unhex(value ->> 4) FROM json_each($1);

    UPDATE run
    SET seq = value ->> 1, head = unhex(value ->> 2), summary = value ->> 5
    FROM json_each($2)
    WHERE run.id = unhex(value ->> 0);
"
    };
}

/// All that a batch writes; what it does not have is an empty list. One command, because each is a journey to the
/// connection's thread and back. `open` and `wants_engine` are written only when they change: they stand in indexes, of which
/// every page written is one more for the log.
const COMMIT: &str = concat!(
    rows!(),
    "
    UPDATE run
    SET open = value ->> 3, wants_engine = value ->> 4
    FROM json_each($2)
    WHERE run.id = unhex(value ->> 0) AND (run.open <> value ->> 3 OR run.wants_engine <> value ->> 4);

    INSERT INTO output (run, attempt, place, bytes)
    SELECT unhex(value ->> 0), value ->> 1, value ->> 2, CAST(value ->> 3 AS BLOB) FROM json_each($3);

    UPDATE request SET answer = value ->> 2
    FROM json_each($4)
    WHERE request.id = unhex(value ->> 1) AND request.run = unhex(value ->> 0) AND request.answer IS NULL;

    COMMIT"
);

/// What a batch writes of which nothing is in doubt: rows alone. Begins with what fails, and so ends the transaction without
/// effect, when a lease is not the one that its run was judged by: no token may be NULL. Nobody but the holder of a lease moves
/// the journal of its run, so a lease that holds is a journal that holds.
const ORDINARY: &str = concat!(
    "
    BEGIN IMMEDIATE;

    UPDATE lease SET token = NULL
    FROM json_each($3)
    WHERE lease.run = unhex(value ->> 0) AND (lease.token <> value ->> 1 OR lease.owner IS NOT value ->> 2);
",
    rows!(),
    "COMMIT"
);

pub(super) async fn append(store: &SqliteStore, batch: &[Append]) -> Result<Vec<Result<(), Error>>, Error> {
    if let Some(verdicts) = by_belief(store, batch).await? {
        return Ok(verdicts);
    }
    let runs: Vec<_> = batch.iter().map(|append| hex(append.lease.run)).collect();
    let (mut unit, held) = store.begin_by(BEGIN, &to_json(&runs)?).await?;
    let mut held = held.iter().map(record::held).collect::<Result<HashMap<_, _>, _>>()?;
    let judgement = judge::judge(&mut held, batch);
    let attempts = judge::attempts(batch, &judgement.verdicts);
    let mut ends = if attempts.is_empty() { HashMap::new() } else { output_ends(&mut unit, &attempts).await? };
    let pieces = judge::pieces(batch, &judgement.verdicts, &mut ends);
    let written = Written::new(batch, &judgement, &pieces)?;
    unit.commit_by(written.bound(sqlx::query(COMMIT))).await?;
    store.believe(held, &judgement);
    Ok(judgement.verdicts)
}

/// The short way, for batches of which nothing is in doubt. `None` when it could not be taken; then nothing was kept, or
/// what was kept is found by the other way as done.
async fn by_belief(store: &SqliteStore, batch: &[Append]) -> Result<Option<Vec<Result<(), Error>>>, Error> {
    let Some(mut held) = store.believed(batch) else { return Ok(None) };
    let judgement = judge::judge(&mut held, batch);
    if judgement.verdicts.iter().any(Result::is_err) {
        return Ok(None);
    }
    let leases = batch.iter().map(|append| (hex(append.lease.run), append.lease.token, &append.lease.owner.0));
    let leases = to_json(&leases.collect::<Vec<_>>())?;
    let (rows, runs) = (rows_as_json(&judgement.rows)?, runs_as_json(&judgement.runs)?);
    let ordinary = sqlx::query(ORDINARY).bind(rows).bind(runs).bind(leases);
    if store.unit().await?.commit_by(ordinary).await.is_err() {
        store.doubt(batch);
        return Ok(None);
    }
    store.believe(held, &judgement);
    Ok(Some(judgement.verdicts))
}

/// What [`COMMIT`] is given.
struct Written {
    rows: String,
    runs: String,
    output: String,
    answers: String,
}

impl Written {
    fn new(batch: &[Append], judgement: &Judgement<'_>, pieces: &[Piece<'_>]) -> Result<Self, Error> {
        Ok(Self {
            rows: rows_as_json(&judgement.rows)?,
            runs: runs_as_json(&judgement.runs)?,
            output: output_as_json(pieces)?,
            answers: answers_as_json(&judge::answers(batch, &judgement.verdicts))?,
        })
    }

    fn bound(self, query: Query<'_, Sqlite, SqliteArguments>) -> Query<'_, Sqlite, SqliteArguments> {
        query.bind(self.rows).bind(self.runs).bind(self.output).bind(self.answers)
    }
}

async fn output_ends(
    unit: &mut Unit<'_>,
    attempts: &[(RunId, AttemptId)],
) -> Result<HashMap<(RunId, AttemptId), u64>, Error> {
    let given: Vec<_> = attempts.iter().map(|(run, attempt)| (hex(*run), attempt)).collect();
    let rows = sqlx::query(
        "SELECT run, attempt, max(place + length(bytes)) AS kept
         FROM json_each($1)
         JOIN output ON run = unhex(value ->> 0) AND attempt = value ->> 1
         GROUP BY run, attempt",
    )
    .bind(to_json(&given)?)
    .fetch_all(&mut unit.connection)
    .await
    .map_err(fault::of)?;
    rows.iter().map(record::output_end).collect()
}

fn rows_as_json(rows: &[(RunId, &Row)]) -> Result<String, Error> {
    let given = rows.iter().map(|(run, row)| (hex(*run), row.seq, row.at, &row.event, row.hash));
    to_json(&given.collect::<Vec<_>>())
}

fn runs_as_json(runs: &[(&Append, Head)]) -> Result<String, Error> {
    let mut given = Vec::with_capacity(runs.len());
    for (append, head) in runs {
        let status = append.summary.status;
        let (open, wants_engine) = (u8::from(status.is_open()), u8::from(status.wants_engine()));
        given.push((hex(append.lease.run), head.seq, head.hash, open, wants_engine, to_json(&append.summary)?));
    }
    to_json(&given)
}

fn output_as_json(pieces: &[Piece<'_>]) -> Result<String, Error> {
    let given = pieces.iter().map(|piece| (hex(piece.run), piece.attempt, piece.place, piece.text));
    to_json(&given.collect::<Vec<_>>())
}

fn answers_as_json(answers: &[(RunId, RequestId, &Answer)]) -> Result<String, Error> {
    let mut given = Vec::with_capacity(answers.len());
    for (run, request, answer) in answers {
        given.push((hex(*run), request.0.simple().to_string(), to_json(answer)?));
    }
    to_json(&given)
}

/// JSON has no bytes; ids and hashes go through it as hexadecimal digits.
fn hex(run: RunId) -> String {
    run.0.simple().to_string()
}
