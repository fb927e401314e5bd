//! Requests on their way to the owner of a run, and their answers.

use super::{SqliteStore, records};
use crate::base::{RequestId, RunId};
use crate::run::{Answer, Submission};
use crate::store::record::{self, to_json};
use crate::store::{Deed, Error, fault};

pub(super) async fn submit(store: &SqliteStore, submission: &Submission, deeds: &[Deed]) -> Result<(), Error> {
    let mut unit = store.begin().await?;
    let known = sqlx::query("SELECT 1 FROM run WHERE id = $1")
        .bind(submission.run.0)
        .fetch_optional(&mut unit.connection)
        .await
        .map_err(fault::of)?;
    if known.is_some() {
        let kept =
            sqlx::query("INSERT INTO request (id, run, submission) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING")
                .bind(submission.id.0)
                .bind(submission.run.0)
                .bind(to_json(submission)?)
                .execute(&mut unit.connection)
                .await
                .map_err(fault::of)?;
        if kept.rows_affected() == 1 {
            records::record_deeds(&mut unit.connection, deeds).await?;
        }
    }
    unit.commit().await?;
    known.map(|_| ()).ok_or(Error::NoSuchRun(submission.run))
}

pub(super) async fn pending(store: &SqliteStore, runs: &[RunId]) -> Result<Vec<Submission>, Error> {
    let runs: Vec<_> = runs.iter().map(|run| run.0.simple().to_string()).collect();
    let rows = sqlx::query(
        "SELECT id, run, submission FROM request
         WHERE answer IS NULL AND run IN (SELECT unhex(value) FROM json_each($1))
         ORDER BY place",
    )
    .bind(to_json(&runs)?)
    .fetch_all(&mut *store.reader().await?)
    .await
    .map_err(fault::of)?;
    rows.iter().map(record::submission).collect()
}

pub(super) async fn answer(store: &SqliteStore, request: RequestId) -> Result<Option<Answer>, Error> {
    let row = sqlx::query("SELECT id, run, answer FROM request WHERE id = $1")
        .bind(request.0)
        .fetch_optional(&mut *store.reader().await?)
        .await
        .map_err(fault::of)?;
    row.map_or(Ok(None), |row| record::answer(&row))
}
