//! All runbooks, with what is wrong with them.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use engine::plan::{Entry, Plan};
use engine::runbook::Severity;

use super::faults::Fault;
use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::handlers::runs::never;
use crate::i18n::Words;
use crate::pages::{Html, Shell};
use crate::urls;

/// Findings shown on a card; the runbook's page shows all.
const SHOWN: usize = 3;

#[derive(Debug)]
struct Card {
    title: String,
    id: String,
    href: String,
    declare: Option<String>,
    facts: Option<Facts>,
    errors: u32,
    warnings: u32,
    faults: Vec<Fault>,
    more: usize,
}

#[derive(Debug)]
struct Facts {
    description: String,
    size: String,
    path: String,
    rto: String,
    over: bool,
}

/// The catalogue.
#[derive(Debug, Template)]
#[template(path = "runbooks/list.html")]
pub struct Page {
    shell: Shell,
    cards: Vec<Card>,
}

/// Shows the catalogue.
pub async fn list(State(app): State<App>, visitor: Visitor, person: SignedIn) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let entries = app.runbooks(engine::plan::Library::entries).await?;
    let seen = entries.iter().filter(|entry| sees(&person, entry));
    let cards = seen.map(|entry| card(w, &person, entry, entry.hidden_by(&entries))).collect();
    Ok(Html(Page { shell: Shell::new(&visitor, &w.t("runbooks-title")), cards }))
}

/// Whether a person may see a runbook. Of one that does not compile nobody knows whose it is: it is shown to those who may see
/// everything.
pub(crate) fn sees(person: &SignedIn, entry: &Entry) -> bool {
    person.may_view(entry.plan.as_ref().and_then(|plan| plan.body().organisation.as_ref()))
}

/// `hidden_by` is the file that the id of the runbook stands for, where that is another one.
fn card(w: Words, person: &SignedIn, entry: &Arc<Entry>, hidden_by: Option<&str>) -> Card {
    let count = |severity| entry.diagnostics.count(severity);
    let plan = entry.plan.as_deref();
    let own = plan.filter(|_| hidden_by.is_none());
    let href = own.map_or_else(|| urls::runbook_file(&entry.file), |plan| urls::runbook(&plan.body().runbook));
    let faults = Fault::all(w, entry, &href, hidden_by).take(SHOWN).collect();
    let found = entry.diagnostics.iter().len() + usize::from(hidden_by.is_some());
    Card {
        title: plan.map_or_else(|| entry.file.clone(), |plan| w.text(&plan.body().title).to_owned()),
        id: plan.map_or_else(String::new, |plan| plan.body().runbook.to_string()),
        declare: own.filter(|plan| never(person, plan).is_none()).map(|plan| urls::declare(&plan.body().runbook)),
        facts: plan.map(|plan| facts(w, plan)),
        errors: count(Severity::Error) + u32::from(hidden_by.is_some()),
        warnings: count(Severity::Warning),
        faults,
        more: found.saturating_sub(SHOWN),
        href,
    }
}

fn facts(w: Words, plan: &Plan) -> Facts {
    let (body, length) = (plan.body(), plan.schedule().length());
    Facts {
        description: body.description.as_ref().map_or_else(String::new, |text| w.text(text).to_owned()),
        size: format!(
            "{} · {}",
            w.with("stage-count", "n", body.stages.len()),
            w.with("unit-count", "n", body.units.len())
        ),
        path: w.span(length),
        rto: body.objectives.rto.map_or_else(|| w.t("none"), |rto| w.span(rto)),
        over: body.objectives.rto.is_some_and(|rto| length > rto),
    }
}
