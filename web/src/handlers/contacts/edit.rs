//! One contact: its form, saving and removing it.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Redirect;
use engine::base::{Bilingual as _, ContactId, Lang, Mode, Text};
use engine::run::Door;
use engine::store::{Query, add, find, list};
use engine::telling::{Address, Class, Contact, ContactKind, Way, contacts};

use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{Acting, Fields, SignedIn, Visitor};
use crate::handlers::telling::{Act, Tick, Wish, make, malformed, mode_ticks, modes, refused, shown, words};
use crate::i18n::Words;
use crate::pages::{Html, Shell};
use crate::urls;

/// The form.
#[derive(Debug, Template)]
#[template(path = "contacts/edit.html")]
pub struct Page {
    shell: Shell,
    csrf: String,
    /// The version shown; 0 for a new one.
    version: u64,
    id: String,
    name_ko: String,
    name_en: String,
    organisation: String,
    /// Where the person tends contacts.
    places: Vec<String>,
    account: String,
    party: String,
    classes: Vec<Tick>,
    roles: String,
    ways: String,
    deputy: String,
    others: Vec<(String, String)>,
    modes: Vec<Tick>,
    langs: Vec<Tick>,
    note: String,
}

/// The form of a new contact.
pub async fn new(State(app): State<App>, visitor: Visitor, person: SignedIn) -> Result<Html<Page>, Error> {
    form(&app, &visitor, person, None).await
}

/// The form of a contact.
pub async fn edit(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Path(id): Path<ContactId>,
) -> Result<Html<Page>, Error> {
    form(&app, &visitor, person, Some(id)).await
}

async fn form(app: &App, visitor: &Visitor, person: SignedIn, id: Option<ContactId>) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let comer = Comer { person, door: Door::Console };
    Wish::Tend.demand_somewhere(app, &comer, w).await?;
    let store = app.engine.store();
    let found = match &id {
        Some(id) => Some(find::<Contact>(&**store, id.as_str()).await?.ok_or(Error::NotFound)?),
        None => None,
    };
    if let Some(found) = &found {
        Wish::Tend.demand_of(app, &comer, found.value.org.as_ref(), w).await?;
    }
    let person = &comer.person;
    let version = found.as_ref().map_or(0, |found| found.version);
    let contact = found.map(|found| found.value);
    let classes = list::<Class>(&**store, Query::default()).await?;
    let mut others = contacts(&**store).await?;
    others.retain(|other| person.may_view(other.value.org.as_ref()));
    let places = Wish::Tend.places(person, others.iter().map(|other| other.value.org.as_ref()));
    let held = contact.as_ref();
    let text = |value: Option<String>| value.unwrap_or_default();
    let lang = held.and_then(|contact| contact.lang);
    let langs = [
        ("", w.t("contact-lang-both"), lang.is_none()),
        ("ko", "한국어".to_owned(), lang == Some(Lang::Ko)),
        ("en", "English".to_owned(), lang == Some(Lang::En)),
    ];
    let organisation = match held {
        Some(contact) => contact.org.as_ref(),
        // Who tends one organisation writes contacts of that one.
        None => places.iter().next().copied().flatten(),
    };
    let party = held.and_then(|contact| match &contact.kind {
        ContactKind::Party { organisation } => Some(w.text(organisation).to_owned()),
        ContactKind::Person { .. } => None,
    });
    let title = if held.is_some() { w.t("contact-edit") } else { w.t("contact-new") };
    Ok(Html(Page {
        shell: Shell::new(visitor, &title),
        csrf: person.session.csrf.clone(),
        version,
        id: text(id.as_ref().map(ToString::to_string)),
        name_ko: text(held.map(|contact| contact.name.get(Lang::Ko).to_owned())),
        name_en: text(held.map(|contact| contact.name.get(Lang::En).to_owned())),
        account: text(held.and_then(Contact::user).map(ToString::to_string)),
        organisation: text(organisation.map(ToString::to_string)),
        places: places.iter().flatten().map(ToString::to_string).collect(),
        party: text(party),
        classes: classes
            .iter()
            .map(|class| Tick {
                value: class.value.name.to_string(),
                word: w.text(&class.value.title).to_owned(),
                on: held.is_some_and(|contact| contact.class == class.value.name),
            })
            .collect(),
        roles: text(held.map(|contact| contact.roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))),
        ways: text(held.map(|contact| {
            let line = |address: &Address| format!("{} {}", address.way.keyword(), address.to).trim_end().to_owned();
            contact.ways.iter().map(line).collect::<Vec<_>>().join("\n")
        })),
        deputy: text(held.and_then(|contact| contact.deputy.as_ref()).map(ToString::to_string)),
        others: others.iter().map(|other| (other.value.id.to_string(), w.text(&other.value.name).to_owned())).collect(),
        modes: mode_ticks(w, |mode| {
            held.map_or(matches!(mode, Mode::Drill | Mode::Real), |contact| contact.modes.contains(&mode))
        }),
        langs: langs.into_iter().map(|(value, word, on)| Tick { value: value.to_owned(), word, on }).collect(),
        note: text(held.map(|contact| contact.note.clone())),
    }))
}

/// Saves a contact, new or changed.
pub async fn save(State(app): State<App>, visitor: Visitor, acting: Acting) -> Result<Redirect, Error> {
    let Acting { person, fields } = acting;
    let comer = Comer { person, door: Door::Console };
    Wish::Tend.demand_somewhere(&app, &comer, visitor.words).await?;
    kept(&app, visitor.words, &comer, &read(&fields)?, fields.parsed("version")?).await?;
    Ok(Redirect::to(urls::contacts()))
}

/// Keeps a contact in the place of the version that was looked at, 0 for a new one. What is moved is touched where it was and where
/// it comes to.
pub(crate) async fn kept(app: &App, w: Words, comer: &Comer, contact: &Contact, version: u64) -> Result<(), Error> {
    Wish::Tend.demand(app, comer, contact.org.as_ref(), w).await?;
    if let Some(fault) = contact.fault() {
        return Err(refused("contact", w.text(&fault.text()).to_owned()));
    }
    let store = app.engine.store();
    if find::<Class>(&**store, contact.class.as_str()).await?.is_none() {
        return Err(malformed("class"));
    }
    let found = find::<Contact>(&**store, contact.id.as_str()).await?;
    if let Some(found) = found.as_ref().filter(|_| version > 0) {
        Wish::Tend.demand_of(app, comer, found.value.org.as_ref(), w).await?;
    }
    if let Some(deputy) = named_anew(contact, found.as_ref().map(|found| &found.value)) {
        let deputy = find::<Contact>(&**store, deputy.as_str()).await?;
        if deputy.is_some_and(|deputy| !Wish::See.is_granted(&comer.person, deputy.value.org.as_ref())) {
            return Err(refused("deputy", w.t("contact-deputy-elsewhere")));
        }
    }
    let (change, before) = match found {
        None if version == 0 => (add(contact)?, None),
        Some(found) if found.version == version => (found.put(contact)?, shown(&found.value)),
        Some(_) if version == 0 => return Err(refused("contact", w.t("contact-taken"))),
        Some(_) | None => return Err(refused("changed-meanwhile", w.t("telling-stale"))),
    };
    let act = Act {
        comer,
        org: contact.org.as_ref(),
        act: if before.is_some() { "contact.change" } else { "contact.add" },
        object: format!("contact/{}", contact.id),
        before,
        after: shown(contact),
        reason: String::new(),
    };
    make(app, w, vec![change], act).await
}

/// The deputy of a contact, where it was not the same before. To name somebody is to have that person called, so it takes seeing how
/// the deputy is reached; what others have named stays.
pub(super) fn named_anew<'c>(contact: &'c Contact, before: Option<&Contact>) -> Option<&'c ContactId> {
    contact.deputy.as_ref().filter(|deputy| before.is_none_or(|before| before.deputy.as_ref() != Some(deputy)))
}

/// Removes a contact.
pub async fn remove(State(app): State<App>, visitor: Visitor, acting: Acting) -> Result<Redirect, Error> {
    let Acting { person, fields } = acting;
    let comer = Comer { person, door: Door::Console };
    Wish::Tend.demand_somewhere(&app, &comer, visitor.words).await?;
    removed(&app, visitor.words, &comer, &fields.parsed("id")?).await?;
    Ok(Redirect::to(urls::contacts()))
}

/// Takes a contact out of the tree.
pub(crate) async fn removed(app: &App, w: Words, comer: &Comer, id: &ContactId) -> Result<(), Error> {
    let found = find::<Contact>(&**app.engine.store(), id.as_str()).await?.ok_or(Error::NotFound)?;
    Wish::Tend.demand_of(app, comer, found.value.org.as_ref(), w).await?;
    let act = Act {
        comer,
        org: found.value.org.as_ref(),
        act: "contact.remove",
        object: format!("contact/{id}"),
        before: shown(&found.value),
        after: None,
        reason: String::new(),
    };
    make(app, w, vec![found.remove()], act).await
}

fn read(fields: &Fields) -> Result<Contact, Error> {
    let optional = |name: &str| Some(fields.get(name)).filter(|text| !text.is_empty());
    let parsed =
        |text: Option<&str>, name: &str| text.map(|text| text.parse().map_err(|_| malformed(name))).transpose();
    let user = parsed(optional("account"), "account")?;
    let kind = match optional("party") {
        Some(_) if user.is_some() => return Err(malformed("party")),
        Some(_) => ContactKind::Party { organisation: Text::plain(fields.text("party")?) },
        None => ContactKind::Person { user },
    };
    let ko = fields.required("name_ko")?;
    let en = fields.text("name_en")?;
    let deputy = optional("deputy").map(|text| text.parse().map_err(|_| malformed("deputy"))).transpose()?;
    let modes: BTreeSet<Mode> = modes(fields, "modes")?;
    Ok(Contact {
        id: fields.parsed("id")?,
        name: Text::new(ko.clone(), if en.is_empty() { ko } else { en }),
        org: fields.optional("organisation")?,
        kind,
        class: fields.parsed("class")?,
        roles: words(fields, "roles")?,
        ways: ways(&fields.text("ways")?)?,
        deputy,
        modes,
        lang: optional("lang")
            .map(|tag| Lang::ALL.into_iter().find(|lang| lang.tag() == tag).ok_or_else(|| malformed("lang")))
            .transpose()?,
        note: fields.text("note")?,
    })
}

/// A channel a line: its kind, then the address.
fn ways(text: &str) -> Result<Vec<Address>, Error> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let address = |line: &str| {
        let (kind, to) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let way = Way::from_keyword(kind.trim_end_matches(':'))?;
        Some(Address { way, to: to.trim().to_owned() })
    };
    lines.map(|line| address(line).ok_or_else(|| malformed("ways"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_read_in_the_order_of_their_lines() {
        let read = ways("voice: 02-123-4567\n\n  in_app \nmail a@b.kr").unwrap();
        let read: Vec<_> = read.iter().map(|address| (address.way, address.to.as_str())).collect();
        assert_eq!(read, [(Way::Voice, "02-123-4567"), (Way::InApp, ""), (Way::Mail, "a@b.kr")]);
        assert!(ways("pigeon 7").is_err());
    }
}
