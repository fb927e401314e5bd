//! The own account on one page.

use askama::Template;
use axum::extract::State;
use engine::base::{Digest, OrgId};
use engine::identity::Scope;
use engine::run::role_word;

use crate::accounts::{Enrolment, qr_path};
use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::pages::{Html, Shell};

/// A session in the list.
#[derive(Debug)]
struct SessionRow {
    id: Digest,
    agent: String,
    origin: String,
    began: String,
    seen: String,
    own: bool,
}

/// A token in the list.
#[derive(Debug)]
struct TokenRow {
    id: Digest,
    label: String,
    scope: String,
    made: String,
    ends: String,
    used: String,
}

/// How far the second factor is.
#[derive(Debug)]
enum Second {
    Off,
    Begun { path: String, side: i32, secret: String },
    On { line: String },
}

/// What is shown this once.
#[derive(Debug)]
pub(super) struct Fresh {
    pub(super) title: String,
    pub(super) lines: Vec<String>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "me/show.html")]
pub struct Page {
    shell: Shell,
    csrf: String,
    name: String,
    grants: Vec<(String, String, String, Option<String>)>,
    second: Second,
    sessions: Vec<SessionRow>,
    tokens: Vec<TokenRow>,
    scopes: Vec<(&'static str, String)>,
    fresh: Option<Fresh>,
    problem: Option<String>,
}

impl Page {
    pub(super) async fn new(app: &App, visitor: &Visitor, person: &SignedIn) -> Result<Self, Error> {
        let (w, user) = (visitor.words, &person.user);
        let second = match app.sign_ins.enrolment(user).await.map_err(Error::of_refusal)? {
            Enrolment::None => Second::Off,
            Enrolment::Begun(authenticator) => {
                let (path, side) = qr_path(&authenticator.address(user.name.as_str())).unwrap_or_default();
                Second::Begun { path, side, secret: authenticator.base32() }
            }
            Enrolment::On { since, codes } => {
                Second::On { line: w.with2("me-second-since", ("since", w.moment(since)), ("left", codes)) }
            }
        };
        let sessions = app.sign_ins.sessions(user).await.map_err(Error::of_refusal)?;
        let sessions = sessions.into_iter().map(|session| SessionRow {
            id: session.token,
            own: session.token == person.session.token,
            began: w.moment(session.created_at),
            seen: w.moment(session.seen_at),
            origin: session.origin,
            agent: session.agent,
        });
        let tokens = app.sign_ins.programs(user).await.map_err(Error::of_refusal)?;
        let tokens = tokens.into_iter().map(|token| TokenRow {
            id: token.token,
            scope: w.t(&format!("scope-{}", token.scope.keyword())),
            made: w.moment(token.created_at),
            ends: w.moment(token.expires_at),
            used: token.used_at.map_or_else(|| w.t("me-token-unused"), |at| w.moment(at)),
            label: token.label,
        });
        let titles = app.sign_ins.team_titles().await?;
        let grants = user.held().map(|(grant, team)| {
            let modes: Vec<String> = grant.modes.iter().map(|mode| w.word(mode)).collect();
            let org = grant.org.as_ref().map_or_else(|| w.t("organisation-top"), OrgId::to_string);
            let team = team.map(|team| titles.get(team).map_or(team.as_str(), |title| w.text(title)).to_owned());
            (w.text(&role_word(&grant.role)).to_owned(), org, modes.join(", "), team)
        });
        Ok(Self {
            shell: Shell::new(visitor, &w.t("me-title")),
            csrf: person.session.csrf.clone(),
            name: user.name.to_string(),
            grants: grants.collect(),
            second,
            sessions: sessions.collect(),
            tokens: tokens.collect(),
            scopes: Scope::ALL.map(|scope| (scope.keyword(), w.t(&format!("scope-{}", scope.keyword())))).to_vec(),
            fresh: None,
            problem: None,
        })
    }

    pub(super) fn with(self, fresh: Option<Fresh>, problem: Option<String>) -> Self {
        Self { fresh, problem, ..self }
    }
}

/// Shows the own account.
pub async fn show(State(app): State<App>, visitor: Visitor, person: SignedIn) -> Result<Html<Page>, Error> {
    Page::new(&app, &visitor, &person).await.map(Html)
}
