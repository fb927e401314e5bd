//! The coverage map of a runbook: facts, and no score.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use engine::base::{Day, UserName};
use engine::plan::Plan;
use engine::review::{Coverage, Covered, Last, Rehearsed};
use engine::store::find;

use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::handlers::runs::runbook;
use crate::i18n::Words;
use crate::pages::{Html, Shell, Tag};
use crate::urls;

/// When, by whom and how.
#[derive(Debug)]
struct Time {
    href: String,
    at: String,
    days: String,
    mode: Tag,
    by: String,
}

/// A part.
#[derive(Debug)]
struct Row {
    title: String,
    what: String,
    deputy: bool,
    done: Option<Time>,
    passed: Option<Time>,
    played: Option<Time>,
    changed: bool,
}

/// Parts of one kind.
#[derive(Debug)]
struct Group {
    title: String,
    none: String,
    rows: Vec<Row>,
    /// How many were ever gone through in a run that did real work.
    done: usize,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "coverage/show.html")]
pub struct Page {
    shell: Shell,
    runbook_url: String,
    groups: Vec<Group>,
}

/// Shows the map.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Path(id): Path<String>,
) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let (plan, map) = covered(&app, &person, &id).await?;
    let today = Day::in_seoul(app.clock.now());
    let groups = vec![
        group(w, "units", map.units.iter().map(|one| row(w, one, one.what.to_string(), today))),
        group(
            w,
            "branches",
            map.branches.iter().map(|one| row(w, one, format!("{} / {}", one.what.0, one.what.1), today)),
        ),
        group(
            w,
            "approvers",
            map.approvers.iter().map(|one| row(w, one, format!("{} / {}", one.what.0, one.what.1), today)),
        ),
        group(w, "deputies", map.deputies.iter().map(|one| row(w, one, String::new(), today))),
        group(w, "people", map.people.iter().map(|one| row(w, one, String::new(), today))),
    ];
    Ok(Html(Page {
        shell: Shell::new(&visitor, &w.with("coverage-title", "runbook", w.text(&plan.body().title))),
        runbook_url: urls::runbook(&plan.body().runbook),
        groups,
    }))
}

/// The map of a runbook that the person may see.
pub(crate) async fn covered(app: &App, person: &SignedIn, id: &str) -> Result<(Arc<Plan>, Coverage), Error> {
    let (_, plan) = runbook(app, person, id).await?;
    let known = find::<Rehearsed>(&**app.engine.store(), plan.body().runbook.as_str()).await?;
    let map = Coverage::of(&plan, known.as_ref().map(|known| &known.value));
    Ok((plan, map))
}

fn group(w: Words, kind: &str, rows: impl Iterator<Item = Row>) -> Group {
    let rows: Vec<Row> = rows.collect();
    let done = rows.iter().filter(|row| row.done.is_some()).count();
    Group { title: w.t(&format!("coverage-{kind}")), none: w.t(&format!("coverage-no-{kind}")), rows, done }
}

fn row<T>(w: Words, covered: &Covered<T>, what: String, today: Day) -> Row {
    let time = |last: &Last| Time {
        href: urls::run(last.run),
        at: w.day_time(last.at),
        days: w.with("coverage-days", "n", today.days_since(Day::in_seoul(last.at))),
        mode: Tag::mode(w, last.mode),
        by: last.by.iter().map(UserName::as_str).collect::<Vec<_>>().join(", "),
    };
    Row {
        title: w.text(&covered.title).to_owned(),
        what,
        deputy: covered.deputy,
        done: covered.track.done.as_ref().map(time),
        passed: covered.track.passed.as_ref().map(time),
        played: covered.track.played.as_ref().map(time),
        changed: covered.changed == Some(true),
    }
}
