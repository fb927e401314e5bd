//! My approvals: all gates of all runs that wait for the vote of the person who looks, the most urgent first.

use askama::Template;
use axum::extract::{Query, State};
use engine::base::{RoleName, RunId, UserName};
use engine::plan::Mode;
use engine::run::{Asking, Summary};
use engine::store;
use serde::Deserialize;

use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Card, Html, Shell, Tag};
use crate::urls;

/// Cards on one page.
const PAGE: usize = 100;

/// A gate that waits for somebody.
#[derive(Debug)]
pub struct Waiting {
    pub(crate) run: RunId,
    /// The line of the run, without what it asks of others.
    pub(crate) summary: Summary,
    pub(crate) gate: Asking,
    /// The role that the vote would count for.
    pub(crate) role: RoleName,
    /// The person stood in for, where it waits for the deputy.
    pub(crate) stands_for: Option<UserName>,
}

/// The gates that wait for a person, or for somebody whom that person stands in for. The lines of the runs say that, so that no
/// journal is read for it.
pub async fn waiting(app: &App, person: &SignedIn) -> Result<Vec<Waiting>, store::Error> {
    let mut found = Vec::new();
    for entry in app.board.asking(&**app.engine.store()).await?.iter() {
        let summary = &entry.summary;
        let (org, name) = (summary.organisation.as_ref(), &person.user.name);
        let actor = person.actor_at(org, Some(summary.mode));
        let brought = person.stands_in.at(org, summary.mode, &summary.runbook);
        for gate in &summary.asks {
            let deputy = || brought.iter().find_map(|it| Some((gate.waits_for_deputy(name, it)?, Some(&it.from))));
            let Some((role, stands_for)) = gate.waits_for(&actor).map(|role| (role, None)).or_else(deputy) else {
                continue;
            };
            found.push(Waiting {
                run: entry.run,
                summary: Summary { asks: Vec::new(), tasks: Vec::new(), ..summary.clone() },
                gate: gate.clone(),
                role: role.clone(),
                stands_for: stands_for.cloned(),
            });
        }
    }
    Ok(found)
}

/// One page of the gates that wait for a person, the most urgent first, each with the milliseconds until it moves the run's
/// recovery beyond its objective; and where the next page begins.
pub(crate) async fn mine(
    app: &App,
    person: &SignedIn,
    from: usize,
) -> Result<(Vec<(Option<i64>, Waiting)>, Option<usize>), Error> {
    let now = app.clock.now();
    let room = |waiting: &Waiting| {
        // Simulated time has its own now.
        let now = if waiting.summary.mode == Mode::Mock { waiting.gate.as_of } else { now };
        waiting.gate.latest.map(|latest| latest.0.saturating_sub(now.0))
    };
    let found = waiting(app, person).await?.into_iter();
    let mut found: Vec<_> = found.map(|waiting| (room(&waiting), waiting)).collect();
    found.sort_by_key(|(room, waiting)| (room.unwrap_or(i64::MAX), waiting.gate.opened_at));
    let end = from.saturating_add(PAGE);
    let next = (end < found.len()).then_some(end);
    Ok((found.into_iter().skip(from).take(PAGE).collect(), next))
}

/// Which of them are shown.
#[derive(Debug, Deserialize)]
pub struct Which {
    /// So many of the most urgent ones are passed over.
    #[serde(default)]
    pub(in crate::handlers) from: usize,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "parts/cards.html")]
pub struct Page {
    shell: Shell,
    cards: Vec<Card>,
    none: String,
    /// The next ones.
    more: Option<String>,
}

/// Shows them.
pub async fn list(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Query(which): Query<Which>,
) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let (found, next) = mine(&app, &person, which.from).await?;
    let more = next.map(|next| urls::from_on(urls::approvals(), next));
    let cards = found.iter().map(|(room, waiting)| card(w, *room, waiting)).collect();
    Ok(Html(Page { shell: Shell::new(&visitor, &w.t("approvals-title")), cards, none: w.t("approvals-none"), more }))
}

fn card(w: Words, room: Option<i64>, Waiting { run, summary, gate, role, stands_for }: &Waiting) -> Card {
    let asked = w.text(&gate.question);
    let tally = w.with2("gate-tally", ("got", gate.approvals), ("need", gate.quorum));
    let why = w.with("approval-why", "role", w.roles([role]));
    let why = stands_for
        .as_ref()
        .map_or(why.clone(), |name| format!("{why} ({})", w.with("approval-deputy", "name", name.as_str())));
    Card {
        title: w.text(&gate.title).to_owned(),
        run: w.text(&summary.title).to_owned(),
        run_url: urls::run(*run),
        mode: Tag::mode(w, summary.mode),
        why: format!("{asked} — {why}, {tally}"),
        since: Some(gate.opened_at.0).filter(|_| summary.mode != Mode::Mock),
        asked_at: w.time(gate.opened_at),
        room: crate::pages::room(w, room),
        late: room.is_some_and(|room| room <= 0),
        href: urls::gate(*run, &gate.unit),
        button: w.t("approval-open"),
    }
}
