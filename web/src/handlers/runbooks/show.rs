//! One runbook: its graph, its planned times, its text and what is wrong with it.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use engine::base::{Millis, RunbookId};
use engine::plan::{Entry, Occasion, Plan, RecoverySource, Review, Service, Silence, Stage, Unit, UnitIx};

use super::faults::Fault;
use super::forecast::{Panel, Tried, foreseen};
use super::list::sees;
use super::text::{Line, lines};
use crate::app::App;
use crate::draw::{Dag, Look, is_by_stage};
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::handlers::runs::never;
use crate::i18n::Words;
use crate::pages::{Html, Shell};
use crate::urls;

#[derive(Debug)]
struct Row {
    unit: String,
    id: String,
    stage: String,
    target: String,
    start: String,
    finish: String,
    slack: String,
    critical: bool,
}

#[derive(Debug)]
struct ServiceRow {
    name: String,
    /// The system that it is a function of, and where lost data can come back from; empty where not said.
    about: Vec<String>,
    tier: String,
    rto: String,
    path: String,
    units: String,
    over: bool,
    exception: String,
}

/// A lint that the author kept silent.
#[derive(Debug)]
struct SilenceRow {
    lint: String,
    about: String,
    reason: String,
    unsaid: Vec<String>,
    more: u32,
}

#[derive(Debug)]
struct Planned {
    description: String,
    id: String,
    coverage: String,
    version: String,
    owner: String,
    organisation: String,
    digest: String,
    review: String,
    schedule: Vec<String>,
    length: String,
    rto: String,
    over: bool,
    critical: String,
    dag: Dag,
    rows: Vec<Row>,
    services: Vec<ServiceRow>,
    silences: Vec<SilenceRow>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "runbooks/show.html")]
pub struct Page {
    shell: Shell,
    file: String,
    declare: Option<String>,
    plan: Option<Planned>,
    forecast: Option<Panel>,
    faults: Vec<Fault>,
    lines: Vec<Line>,
}

/// Shows the runbook with an id.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Path(id): Path<String>,
    Query(tried): Query<Tried>,
) -> Result<Html<Page>, Error> {
    let id: RunbookId = id.parse().map_err(|_| Error::NotFound)?;
    let entry = app.runbooks(move |library| library.find(&id)).await?;
    let entry = entry.filter(|entry| sees(&person, entry)).ok_or(Error::NotFound)?;
    let forecast = forecast(&app, visitor.words, &entry, &tried).await?;
    Ok(page(&visitor, &person, &entry, None, forecast))
}

/// Shows a file that has no sure id.
pub async fn show_file(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Path(file): Path<String>,
) -> Result<Html<Page>, Error> {
    let found = app.runbooks(move |library| library.file(&file)).await?;
    let (entry, hidden_by) = found.filter(|(entry, _)| sees(&person, entry)).ok_or(Error::NotFound)?;
    Ok(page(&visitor, &person, &entry, hidden_by.as_deref(), None))
}

async fn forecast(app: &App, w: Words, entry: &Entry, tried: &Tried) -> Result<Option<Panel>, Error> {
    let Some(plan) = &entry.plan else { return Ok(None) };
    let what_if = tried.what_if();
    let foreseen = foreseen(app, plan, what_if.clone()).await?;
    Ok(Some(Panel::of(w, plan, &foreseen, &what_if)))
}

fn page(
    visitor: &Visitor,
    person: &SignedIn,
    entry: &Arc<Entry>,
    hidden_by: Option<&str>,
    forecast: Option<Panel>,
) -> Html<Page> {
    let w = visitor.words;
    let plan = entry.plan.as_deref();
    let title = plan.map_or_else(|| entry.file.clone(), |plan| w.text(&plan.body().title).to_owned());
    let may_declare = plan.is_some_and(|plan| never(person, plan).is_none());
    Html(Page {
        shell: Shell::new(visitor, &title),
        file: entry.file.clone(),
        declare: plan.filter(|_| may_declare && hidden_by.is_none()).map(|plan| urls::declare(&plan.body().runbook)),
        plan: plan.map(|plan| planned(w, plan)),
        forecast,
        faults: Fault::all(w, entry, "", hidden_by).collect(),
        lines: lines(w, entry.source.text(), &entry.diagnostics),
    })
}

/// The target of a unit, and the part of it after which others may begin.
fn target(w: Words, unit: &Unit) -> String {
    let target = unit.target.map_or_else(|| "–".to_owned(), |target| w.span(target));
    match unit.usable {
        Some(usable) => w.with2("unit-target-usable", ("target", target), ("usable", w.span(usable.within))),
        None => target,
    }
}

fn planned(w: Words, plan: &Plan) -> Planned {
    let (body, schedule) = (plan.body(), plan.schedule());
    let names = |path: &[UnitIx]| {
        path.iter().map(|ix| w.text(&plan.unit(*ix).title).to_owned()).collect::<Vec<_>>().join(" → ")
    };
    let is_over = |length: Millis, rto: Option<Millis>| rto.is_some_and(|rto| length > rto);
    let critical = schedule.critical_path();
    let rows = plan.unit_ixs().map(|ix| {
        let (unit, span) = (plan.unit(ix), schedule.span(ix));
        Row {
            unit: w.text(&unit.title).to_owned(),
            id: unit.id.to_string(),
            stage: w.text(&plan.stage(unit.stage).title).to_owned(),
            target: target(w, unit),
            start: w.span(span.earliest_start),
            finish: w.span(span.earliest_finish),
            slack: w.span(span.slack()),
            critical: critical.contains(&ix),
        }
    });
    let services = body.services.iter().map(|service| {
        let (length, path) = schedule.service_path(plan.graph(), service);
        let exception = service.exception.as_ref();
        ServiceRow {
            name: w.text(&service.title).to_owned(),
            about: about(w, service),
            tier: service.tier.map_or_else(|| "–".to_owned(), |tier| tier.to_string()),
            rto: service.rto.map_or_else(|| "–".to_owned(), |rto| w.span(rto)),
            path: w.span(length),
            units: names(&path),
            over: is_over(length, service.effective_rto()),
            exception: exception.map_or_else(String::new, |gap| {
                w.with2("service-exception", ("rto", w.span(gap.rto)), ("by", gap.approved_by.as_str()))
            }),
        }
    });
    Planned {
        description: body.description.as_ref().map_or_else(String::new, |text| w.text(text).to_owned()),
        id: body.runbook.to_string(),
        coverage: urls::coverage(&body.runbook),
        version: body.version.clone().unwrap_or_else(|| "–".to_owned()),
        owner: body.owner.clone().unwrap_or_else(|| "–".to_owned()),
        organisation: body.organisation.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string),
        digest: plan.digest().short(),
        review: review(w, body.review),
        schedule: body.schedule.iter().map(|at| occasion(w, at)).collect(),
        length: w.span(schedule.length()),
        rto: body.objectives.rto.map_or_else(|| w.t("none"), |rto| w.span(rto)),
        over: is_over(schedule.length(), body.objectives.rto),
        critical: names(critical),
        dag: if is_by_stage(plan) {
            Dag::of_stages(plan, w, |stage| look_of_stage(w, plan, stage))
        } else {
            Dag::of(plan, w, |ix| look(w, plan, ix))
        },
        rows: rows.collect(),
        services: services.collect(),
        silences: body.silences.iter().map(|silence| silence_row(w, silence)).collect(),
    }
}

/// The system that a service is a function of, and where its lost data can come back from.
fn about(w: Words, service: &Service) -> Vec<String> {
    let system = service.system.iter().map(|system| w.with("service-system", "system", system.as_str()));
    let source = |source: &RecoverySource| {
        let name = w.text(&source.source).to_owned();
        match source.loses() {
            Some(most) => w.with2("service-source-loses", ("source", name), ("most", w.span(most))),
            None => w.with("service-source", "source", name),
        }
    };
    system.chain(service.recovers_from.iter().map(source)).collect()
}

/// When it was read last and when it is to be read again; empty where nothing is said of it.
fn review(w: Words, review: Review) -> String {
    match (review.reviewed, review.due()) {
        (Some(day), Some(due)) => w.with2("review-due", ("day", day.to_string()), ("due", due.to_string())),
        (Some(day), None) => day.to_string(),
        (None, _) => review.every.map_or_else(String::new, |every| w.with("review-never", "every", w.span(every))),
    }
}

fn occasion(w: Words, occasion: &Occasion) -> String {
    let lasts = occasion.lasts.map_or_else(String::new, |lasts| format!(" · {}", w.span(lasts)));
    format!("{} ({}){lasts}", w.text(&occasion.title), occasion.cron)
}

fn silence_row(w: Words, silence: &Silence) -> SilenceRow {
    SilenceRow {
        lint: format!("{} {}", silence.lint, silence.lint.name()),
        about: silence.about.name().unwrap_or_else(|| w.t("silence-everywhere")),
        reason: w.text(&silence.reason).to_owned(),
        unsaid: silence.unsaid.iter().map(|text| w.text(text).to_owned()).collect(),
        more: silence.more,
    }
}

fn look(w: Words, plan: &Plan, ix: UnitIx) -> Look {
    let unit = plan.unit(ix);
    let slack = plan.schedule().span(ix).slack();
    let critical = plan.schedule().critical_path().contains(&ix);
    Look {
        class: if critical { "st-running".to_owned() } else { "st-plan".to_owned() },
        sign: crate::draw::of_unit(engine::run::UnitState::Pending),
        word: if critical { w.t("dag-critical") } else { w.with("dag-slack", "slack", w.span(slack)) },
        time: unit.target.map_or_else(String::new, |target| w.span(target)),
        href: None,
    }
}

fn look_of_stage(w: Words, plan: &Plan, stage: &Stage) -> Look {
    let spans = || stage.unit_ixs().map(|ix| plan.schedule().span(ix));
    let (start, finish) =
        (spans().map(|span| span.earliest_start).min(), spans().map(|span| span.earliest_finish).max());
    let critical = stage.unit_ixs().any(|ix| plan.schedule().critical_path().contains(&ix));
    Look {
        class: if critical { "st-running".to_owned() } else { "st-plan".to_owned() },
        sign: crate::draw::of_unit(engine::run::UnitState::Pending),
        word: w.with("unit-count", "n", stage.unit_ixs().count()),
        time: start.zip(finish).map_or_else(String::new, |(start, finish)| w.span(Millis(finish.0 - start.0))),
        href: None,
    }
}
