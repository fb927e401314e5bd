//! One person, for admins.

use askama::Template;
use axum::extract::{Path, State};
use engine::base::{OrgId, TeamId, UserName};
use engine::identity::{Grant, User, may_manage};
use engine::plan::Mode;
use engine::run::{Door, ROLES, role_word};

use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell};
use crate::urls;

/// What is shown this once.
#[derive(Debug)]
pub(super) struct Fresh {
    pub(super) title: String,
    pub(super) line: String,
}

/// A role that is held.
#[derive(Debug)]
struct Held {
    line: String,
    /// The grant, as its form sends it back; of a team's: where that is changed, and its name.
    through: Result<String, (String, String)>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "people/show.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of the template")]
pub struct Page {
    shell: Shell,
    csrf: String,
    action: String,
    name: String,
    held: Vec<Held>,
    /// Teams that give nothing.
    teams: Vec<(String, String)>,
    resting: bool,
    roles: Vec<(&'static str, String)>,
    modes: Vec<(&'static str, String, bool)>,
    disabled: bool,
    due: bool,
    second: bool,
    own: bool,
    fresh: Option<Fresh>,
}

/// A grant in one line.
pub(super) fn grant_line(w: Words, grant: &Grant) -> String {
    let modes: Vec<String> = grant.modes.iter().map(|mode| w.word(mode)).collect();
    let org = grant.org.as_ref().map_or_else(|| w.t("organisation-top"), OrgId::to_string);
    format!("{} · {org} · {}", w.text(&role_word(&grant.role)), modes.join(", "))
}

/// The person of an address, where the admin manages that person.
pub(super) async fn managed(app: &App, admin: &SignedIn, name: &str) -> Result<User, Error> {
    let name: UserName = name.parse().map_err(|_| Error::NotFound)?;
    app.sign_ins.person(&name).await?.filter(|user| may_manage(&admin.user, user)).ok_or(Error::NotFound)
}

impl Page {
    pub(super) async fn new(app: &App, visitor: &Visitor, admin: &SignedIn, user: &User) -> Result<Self, Error> {
        let w = visitor.words;
        let titles = app.sign_ins.team_titles().await?;
        let team = |id: &TeamId| (urls::team(id), titles.get(id).map_or(id.as_str(), |title| w.text(title)).to_owned());
        let held = user.held().map(|(grant, through)| Held {
            line: grant_line(w, grant),
            through: through.map_or_else(|| Ok(serde_json::to_string(grant).unwrap_or_default()), |id| Err(team(id))),
        });
        let silent = user.teams.iter().filter(|(_, gives)| gives.is_empty() || user.resting);
        let role = |role: &'static str| {
            let word = role.parse().map_or_else(|_| role.to_owned(), |name| w.text(&role_word(&name)).to_owned());
            (role, word)
        };
        Ok(Self {
            shell: Shell::new(visitor, user.name.as_str()),
            csrf: admin.session.csrf.clone(),
            action: urls::person(&user.name),
            name: user.name.to_string(),
            held: held.collect(),
            teams: silent.map(|(id, _)| team(id)).collect(),
            resting: user.resting && !user.teams.is_empty(),
            roles: ROLES.into_iter().map(role).collect(),
            modes: Mode::ALL.map(|mode| (mode.keyword(), w.word(&mode), mode != Mode::Real)).to_vec(),
            disabled: user.disabled,
            due: user.password_due,
            second: app.sign_ins.has_second(user).await?,
            own: user.name == admin.user.name,
            fresh: None,
        })
    }

    pub(super) fn with(self, fresh: Option<Fresh>) -> Self {
        Self { fresh, ..self }
    }
}

/// Shows a person.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Path(name): Path<String>,
) -> Result<Html<Page>, Error> {
    person.must_manage(&app, visitor.words, Door::Console).await?;
    let user = managed(&app, &person, &name).await?;
    Page::new(&app, &visitor, &person, &user).await.map(Html)
}
