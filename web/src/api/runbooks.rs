//! Runbooks: the catalogue, one, its plan, what is wrong with it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use engine::base::{Lang, Millis};
use engine::plan::{Entry, InputKind};
use engine::runbook::{Code, Severity};

use super::Caller;
use super::document::{etag, json_text, tagged};
use super::model::{Both, Explanation, Fault, Faults, InputLine, Runbook, RunbookLine, Runbooks, ServiceLine};
use super::paging::Paged;
use super::sent::Asked;
use crate::app::App;
use crate::error::Error;
use crate::explain::explain;
use crate::handlers::runbooks::sees;
use crate::handlers::runs::runbook;

/// The runbooks of the library by file, those that do not compile included.
#[utoipa::path(get, path = "/api/v1/runbooks", tag = "runbooks", params(Paged), responses(
    (status = 200, description = "A page of the catalogue.", body = Runbooks),
))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Asked(page): Asked<Paged>,
) -> Result<Json<Runbooks>, Error> {
    let entries = app.runbooks(engine::plan::Library::entries).await?;
    let seen = entries.iter().filter(|entry| sees(&caller.person, entry));
    let (page, next) = page.of(seen, |entry| entry.file.clone())?;
    let runbooks = page.into_iter().map(|entry| line(entry, entry.hidden_by(&entries))).collect();
    Ok(Json(Runbooks { runbooks, next }))
}

/// One runbook with its text.
#[utoipa::path(get, path = "/api/v1/runbooks/{id}", tag = "runbooks",
    params(("id" = String, Path, description = "The runbook's id.")),
    responses((status = 200, description = "The runbook.", body = Runbook)))]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Runbook>, Error> {
    let (entry, plan) = runbook(&app, &caller.person, &id).await?;
    let (body, schedule) = (plan.body(), plan.schedule());
    let services = body.services.iter().map(|service| ServiceLine {
        service: service.id.to_string(),
        title: Both::of(&service.title),
        rto_ms: service.effective_rto().map(|rto| rto.0),
        length_ms: schedule.service_path(plan.graph(), service).0.0,
    });
    Ok(Json(Runbook {
        line: line(&entry, None),
        description: body.description.as_ref().map(Both::of),
        version: body.version.clone(),
        owner: body.owner.clone(),
        inputs: body.inputs.iter().map(input).collect(),
        services: services.collect(),
        critical_path: schedule.critical_path().iter().map(|ix| plan.unit(*ix).id.to_string()).collect(),
        source: entry.source.text().to_owned(),
    }))
}

/// What is wrong with a runbook that has an id.
#[utoipa::path(get, path = "/api/v1/runbooks/{id}/faults", tag = "runbooks",
    params(("id" = String, Path, description = "The runbook's id.")),
    responses((status = 200, description = "The findings.", body = Faults)))]
pub(super) async fn faults(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Faults>, Error> {
    let (entry, _) = runbook(&app, &caller.person, &id).await?;
    Ok(Json(all_faults(&entry)))
}

/// What is wrong with a file of the library, for runbooks that do not compile and so have no sure id.
#[utoipa::path(get, path = "/api/v1/files/{file}/faults", tag = "runbooks",
    params(("file" = String, Path, description = "The file inside the library's folder, slashes escaped.")),
    responses((status = 200, description = "The findings.", body = Faults)))]
pub(super) async fn faults_of_file(
    State(app): State<App>,
    caller: Caller,
    Path(file): Path<String>,
) -> Result<Json<Faults>, Error> {
    let found = app.runbooks(move |library| library.file(&file)).await?;
    let (entry, _) = found.filter(|(entry, _)| sees(&caller.person, entry)).ok_or(Error::NotFound)?;
    Ok(Json(all_faults(&entry)))
}

/// The plan of a runbook: units, graph and planned times.
#[utoipa::path(get, path = "/api/v1/runbooks/{id}/plan", tag = "runbooks",
    params(("id" = String, Path, description = "The runbook's id.")),
    responses(
        (status = 200, description = "The plan, as `relight plan --format json` writes it.", body = Object),
        (status = 304, description = "As the caller knows it."),
    ))]
pub(super) async fn plan(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let (_, plan) = runbook(&app, &caller.person, &id).await?;
    Ok(tagged(&headers, etag(&plan.digest().to_string()), || json_text(engine::plan::json(&plan).to_string())))
}

fn line(entry: &Entry, hidden_by: Option<&str>) -> RunbookLine {
    let plan = entry.plan.as_deref();
    RunbookLine {
        file: entry.file.clone(),
        id: plan.filter(|_| hidden_by.is_none()).map(|plan| plan.body().runbook.to_string()),
        title: plan.map(|plan| Both::of(&plan.body().title)),
        digest: plan.map(|plan| plan.digest().to_string()),
        units: plan.map_or(0, |plan| u32::try_from(plan.units().len()).unwrap_or(u32::MAX)),
        length_ms: plan.map(|plan| plan.schedule().length().0),
        rto_ms: plan.and_then(|plan| plan.body().objectives.rto).map(|Millis(rto)| rto),
        errors: entry.diagnostics.count(Severity::Error),
        warnings: entry.diagnostics.count(Severity::Warning),
        hidden_by: hidden_by.map(str::to_owned),
    }
}

fn input(input: &engine::plan::Input) -> InputLine {
    let (kind, options) = match &input.kind {
        InputKind::Text => ("text", Vec::new()),
        InputKind::Secret => ("secret", Vec::new()),
        InputKind::Datetime => ("datetime", Vec::new()),
        InputKind::Bool => ("bool", Vec::new()),
        InputKind::Enum(options) => ("enum", options.clone()),
    };
    InputLine {
        name: input.name.to_string(),
        title: Both::of(&input.title),
        kind: kind.to_owned(),
        options,
        required: input.required,
        default: input.default.clone(),
    }
}

fn all_faults(entry: &Entry) -> Faults {
    let faults = entry.diagnostics.iter().map(|found| Fault {
        code: found.code.id().to_owned(),
        severity: found.severity().keyword().to_owned(),
        file: entry.diagnostics.source(found.place.file, &entry.source).path().to_owned(),
        line: found.place.line,
        column: found.place.column,
        message: Both::of(&found.message),
        help: found.help.as_ref().map(Both::of),
        suggestion: found.suggestion.as_ref().map(|suggestion| suggestion.replacement.clone()),
    });
    Faults { file: entry.file.clone(), faults: faults.collect() }
}

/// What the code of a finding means, as `relight explain` says it.
#[utoipa::path(get, path = "/api/v1/diagnostics/{code}", tag = "runbooks",
    params(("code" = String, Path, description = "The code, or its name.")),
    responses((status = 200, description = "The explanation.", body = Explanation)))]
pub(super) async fn diagnostic(_: Caller, Path(code): Path<String>) -> Result<Json<Explanation>, Error> {
    let code = Code::called(&code).ok_or(Error::NotFound)?;
    let told = |lang| explain(code, lang).collect::<Vec<_>>().join("\n\n");
    let explained = Both { ko: told(Lang::Ko), en: told(Lang::En) };
    Ok(Json(Explanation { code: code.id().to_owned(), name: code.name(), explained }))
}
