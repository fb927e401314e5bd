//! The form on which a person chooses a new password.

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use crate::extract::{SignedIn, Visitor};
use crate::pages::{Html, Shell};
use crate::urls;

/// What the address may carry.
#[derive(Debug, Deserialize)]
pub struct Asked {
    next: Option<String>,
}

/// The form.
#[derive(Debug, Template)]
#[template(path = "password/edit.html")]
pub struct Page {
    shell: Shell,
    csrf: String,
    name: String,
    next: String,
    due: bool,
    problem: Option<String>,
}

impl Page {
    pub(super) fn new(visitor: &Visitor, person: &SignedIn, next: &str) -> Self {
        Self {
            shell: Shell::new(visitor, &visitor.words.t("password-title")),
            csrf: person.session.csrf.clone(),
            name: person.user.name.to_string(),
            next: urls::safe_next(next).to_owned(),
            due: person.user.password_due,
            problem: None,
        }
    }

    /// The form again, empty, with what was wrong.
    pub(super) fn again(self, problem: String) -> Response {
        (StatusCode::UNPROCESSABLE_ENTITY, Html(Self { problem: Some(problem), ..self })).into_response()
    }
}

/// Shows the form.
pub async fn edit(visitor: Visitor, person: SignedIn, Query(asked): Query<Asked>) -> Html<Page> {
    Html(Page::new(&visitor, &person, &asked.next.unwrap_or_default()))
}
