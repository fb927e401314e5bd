//! The audit log, for programs that gather what people did.
#![expect(unused_qualifications, reason = "the macro of utoipa names parameters with their whole path")]

use axum::Json;
use axum::extract::State;
use engine::base::Timestamp;
use engine::run::Door;
use engine::store::DeedQuery;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Caller;
use super::model::{AuditLog, DeedLine};
use super::paging::within;
use super::sent::Asked;
use crate::app::App;
use crate::error::{Error, Unreadable};
use crate::extract::Visitor;
use crate::handlers::audit::Filter;

/// Which deeds.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Only of this person.
    #[serde(default)]
    #[param(max_length = 64)]
    by: String,
    /// Only acts that begin so, such as `gate.`.
    #[serde(default)]
    #[param(max_length = 64)]
    act: String,
    /// Only about this object, such as `run/…`.
    #[serde(default)]
    #[param(max_length = 255)]
    object: String,
    /// Only `done`, `asked` or `refused` ones.
    #[serde(default)]
    #[param(max_length = 16)]
    outcome: String,
    /// Only from this instant on.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Only before this instant.
    #[param(format = DateTime)]
    until: Option<String>,
    /// The oldest first, instead of the newest.
    #[serde(default)]
    oldest_first: bool,
    /// Only those behind this place in that order: the `next` of the page before.
    from_seq: Option<u64>,
    /// At most so many.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// What people did through any door, also what they were refused.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(Which), responses(
    (status = 200, description = "A page of the log.", body = AuditLog),
))]
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    Asked(which): Asked<Which>,
) -> Result<Json<AuditLog>, Error> {
    caller.person.must_audit(&app, visitor.words, Door::Api).await?;
    let limit = within(which.limit)?;
    let wrong = |what: &str| Error::Unreadable(Unreadable::Query, what.to_owned());
    // What no database takes for a text, or for a number, is in no row.
    for (name, text, longest) in
        [("act", &which.act, 64), ("object", &which.object, 255), ("outcome", &which.outcome, 16)]
    {
        if text.contains('\0') || text.chars().count() > longest {
            return Err(wrong(name));
        }
    }
    if which.from_seq.is_some_and(|seq| i64::try_from(seq).is_err()) {
        return Err(wrong("from_seq"));
    }
    let instant = |name: &str, text: Option<String>| match text {
        Some(text) if Timestamp::parse_iso(&text).is_none() => Err(wrong(name)),
        known => Ok(known.unwrap_or_default()),
    };
    let (from, until) = (instant("from", which.from)?, instant("until", which.until)?);
    let Which { by, act, object, outcome, .. } = which;
    let filter = Filter { by, act, object, outcome, from, until, before: None };
    let query = filter.query().ok_or_else(|| wrong("by, from, until"))?;
    let query = DeedQuery { after: which.from_seq, newest_first: !which.oldest_first, limit, ..query };
    let rows = app.engine.store().deeds(query).await?;
    let whole = rows.len() == usize::try_from(limit).unwrap_or(usize::MAX);
    let next = whole.then(|| rows.last().map(|last| last.seq)).flatten();
    Ok(Json(AuditLog { deeds: rows.into_iter().map(DeedLine::of).collect(), next }))
}
