//! The sign-in form.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use engine::base::Text;
use serde::Deserialize;

use crate::app::App;
use crate::extract::Visitor;
use crate::pages::{Html, Shell};
use crate::urls;

/// What the address may carry.
#[derive(Debug, Deserialize)]
pub struct Asked {
    pub(super) next: Option<String>,
    left: Option<String>,
}

/// The form.
#[derive(Debug, Template)]
#[template(path = "session/new.html")]
pub(super) struct Page {
    shell: Shell,
    next: String,
    name: String,
    problem: Option<String>,
    /// What the directory is called, where there is one.
    directory: Option<String>,
    /// What the provider is called, where there is one.
    provider: Option<String>,
    /// Whether the person has just left, and may leave the provider too.
    left: bool,
}

impl Page {
    pub(super) fn new(app: &App, visitor: &Visitor, next: &str) -> Self {
        let title = |text: &Text| visitor.words.text(text).to_owned();
        Self {
            shell: Shell::new(visitor, &visitor.words.t("sign-in-title")),
            next: urls::safe_next(next).to_owned(),
            name: String::new(),
            problem: None,
            directory: app.doors.directory.as_ref().map(|door| title(&door.title)),
            provider: app.doors.provider.as_ref().map(|door| title(&door.title)),
            left: false,
        }
    }

    /// The form again, with what was wrong and the name already written.
    pub(super) fn again(self, name: &str, problem: String, status: StatusCode) -> Response {
        let page = Self { name: name.chars().take(64).collect(), problem: Some(problem), ..self };
        (status, Html(page)).into_response()
    }
}

/// Shows the form; who is signed in already goes on.
pub async fn new(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Response {
    let next = asked.next.unwrap_or_default();
    if visitor.signed_in().is_some() {
        return Redirect::to(urls::safe_next(&next)).into_response();
    }
    let left = asked.left.is_some();
    Html(Page { left, ..Page::new(&app, &visitor, &next) }).into_response()
}
