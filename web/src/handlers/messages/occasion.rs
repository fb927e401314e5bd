//! One occasion: who was told over which channel and when, who has acknowledged, who is next.

use askama::Template;
use axum::extract::{Query as Asked, State};
use axum::response::Redirect;
use engine::base::{Lang, Text, Timestamp};
use engine::run::Door;
use engine::store::{Query, find, list};
use engine::telling::{Answered, By, Call, Delivery, Progress, Raised, Stands, acknowledge, deliveries_of};
use serde::Deserialize;

use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{Acting, SignedIn, Visitor};
use crate::handlers::telling::{Act, Wish};
use crate::i18n::Words;
use crate::pages::{Html, Shell, Tag};
use crate::urls;

/// What the address carries.
#[derive(Debug, Deserialize)]
pub struct Which {
    key: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "messages/occasion.html")]
pub struct Page {
    shell: Shell,
    csrf: String,
    mode: Tag,
    at: String,
    headline: String,
    detail: String,
    href: String,
    waits: bool,
    gathered: u32,
    unreached: Vec<String>,
    calls: Vec<Row>,
}

/// A call.
#[derive(Debug)]
struct Row {
    id: String,
    name: String,
    stands: String,
    class: &'static str,
    late: bool,
    told: Vec<Line>,
    next: Option<String>,
    open: bool,
}

/// A rung.
#[derive(Debug)]
struct Line {
    at: String,
    what: String,
    how: String,
}

/// Shows it.
pub async fn occasion(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Asked(which): Asked<Which>,
) -> Result<Html<Page>, Error> {
    let (w, store, now) = (visitor.words, app.engine.store(), app.clock.now());
    let comer = Comer { person, door: Door::Console };
    let raised = looked_at(&app, w, &comer, &which.key).await?;
    let person = &comer.person;
    let mut calls = Vec::new();
    for call in list::<Call>(&**store, Query::group(&which.key)).await? {
        let told = deliveries_of(&**store, &call.value.id()).await?;
        calls.push(row(w, person, &call.value, &told, now));
    }
    let outreach = raised.told.clone().unwrap_or_default();
    let occasion = &raised.occasion;
    Ok(Html(Page {
        shell: Shell::new(&visitor, w.text(&occasion.kind.title())),
        csrf: person.session.csrf.clone(),
        mode: Tag::mode(w, occasion.mode),
        at: w.moment(occasion.at),
        headline: w.text(&occasion.headline).to_owned(),
        detail: w.text(&occasion.detail).to_owned(),
        href: occasion.path.clone(),
        waits: raised.told.is_none(),
        gathered: outreach.gathered,
        unreached: outreach.unreached.iter().map(|name| w.text(name).to_owned()).collect(),
        calls,
    }))
}

fn row(w: Words, person: &SignedIn, call: &Call, deliveries: &[Delivery], now: Timestamp) -> Row {
    let (key, class) = match call.stands() {
        Stands::Acknowledged => ("call-acknowledged", "good"),
        Stands::Told => ("call-told", "good"),
        Stands::Waiting => ("call-waiting", "warn"),
        Stands::Settled => ("call-settled", "quiet"),
        Stands::Unanswered => ("call-unanswered", "bad"),
    };
    let stands = call.acknowledged.as_ref().map_or_else(
        || w.t(key),
        |known| w.with2("call-acknowledged-by", ("who", w.text(&known.who)), ("at", w.moment(known.at).as_str())),
    );
    let line = |delivery: &Delivery| {
        let (at, how) = match &delivery.progress {
            Progress::Waiting { at, why: None } => (*at, w.t("delivery-waiting")),
            Progress::Waiting { at, why: Some(why) } => (*at, w.with("delivery-again", "why", w.text(why))),
            Progress::Sending { .. } => (delivery.made_at, w.t("delivery-sending")),
            Progress::Delivered { at, answer } => (*at, w.with("delivery-delivered", "answer", w.text(answer))),
            Progress::Failed { at, why } => (*at, w.with("delivery-failed", "why", w.text(why))),
            Progress::Dropped { at } => (*at, w.t("delivery-dropped")),
        };
        let rung = &delivery.rung;
        // What the other side said may repeat the address.
        let sees = Wish::See.is_granted(person, rung.org.as_ref());
        let how = if sees { how } else { w.t(unsaid(&delivery.progress)) };
        let what = format!("{} · {}", w.text(&rung.name), w.text(&rung.way.title()));
        Line { at: w.moment(at), what, how }
    };
    let next = call.next().zip(call.due).map(|(rung, due)| {
        let what = format!("{} · {}", w.text(&rung.name), w.text(&rung.way.title()));
        w.with2("call-next", ("what", what.as_str()), ("at", w.time(due).as_str()))
    });
    Row {
        id: call.id(),
        name: w.text(&call.name).to_owned(),
        stands,
        class,
        late: call.is_late(now),
        told: deliveries.iter().map(line).collect(),
        next,
        open: call.wants_acknowledgement && call.acknowledged.is_none(),
    }
}

/// Where a delivery stands, without what the other side said.
const fn unsaid(progress: &Progress) -> &'static str {
    match progress {
        Progress::Waiting { .. } => "delivery-waiting",
        Progress::Sending { .. } => "delivery-sending",
        Progress::Delivered { .. } => "delivery-delivered-unsaid",
        Progress::Failed { .. } => "delivery-failed-unsaid",
        Progress::Dropped { .. } => "delivery-dropped",
    }
}

/// An occasion, for who sees how people are reached where it is.
pub(crate) async fn looked_at(app: &App, w: Words, comer: &Comer, key: &str) -> Result<Raised, Error> {
    Wish::See.demand_somewhere(app, comer, w).await?;
    let raised = find::<Raised>(&**app.engine.store(), key).await?.ok_or(Error::NotFound)?.value;
    Wish::See.demand_of(app, comer, raised.occasion.about.organisation.as_ref(), w).await?;
    Ok(raised)
}

/// Somebody has said on the telephone that they know: entered by who heard it.
pub async fn report(State(app): State<App>, visitor: Visitor, acting: Acting) -> Result<Redirect, Error> {
    let Acting { person, fields } = acting;
    let comer = Comer { person, door: Door::Console };
    Wish::Tend.demand_somewhere(&app, &comer, visitor.words).await?;
    let (call, _) = entered(&app, visitor.words, &comer, &fields.required("call")?, fields.required("reason")?).await?;
    Ok(Redirect::to(&urls::occasion(call.occasion.as_str())))
}

/// Enters that somebody knows, as they said on the telephone. Only for who may where the occasion is.
pub(crate) async fn entered(
    app: &App,
    w: Words,
    comer: &Comer,
    id: &str,
    reason: String,
) -> Result<(Call, Answered), Error> {
    let (store, now) = (app.engine.store(), app.clock.now());
    let call = find::<Call>(&**store, id).await?.ok_or(Error::NotFound)?.value;
    let raised = find::<Raised>(&**store, call.occasion.as_str()).await?.ok_or(Error::NotFound)?.value;
    let org = raised.occasion.about.organisation.as_ref();
    Wish::Tend.demand_of(app, comer, org, w).await?;
    let act =
        Act { comer, org, act: "call.acknowledge", object: format!("call/{id}"), before: None, after: None, reason };
    let name = &comer.person.user.name;
    let who = Text::new(
        format!("{} ({name} 입력)", call.name.get(Lang::Ko)),
        format!("{} (entered by {name})", call.name.get(Lang::En)),
    );
    let answered = acknowledge(&**store, id, who, By::Report, now, vec![act.deed(now)]).await?;
    Ok((call, answered))
}
