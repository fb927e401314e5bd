//! A person's own messages, and what was told of late.

use askama::Template;
use axum::extract::State;
use axum::response::Redirect;
use engine::base::Text;
use engine::run::Door;
use engine::store::{Query, Versioned, find, list as kept};
use engine::telling::{By, Note, Raised, acknowledge};

use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{Acting, SignedIn, Visitor};
use crate::handlers::telling::{Act, Wish};
use crate::i18n::Words;
use crate::pages::{Html, Shell, Tag};
use crate::urls;

/// Messages of each sort on the page.
const SHOWN: u32 = 50;
/// Beginnings of the keys of occasions, each of which sorts by time.
const ROOTS: [&str; 6] = ["run", "case", "replication", "break_glass", "account_reset", "test_call"];
/// Occasions of each of them that are shown.
const RECENT: usize = 20;
/// Occasions of each of them among which those of the person's organisations are looked for.
const LOOKED_THROUGH: u32 = 500;

/// The page.
#[derive(Debug, Template)]
#[template(path = "messages/list.html")]
pub struct Page {
    shell: Shell,
    csrf: String,
    unread: Vec<Row>,
    read: Vec<Row>,
    /// What was told to anybody, for those who look after it.
    recent: Vec<Told>,
    tends: bool,
}

/// A message.
#[derive(Debug)]
struct Row {
    id: String,
    at: String,
    mode: Tag,
    subject: String,
    body: String,
    href: String,
    asks: bool,
}

/// An occasion.
#[derive(Debug)]
struct Told {
    at: String,
    mode: Tag,
    title: String,
    headline: String,
    href: String,
    calls: u32,
}

/// Shows them.
pub async fn list(State(app): State<App>, visitor: Visitor, person: SignedIn) -> Result<Html<Page>, Error> {
    let (w, store) = (visitor.words, app.engine.store());
    let newest = |group: String| Query { newest_first: true, limit: SHOWN, ..Query::group(group) };
    let unread = kept::<Note>(&**store, newest(Note::unread_of(&person.user.name))).await?;
    let read = kept::<Note>(&**store, newest(Note::read_of(&person.user.name))).await?;
    let rows = |notes: Vec<Versioned<Note>>| notes.iter().map(|note| row(w, &note.value)).collect();
    let tends = Wish::Tend.is_granted_somewhere(&person);
    Ok(Html(Page {
        shell: Shell::new(&visitor, &w.t("messages-title")),
        csrf: person.session.csrf.clone(),
        unread: rows(unread),
        read: rows(read),
        recent: if tends { recent(&app, w, &person).await? } else { Vec::new() },
        tends,
    }))
}

fn row(w: Words, note: &Note) -> Row {
    Row {
        id: engine::store::Kept::id(note),
        at: w.moment(note.at),
        mode: Tag::mode(w, note.mode),
        subject: note.message.subject.clone(),
        body: note.message.body.clone(),
        href: note.path.clone(),
        asks: note.wants_acknowledgement,
    }
}

/// What was told to anybody of late where a person tends contacts, the newest first.
pub(crate) async fn latest(app: &App, person: &SignedIn) -> Result<Vec<Raised>, Error> {
    let tends = |told: &Raised| Wish::Tend.is_granted(person, told.occasion.about.organisation.as_ref());
    let mut all: Vec<Raised> = Vec::new();
    for root in ROOTS {
        // `0` stands right behind `/`: what comes before it, greatest first, is what begins with `root/`.
        let query = Query { after: Some(format!("{root}0")), newest_first: true, limit: LOOKED_THROUGH, group: None };
        let found = kept::<Raised>(&**app.engine.store(), query).await?;
        let own = format!("{root}/");
        let found = found.into_iter().map(|found| found.value);
        let own = found.filter(|told| told.occasion.key.as_str().starts_with(&own));
        all.extend(own.filter(tends).take(RECENT));
    }
    all.sort_by_key(|told| std::cmp::Reverse(told.occasion.at));
    Ok(all)
}

async fn recent(app: &App, w: Words, person: &SignedIn) -> Result<Vec<Told>, Error> {
    let all = latest(app, person).await?;
    Ok(all
        .iter()
        .map(|told| Told {
            at: w.moment(told.occasion.at),
            mode: Tag::mode(w, told.occasion.mode),
            title: w.text(&told.occasion.kind.title()).to_owned(),
            headline: w.text(&told.occasion.headline).to_owned(),
            href: urls::occasion(told.occasion.key.as_str()),
            calls: told.told.as_ref().map_or(0, |told| told.calls + told.gathered),
        })
        .collect())
}

/// Marks a message as read; where somebody has to say that they know, this says it.
pub async fn read(State(app): State<App>, acting: Acting) -> Result<Redirect, Error> {
    let Acting { person, fields } = acting;
    known(&app, &Comer { person, door: Door::Console }, &fields.required("id")?).await?;
    Ok(Redirect::to(urls::messages()))
}

/// Somebody has read one of the own messages, and by that acknowledged it where that is asked for.
pub(crate) async fn known(app: &App, comer: &Comer, id: &str) -> Result<(), Error> {
    let (store, now) = (app.engine.store(), app.clock.now());
    let name = &comer.person.user.name;
    let found = find::<Note>(&**store, id).await?.filter(|found| found.value.user == *name);
    let found = found.ok_or(Error::NotFound)?;
    if found.value.read.is_some() {
        return Ok(());
    }
    if found.value.wants_acknowledgement {
        let act = Act {
            comer,
            org: None,
            act: "call.acknowledge",
            object: format!("call/{}", found.value.call),
            before: None,
            after: None,
            reason: String::new(),
        };
        let who = Text::plain(name.as_str());
        acknowledge(&**store, &found.value.call, who, By::Console, now, vec![act.deed(now)]).await?;
    }
    let seen = Note { read: Some(now), ..found.value.clone() };
    // Stale where the same person has just read it in another window.
    let _ = store.change(now, vec![found.put(&seen)?], Vec::new()).await?;
    Ok(())
}
