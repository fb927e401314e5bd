//! Requests on their way to the owner of a run, and their answers.

use super::read::must_exist;
use super::{PostgresStore, records};
use crate::base::{RequestId, RunId};
use crate::run::{Answer, Submission};
use crate::store::record::{self, to_json};
use crate::store::{Deed, Error, fault};

pub(super) async fn submit(store: &PostgresStore, submission: &Submission, deeds: &[Deed]) -> Result<(), Error> {
    let mut unit = store.begin().await?;
    must_exist(&mut unit.connection, submission.run).await?;
    let kept = sqlx::query("INSERT INTO request (id, run, submission) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING")
        .bind(submission.id.0)
        .bind(submission.run.0)
        .bind(to_json(submission)?)
        .execute(&mut *unit.connection)
        .await
        .map_err(fault::of)?;
    if kept.rows_affected() == 1 {
        records::deeds_of(&mut unit, deeds).await?;
    }
    unit.commit().await
}

pub(super) async fn pending(store: &PostgresStore, runs: &[RunId]) -> Result<Vec<Submission>, Error> {
    let rows =
        sqlx::query("SELECT id, run, submission FROM request WHERE answer IS NULL AND run = ANY($1) ORDER BY place")
            .bind(runs.iter().map(|run| run.0).collect::<Vec<_>>())
            .fetch_all(&mut *store.connection().await?)
            .await
            .map_err(fault::of)?;
    rows.iter().map(record::submission).collect()
}

pub(super) async fn answer(store: &PostgresStore, request: RequestId) -> Result<Option<Answer>, Error> {
    let row = sqlx::query("SELECT id, run, answer FROM request WHERE id = $1")
        .bind(request.0)
        .fetch_optional(&mut *store.connection().await?)
        .await
        .map_err(fault::of)?;
    row.map_or(Ok(None), |row| record::answer(&row))
}
