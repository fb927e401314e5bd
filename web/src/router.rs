//! All routes on one page.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use engine::run::FILE_LIMIT;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use crate::api;
use crate::app::App;
use crate::error::Error;
use crate::extract::FILES_A_FORM;
use crate::handlers::{
    approvals, assets, audit, calendar, cases, compare, components, contacts, coverage, delegations, diagnostics,
    documents, evidence, findings, glass, health, issues, language, me, messages, password, people, replication,
    reports, runbooks, runs, session, tasks, teams, telling, trends,
};
use crate::middleware;

/// Longest body accepted. Forms are texts.
const BODY: usize = 256 * 1024;
/// Longest time to the first byte of an answer; streams live on after it.
const PATIENCE: Duration = Duration::from_secs(30);
/// Longest body with files: as many as one form takes, and the form.
#[expect(clippy::cast_possible_truncation, reason = "ten megabytes fit in every address space")]
const UPLOAD: usize = FILES_A_FORM * FILE_LIMIT as usize + BODY;
/// Longest time that files may take to arrive, over the line of a phone.
const UPLOAD_PATIENCE: Duration = Duration::from_mins(10);
/// Longest time to a printed report: its press has a limit of its own, and may have to wait for a place.
const PRINT_PATIENCE: Duration = Duration::from_mins(5);

/// The console.
pub fn router(app: App) -> Router {
    let pages = Router::new()
        .route("/", get(runs::list))
        .route("/runbooks", get(runbooks::list))
        .route("/runbooks/file/{*file}", get(runbooks::show_file))
        .route("/runbooks/{id}", get(runbooks::show))
        .route("/runbooks/{id}/preflight", post(runs::preflight))
        .route("/runbooks/{id}/declare", get(runs::new).post(runs::create))
        .route("/components", get(components::list))
        .route("/replication", get(replication::list))
        .route("/replication/{link}", get(replication::show))
        .route("/diagnostics/{code}", get(diagnostics::show))
        .route("/cases", get(cases::list))
        .route("/cases/new", get(cases::new).post(cases::create))
        .route("/cases/{case}", get(cases::show))
        .route("/cases/{case}/act", post(cases::act))
        .route("/runs", get(runs::list))
        .route("/runs/{run}", get(runs::show))
        .route("/runs/{run}/live", get(runs::live))
        .route("/runs/{run}/asks", get(runs::asks))
        .route("/runs/{run}/act", post(runs::act))
        .route("/runs/{run}/units/{unit}", get(runs::unit))
        .route("/runs/{run}/evidence/{digest}", get(evidence::show))
        .route("/runs/{run}/gates/{unit}", get(approvals::show))
        .route("/me/delegations", get(delegations::list).post(delegations::update))
        .route("/deputies", get(delegations::everybody))
        .route("/g/{link}", get(approvals::follow))
        .route("/approvals", get(approvals::list))
        .route("/tasks", get(tasks::list))
        .route("/compare", get(compare::show).post(compare::note))
        .route("/trends", get(trends::list))
        .route("/trends/{id}", get(trends::show).post(trends::baseline))
        .route("/runbooks/{id}/coverage", get(coverage::show))
        .route("/calendar", get(calendar::show).post(calendar::act))
        .route("/calendar.ics", get(calendar::file))
        .route("/findings", get(findings::list))
        .route("/findings/new", get(findings::new).post(findings::create))
        .route("/findings/{finding}", get(findings::show))
        .route("/findings/{finding}/act", post(findings::act))
        .route("/runs/{run}/report", get(reports::show))
        .route("/runs/{run}/report.html", get(reports::html))
        .route("/runs/{run}/report.xlsx", get(reports::xlsx))
        .route("/runs/{run}/report.csv.zip", get(reports::csv))
        .route("/runs/{run}/report.json", get(reports::json))
        .route("/runs/{run}/report.md", get(reports::markdown))
        .route("/runs/{run}/issues", get(issues::show).post(issues::act))
        .route("/runs/{run}/issues/{number}", get(issues::file))
        .route("/runs/{run}/evidence.zip", get(issues::pack))
        .route("/documents", get(documents::list))
        .route("/documents/new", get(documents::new))
        .route("/documents/{document}/edit", get(documents::edit))
        .route("/documents/{document}/files/{digest}", get(documents::file))
        .route("/reports", get(reports::list))
        .route("/contacts", get(contacts::list).post(contacts::save))
        .route("/contacts/new", get(contacts::new))
        .route("/contacts/entry/{id}", get(contacts::edit))
        .route("/contacts/remove", post(contacts::remove))
        .route("/contacts/import", get(contacts::ask).post(contacts::import))
        .route("/contacts/test", post(contacts::test_call))
        .route("/messages", get(messages::list))
        .route("/messages/read", post(messages::read))
        .route("/messages/failed", get(messages::failed))
        .route("/messages/again", post(messages::again))
        .route("/messages/occasion", get(messages::occasion))
        .route("/messages/report", post(messages::report))
        .route("/acknowledge", get(messages::look).post(messages::acknowledge))
        .route("/telling", get(telling::show).post(telling::save))
        .route("/sign-in", get(session::new).post(session::create))
        .route("/sign-in/oidc", get(session::leave))
        .route("/sign-in/oidc/return", get(session::returned))
        .route("/sign-in/oidc/leave", get(session::farewell))
        .route("/sign-in/second", get(session::second).post(session::take_second))
        .route("/confirm", get(session::confirm).post(session::take_confirm))
        .route("/me", get(me::show).post(me::update))
        .route("/break-glass", get(glass::show).post(glass::create))
        .route("/break-glass/{id}", post(glass::review))
        .route("/people", get(people::list).post(people::create))
        .route("/people/{name}", get(people::show).post(people::update))
        .route("/organisations", get(people::organisations))
        .route("/teams", get(teams::list).post(teams::create))
        .route("/teams/{team}", get(teams::edit).post(teams::save))
        .route("/password", get(password::edit).post(password::update))
        .route("/sign-out", post(session::delete))
        .route("/language", post(language::set))
        .route("/audit", get(audit::list))
        .route("/audit.csv", get(audit::csv))
        .route("/audit.jsonl", get(audit::json_lines))
        .route("/api", get(api::page))
        .merge(api::routes().route_layer(from_fn_with_state(app.clone(), api::pace)))
        .fallback(|| async { Error::NotFound });
    let uploads = Router::new()
        .route("/runs/{run}/tasks/{unit}", get(tasks::show).post(tasks::work))
        .route("/documents/{document}", get(documents::show).post(documents::save))
        .merge(api::uploads().route_layer(from_fn_with_state(app.clone(), api::pace)));
    let prints = Router::new().route("/runs/{run}/report.pdf", get(reports::pdf));
    let pages = framed(pages, &app, PATIENCE, BODY)
        .merge(framed(uploads, &app, UPLOAD_PATIENCE, UPLOAD))
        .merge(framed(prints, &app, PRINT_PATIENCE, BODY));
    Router::new()
        .route("/assets/{digest}/{*name}", get(assets::show))
        .route("/healthz", get(health::show))
        .merge(pages)
        .layer(CompressionLayer::new())
        .layer(from_fn(middleware::secure))
        .with_state(app)
}

/// What stands around every page: who asks, how errors are shown, and bounds on time and length.
fn framed(pages: Router<App>, app: &App, patience: Duration, body: usize) -> Router<App> {
    pages.layer(
        ServiceBuilder::new()
            .layer(from_fn_with_state(app.clone(), middleware::visit))
            .layer(from_fn(middleware::present))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, patience))
            .layer(DefaultBodyLimit::max(body)),
    )
}

/// A handler that panics must not take the connection with it. The message is logged by the panic hook.
fn panicked(_: Box<dyn std::any::Any + Send>) -> axum::response::Response {
    axum::response::IntoResponse::into_response(Error::Internal("a handler panicked".to_owned()))
}
