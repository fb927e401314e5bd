//! Two runs of a runbook, unit by unit.

use askama::Template;
use axum::extract::{Query, State};
use engine::base::RunId;
use engine::review::{Change, Comparison, Side, Took, compare, facts_of, notes, units_in_order};
use engine::run::{Act, ReviewRight, permit};
use serde::Deserialize;

use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell, Tag, difference};
use crate::urls;

/// Which two.
#[derive(Debug, Deserialize)]
pub struct Asked {
    then: RunId,
    now: RunId,
}

/// One of the runs, in words.
#[derive(Debug)]
struct Head {
    href: String,
    at: String,
    mode: Tag,
    rta: String,
    rto: String,
    verdict: Option<Tag>,
    people: usize,
}

/// How a unit did, in words.
#[derive(Debug)]
struct Cell {
    took: String,
    verdict: Option<Tag>,
}

/// A unit.
#[derive(Debug)]
struct Row {
    unit: String,
    title: String,
    /// Nothing where the unit is the same.
    change: Option<String>,
    then: Option<Cell>,
    now: Option<Cell>,
    delta: String,
    slower: bool,
    note: String,
    by: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "compare/show.html")]
pub struct Page {
    shell: Shell,
    csrf: String,
    tends: bool,
    then: Head,
    now: Head,
    then_run: String,
    now_run: String,
    same_plan: bool,
    simulated: bool,
    delta: String,
    rows: Vec<Row>,
}

/// Shows them to who may see both.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let (found, org) = compared(&app, &person, w, asked.then, asked.now).await?;
    let actor = person.actor_at(org.as_ref(), Some(found.now.mode));
    Ok(Html(Page {
        shell: Shell::new(&visitor, &w.with("compare-title", "runbook", w.text(&found.now.title))),
        csrf: person.session.csrf.clone(),
        tends: permit(&actor, Act::Review(ReviewRight::Tend), false).is_ok(),
        then: head(w, &found.then),
        now: head(w, &found.now),
        then_run: asked.then.to_string(),
        now_run: asked.now.to_string(),
        same_plan: found.same_plan,
        simulated: found.simulated,
        delta: difference(found.rta_delta_ms),
        rows: rows(w, &found),
    }))
}

/// Two runs for a person who may see both, with the place of the later one. Both must be over and of the same runbook.
pub(crate) async fn compared(
    app: &App,
    person: &SignedIn,
    w: Words,
    then: RunId,
    now: RunId,
) -> Result<(Comparison, Option<engine::base::OrgId>), Error> {
    let store = &**app.engine.store();
    let mut sides = Vec::with_capacity(2);
    for run in [then, now] {
        let place = app.place_of(run).await?;
        if !person.may_view(place.org.as_ref()) {
            return Err(Error::NotFound);
        }
        let Some(facts) = facts_of(store, run).await? else {
            return Err(Error::Refused { code: "run_open".to_owned(), message: w.t("compare-open") });
        };
        sides.push((facts, units_in_order(store, run).await?, place.org));
    }
    let [(then_facts, then_units, _), (now_facts, now_units, org)] = &sides[..] else { return Err(Error::NotFound) };
    if then_facts.runbook != now_facts.runbook {
        return Err(Error::Refused { code: "other_runbook".to_owned(), message: w.t("compare-other") });
    }
    let notes = notes(store, then, now).await?;
    Ok((compare((then_facts, then_units), (now_facts, now_units), notes), org.clone()))
}

fn head(w: Words, side: &Side) -> Head {
    Head {
        href: urls::run(side.run),
        at: w.day_time(side.declared_at),
        mode: Tag::mode(w, side.mode),
        rta: w.clock(side.rta),
        rto: w.clock(side.rto),
        verdict: side.verdict.map(|verdict| Tag::verdict(w, verdict)),
        people: side.people,
    }
}

fn rows(w: Words, found: &Comparison) -> Vec<Row> {
    let cell = |took: &Took| Cell {
        took: w.clock(took.elapsed),
        verdict: took.verdict.map(|verdict| Tag::verdict(w, verdict)),
    };
    let row = |line: &engine::review::Line| Row {
        unit: line.unit.to_string(),
        title: w.text(&line.title).to_owned(),
        change: match line.change {
            Change::Same => None,
            Change::Changed | Change::Added | Change::Removed => {
                Some(w.t(&format!("compare-{}", line.change.keyword())))
            }
        },
        then: line.then.as_ref().map(cell),
        now: line.now.as_ref().map(cell),
        delta: difference(line.delta_ms),
        slower: line.delta_ms.is_some_and(|delta| delta > 0),
        note: line.note.as_ref().map(|note| note.text.clone()).unwrap_or_default(),
        by: line.note.as_ref().map(|note| format!("{} {}", note.by, w.day_time(note.at))).unwrap_or_default(),
    };
    found.units.iter().map(row).collect()
}
