//! A contact list from a spreadsheet, and the trying out of a class.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use std::collections::BTreeMap;

use engine::base::{Bilingual as _, ClassName, ContactId, Lang, Mode, OrgId, Text};
use engine::run::Door;
use engine::store::{Query, Versioned, add, find, list};
use engine::telling::{
    About, COLUMNS, Class, Contact, Key, Occasion, OccasionKind, contacts, import as read, raise_for,
};
use uuid::Uuid;

use super::edit::named_anew;
use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{Acting, SignedIn, Visitor};
use crate::handlers::telling::{Act, Wish, make};
use crate::i18n::Words;
use crate::pages::{Html, Shell};
use crate::urls;

/// The form.
#[derive(Debug, Template)]
#[template(path = "contacts/import.html")]
pub struct Page {
    shell: Shell,
    csrf: String,
    columns: String,
    list: String,
    faults: Vec<String>,
}

/// Shows the form.
pub async fn ask(State(app): State<App>, visitor: Visitor, person: SignedIn) -> Result<Html<Page>, Error> {
    let comer = Comer { person, door: Door::Console };
    Wish::Tend.demand_somewhere(&app, &comer, visitor.words).await?;
    Ok(Html(page(&visitor, &comer.person)))
}

fn page(visitor: &Visitor, person: &SignedIn) -> Page {
    Page {
        shell: Shell::new(visitor, &visitor.words.t("contacts-import")),
        csrf: person.session.csrf.clone(),
        columns: COLUMNS.map(|(name, _)| name).join(","),
        list: String::new(),
        faults: Vec::new(),
    }
}

/// Takes a list in, all of it or nothing; contacts whose ids are there already are replaced.
pub async fn import(State(app): State<App>, visitor: Visitor, acting: Acting) -> Result<Response, Error> {
    let Acting { person, fields } = acting;
    let comer = Comer { person, door: Door::Console };
    Wish::Tend.demand_somewhere(&app, &comer, visitor.words).await?;
    let written = fields.exact("list");
    match imported(&app, visitor.words, &comer, written).await? {
        Ok(_) => Ok(Redirect::to(urls::contacts()).into_response()),
        Err(faults) => {
            let page = Page { list: written.to_owned(), faults, ..page(&visitor, &comer.person) };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
        }
    }
}

/// Why who brings a list can not keep one of its contacts: it takes the right where the contact is to be, and where it was.
fn judged(person: &SignedIn, known: &BTreeMap<ContactId, Versioned<Contact>>, contact: &Contact) -> Result<(), Text> {
    let place =
        |org: Option<&OrgId>| org.map_or_else(|| Text::new("전체", "everything"), |org| Text::plain(org.as_str()));
    let at = |org: Option<&OrgId>, (ko, en): (&str, &str)| {
        let Err(denial) = Wish::Tend.judged(person, org) else { return Ok(()) };
        let (place, why) = (place(org), denial.text());
        let said = |lang, what: &str| format!("{what}: {}. {}", place.get(lang), why.get(lang));
        Err(Text::new(said(Lang::Ko, ko), said(Lang::En, en)))
    };
    at(contact.org.as_ref(), ("조직", "organisation"))?;
    let before = known.get(&contact.id).map(|found| &found.value);
    if let Some(before) = before {
        if !person.may_view(before.org.as_ref()) {
            return Err(Text::new(
                "다른 조직의 연락처가 쓰는 아이디입니다",
                "a contact of another organisation has this id",
            ));
        }
        at(before.org.as_ref(), ("지금 있는 조직", "where it is now"))?;
    }
    let deputy = named_anew(contact, before).and_then(|deputy| known.get(deputy));
    if deputy.is_some_and(|deputy| !Wish::See.is_granted(person, deputy.value.org.as_ref())) {
        return Err(Text::new("대행의 연락처를 볼 수 있어야 합니다", "the deputy is a contact that you can not see"));
    }
    Ok(())
}

/// Keeps the contacts of a list and gives their ids; or everything that is wrong with the list, row by row, and keeps none. Only
/// for who may at any place: each row is judged at its own.
pub(crate) async fn imported(
    app: &App,
    w: Words,
    comer: &Comer,
    written: &str,
) -> Result<Result<Vec<String>, Vec<String>>, Error> {
    let store = app.engine.store();
    let classes = list::<Class>(&**store, Query::default()).await?.into_iter().map(|class| class.value.name).collect();
    let known = contacts(&**store).await?.into_iter().map(|found| (found.value.id.clone(), found)).collect();
    let mut denied = None;
    let imported = read(written.as_bytes(), &classes, |contact| {
        judged(&comer.person, &known, contact).inspect_err(|_| denied = denied.take().or(Some(contact.org.clone())))
    });
    if let Some(org) = denied {
        let actor = comer.at(org.as_ref(), None).actor;
        Wish::Tend.record_refusal(app, comer, actor, "contact_elsewhere").await?;
    }
    if !imported.faults.is_empty() {
        let said = imported
            .faults
            .iter()
            .map(|fault| w.with2("contacts-import-row", ("row", fault.row.to_string()), ("why", w.text(&fault.why))));
        return Ok(Err(said.collect()));
    }
    let (mut changes, mut replaced) = (Vec::new(), Vec::new());
    for contact in &imported.contacts {
        changes.push(match known.get(&contact.id) {
            Some(found) => {
                replaced.push(&found.value);
                found.put(contact)?
            }
            None => add(contact)?,
        });
    }
    let ids: Vec<String> = imported.contacts.iter().map(|contact| contact.id.to_string()).collect();
    let mut places = imported.contacts.iter().map(|contact| contact.org.as_ref());
    let place = places.next().filter(|first| places.all(|org| org == *first)).flatten();
    let act = Act {
        comer,
        // Of several places it is a deed at the top.
        org: place,
        act: "contact.import",
        object: "contact".to_owned(),
        before: Some(serde_json::json!({ "contacts": replaced })),
        after: Some(serde_json::json!({ "contacts": imported.contacts })),
        reason: String::new(),
    };
    make(app, w, changes, act).await?;
    Ok(Ok(ids))
}

/// Calls a class to see whether it answers. Marked as an exercise, and told to those alone who are told in drills. The same
/// form sent twice calls once.
pub async fn test_call(State(app): State<App>, visitor: Visitor, acting: Acting) -> Result<Redirect, Error> {
    let Acting { person, fields } = acting;
    let comer = Comer { person, door: Door::Console };
    Wish::Tend.demand_somewhere(&app, &comer, visitor.words).await?;
    let whom = (fields.parsed("class")?, fields.optional("organisation")?);
    let key = tested(&app, visitor.words, &comer, whom, fields.parsed("key")?).await?;
    Ok(Redirect::to(&urls::occasion(key.as_str())))
}

/// Raises the occasion of a test at a place, once under its id. Those of the class who are kept there or below are called.
pub(crate) async fn tested(
    app: &App,
    w: Words,
    comer: &Comer,
    (class, org): (ClassName, Option<OrgId>),
    id: Uuid,
) -> Result<Key, Error> {
    Wish::Tend.demand(app, comer, org.as_ref(), w).await?;
    let found = find::<Class>(&**app.engine.store(), class.as_str()).await?.ok_or(Error::NotFound)?;
    let key = Key::of(OccasionKind::TestCall, id);
    let (title, name) = (&found.value.title, &comer.person.user.name);
    let occasion = Occasion {
        key: key.clone(),
        kind: OccasionKind::TestCall,
        mode: Mode::Drill,
        at: app.clock.now(),
        about: About { organisation: org.clone(), ..About::default() },
        phase: None,
        asks: std::collections::BTreeSet::new(),
        people: std::collections::BTreeSet::new(),
        headline: Text::new(
            format!("비상연락망 점검: {}", title.get(Lang::Ko)),
            format!("test of the class {}", title.get(Lang::En)),
        ),
        detail: Text::new(
            format!("{name} 님이 연락망을 점검합니다. 받으셨으면 확인을 눌러 주십시오."),
            format!("{name} is trying the contact tree out. Please acknowledge that this has reached you."),
        ),
        path: urls::occasion(key.as_str()),
    };
    let act = Act {
        comer,
        org: org.as_ref(),
        act: "contact.test",
        object: format!("contact-class/{class}"),
        before: None,
        after: Some(serde_json::json!({ "occasion": key.as_str() })),
        reason: String::new(),
    };
    if find::<engine::telling::Raised>(&**app.engine.store(), key.as_str()).await?.is_none() {
        make(app, w, vec![raise_for(occasion, class)?], act).await?;
    }
    Ok(key)
}
