//! Turns errors into what the visitor can use: a page, a fragment for a live page, JSON for a program, a problem for one
//! that uses the API, or the way to the sign-in form.

use std::sync::Arc;

use askama::Template;
use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::api::{Problem, is_api};
use crate::error::{Error, Told};
use crate::extract::Visitor;
use crate::pages::{Html, Shell};
use crate::urls;

#[derive(Template)]
#[template(path = "error/page.html")]
struct Page {
    shell: Shell,
    told: Told,
    /// Whether the page looks for the store by itself and comes back with it.
    retry: bool,
}

#[derive(Template)]
#[template(path = "error/fragment.html")]
struct Fragment {
    told: Told,
}

enum Wanted {
    Page,
    Fragment,
    Json,
    Problem,
}

fn wanted(uri: &Uri, headers: &HeaderMap) -> Wanted {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if is_api(uri) {
        Wanted::Problem
    } else if headers.contains_key("hx-request") {
        Wanted::Fragment
    } else if accept.contains("application/json") && !accept.contains("text/html") {
        Wanted::Json
    } else {
        Wanted::Page
    }
}

/// Shows the error that an answer stands for, if it stands for one.
pub async fn present(visitor: Visitor, request: Request, next: Next) -> Response {
    let wanted = wanted(request.uri(), request.headers());
    let is_look = request.method() == Method::GET;
    let response = next.run(request).await;
    let noted = response.extensions().get::<Arc<Error>>().cloned();
    let bare = !response.headers().contains_key(header::CONTENT_TYPE)
        || response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let Some(error) = noted.or_else(|| Error::of_status(response.status()).filter(|_| bare).map(Arc::new)) else {
        return response;
    };
    let mut told = show(&error, &visitor, &wanted, is_look);
    for kept in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = response.headers().get(&kept) {
            told.headers_mut().insert(kept, value.clone());
        }
    }
    told
}

fn show(error: &Error, visitor: &Visitor, wanted: &Wanted, is_look: bool) -> Response {
    let told = error.tell(visitor.words);
    let status = told.status;
    match (wanted, error) {
        (Wanted::Page, Error::SignedOut { next }) => Redirect::to(&urls::sign_in_then(next)).into_response(),
        (Wanted::Page, Error::PasswordDue { next }) => Redirect::to(&urls::password_then(next)).into_response(),
        (Wanted::Page, Error::SecondDue { next }) => Redirect::to(&urls::second_then(next)).into_response(),
        (Wanted::Page, Error::ConfirmDue { next }) => Redirect::to(&urls::confirm_then(next)).into_response(),
        (Wanted::Fragment, Error::SecondDue { .. }) => whole_page_to(urls::second()),
        (Wanted::Fragment, Error::ConfirmDue { .. }) => whole_page_to(urls::confirm()),
        (Wanted::Fragment, Error::SignedOut { .. }) => whole_page_to(urls::sign_in()),
        (Wanted::Fragment, Error::PasswordDue { .. }) => whole_page_to(urls::password()),
        (Wanted::Page, _) => {
            let shell = Shell::new(visitor, &told.title);
            let retry = is_look && matches!(error, Error::Store(_));
            (status, Html(Page { shell, told, retry })).into_response()
        }
        (Wanted::Fragment, _) => (status, Html(Fragment { told })).into_response(),
        (Wanted::Problem, _) => Problem::response(error, told),
        (Wanted::Json, _) => {
            let body = serde_json::json!({
                "error": told.code, "title": told.title, "message": told.message, "next_step": told.next_step,
            });
            (status, Json(body)).into_response()
        }
    }
}

/// The whole page goes to the form, not only the part that was asked for.
fn whole_page_to(form: &'static str) -> Response {
    let mut response = StatusCode::OK.into_response();
    response.headers_mut().insert("hx-redirect", HeaderValue::from_static(form));
    response
}
