//! Showing password or code once more, before what can not be taken back.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use engine::base::Secret;

use super::new::Asked;
use crate::accounts::{Enrolment, Refusal};
use crate::app::App;
use crate::error::Error;
use crate::extract::{Acting, SignedIn, Visitor};
use crate::pages::{Html, Shell};
use crate::urls;

/// The form.
#[derive(Debug, Template)]
#[template(path = "session/confirm.html")]
struct Page {
    shell: Shell,
    csrf: String,
    name: String,
    next: String,
    codes: bool,
    problem: Option<String>,
}

impl Page {
    async fn new(app: &App, visitor: &Visitor, person: &SignedIn, next: &str) -> Result<Self, Error> {
        let enrolment = app.sign_ins.enrolment(&person.user).await.map_err(Error::of_refusal)?;
        Ok(Self {
            shell: Shell::new(visitor, &visitor.words.t("confirm-title")),
            csrf: person.session.csrf.clone(),
            name: person.user.name.to_string(),
            next: urls::safe_next(next).to_owned(),
            codes: matches!(enrolment, Enrolment::On { .. }),
            problem: None,
        })
    }
}

/// Shows the form.
pub async fn confirm(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let page = Page::new(&app, &visitor, &person, &asked.next.unwrap_or_default()).await?;
    Ok(Html(page).into_response())
}

/// Takes what was shown, and goes back to where it is needed.
pub async fn take_confirm(State(app): State<App>, visitor: Visitor, acting: Acting) -> Result<Response, Error> {
    let Acting { person, fields } = acting;
    let shown = (Secret::new(fields.exact("password")), fields.get("code"));
    match app.sign_ins.confirm(&person.session, &person.user, shown, &person.came).await {
        Ok(()) => Ok(Redirect::to(urls::safe_next(fields.get("next"))).into_response()),
        Err(Refusal::Wrong) => {
            let page = Page::new(&app, &visitor, &person, fields.get("next")).await?;
            let page = Page { problem: Some(visitor.words.t("confirm-wrong")), ..page };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
        }
        Err(other) => Err(Error::of_refusal(other)),
    }
}
