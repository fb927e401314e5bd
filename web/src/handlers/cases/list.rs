//! Cases, the open ones first.

use askama::Template;
use axum::extract::{Query, State};
use engine::base::CaseId;
use engine::cases::{Card, open_cards, over_cards};
use serde::Deserialize;

use super::places;
use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell, Tag};
use crate::urls;

/// Cases that are over on one page.
const PAGE: u32 = 50;

/// What the address may carry.
#[derive(Debug, Deserialize)]
pub struct Asked {
    before: Option<CaseId>,
}

#[derive(Debug)]
struct Row {
    href: String,
    what: String,
    mode: Tag,
    phase: Tag,
    class: String,
    event: String,
    opened: String,
    commander: String,
    ended: String,
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "cases/list.html")]
pub struct Page {
    shell: Shell,
    /// Only on the first page.
    open: Option<Vec<Row>>,
    over: Vec<Row>,
    older: Option<String>,
    new: Option<&'static str>,
}

/// Shows the cases.
pub async fn list(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let store = app.engine.store();
    let sees = |card: &Card| person.may_view(card.organisation.as_ref());
    let open = match asked.before {
        None => Some(open_cards(&**store).await?.iter().filter(|card| sees(card)).map(|card| row(w, card)).collect()),
        Some(_) => None,
    };
    let over = over_cards(&**store, asked.before, PAGE).await?;
    let last = (over.len() == PAGE as usize).then(|| over.last().map(|card| card.case)).flatten();
    let may = !places(&person).is_empty();
    Ok(Html(Page {
        shell: Shell::new(&visitor, &w.t("cases-title")),
        open,
        over: over.iter().filter(|card| sees(card)).map(|card| row(w, card)).collect(),
        older: last.map(urls::cases_before),
        new: may.then_some(urls::case_new()),
    }))
}

fn row(w: Words, card: &Card) -> Row {
    let ended = card.ended.map(|(ending, at)| format!("{} {}", w.word(&ending), w.day_time(at)));
    Row {
        href: urls::case(card.case),
        what: card.what.clone(),
        mode: Tag::mode(w, card.mode),
        phase: Tag::phase(w, card.phase),
        class: w.word(&card.class),
        event: w.day_time(card.event_at),
        opened: w.day_time(card.opened_at),
        commander: card.commander.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string),
        ended: ended.unwrap_or_else(|| "–".to_owned()),
    }
}
