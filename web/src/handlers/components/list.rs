//! The components that runbooks may use, and which runbooks use each.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use engine::base::RunbookId;
use engine::plan::Listed;
use engine::runbook::{ComponentCard, ParamCard, Severity};

use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell};
use crate::urls;

#[derive(Debug)]
struct Card {
    id: String,
    title: String,
    description: String,
    version: u32,
    file: String,
    shipped: bool,
    no_return: bool,
    undoable: bool,
    modes: String,
    params: Vec<Param>,
    users: Vec<User>,
}

#[derive(Debug)]
struct Param {
    name: String,
    kind: &'static str,
    required: bool,
    default: String,
    title: String,
}

#[derive(Debug)]
struct User {
    name: String,
    href: String,
}

/// The catalogue of components.
#[derive(Debug, Template)]
#[template(path = "components/list.html")]
pub struct Page {
    shell: Shell,
    cards: Vec<Card>,
    /// What is said of files that nobody can use.
    broken: Vec<String>,
}

/// Shows the catalogue of components.
pub async fn list(State(app): State<App>, visitor: Visitor, person: SignedIn) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let (all, seen) = catalogue(&app, &person).await?;
    let cards = all.iter().filter_map(|listed| Some(card(w, listed, listed.card.as_ref()?, &seen))).collect();
    let broken = all.iter().filter(|listed| listed.card.is_none()).map(|listed| broken(w, listed)).collect();
    Ok(Html(Page { shell: Shell::new(&visitor, &w.t("components-title")), cards, broken }))
}

/// All components, and the runbooks that the person may see.
pub(crate) async fn catalogue(app: &App, person: &SignedIn) -> Result<(Arc<Vec<Listed>>, BTreeSet<RunbookId>), Error> {
    let (all, entries) = app.runbooks(|library| Ok((library.catalogue()?, library.entries()?))).await?;
    let plans = entries.iter().filter_map(|entry| entry.plan.as_deref());
    let seen = plans.filter(|plan| person.may_view(plan.body().organisation.as_ref()));
    Ok((all, seen.map(|plan| plan.body().runbook.clone()).collect()))
}

/// `seen` are the runbooks that the person may see.
fn card(w: Words, listed: &Listed, card: &ComponentCard, seen: &BTreeSet<RunbookId>) -> Card {
    let modes = card.modes.iter().flatten().map(|mode| w.t(&format!("mode-{}", mode.keyword()))).collect::<Vec<_>>();
    let [.., rollback] = card.steps;
    Card {
        id: card.id.to_string(),
        title: w.text(&card.title).to_owned(),
        description: card.description.as_ref().map_or_else(String::new, |text| w.text(text).to_owned()),
        version: card.version,
        file: listed.file.clone(),
        shipped: listed.shipped,
        no_return: card.point_of_no_return,
        undoable: rollback > 0,
        modes: modes.join(", "),
        params: card.params.iter().map(|of| param(w, of)).collect(),
        users: listed
            .used_by
            .iter()
            .filter(|user| seen.contains(&user.runbook))
            .map(|user| User { name: user.runbook.to_string(), href: urls::runbook(&user.runbook) })
            .collect(),
    }
}

fn param(w: Words, of: &ParamCard) -> Param {
    Param {
        name: of.name.to_string(),
        kind: of.kind,
        required: of.required,
        default: of.default.clone().unwrap_or_default(),
        title: of.title.as_ref().map_or_else(String::new, |text| w.text(text).to_owned()),
    }
}

fn broken(w: Words, listed: &Listed) -> String {
    let errors = listed.diagnostics.count(Severity::Error);
    w.with2("component-broken", ("file", listed.file.as_str()), ("n", errors))
}
