//! One gate on a page of its own, for the phone: what is asked, what a vote is bound to, who has voted, and the form.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use engine::base::{Millis, Timestamp};
use engine::executor::View;
use engine::plan::{Mode, UnitIx};
use engine::run::Forecast;

use super::super::runs::Named;
use super::callees::{Callee, callees};
use crate::app::App;
use crate::asks::Approval;
use crate::error::Error;
use crate::extract::{RunPath, SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell, Tag, room};
use crate::urls;

/// The page.
#[derive(Debug, Template)]
#[template(path = "approvals/show.html")]
struct Page {
    shell: Shell,
    mode: Mode,
    mode_tag: Tag,
    meaning: String,
    run_url: String,
    run_title: String,
    declared: String,
    approval: Approval,
    outlook: Outlook,
    callees: Vec<Callee>,
    /// Nobody could vote: neither the person who looks nor anybody else.
    deserted: bool,
    bound: Vec<(String, Option<String>)>,
    inputs: Vec<(String, String)>,
}

/// What the run is expected to come to.
#[derive(Debug)]
struct Outlook {
    finish: String,
    rto: String,
    live: Option<Tag>,
    room: String,
    late: bool,
}

impl Outlook {
    fn of(w: Words, view: &View, ix: UnitIx, now: Timestamp) -> Self {
        let forecast = Forecast::of(&view.plan, &view.state, now);
        let left = forecast.room(&view.plan, &view.state, ix);
        let objectives = &view.plan.body().objectives;
        Self {
            finish: w.time(forecast.plan()),
            rto: w.clock(objectives.rto),
            live: forecast.plan_live(&view.plan, &view.state, Millis::ZERO).map(|live| Tag::live(w, live)),
            room: room(w, left),
            late: left.is_some_and(|left| left <= 0),
        }
    }
}

/// Shows a gate that asks; where it does not any more, the unit.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    RunPath(run): RunPath,
    Path(named): Path<Named>,
) -> Result<Response, Error> {
    let (unit, w) = (named.unit()?, visitor.words);
    let view = app.engine.watch(run).await?.borrow().clone();
    let ix = view.plan.find(&unit).ok_or(Error::NotFound)?;
    let header = view.state.header();
    // Simulated time has its own now.
    let now = if header.simulation.is_some() { view.state.last_at() } else { app.clock.now() };
    let confirmed = app.sign_ins.confirmed(&person.session);
    let Some(approval) = Approval::of(w, &view, &person, &*app.ids, ix, confirmed) else {
        return Ok(Redirect::to(&urls::run_unit(run, &unit)).into_response());
    };
    let callees = callees(&app, w, &person, &view, ix).await?;
    let secret = w.t("input-secret");
    let inputs =
        header.inputs.iter().map(|(name, value)| (name.to_string(), value.clone().unwrap_or_else(|| secret.clone())));
    let requester = header.requester.name.as_str();
    let page = Page {
        shell: Shell::new(&visitor, w.text(&view.plan.unit(ix).title)),
        mode: header.mode,
        mode_tag: Tag::mode(w, header.mode),
        meaning: w.mode_meaning(header.mode),
        run_url: urls::run(run),
        run_title: w.text(&view.plan.body().title).to_owned(),
        declared: match header.reason.as_str() {
            "" => w.with("run-declared-without-reason", "name", requester),
            reason => w.with2("run-declared-by", ("name", requester), ("reason", reason)),
        },
        outlook: Outlook::of(w, &view, ix, now),
        deserted: callees.is_empty() && !approval.is_open() && view.state.header().simulation.is_none(),
        callees,
        bound: bound(w, &view, &approval),
        inputs: inputs.collect(),
        approval,
    };
    Ok(Html(page).into_response())
}

/// What a vote is bound to: each with its name and its digest; a run may have been declared without a preflight.
fn bound(w: Words, view: &View, approval: &Approval) -> Vec<(String, Option<String>)> {
    let preflight = view.state.header().preflight;
    vec![
        (w.t("bound-all"), Some(approval.digest().to_owned())),
        (w.t("bound-plan"), Some(view.plan.digest().to_string())),
        (w.t("bound-preflight"), preflight.map(|digest| digest.to_string())),
    ]
}
