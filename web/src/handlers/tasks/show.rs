//! One piece of manual work on a page of its own, for the phone beside the machine.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use engine::plan::Mode;
use engine::run::Forecast;

use super::super::runs::Named;
use crate::app::App;
use crate::asks::Task;
use crate::error::Error;
use crate::extract::{RunPath, SignedIn, Visitor};
use crate::handlers::teams::{Owner, owner};
use crate::pages::{Html, Shell, Tag, room};
use crate::urls;

/// The page.
#[derive(Debug, Template)]
#[template(path = "tasks/show.html")]
struct Page {
    shell: Shell,
    mode: Mode,
    mode_tag: Tag,
    meaning: String,
    run_url: String,
    run_title: String,
    task: Task,
    /// The unit's target, and how long the work may still take before it moves the recovery time.
    target: String,
    room: String,
    late: bool,
    owner: Option<Owner>,
}

/// Shows manual work that is open; where it is not any more, the unit.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    RunPath(run): RunPath,
    Path(named): Path<Named>,
) -> Result<Response, Error> {
    let unit = named.unit()?;
    let view = app.engine.watch(run).await?.borrow().clone();
    let ix = view.plan.find(&unit).ok_or(Error::NotFound)?;
    let Some(task) = Task::of(visitor.words, &view, &person, &*app.ids, ix) else {
        return Ok(Redirect::to(&urls::run_unit(run, &unit)).into_response());
    };
    let (w, header) = (visitor.words, view.state.header());
    let mode = header.mode;
    // Simulated time has its own now.
    let now = if header.simulation.is_some() { view.state.last_at() } else { app.clock.now() };
    let left = Forecast::of(&view.plan, &view.state, now).room(&view.plan, &view.state, ix);
    let page = Page {
        shell: Shell::new(&visitor, w.text(&view.plan.unit(ix).title)),
        mode,
        mode_tag: Tag::mode(w, mode),
        meaning: w.mode_meaning(mode),
        run_url: urls::run(run),
        run_title: w.text(&view.plan.body().title).to_owned(),
        task,
        target: w.clock(view.plan.unit(ix).target),
        room: room(w, left),
        late: left.is_some_and(|left| left <= 0),
        owner: owner(&app, w, view.plan.body().organisation.as_ref(), view.plan.unit(ix).owner.as_deref()).await?,
    };
    Ok(Html(page).into_response())
}
