//! The page of a run.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use engine::plan::Mode;
use engine::run::{Act, ReviewRight, permit};

use crate::app::App;
use crate::asks::Asks;
use crate::error::Error;
use crate::extract::{RunPath, SignedIn, Visitor};
use crate::live::Rendered;
use crate::pages::{Html, Shell, Tag};
use crate::urls;

/// A run on one page. Its parts are those of the shared rendering; only the forms are the person's own.
#[derive(Debug, Template)]
#[template(path = "run/page.html")]
struct Page {
    shell: Shell,
    mode: Mode,
    mode_tag: Tag,
    meaning: String,
    title: String,
    declared: String,
    /// The unit that called it: address and words.
    called_by: Option<(String, String)>,
    inputs: Vec<(String, String)>,
    rendered: Arc<Rendered>,
    asks: Asks,
    live_url: String,
    asks_url: String,
    report_url: String,
    /// Where who may raises a finding.
    finding_url: Option<String>,
    runbook_url: String,
    shown_at: String,
}

/// Shows a run.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    RunPath(run): RunPath,
) -> Result<Response, Error> {
    let w = visitor.words;
    let mut watch = app.hub.watch(run, w.0).await?;
    let rendered = watch.newest().await.ok_or(Error::TimedOut)?;
    let view = &rendered.view;
    let header = view.state.header();
    let title = w.text(&view.plan.body().title).to_owned();
    let secret = w.t("input-secret");
    let inputs =
        header.inputs.iter().map(|(name, value)| (name.to_string(), value.clone().unwrap_or_else(|| secret.clone())));
    let requester = header.requester.name.as_str();
    let actor = person.actor_at(view.plan.body().organisation.as_ref(), Some(header.mode));
    let tends = permit(&actor, Act::Review(ReviewRight::Tend), false).is_ok();
    let page = Page {
        shell: if rendered.over { Shell::new(&visitor, &title) } else { Shell::new(&visitor, &title).live() },
        mode: header.mode,
        mode_tag: Tag::mode(w, header.mode),
        meaning: w.mode_meaning(header.mode),
        declared: match header.reason.as_str() {
            "" => w.with("run-declared-without-reason", "name", requester),
            reason => w.with2("run-declared-by", ("name", requester), ("reason", reason)),
        },
        called_by: header
            .parent
            .as_ref()
            .map(|parent| (urls::run_unit(parent.run, &parent.unit), w.called_by(parent.run, &parent.unit))),
        inputs: inputs.collect(),
        asks: Asks::of(w, view, &person, &*app.ids),
        live_url: urls::run_live(run),
        asks_url: urls::run_asks(run),
        report_url: urls::report(run),
        finding_url: tends.then(|| urls::finding_new_of(run)),
        runbook_url: urls::runbook(&header.runbook),
        shown_at: w.time(app.clock.now()),
        title,
        rendered: Arc::clone(&rendered),
    };
    Ok(axum::response::IntoResponse::into_response(Html(page)))
}
