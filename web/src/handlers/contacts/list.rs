//! The contact tree by class.

use askama::Template;
use axum::extract::State;
use engine::base::Bilingual as _;
use engine::telling::{Contact, ContactKind, Directory, directory};

use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::handlers::telling::Wish;
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
    groups: Vec<Group>,
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
    kind: String,
    roles: String,
    ways: Vec<String>,
    deputy: String,
    modes: String,
    /// What keeps it from being told.
    lack: Option<String>,
}

/// Shows the tree.
pub async fn list(State(app): State<App>, visitor: Visitor, person: SignedIn) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let tree = directory(&**app.engine.store(), Vec::new()).await?;
    let sees = Wish::See.is_granted(&person);
    let mut classes: Vec<_> = tree.classes.values().collect();
    classes.sort_by_key(|class| (class.order, &class.name));
    let groups = classes.into_iter().map(|class| Group {
        name: class.name.to_string(),
        title: w.text(&class.title).to_owned(),
        times: w.with2("contacts-times", ("deadline", w.span(class.deadline)), ("patience", w.span(class.patience))),
        rows: tree
            .contacts
            .values()
            .filter(|contact| contact.class == class.name)
            .map(|it| row(w, &tree, it, sees))
            .collect(),
    });
    Ok(Html(Page {
        shell: Shell::new(&visitor, &w.t("contacts-title")),
        csrf: person.session.csrf.clone(),
        tends: Wish::Tend.is_granted(&person),
        rules: Wish::Rule.is_granted(&person),
        key: app.ids.fresh().to_string(),
        groups: groups.collect(),
    }))
}

fn row(w: Words, tree: &Directory, contact: &Contact, sees: bool) -> Row {
    let way = |address: &engine::telling::Address| {
        let title = address.way.title();
        let to = if sees { address.to.as_str() } else { "•••" };
        let carried = address.way == engine::telling::Way::InApp || tree.settings.carriers.contains_key(&address.way);
        let lack = if carried { String::new() } else { format!(" ({})", w.t("contacts-no-carrier")) };
        format!("{} {to}{lack}", w.text(&title))
    };
    let deputy = contact.deputy.as_ref().map(|id| {
        tree.contacts.get(id).map_or_else(
            || w.with("contacts-deputy-missing", "id", id.as_str()),
            |found| w.text(&found.name).to_owned(),
        )
    });
    Row {
        id: contact.id.to_string(),
        href: urls::contact(&contact.id),
        name: w.text(&contact.name).to_owned(),
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
