//! Messages that could not be delivered, and sending them again.

use askama::Template;
use axum::extract::State;
use axum::response::Redirect;
use engine::run::Door;
use engine::store::{Kept as _, Query, Versioned, find, list};
use engine::telling::{Answered, Delivery, Progress, retry};

use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{Acting, SignedIn, Visitor};
use crate::handlers::telling::{Act, Wish};
use crate::i18n::Words;
use crate::pages::{Html, Shell, Tag};
use crate::urls;

/// The page.
#[derive(Debug, Template)]
#[template(path = "messages/failed.html")]
pub struct Page {
    shell: Shell,
    csrf: String,
    rows: Vec<Row>,
}

/// A message.
#[derive(Debug)]
struct Row {
    id: String,
    at: String,
    mode: Tag,
    who: String,
    subject: String,
    why: String,
    tries: u32,
    href: String,
}

/// Shows them.
pub async fn failed(State(app): State<App>, visitor: Visitor, person: SignedIn) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let comer = Comer { person, door: Door::Console };
    Wish::Tend.demand_somewhere(&app, &comer, w).await?;
    let found = not_delivered(&app, &comer.person).await?;
    let row = |delivery: &Delivery| {
        let Progress::Failed { at, why } = &delivery.progress else { return None };
        let rung = &delivery.rung;
        Some(Row {
            id: delivery.id(),
            at: w.moment(*at),
            mode: Tag::mode(w, delivery.mode),
            who: format!("{} · {} {}", w.text(&rung.name), w.text(&rung.way.title()), rung.to),
            subject: delivery.message.subject.clone(),
            why: w.text(why).to_owned(),
            tries: delivery.tries,
            href: urls::occasion(delivery.occasion.as_str()),
        })
    };
    Ok(Html(Page {
        shell: Shell::new(&visitor, &w.t("failed-title")),
        csrf: comer.person.session.csrf.clone(),
        rows: found.iter().filter_map(|found| row(&found.value)).collect(),
    }))
}

/// Messages that have failed over addresses of contacts that a person tends.
pub(crate) async fn not_delivered(app: &App, person: &SignedIn) -> Result<Vec<Versioned<Delivery>>, Error> {
    let mut found = list::<Delivery>(&**app.engine.store(), Query::group("failed")).await?;
    found.retain(|found| Wish::Tend.is_granted(person, found.value.rung.org.as_ref()));
    Ok(found)
}

/// Sends one again, under the same id.
pub async fn again(State(app): State<App>, visitor: Visitor, acting: Acting) -> Result<Redirect, Error> {
    let Acting { person, fields } = acting;
    let comer = Comer { person, door: Door::Console };
    Wish::Tend.demand_somewhere(&app, &comer, visitor.words).await?;
    sent_again(&app, visitor.words, &comer, &fields.required("id")?).await?;
    Ok(Redirect::to(urls::messages_failed()))
}

/// Puts a delivery that has failed into the queue again. Only for who may where its contact is kept.
pub(crate) async fn sent_again(app: &App, w: Words, comer: &Comer, id: &str) -> Result<Answered, Error> {
    let now = app.clock.now();
    let Some(found) = find::<Delivery>(&**app.engine.store(), id).await? else { return Ok(Answered::Missing) };
    let org = found.value.rung.org.as_ref();
    Wish::Tend.demand_of(app, comer, org, w).await?;
    let act = Act {
        comer,
        org,
        act: "delivery.retry",
        object: format!("delivery/{id}"),
        before: None,
        after: None,
        reason: String::new(),
    };
    Ok(retry(&**app.engine.store(), id, now, vec![act.deed(now)]).await?)
}
