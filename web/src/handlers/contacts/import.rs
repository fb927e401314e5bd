//! A contact list from a spreadsheet, and the trying out of a class.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use engine::base::{ClassName, Lang, Mode, Text};
use engine::run::Door;
use engine::store::{Query, add, find, list};
use engine::telling::{About, COLUMNS, Class, Contact, Key, Occasion, OccasionKind, import as read, raise_for};
use uuid::Uuid;

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
    Wish::Tend.demand(&app, &person, visitor.words).await?;
    Ok(Html(page(&visitor, &person)))
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
    Wish::Tend.demand(&app, &comer.person, visitor.words).await?;
    let written = fields.exact("list");
    match imported(&app, visitor.words, &comer, written).await? {
        Ok(_) => Ok(Redirect::to(urls::contacts()).into_response()),
        Err(faults) => {
            let page = Page { list: written.to_owned(), faults, ..page(&visitor, &comer.person) };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
        }
    }
}

/// Keeps the contacts of a list and gives their ids; or everything that is wrong with the list, row by row, and keeps none. Only
/// for who may.
pub(crate) async fn imported(
    app: &App,
    w: Words,
    comer: &Comer,
    written: &str,
) -> Result<Result<Vec<String>, Vec<String>>, Error> {
    let store = app.engine.store();
    let classes = list::<Class>(&**store, Query::default()).await?.into_iter().map(|class| class.value.name).collect();
    let imported = read(written.as_bytes(), &classes);
    if !imported.faults.is_empty() {
        let said = imported
            .faults
            .iter()
            .map(|fault| w.with2("contacts-import-row", ("row", fault.row.to_string()), ("why", w.text(&fault.why))));
        return Ok(Err(said.collect()));
    }
    let (mut changes, mut replaced) = (Vec::new(), Vec::new());
    for contact in &imported.contacts {
        changes.push(match find::<Contact>(&**store, contact.id.as_str()).await? {
            Some(found) => {
                let change = found.put(contact)?;
                replaced.push(found.value);
                change
            }
            None => add(contact)?,
        });
    }
    let ids: Vec<String> = imported.contacts.iter().map(|contact| contact.id.to_string()).collect();
    let act = Act {
        comer,
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
    Wish::Tend.demand(&app, &comer.person, visitor.words).await?;
    let key = tested(&app, visitor.words, &comer, fields.parsed("class")?, fields.parsed("key")?).await?;
    Ok(Redirect::to(&urls::occasion(key.as_str())))
}

/// Raises the occasion of a test, once under its id. Only for who may.
pub(crate) async fn tested(app: &App, w: Words, comer: &Comer, class: ClassName, id: Uuid) -> Result<Key, Error> {
    let found = find::<Class>(&**app.engine.store(), class.as_str()).await?.ok_or(Error::NotFound)?;
    let key = Key::of(OccasionKind::TestCall, id);
    let (title, name) = (&found.value.title, &comer.person.user.name);
    let occasion = Occasion {
        key: key.clone(),
        kind: OccasionKind::TestCall,
        mode: Mode::Drill,
        at: app.clock.now(),
        about: About::default(),
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
