//! The routes and the OpenAPI document that is made of them.

use std::sync::OnceLock;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use engine::base::Digest;
use engine::run::FILE_LIMIT;
use utoipa::OpenApi;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes as of;

use super::{
    Problem, alerts, audit, calendar, cases, components, contacts, declare, delegations, documents, evidence, findings,
    glass, health, issues, messages, outlook, own, packs, people, preflight, replication, reports, requests, review,
    runbooks, runs, session, teams, telling, trends, units, waiting,
};
use crate::app::App;

/// Where all of it stands.
pub const PREFIX: &str = "/api/v1";

/// Longest file that is sent as it is: one byte more than is taken, so that whoever sends more is told what is.
#[expect(clippy::cast_possible_truncation, reason = "ten megabytes fit in every address space")]
const LONGEST_FILE: usize = FILE_LIMIT as usize + 1;

/// Things that are said once for all routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Relight",
        description = "Everything that the console can do, for programs: the same people, roles and rules. Instants are \
                       ISO 8601 in UTC, names ending in `_ms` are milliseconds. Every error is \
                       `application/problem+json` in the language of `Accept-Language` (ko, en). Unknown members of bodies and \
                       unknown parameters are refused."
    ),
    components(schemas(Problem))
)]
struct Base;

/// The document, as it is sent.
pub struct Document {
    /// The parsed form.
    pub open_api: utoipa::openapi::OpenApi,
    json: String,
    etag: HeaderValue,
}

/// The routes of the API: everything below [`PREFIX`] but [`uploads`].
pub fn routes() -> Router<App> {
    plain().split_for_parts().0
}

/// The routes that take files, which are longer than other bodies and take longer to arrive.
pub fn uploads() -> Router<App> {
    taking_files().split_for_parts().0
}

/// The document of these routes. Made once.
pub fn document() -> &'static Document {
    static DOCUMENT: OnceLock<Document> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let mut open_api = plain().merge(taking_files()).into_openapi();
        finish(&mut open_api);
        let json = open_api.to_json().unwrap_or_default();
        Document { etag: etag(&Digest::of(json.as_bytes()).short()), json, open_api }
    })
}

fn taking_files() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(of!(evidence::add))
        .routes(of!(documents::attach))
        .layer(DefaultBodyLimit::max(LONGEST_FILE))
}

fn plain() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Base::openapi())
        .routes(of!(show))
        .routes(of!(health::show))
        .routes(of!(session::show))
        .routes(of!(own::sessions, own::end_all))
        .routes(of!(own::end_session))
        .routes(of!(own::tokens, own::make_token))
        .routes(of!(own::take_token_back))
        .routes(of!(own::speak))
        .routes(of!(glass::list, glass::smash))
        .routes(of!(glass::review))
        .routes(of!(runbooks::list))
        .routes(of!(runbooks::show))
        .routes(of!(runbooks::faults))
        .routes(of!(runbooks::faults_of_file))
        .routes(of!(runbooks::plan))
        .routes(of!(runbooks::diagnostic))
        .routes(of!(outlook::forecast))
        .routes(of!(outlook::coverage))
        .routes(of!(preflight::look))
        .routes(of!(components::list))
        .routes(of!(replication::list))
        .routes(of!(replication::show))
        .routes(of!(runs::list, declare::declare))
        .routes(of!(runs::show))
        .routes(of!(runs::events))
        .routes(of!(units::show))
        .routes(of!(units::output))
        .routes(of!(requests::ask))
        .routes(of!(requests::answer))
        .routes(of!(reports::show))
        .routes(of!(issues::list, issues::add))
        .routes(of!(issues::show))
        .routes(of!(issues::sign))
        .routes(of!(packs::of_run))
        .routes(of!(packs::of_issue))
        .routes(of!(reports::as_file))
        .routes(of!(cases::list))
        .routes(of!(cases::open))
        .routes(of!(cases::show))
        .routes(of!(cases::act))
        .routes(of!(findings::list))
        .routes(of!(findings::show))
        .routes(of!(findings::raise))
        .routes(of!(findings::act))
        .routes(of!(review::compare))
        .routes(of!(trends::list))
        .routes(of!(trends::mean_time))
        .routes(of!(trends::show))
        .routes(of!(trends::name_baseline))
        .routes(of!(calendar::show))
        .routes(of!(calendar::profiles))
        .routes(of!(calendar::act))
        .routes(of!(review::note))
        .routes(of!(documents::list, documents::add))
        .routes(of!(documents::show))
        .routes(of!(documents::change))
        .routes(of!(documents::file))
        .routes(of!(alerts::take))
        .routes(of!(people::list, people::add))
        .routes(of!(people::show))
        .routes(of!(people::act))
        .routes(of!(people::organisations))
        .routes(of!(teams::list))
        .routes(of!(teams::show, teams::put, teams::remove))
        .routes(of!(people::deputies))
        .routes(of!(evidence::list))
        .routes(of!(evidence::show))
        .routes(of!(waiting::approvals))
        .routes(of!(waiting::tasks))
        .routes(of!(delegations::list, delegations::give))
        .routes(of!(delegations::take_back))
        .routes(of!(contacts::classes))
        .routes(of!(telling::put_class, telling::remove_class))
        .routes(of!(telling::settings, telling::put_settings))
        .routes(of!(telling::rules))
        .routes(of!(telling::put_rule, telling::remove_rule))
        .routes(of!(telling::templates))
        .routes(of!(telling::put_template))
        .routes(of!(contacts::list))
        .routes(of!(contacts::show, contacts::put, contacts::remove))
        .routes(of!(contacts::import))
        .routes(of!(contacts::test))
        .routes(of!(messages::list))
        .routes(of!(messages::read))
        .routes(of!(messages::occasions))
        .routes(of!(messages::occasion))
        .routes(of!(messages::acknowledge))
        .routes(of!(messages::failed, messages::again))
        .routes(of!(audit::list))
}

/// What holds for every operation: how it is signed for, and that any failure is a [`Problem`].
fn finish(open_api: &mut utoipa::openapi::OpenApi) {
    env!("CARGO_PKG_VERSION").clone_into(&mut open_api.info.version);
    let components = open_api.components.get_or_insert_default();
    let cookie = ApiKeyValue::with_description("relight_session", "The session of who signed in at /sign-in.");
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let header = ApiKeyValue::with_description(
        "x-csrf-token",
        "With a session cookie, for everything that changes something: the value from GET /api/v1/session.",
    );
    components.add_security_scheme("csrf", SecurityScheme::ApiKey(ApiKey::Header(header)));
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(
        "A token that a person has made on /me, `rlt_…`. With the scope `act` it may do what that person may but manage people; \
         with `admin` it may look and manage people, with `view` look, with `alert` send alerts and nothing else.",
    ));
    components.add_security_scheme("token", SecurityScheme::Http(token.build()));
    for (path, item) in &mut open_api.paths.paths {
        let methods = [
            ("get", &mut item.get),
            ("head", &mut item.head),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in methods {
            if let Some(operation) = operation {
                operation.operation_id = Some(operation_id(method, path));
            }
        }
        for operation in [&mut item.get, &mut item.head].into_iter().flatten() {
            complete(operation, &[&["token"], &["session"]]);
        }
        for operation in [&mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten() {
            complete(operation, &[&["token"], &["session", "csrf"]]);
        }
    }
}

/// What an operation is called by generators of clients: there are several handlers called `list`, and one operation of each method
/// at a path.
fn operation_id(method: &str, path: &str) -> String {
    let words = path.trim_start_matches(PREFIX).split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).fold(method.to_owned(), |id, word| format!("{id}_{word}"))
}

/// Completes an operation that any one of these ways of signing in opens; each needs all of its schemes.
fn complete(operation: &mut Operation, ways: &[&[&str]]) {
    let schema = RefOr::Ref(Ref::from_schema_name("Problem"));
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let problem = ResponseBuilder::new()
        .description("Nothing was done, and why.")
        .content("application/problem+json", content)
        .build();
    operation.responses.responses.insert("default".to_owned(), RefOr::T(problem));
    // Health and the document itself are for everybody, and say so.
    if operation.security.is_none() {
        let none: [&str; 0] = [];
        let all_of = |schemes: &&[&str]| {
            schemes.iter().fold(SecurityRequirement::default(), |so_far, scheme| so_far.add(scheme.to_owned(), none))
        };
        operation.security = Some(ways.iter().map(all_of).collect());
    }
}

/// A tag of a representation.
pub(super) fn etag(of: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{of}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"-\""))
}

/// Whether the caller has this very representation.
pub(super) fn is_known(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let tag = etag.to_str().unwrap_or_default();
    known.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == tag || one == "*")
}

/// An answer with its tag, or only word that the caller has it already.
pub(super) fn tagged(headers: &HeaderMap, etag: HeaderValue, body: impl FnOnce() -> Response) -> Response {
    let mut response = if is_known(headers, &etag) { StatusCode::NOT_MODIFIED.into_response() } else { body() };
    response.headers_mut().insert(header::ETAG, etag);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}

/// JSON that is text already.
pub(super) fn json_text(text: impl Into<Body>) -> Response {
    let mut response = Response::new(text.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// This document.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "about", security(()), responses(
    (status = 200, description = "The OpenAPI document.", body = serde_json::Value, content_type = "application/json"),
    (status = 304, description = "As the caller knows it."),
))]
async fn show(headers: HeaderMap) -> Response {
    let document = document();
    tagged(&headers, document.etag.clone(), || json_text(document.json.as_str()))
}
