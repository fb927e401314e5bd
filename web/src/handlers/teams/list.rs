//! The teams of the places that an admin manages, and the form that adds one.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use engine::base::{Bilingual as _, OrgId};
use engine::identity::{Team, User, may_grant};
use engine::run::{ADMIN, Door};
use engine::store::Versioned;

use super::save::title_of;
use crate::accounts::NotKept;
use crate::app::App;
use crate::error::Error;
use crate::extract::{Acting, Fields, SignedIn, Visitor};
use crate::pages::{Html, Shell};
use crate::urls;

#[derive(Debug)]
struct Row {
    title: String,
    id: String,
    href: String,
    org: String,
    roles: Vec<String>,
    members: Vec<String>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "teams/list.html")]
pub struct Page {
    shell: Shell,
    csrf: String,
    rows: Vec<Row>,
    /// What was written, where it has to be corrected.
    fields: Fields,
    problem: Option<String>,
}

/// The teams that an admin may change.
pub(crate) async fn managed(app: &App, admin: &User) -> Result<Vec<Versioned<Team>>, Error> {
    let mut teams = app.sign_ins.teams().await?;
    teams.retain(|found| may_grant(admin, found.value.org.as_ref()));
    Ok(teams)
}

impl Page {
    async fn new(app: &App, visitor: &Visitor, person: &SignedIn) -> Result<Self, Error> {
        let w = visitor.words;
        let row = |Versioned { value: team, .. }: Versioned<Team>| Row {
            title: w.text(&team.title).to_owned(),
            id: team.id.to_string(),
            href: urls::team(&team.id),
            org: team.org.as_ref().map_or_else(|| w.t("organisation-top"), OrgId::to_string),
            roles: team.gives().iter().map(|grant| super::edit::role_line(w, grant)).collect(),
            members: team.members.iter().map(ToString::to_string).collect(),
        };
        let own = person.user.grants().find(|grant| grant.role.as_str() == ADMIN).and_then(|grant| grant.org.as_ref());
        let org = own.map_or_else(String::new, ToString::to_string);
        Ok(Self {
            shell: Shell::new(visitor, &w.t("teams-title")),
            csrf: person.session.csrf.clone(),
            rows: managed(app, &person.user).await?.into_iter().map(row).collect(),
            fields: Fields(vec![("org".to_owned(), org)]),
            problem: None,
        })
    }
}

/// Shows all teams.
pub async fn list(State(app): State<App>, visitor: Visitor, person: SignedIn) -> Result<Html<Page>, Error> {
    person.must_manage(&app, visitor.words, Door::Console).await?;
    Page::new(&app, &visitor, &person).await.map(Html)
}

/// Adds a team that has nobody and gives nothing yet, and goes on to its page.
pub async fn create(State(app): State<App>, visitor: Visitor, acting: Acting) -> Result<Response, Error> {
    let Acting { person, fields } = acting;
    let w = visitor.words;
    let by = person.must_manage(&app, w, Door::Console).await?;
    let new = || -> Result<Team, Error> {
        Ok(Team {
            id: fields.parsed("id")?,
            title: title_of(&fields)?,
            org: fields.optional("org")?,
            members: BTreeSet::new(),
            roles: BTreeMap::new(),
            note: String::new(),
        })
    };
    let problem = match new() {
        Ok(team) => match app.sign_ins.keep_team(&by, &team, 0).await {
            Ok(()) => return Ok(Redirect::to(&urls::team(&team.id)).into_response()),
            Err(NotKept::Fault(fault)) => w.text(&fault.text()).to_owned(),
            Err(NotKept::Refused(why)) => return Err(Error::of_refusal(why)),
        },
        Err(wrong) => wrong.tell(w).message,
    };
    let page = Page { fields, problem: Some(problem), ..Page::new(&app, &visitor, &person).await? };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
}
