//! The second step of signing in: a code of the authenticator, or a recovery code.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use super::enter;
use super::new::Asked;
use crate::accounts::Refusal;
use crate::app::App;
use crate::error::Error;
use crate::extract::{Fields, Person, SignedIn, Visitor, equal_in_constant_time, same_origin};
use crate::pages::{Html, Shell};
use crate::urls;

/// The form.
#[derive(Debug, Template)]
#[template(path = "session/second.html")]
struct Page {
    shell: Shell,
    csrf: String,
    next: String,
    problem: Option<String>,
}

impl Page {
    fn new(visitor: &Visitor, half: &SignedIn, next: &str) -> Self {
        Self {
            shell: Shell::new(visitor, &visitor.words.t("second-title")),
            csrf: half.session.csrf.clone(),
            next: urls::safe_next(next).to_owned(),
            problem: None,
        }
    }
}

/// Whose password was right; everybody else begins at the sign-in form, or goes on.
fn half<'v>(visitor: &'v Visitor, next: &str) -> Result<&'v SignedIn, Response> {
    match &visitor.person {
        Person::Half(half) => Ok(half),
        Person::Known(_) => Err(Redirect::to(urls::safe_next(next)).into_response()),
        Person::Nobody => Err(Redirect::to(&urls::sign_in_then(urls::safe_next(next))).into_response()),
        Person::CanNotSay(why) => Err(Error::Store(std::sync::Arc::clone(why)).into_response()),
    }
}

/// Shows the form.
pub async fn second(visitor: Visitor, Query(asked): Query<Asked>) -> Response {
    let next = asked.next.unwrap_or_default();
    match half(&visitor, &next) {
        Ok(half) => Html(Page::new(&visitor, half, &next)).into_response(),
        Err(elsewhere) => elsewhere,
    }
}

/// Takes the code and goes on in a new session.
pub async fn take_second(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let fields = Fields(fields);
    let next = fields.get("next");
    let half = match half(&visitor, next) {
        Ok(half) => half,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if !same_origin(&headers) || !equal_in_constant_time(fields.exact("csrf"), &half.session.csrf) {
        return Err(Error::ForeignForm);
    }
    match app.sign_ins.second(&half.session, &half.user, fields.get("code"), &half.came).await {
        Ok(started) => enter(&started, urls::safe_next(next), &headers),
        Err(Refusal::Wrong) => {
            let problem = Some(visitor.words.t("second-wrong"));
            let page = Page { problem, ..Page::new(&visitor, half, next) };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
        }
        Err(other) => Err(Error::of_refusal(other)),
    }
}
