//! Everybody whom an admin manages, and the form that adds somebody.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use engine::base::{Lang, UserName};
use engine::identity::{User, may_manage};
use engine::run::Door;

use super::show::{Fresh, grant_line};
use crate::accounts::{NewUser, new_user, printed};
use crate::app::App;
use crate::error::Error;
use crate::extract::{Acting, SignedIn, Visitor};
use crate::pages::{Html, Shell};
use crate::urls;

/// Groups of four letters of the password that is printed once: 120 bits.
const GROUPS: usize = 6;

#[derive(Debug)]
struct Row {
    name: String,
    href: String,
    grants: Vec<String>,
    disabled: bool,
    due: bool,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "people/list.html")]
pub struct Page {
    shell: Shell,
    csrf: String,
    rows: Vec<Row>,
    fresh: Option<Fresh>,
    problem: Option<String>,
}

impl Page {
    async fn new(app: &App, visitor: &Visitor, person: &SignedIn) -> Result<Self, Error> {
        let w = visitor.words;
        let (people, titles) = (app.sign_ins.people().await?, app.sign_ins.team_titles().await?);
        let managed = people.iter().filter(|user| may_manage(&person.user, user));
        let row = |user: &User| Row {
            name: user.name.to_string(),
            href: urls::person(&user.name),
            grants: user
                .held()
                .map(|(grant, team)| match team.and_then(|team| titles.get(team)) {
                    Some(title) => format!("{} ({})", grant_line(w, grant), w.text(title)),
                    None => grant_line(w, grant),
                })
                .collect(),
            disabled: user.disabled,
            due: user.password_due,
        };
        Ok(Self {
            shell: Shell::new(visitor, &w.t("people-title")),
            csrf: person.session.csrf.clone(),
            rows: managed.map(row).collect(),
            fresh: None,
            problem: None,
        })
    }
}

/// Shows everybody.
pub async fn list(State(app): State<App>, visitor: Visitor, person: SignedIn) -> Result<Html<Page>, Error> {
    person.must_manage(&app, visitor.words, Door::Console).await?;
    Page::new(&app, &visitor, &person).await.map(Html)
}

/// Adds somebody, and shows the password this once.
pub async fn create(State(app): State<App>, visitor: Visitor, acting: Acting) -> Result<Response, Error> {
    let Acting { person, fields } = acting;
    let w = visitor.words;
    let by = person.must_manage(&app, w, Door::Console).await?;
    let name: UserName = match fields.get("name").parse() {
        Ok(name) => name,
        Err(why) => {
            let problem = Some(w.text(&engine::base::Bilingual::text(&why)).to_owned());
            let page = Page { problem, ..Page::new(&app, &visitor, &person).await? };
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response());
        }
    };
    let password = printed(GROUPS).map_err(|why| Error::Internal(why.to_string()))?;
    let new = NewUser {
        name: name.clone(),
        password: password.clone(),
        password_due: true,
        grants: Vec::new(),
        lang: Lang::default(),
    };
    let added = new_user(&app.sign_ins, &by, new).await.map_err(Error::of_refusal)?;
    let page = Page::new(&app, &visitor, &person).await?;
    if !added {
        let page = Page { problem: Some(w.with("people-taken", "name", name.as_str())), ..page };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response());
    }
    let fresh =
        Fresh { title: w.with("people-password-fresh", "name", name.as_str()), line: password.expose().to_owned() };
    Ok(Html(Page { fresh: Some(fresh), ..page }).into_response())
}
