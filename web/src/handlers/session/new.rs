//! The sign-in form.

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::extract::Visitor;
use crate::pages::{Html, Shell};
use crate::urls;

/// What the address may carry.
#[derive(Debug, Deserialize)]
pub struct Asked {
    next: Option<String>,
}

/// The form.
#[derive(Debug, Template)]
#[template(path = "session/new.html")]
pub(super) struct Page {
    shell: Shell,
    next: String,
    name: String,
    problem: Option<String>,
}

impl Page {
    pub(super) fn new(visitor: &Visitor, next: &str) -> Self {
        let shell = Shell::new(visitor, &visitor.words.t("sign-in-title"));
        Self { shell, next: urls::safe_next(next).to_owned(), name: String::new(), problem: None }
    }

    /// The form again, with what was wrong and the name already written.
    pub(super) fn again(self, name: &str, problem: String, status: StatusCode) -> Response {
        let page = Self { name: name.chars().take(64).collect(), problem: Some(problem), ..self };
        (status, Html(page)).into_response()
    }
}

/// Shows the form; who is signed in already goes on.
pub async fn new(visitor: Visitor, Query(asked): Query<Asked>) -> Response {
    let next = asked.next.unwrap_or_default();
    if visitor.signed_in().is_some() {
        return Redirect::to(urls::safe_next(&next)).into_response();
    }
    Html(Page::new(&visitor, &next)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_never_goes_on_to_another_site() {
        let page = Page::new(&Visitor::default(), "//evil.example").render().unwrap();
        assert!(!page.contains("evil.example"));
    }
}
