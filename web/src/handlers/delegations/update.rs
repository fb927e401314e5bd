//! Takes the forms about mandates.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use engine::base::{Timestamp, UserName};
use engine::identity::Mandate;
use engine::run::Door;

use super::list::Page;
use crate::accounts::NotGiven;
use crate::app::App;
use crate::error::Error;
use crate::extract::{Acting, Fields, Named, Visitor};
use crate::pages::Html;
use crate::urls;

/// Gives a mandate, for who has just shown a password or a code, or takes one back.
pub async fn update(State(app): State<App>, visitor: Visitor, acting: Acting) -> Result<Response, Error> {
    let Acting { person, fields } = acting;
    let by = person.oneself(Door::Console);
    match fields.get("verb") {
        "give" => {
            person.must_have_confirmed(&app, urls::delegations())?;
            let mandate = written(&fields, &person.user.name, app.clock.now())?;
            match app.sign_ins.give(mandate, &by).await {
                Ok(()) => {}
                Err(NotGiven::Fault(fault)) => {
                    let page = Page::new(&app, &visitor, &person).await?.again(fault, fields);
                    return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response());
                }
                Err(NotGiven::Refused(why)) => return Err(Error::of_refusal(why)),
            }
        }
        "take-back" => {
            let id = fields.parsed("id")?;
            app.sign_ins.take_back(&person.user, id, &by).await.map_err(Error::of_refusal)?;
        }
        _ => return Err(malformed("verb")),
    }
    Ok(Redirect::to(urls::delegations()).into_response())
}

fn malformed(field: &str) -> Error {
    Error::Field(Named::Malformed(field.to_owned()))
}

/// A mandate as the form writes it: from now on where no beginning is written.
pub(crate) fn written(fields: &Fields, from: &UserName, now: Timestamp) -> Result<Mandate, Error> {
    let roles = fields.0.iter().filter(|(name, _)| name == "roles");
    let roles = roles.map(|(_, role)| role.parse().map_err(|_| malformed("roles")));
    let runbooks = fields.get("runbooks").split([',', ' ', ';']).filter(|word| !word.is_empty());
    let runbooks = runbooks.map(|word| word.parse().map_err(|_| malformed("runbooks")));
    Ok(Mandate {
        id: fields.parsed("key")?,
        from: from.clone(),
        to: fields.parsed("to")?,
        since: fields.instant("since")?.unwrap_or(now),
        until: fields.instant("until")?.ok_or_else(|| Error::Field(Named::Missing("until".to_owned())))?,
        reason: fields.text("reason")?,
        org: Some(fields.get("org"))
            .filter(|org| !org.is_empty())
            .map(str::parse)
            .transpose()
            .map_err(|_| malformed("org"))?,
        roles: roles.collect::<Result<BTreeSet<_>, Error>>()?,
        runbooks: runbooks.collect::<Result<BTreeSet<_>, Error>>()?,
        given_at: now,
        revoked_at: None,
    })
}
