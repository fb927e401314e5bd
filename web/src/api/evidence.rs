//! Files that show what was done: handed in for manual work that is open, listed, and fetched as they were handed in.
#![expect(unused_qualifications, reason = "the macro of utoipa names parameters with their whole path")]

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use engine::base::{RequestId, UnitId};
use engine::run::{FILE_LIMIT, FileLabel};
use serde::Deserialize;
use utoipa::IntoParams;

use super::model::{EvidenceLine, EvidenceList, EvidenceTaken, Standing};
use super::once::{Answer, Key, once};
use super::sent::{Asked, SentFile};
use super::{Caller, PREFIX};
use crate::app::App;
use crate::error::{Error, Unreadable};
use crate::extract::{RunPath, Visitor};
use crate::handlers::evidence::given;
use crate::handlers::reports::made;
use crate::handlers::runs::{Submitted, put};
use crate::handlers::tasks::{Spot, attached};

/// Longest name of a file, in characters. What is left of it is a label.
const NAME: usize = 255;

/// What is sent.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct About {
    /// What the file is called.
    #[param(min_length = 1, max_length = 255)]
    name: String,
    /// Which opening of the work it is for, as the unit tells; whatever is open where absent.
    #[param(minimum = 1)]
    opening: Option<u32>,
}

/// The unit of the path.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    unit: String,
}

/// The file of the path.
#[derive(Debug, Deserialize)]
pub(super) struct Kept {
    digest: String,
}

/// Hands a file in for manual work that is open: the body is the file, at most 10 MiB. Pictures, PDF, plain text and office
/// documents are taken; what the file is, its content tells. What a browser would execute, and what could hide something, is
/// refused.
#[utoipa::path(post, path = "/api/v1/runs/{run}/units/{unit}/evidence", tag = "runs",
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file."),
    params(
        ("run" = String, Path, format = "uuid", description = "The run."),
        ("unit" = String, Path, description = "The unit."),
        About,
        Key,
    ),
    responses(
        (status = 201, description = "It is part of the work.", body = EvidenceTaken),
        (status = 202, description = "It is kept, and becomes part of the work once an engine carries the run on.",
            body = EvidenceTaken),
    ))]
#[expect(clippy::too_many_arguments, reason = "each tells another thing of the request")]
pub(super) async fn add(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    RunPath(run): RunPath,
    Path(named): Path<Named>,
    key: Key,
    Asked(about): Asked<About>,
    sent: SentFile,
) -> Result<Response, Error> {
    let unit: UnitId = named.unit.parse().map_err(|_| Error::NotFound)?;
    if !(1..=NAME).contains(&about.name.chars().count()) {
        return Err(Error::Unreadable(Unreadable::Query, format!("name: 1–{NAME}")));
    }
    if sent.bytes.len() as u64 > FILE_LIMIT {
        return Err(Error::TooLarge);
    }
    let w = visitor.words;
    once(&app, &caller, key, sent.digest, async |makes| {
        let request = RequestId(makes);
        let spot = Spot { run, unit: &unit, opening: about.opening };
        let files = vec![(FileLabel::of(&about.name), sent.bytes.to_vec())];
        let (kept, asked): (Vec<_>, Vec<_>) = attached(&app, w, &caller, spot, files).await?.into_iter().unzip();
        let kept = kept.into_iter().next().ok_or_else(|| Error::Internal("one file, none kept".to_owned()))?;
        let (status, standing) = match put(&app, w, run, &caller, request, asked).await? {
            Submitted::Accepted(_) => (StatusCode::CREATED, Standing::Accepted),
            Submitted::Kept => (StatusCode::ACCEPTED, Standing::Kept),
        };
        let url = format!("{PREFIX}/runs/{run}/evidence/{}", kept.digest);
        let (digest, name) = (kept.digest, kept.name.as_str().to_owned());
        let taken = EvidenceTaken { request, standing, digest, name, size: kept.size, media: kept.media.mime() };
        Answer::new(status, Some(url), &taken)
    })
    .await
}

/// The files that were handed in for a run.
#[utoipa::path(get, path = "/api/v1/runs/{run}/evidence", tag = "runs",
    params(("run" = String, Path, format = "uuid", description = "The run.")),
    responses((status = 200, description = "The files.", body = EvidenceList)))]
pub(super) async fn list(
    State(app): State<App>,
    _: Caller,
    RunPath(run): RunPath,
) -> Result<Json<EvidenceList>, Error> {
    let files = made(&app, run, |report| {
        let of = |manual: &engine::report::ManualEntry| {
            let line = |entry: &engine::report::FileEntry| {
                EvidenceLine::of(&manual.unit, &entry.file, &entry.by.name, entry.at)
            };
            manual.files.iter().map(line).collect::<Vec<_>>()
        };
        Ok(report.manual.iter().flat_map(of).collect())
    });
    Ok(Json(EvidenceList { files: files.await? }))
}

/// A file as it was handed in: as an attachment, to the byte.
#[utoipa::path(get, path = "/api/v1/runs/{run}/evidence/{digest}", tag = "runs",
    params(
        ("run" = String, Path, format = "uuid", description = "The run."),
        ("digest" = String, Path, description = "SHA-256 of the file."),
    ),
    responses((status = 200, description = "The file.", content(
        (String = "image/png"),
        (String = "image/jpeg"),
        (String = "image/webp"),
        (String = "image/heic"),
        (String = "application/pdf"),
        (String = "text/plain; charset=utf-8"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (String = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ))))]
pub(super) async fn show(
    State(app): State<App>,
    _: Caller,
    RunPath(run): RunPath,
    Path(kept): Path<Kept>,
) -> Result<Response, Error> {
    given(&app, run, &kept.digest).await
}
