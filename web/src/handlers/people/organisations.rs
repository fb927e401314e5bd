//! The tree of organisations as runbooks and grants name it, with who holds what where.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use engine::base::OrgId;
use engine::identity::may_grant;
use engine::run::Door;
use engine::run::role_word;

use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::pages::{Html, Shell};
use crate::urls;

/// An organisation and what belongs to it directly.
#[derive(Debug, Default)]
struct Row {
    name: String,
    depth: usize,
    runbooks: Vec<(String, String)>,
    people: Vec<(String, String, String)>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "people/organisations.html")]
pub struct Page {
    shell: Shell,
    rows: Vec<Row>,
}

/// Shows the part of the tree that an admin manages.
pub async fn organisations(State(app): State<App>, visitor: Visitor, person: SignedIn) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    person.must_manage(&app, w, Door::Console).await?;
    let mut rows: BTreeMap<Option<OrgId>, Row> = BTreeMap::new();
    let entries = app.runbooks(engine::plan::Library::entries).await?;
    for plan in entries.iter().filter_map(|entry| entry.plan.as_deref()) {
        let body = plan.body();
        let row = rows.entry(body.organisation.clone()).or_default();
        row.runbooks.push((w.text(&body.title).to_owned(), urls::runbook(&body.runbook)));
    }
    for user in app.sign_ins.people().await? {
        for grant in &user.grants {
            let row = rows.entry(grant.org.clone()).or_default();
            let role = w.text(&role_word(&grant.role)).to_owned();
            row.people.push((user.name.to_string(), urls::person(&user.name), role));
        }
    }
    // What stands between two levels that are named is there too.
    let mut above: Vec<OrgId> = rows.keys().flatten().filter_map(OrgId::above).collect();
    while let Some(org) = above.pop() {
        above.extend(org.above());
        rows.entry(Some(org)).or_default();
    }
    let managed = rows.into_iter().filter(|(org, _)| may_grant(&person.user, org.as_ref()));
    let rows = managed.map(|(org, row)| Row {
        name: org.as_ref().map_or_else(|| w.t("organisation-top"), OrgId::to_string),
        depth: org.as_ref().map_or(0, |org| org.depth() + 1),
        ..row
    });
    Ok(Html(Page { shell: Shell::new(&visitor, &w.t("organisations-title")), rows: rows.collect() }))
}
