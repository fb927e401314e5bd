//! My approvals: all gates of all runs that wait for the vote of the person who looks, the most urgent first.

use askama::Template;
use axum::extract::State;
use engine::base::{RoleName, RunId};
use engine::plan::Mode;
use engine::run::{Asking, Summary};
use engine::store::{self, RunFilter};

use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Card, Html, Shell, Tag};
use crate::urls;

/// Runs in progress that are looked through.
const OPEN: u32 = 200;

/// A gate that waits for somebody.
#[derive(Debug)]
pub struct Waiting {
    run: RunId,
    summary: Summary,
    gate: Asking,
    role: RoleName,
}

/// The gates that wait for a person. The lines of the runs say that, so that no journal is read for it.
pub async fn waiting(app: &App, person: &SignedIn) -> Result<Vec<Waiting>, store::Error> {
    let open = RunFilter { open_only: true, limit: OPEN, ..RunFilter::default() };
    let mut found = Vec::new();
    for mut entry in app.engine.store().runs(open).await? {
        let gates = std::mem::take(&mut entry.summary.asks);
        let actor = person.actor_at(entry.summary.organisation.as_ref(), Some(entry.summary.mode));
        for gate in gates {
            if let Some(role) = gate.waits_for(&actor).cloned() {
                found.push(Waiting { run: entry.run, summary: entry.summary.clone(), gate, role });
            }
        }
    }
    Ok(found)
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "parts/cards.html")]
pub struct Page {
    shell: Shell,
    cards: Vec<Card>,
    none: String,
}

/// Shows them.
pub async fn list(State(app): State<App>, visitor: Visitor, person: SignedIn) -> Result<Html<Page>, Error> {
    let (w, now) = (visitor.words, app.clock.now());
    let mut found: Vec<_> = waiting(&app, &person)
        .await?
        .into_iter()
        .map(|waiting| {
            // Simulated time has its own now.
            let now = if waiting.summary.mode == Mode::Mock { waiting.gate.as_of } else { now };
            (waiting.gate.latest.map(|latest| latest.0.saturating_sub(now.0)), waiting)
        })
        .collect();
    found.sort_by_key(|(room, waiting)| (room.unwrap_or(i64::MAX), waiting.gate.opened_at));
    let cards = found.into_iter().map(|(room, waiting)| card(w, room, &waiting)).collect();
    Ok(Html(Page { shell: Shell::new(&visitor, &w.t("approvals-title")), cards, none: w.t("approvals-none") }))
}

fn card(w: Words, room: Option<i64>, Waiting { run, summary, gate, role }: &Waiting) -> Card {
    let asked = w.text(&gate.question);
    let tally = w.with2("gate-tally", ("got", gate.approvals), ("need", gate.quorum));
    let why = w.with("approval-why", "role", role.as_str());
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
