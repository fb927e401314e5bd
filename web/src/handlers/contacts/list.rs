//! The contact tree by class.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Query, State};
use engine::base::{Bilingual as _, OrgId, reaches};
use engine::telling::{Contact, ContactKind, Directory, directory};
use serde::Deserialize;

use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::handlers::telling::{Tick, Wish, malformed};
use crate::i18n::Words;
use crate::pages::{Html, Shell};
use crate::urls;

/// The page.
#[derive(Debug, Template)]
#[template(path = "contacts/list.html")]
pub struct Page {
    shell: Shell,
    csrf: String,
    tends: bool,
    rules: bool,
    key: String,
    /// Organisations of the contacts that the person sees, to choose from; none where there is nothing to choose.
    places: Vec<Tick>,
    /// Where the person may try a class out.
    tended: Vec<Tick>,
    groups: Vec<Group>,
}

/// Which contacts.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// Those of this organisation and below; all where empty.
    #[serde(default)]
    organisation: String,
}

/// A class and its members.
#[derive(Debug)]
struct Group {
    name: String,
    title: String,
    times: String,
    rows: Vec<Row>,
}

/// A contact.
#[derive(Debug)]
struct Row {
    id: String,
    href: String,
    name: String,
    org: String,
    /// Whether the person may change it.
    tends: bool,
    kind: String,
    roles: String,
    ways: Vec<String>,
    deputy: String,
    modes: String,
    /// What keeps it from being told.
    lack: Option<String>,
}

/// Shows as much of the tree as the person sees: contacts of organisations in which it holds a role.
pub async fn list(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let within = match asked.organisation.as_str() {
        "" => None,
        path => Some(path.parse::<OrgId>().map_err(|_| malformed("organisation"))?),
    };
    let tree = directory(&**app.engine.store(), Vec::new()).await?;
    let seen: Vec<&Contact> = tree.contacts.values().filter(|it| person.may_view(it.org.as_ref())).collect();
    let known: BTreeSet<Option<&OrgId>> = seen.iter().map(|contact| contact.org.as_ref()).collect();
    let tick = |org: Option<&OrgId>| Tick {
        value: org.map(ToString::to_string).unwrap_or_default(),
        word: org.map_or_else(|| w.t("organisation-top"), ToString::to_string),
        on: org == within.as_ref(),
    };
    let named = known.iter().copied().chain([within.as_ref()]).flatten();
    let named: BTreeSet<&OrgId> = named.collect();
    let places = if named.is_empty() {
        Vec::new()
    } else {
        [None].into_iter().chain(named.into_iter().map(Some)).map(tick).collect()
    };
    let tended = Wish::Tend.places(&person, known).into_iter().map(tick).collect();
    let mut classes: Vec<_> = tree.classes.values().collect();
    classes.sort_by_key(|class| (class.order, &class.name));
    let groups = classes.into_iter().map(|class| Group {
        name: class.name.to_string(),
        title: w.text(&class.title).to_owned(),
        times: w.with2("contacts-times", ("deadline", w.span(class.deadline)), ("patience", w.span(class.patience))),
        rows: seen
            .iter()
            .filter(|contact| contact.class == class.name && reaches(within.as_ref(), contact.org.as_ref()))
            .map(|contact| row(w, &tree, contact, &person))
            .collect(),
    });
    Ok(Html(Page {
        shell: Shell::new(&visitor, &w.t("contacts-title")),
        csrf: person.session.csrf.clone(),
        tends: Wish::Tend.is_granted_somewhere(&person),
        rules: Wish::Rule.is_granted(&person, None),
        places,
        tended,
        key: app.ids.fresh().to_string(),
        groups: groups.collect(),
    }))
}

fn row(w: Words, tree: &Directory, contact: &Contact, person: &SignedIn) -> Row {
    let sees = Wish::See.is_granted(person, contact.org.as_ref());
    let way = |address: &engine::telling::Address| {
        let title = address.way.title();
        let to = if sees { address.to.as_str() } else { "•••" };
        let carried = address.way == engine::telling::Way::InApp || tree.settings.carriers.contains_key(&address.way);
        let lack = if carried { String::new() } else { format!(" ({})", w.t("contacts-no-carrier")) };
        format!("{} {to}{lack}", w.text(&title))
    };
    let deputy = contact.deputy.as_ref().map(|id| {
        match tree.contacts.get(id) {
            None => w.with("contacts-deputy-missing", "id", id.as_str()),
            Some(found) if person.may_view(found.org.as_ref()) => w.text(&found.name).to_owned(),
            // Of another organisation, chosen by somebody who sees it.
            Some(_) => id.to_string(),
        }
    });
    Row {
        id: contact.id.to_string(),
        href: urls::contact(&contact.id),
        name: w.text(&contact.name).to_owned(),
        org: contact.org.as_ref().map(ToString::to_string).unwrap_or_default(),
        tends: Wish::Tend.is_granted(person, contact.org.as_ref()),
        kind: match &contact.kind {
            ContactKind::Person { user: Some(user) } => user.to_string(),
            ContactKind::Person { user: None } => String::new(),
            ContactKind::Party { organisation } => w.text(organisation).to_owned(),
        },
        roles: w.roles(&contact.roles),
        ways: contact.ways.iter().map(way).collect(),
        deputy: deputy.unwrap_or_default(),
        modes: contact.modes.iter().map(|mode| w.word(mode)).collect::<Vec<_>>().join(", "),
        lack: contact.fault().map(|fault| w.text(&fault.text()).to_owned()),
    }
}
