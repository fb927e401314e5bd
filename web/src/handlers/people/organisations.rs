//! The tree of organisations as runbooks and grants name it, with who holds what where.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use engine::base::{OrgId, RunbookId, TeamId, Text, UserName};
use engine::identity::{Grant, User, may_grant};
use engine::run::{Door, role_word};

use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell};
use crate::urls;

/// What belongs to an organisation directly.
#[derive(Debug, Default)]
pub(crate) struct Branch {
    /// Its runbooks.
    pub(crate) runbooks: Vec<(RunbookId, Text)>,
    /// Who holds what there.
    pub(crate) people: Vec<(UserName, Grant, Option<TeamId>)>,
}

/// An organisation in words.
#[derive(Debug)]
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
    let rows = tree(&app, &person.user).await?.into_iter().map(|(org, branch)| row(w, org.as_ref(), branch));
    Ok(Html(Page { shell: Shell::new(&visitor, &w.t("organisations-title")), rows: rows.collect() }))
}

/// The part of the tree that an admin manages, each organisation behind the one above it.
pub(crate) async fn tree(app: &App, admin: &User) -> Result<BTreeMap<Option<OrgId>, Branch>, Error> {
    let mut tree: BTreeMap<Option<OrgId>, Branch> = BTreeMap::new();
    let entries = app.runbooks(engine::plan::Library::entries).await?;
    for plan in entries.iter().filter_map(|entry| entry.plan.as_deref()) {
        let body = plan.body();
        let branch = tree.entry(body.organisation.clone()).or_default();
        branch.runbooks.push((body.runbook.clone(), body.title.clone()));
    }
    for user in app.sign_ins.people().await? {
        for (grant, team) in user.held() {
            let people = &mut tree.entry(grant.org.clone()).or_default().people;
            people.push((user.name.clone(), grant.clone(), team.cloned()));
        }
    }
    // What stands between two levels that are named is there too.
    let mut above: Vec<OrgId> = tree.keys().flatten().filter_map(OrgId::above).collect();
    while let Some(org) = above.pop() {
        above.extend(org.above());
        tree.entry(Some(org)).or_default();
    }
    tree.retain(|org, _| may_grant(admin, org.as_ref()));
    Ok(tree)
}

fn row(w: Words, org: Option<&OrgId>, branch: Branch) -> Row {
    let runbook = |(id, title): &(RunbookId, Text)| (w.text(title).to_owned(), urls::runbook(id));
    let person = |(name, grant, team): (UserName, Grant, Option<TeamId>)| {
        let team = team.map_or_else(String::new, |team| format!(" · {team}"));
        let role = format!("{}{team}", w.text(&role_word(&grant.role)));
        (name.to_string(), urls::person(&name), role)
    };
    Row {
        name: org.map_or_else(|| w.t("organisation-top"), OrgId::to_string),
        depth: org.map_or(0, |org| org.depth() + 1),
        runbooks: branch.runbooks.iter().map(runbook).collect(),
        people: branch.people.into_iter().map(person).collect(),
    }
}
