//! My tasks: all manual work of all runs that waits for the person who looks, the most urgent first. The lines of the runs say
//! for whom it waits, so that no journal is read for it.

use askama::Template;
use axum::extract::{Query, State};
use engine::base::{Day, RunId};
use engine::plan::Mode;
use engine::review::{Finding, unsettled};
use engine::run::{Summary, Tasking, Wanted};

use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::handlers::approvals::Which;
use crate::handlers::findings::Row;
use crate::i18n::Words;
use crate::pages::{Card, Html, Shell, Tag};
use crate::urls;

/// Cards on one page.
const PAGE: usize = 100;

/// The page.
#[derive(Debug, Template)]
#[template(path = "tasks/list.html")]
pub struct Page {
    shell: Shell,
    cards: Vec<Card>,
    none: String,
    /// Findings that the person answers for.
    rows: Vec<Row>,
    /// The next ones.
    more: Option<String>,
}

/// Manual work that waits for somebody.
#[derive(Debug)]
pub struct Due {
    pub(crate) run: RunId,
    /// The line of the run, without what it asks of others.
    pub(crate) summary: Summary,
    pub(crate) task: Tasking,
    /// Milliseconds until it moves the run's recovery beyond its objective.
    pub(crate) room: Option<i64>,
}

/// How much manual work waits for a person.
pub(crate) async fn count(app: &App, person: &SignedIn) -> Result<usize, Error> {
    let asking = app.board.asking(&**app.engine.store()).await?;
    let of = |summary: &Summary| {
        let actor = person.actor_at(summary.organisation.as_ref(), Some(summary.mode));
        summary.tasks.iter().filter(|task| task.waits_for(&actor)).count()
    };
    Ok(asking.iter().map(|entry| of(&entry.summary)).sum())
}

/// One page of the manual work that waits for a person, the most urgent first, and where the next page begins.
pub(crate) async fn mine(app: &App, person: &SignedIn, from: usize) -> Result<(Vec<Due>, Option<usize>), Error> {
    let now = app.clock.now();
    let asking = app.board.asking(&**app.engine.store()).await?;
    let mut found: Vec<(Option<i64>, RunId, &Summary, &Tasking)> = Vec::new();
    for entry in asking.iter() {
        let summary = &entry.summary;
        let actor = person.actor_at(summary.organisation.as_ref(), Some(summary.mode));
        // Simulated time has its own now.
        let now = |task: &Tasking| if summary.mode == Mode::Mock { task.as_of } else { now };
        let room = |task: &Tasking| task.latest.map(|latest| latest.0.saturating_sub(now(task).0));
        let mine = summary.tasks.iter().filter(|task| task.waits_for(&actor));
        found.extend(mine.map(|task| (room(task), entry.run, summary, task)));
    }
    found.sort_by_key(|(room, _, _, task)| (room.unwrap_or(i64::MAX), task.opened_at));
    let end = from.saturating_add(PAGE);
    let next = (end < found.len()).then_some(end);
    let page = found.into_iter().skip(from).take(PAGE).map(|(room, run, summary, task)| Due {
        run,
        summary: Summary { asks: Vec::new(), tasks: Vec::new(), ..summary.clone() },
        task: task.clone(),
        room,
    });
    Ok((page.collect(), next))
}

/// Shows them.
pub async fn list(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Query(which): Query<Which>,
) -> Result<Html<Page>, Error> {
    let (w, now) = (visitor.words, app.clock.now());
    let (due, next) = mine(&app, &person, which.from).await?;
    let more = next.map(|next| urls::from_on(urls::tasks(), next));
    let cards = due.iter().map(|due| card(w, due)).collect();
    let today = Day::in_seoul(now);
    let mut owned: Vec<Finding> =
        unsettled(&**app.engine.store()).await?.into_iter().map(|known| known.value).collect();
    owned.retain(|one| one.owner.as_ref() == Some(&person.user.name) && !one.status.rests());
    owned.sort_by_key(|one| (one.due.is_none(), one.due, one.severity));
    let rows = owned.iter().map(|one| Row::of(w, one, today)).collect();
    Ok(Html(Page { shell: Shell::new(&visitor, &w.t("tasks-title")), cards, none: w.t("tasks-none"), rows, more }))
}

/// Why it waits for the person who looks.
fn why(w: Words, task: &Tasking) -> String {
    match &task.wants {
        Wanted::Check { by, .. } => w.with("task-why-check", "name", by.as_str()),
        Wanted::Work { holder: Some(_), sent_back: Some((name, why)), .. } => {
            w.with2("manual-sent-back", ("name", name.as_str()), ("why", why.as_str()))
        }
        Wanted::Work { holder: Some(_), assigned_by: Some(by), .. } => w.with("task-why-assigned", "by", by.as_str()),
        Wanted::Work { holder: Some(_), .. } => w.t("task-why-claimed"),
        Wanted::Work { holder: None, .. } => w.with("task-why-role", "roles", w.roles_for_work(&task.roles)),
    }
}

fn card(w: Words, Due { run, summary, task, room }: &Due) -> Card {
    let button = match task.wants {
        Wanted::Check { .. } => "task-check",
        Wanted::Work { .. } => "task-do",
    };
    Card {
        title: w.text(&task.title).to_owned(),
        run: w.text(&summary.title).to_owned(),
        run_url: urls::run(*run),
        mode: Tag::mode(w, summary.mode),
        why: why(w, task),
        since: Some(task.opened_at.0).filter(|_| summary.mode != Mode::Mock),
        asked_at: w.time(task.opened_at),
        room: crate::pages::room(w, *room),
        late: room.is_some_and(|room| room <= 0),
        href: urls::task(*run, &task.unit),
        button: w.t(button),
    }
}
