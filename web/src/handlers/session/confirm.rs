//! Showing password or code once more, before what can not be taken back.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use engine::base::Secret;

use super::new::Asked;
use crate::accounts::doors::{Denied, Source, Written};
use crate::accounts::{Enrolment, Refusal};
use crate::app::App;
use crate::error::Error;
use crate::extract::{Acting, SignedIn, Visitor};
use crate::pages::{Html, Shell};
use crate::urls;

/// The form.
#[derive(Debug, Template)]
#[template(path = "session/confirm.html")]
struct Page {
    shell: Shell,
    csrf: String,
    name: String,
    next: String,
    /// What the field for the password is called; `None` where there is no password that could be shown here.
    password: Option<String>,
    codes: bool,
    problem: Option<String>,
}

/// Who knows the password of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeper {
    /// We ourselves.
    Own,
    /// The directory, as far as it can be asked.
    Directory,
    /// Somebody whom we can not ask.
    Elsewhere,
}

async fn keeper(app: &App, person: &SignedIn) -> Result<Keeper, Error> {
    Ok(match app.outsiders.of(&person.user).await?.map(|outsider| outsider.source) {
        None => Keeper::Own,
        Some(Source::Ldap) if app.doors.directory.is_some() => Keeper::Directory,
        Some(Source::Ldap | Source::Oidc { .. }) => Keeper::Elsewhere,
    })
}

impl Page {
    async fn new(app: &App, visitor: &Visitor, person: &SignedIn, next: &str) -> Result<Self, Error> {
        let enrolment = app.sign_ins.enrolment(&person.user).await.map_err(Error::of_refusal)?;
        let w = visitor.words;
        let password = match (keeper(app, person).await?, &app.doors.directory) {
            (Keeper::Elsewhere, _) => None,
            (Keeper::Directory, Some(door)) => Some(w.with("confirm-password-of", "door", w.text(&door.title))),
            (Keeper::Own | Keeper::Directory, _) => Some(w.t("sign-in-password")),
        };
        Ok(Self {
            shell: Shell::new(visitor, &visitor.words.t("confirm-title")),
            csrf: person.session.csrf.clone(),
            name: person.user.name.to_string(),
            next: urls::safe_next(next).to_owned(),
            password,
            codes: matches!(enrolment, Enrolment::On { .. }),
            problem: None,
        })
    }
}

/// Shows the form.
pub async fn confirm(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let page = Page::new(&app, &visitor, &person, &asked.next.unwrap_or_default()).await?;
    Ok(Html(page).into_response())
}

/// Takes what was shown, and goes back to where it is needed.
pub async fn take_confirm(State(app): State<App>, visitor: Visitor, acting: Acting) -> Result<Response, Error> {
    let Acting { person, fields } = acting;
    let (password, code) = (Secret::new(fields.exact("password")), fields.get("code"));
    let confirmed = match (&app.doors.directory, keeper(&app, &person).await?) {
        (Some(door), Keeper::Directory) if code.is_empty() => {
            let (name, came, now) = (person.user.name.as_str(), &person.came, app.clock.now());
            let written = Written { name, password, came, lang: visitor.words.0, now };
            door.confirm((&app.sign_ins, &app.outsiders), (&person.session, &person.user), written).await
        }
        (_, Keeper::Own | Keeper::Directory | Keeper::Elsewhere) => {
            let shown = app.sign_ins.confirm(&person.session, &person.user, (password, code), &person.came).await;
            shown.map_err(|why| if matches!(why, Refusal::Wrong) { Denied::Wrong } else { Denied::Own(why) })
        }
    };
    let (problem, status) = match confirmed {
        Ok(()) => return Ok(Redirect::to(urls::safe_next(fields.get("next"))).into_response()),
        Err(Denied::Wait(wait)) => return Err(Error::TooManyTries(wait)),
        Err(Denied::Own(why)) => return Err(Error::of_refusal(why)),
        Err(Denied::Wrong) => (visitor.words.t("confirm-wrong"), StatusCode::UNPROCESSABLE_ENTITY),
        Err(other) => (visitor.words.t(&format!("denied-{}", other.code())), StatusCode::SERVICE_UNAVAILABLE),
    };
    let page = Page::new(&app, &visitor, &person, fields.get("next")).await?;
    Ok((status, Html(Page { problem: Some(problem), ..page })).into_response())
}
