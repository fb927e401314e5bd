//! My tasks: all manual work of all runs that waits for the person who looks, the most urgent first.

use askama::Template;
use axum::extract::State;
use engine::base::{Day, RunId, Timestamp};
use engine::executor::View;
use engine::plan::{Action, Manual, UnitIx};
use engine::review::{Finding, unsettled};
use engine::run::{Actor, Forecast, OpenManual, UnitState};
use engine::store::RunFilter;

use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::handlers::findings::Row;
use crate::i18n::Words;
use crate::pages::{Card, Html, Shell, Tag};
use crate::urls;

/// Runs in progress that are looked through.
const OPEN: u32 = 200;

/// The page.
#[derive(Debug, Template)]
#[template(path = "tasks/list.html")]
pub struct Page {
    shell: Shell,
    cards: Vec<Card>,
    none: String,
    /// Findings that the person answers for.
    rows: Vec<Row>,
}

/// Shows them.
pub async fn list(State(app): State<App>, visitor: Visitor, person: SignedIn) -> Result<Html<Page>, Error> {
    let (w, now) = (visitor.words, app.clock.now());
    let open = RunFilter { open_only: true, limit: OPEN, ..RunFilter::default() };
    let mut found: Vec<(i64, Timestamp, Card)> = Vec::new();
    for entry in app.engine.store().runs(open).await? {
        let actor = person.actor_at(entry.summary.organisation.as_ref(), Some(entry.summary.mode));
        if actor.roles.is_empty() {
            continue;
        }
        let view = app.engine.watch(entry.run).await?.borrow().clone();
        // Simulated time has its own now.
        let now = if view.state.header().simulation.is_some() { view.state.last_at() } else { now };
        let forecast = Forecast::of(&view.plan, &view.state, now);
        for ix in view.plan.unit_ixs() {
            let Some((manual, open)) = asked(&view, ix) else { continue };
            let Some(why) = why(w, manual, open, &actor) else { continue };
            let room = forecast.room(&view.plan, &view.state, ix);
            found.push((room.unwrap_or(i64::MAX), open.opened_at, card(w, &view, entry.run, ix, open, (why, room))));
        }
    }
    found.sort_by_key(|(room, since, _)| (*room, *since));
    let cards = found.into_iter().map(|(_, _, card)| card).collect();
    let today = Day::in_seoul(now);
    let mut mine: Vec<Finding> = unsettled(&**app.engine.store()).await?.into_iter().map(|known| known.value).collect();
    mine.retain(|one| one.owner.as_ref() == Some(&person.user.name) && !one.status.rests());
    mine.sort_by_key(|one| (one.due.is_none(), one.due, one.severity));
    let rows = mine.iter().map(|one| Row::of(w, one, today)).collect();
    Ok(Html(Page { shell: Shell::new(&visitor, &w.t("tasks-title")), cards, none: w.t("tasks-none"), rows }))
}

/// Manual work that a unit asks for now.
fn asked(view: &View, ix: UnitIx) -> Option<(&Manual, &OpenManual)> {
    let run = view.state.unit(ix);
    if run.state != UnitState::AwaitingManual {
        return None;
    }
    match &view.plan.unit(ix).step(run.step)?.action {
        Action::Manual(manual) => Some((manual, run.manual.as_ref()?)),
        _ => None,
    }
}

/// Why it waits for this person; `None` where it does not.
fn why(w: Words, manual: &Manual, open: &OpenManual, actor: &Actor) -> Option<String> {
    if let Some(reported) = &open.reported {
        let name = reported.by.name.as_str();
        return open.may_check(manual, actor).is_ok().then(|| w.with("task-why-check", "name", name));
    }
    open.may_work(manual, actor).ok()?;
    Some(match (&open.holder, &open.assigned_by, &open.sent_back) {
        (Some(_), _, Some((name, why))) => w.with2("manual-sent-back", ("name", name.as_str()), ("why", why.as_str())),
        (Some(_), Some(by), None) => w.with("task-why-assigned", "by", by.as_str()),
        (Some(_), None, None) => w.t("task-why-claimed"),
        (None, _, _) => {
            let roles: Vec<&str> = manual.roles.iter().map(engine::base::RoleName::as_str).collect();
            let roles = if roles.is_empty() { "operator · commander".to_owned() } else { roles.join(" · ") };
            w.with("task-why-role", "roles", roles)
        }
    })
}

fn card(w: Words, view: &View, run: RunId, ix: UnitIx, open: &OpenManual, (why, room): (String, Option<i64>)) -> Card {
    let unit = view.plan.unit(ix);
    let button = if open.reported.is_some() { "task-check" } else { "task-do" };
    Card {
        title: w.text(&unit.title).to_owned(),
        run: w.text(&view.plan.body().title).to_owned(),
        run_url: urls::run(run),
        mode: Tag::mode(w, view.state.header().mode),
        why,
        since: Some(open.opened_at.0).filter(|_| view.state.header().simulation.is_none()),
        asked_at: w.time(open.opened_at),
        room: crate::pages::room(w, room),
        late: room.is_some_and(|room| room <= 0),
        href: urls::task(run, &unit.id),
        button: w.t(button),
    }
}
