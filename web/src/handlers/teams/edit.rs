//! One team: what it is, who is in it, what it gives.

use askama::Template;
use axum::extract::{Path, State};
use engine::base::{Lang, OrgId, TeamId};
use engine::identity::{Grant, Team, may_grant, may_manage};
use engine::plan::Mode;
use engine::run::{Door, ROLES, role_word};
use engine::store::Versioned;

use crate::app::App;
use crate::error::Error;
use crate::extract::{Fields, SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell};
use crate::urls;

/// A role in the form, or the place for one more.
#[derive(Debug)]
struct RoleRow {
    role: String,
    word: String,
    modes: Vec<(&'static str, String, bool)>,
}

/// A member in the form.
#[derive(Debug)]
struct MemberRow {
    name: String,
    on: bool,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "teams/edit.html")]
pub struct Page {
    shell: Shell,
    csrf: String,
    action: String,
    version: u64,
    id: String,
    title_ko: String,
    title_en: String,
    org: String,
    note: String,
    roles: Vec<RoleRow>,
    known_roles: Vec<(&'static str, String)>,
    members: Vec<MemberRow>,
    /// Written into the field for new members.
    joining: String,
    /// Whom the admin manages and could add.
    others: Vec<String>,
    problem: Option<String>,
}

/// A role and its modes in one line.
pub(super) fn role_line(w: Words, grant: &Grant) -> String {
    let modes: Vec<String> = grant.modes.iter().map(|mode| w.word(mode)).collect();
    format!("{} · {}", w.text(&role_word(&grant.role)), modes.join(", "))
}

/// The team of an address, where the admin manages its place.
pub(super) async fn found(app: &App, admin: &SignedIn, id: &str) -> Result<Versioned<Team>, Error> {
    let id: TeamId = id.parse().map_err(|_| Error::NotFound)?;
    let found = app.sign_ins.team(&id).await?;
    found.filter(|found| may_grant(&admin.user, found.value.org.as_ref())).ok_or(Error::NotFound)
}

impl Page {
    pub(super) async fn new(
        app: &App,
        visitor: &Visitor,
        admin: &SignedIn,
        found: &Versioned<Team>,
    ) -> Result<Self, Error> {
        let (w, team) = (visitor.words, &found.value);
        let people = app.sign_ins.people().await?;
        let managed: Vec<_> = people.iter().filter(|user| may_manage(&admin.user, user)).collect();
        let row = |role: &str, word: String, on: &dyn Fn(Mode) -> bool| RoleRow {
            role: role.to_owned(),
            word,
            modes: Mode::ALL.map(|mode| (mode.keyword(), w.word(&mode), on(mode))).to_vec(),
        };
        let held = team.roles.iter().map(|(role, modes)| {
            row(role.as_str(), w.text(&role_word(role)).to_owned(), &|mode| modes.contains(&mode))
        });
        let one_more =
            (team.roles.len() < Team::MOST_ROLES).then(|| row("", String::new(), &|mode| mode != Mode::Real));
        let known = |role: &'static str| {
            let word = role.parse().map_or_else(|_| role.to_owned(), |name| w.text(&role_word(&name)).to_owned());
            (role, word)
        };
        Ok(Self {
            shell: Shell::new(visitor, w.text(&team.title)),
            csrf: admin.session.csrf.clone(),
            action: urls::team(&team.id),
            version: found.version,
            id: team.id.to_string(),
            title_ko: team.title.get(Lang::Ko).to_owned(),
            title_en: team.title.get(Lang::En).to_owned(),
            org: team.org.as_ref().map_or_else(String::new, OrgId::to_string),
            note: team.note.clone(),
            roles: held.chain(one_more).collect(),
            known_roles: ROLES.into_iter().map(known).collect(),
            members: team.members.iter().map(|name| MemberRow { name: name.to_string(), on: true }).collect(),
            joining: String::new(),
            others: managed
                .iter()
                .filter(|user| !team.members.contains(&user.name) && user.name != admin.user.name)
                .map(|user| user.name.to_string())
                .collect(),
            problem: None,
        })
    }

    /// The form as the team is, with why it was not changed.
    pub(super) fn with_problem(self, problem: String) -> Self {
        Self { problem: Some(problem), ..self }
    }

    /// The form once more as it was written, with what was wrong about it.
    pub(super) fn again(mut self, problem: String, fields: &Fields) -> Self {
        let written = |name: &str| fields.get(name).to_owned();
        (self.title_ko, self.title_en) = (written("title_ko"), written("title_en"));
        (self.org, self.note, self.joining) = (written("org"), written("note"), written("joining"));
        let sent = |name: &str, value: &str| fields.0.iter().any(|(known, sent)| known == name && sent == value);
        for (at, row) in self.roles.iter_mut().enumerate() {
            row.role = written(&format!("role-{at}"));
            for (mode, _, on) in &mut row.modes {
                *on = sent(&format!("modes-{at}"), mode);
            }
        }
        for row in &mut self.members {
            row.on = sent("member", &row.name);
        }
        self.with_problem(problem)
    }
}

/// Shows a team.
pub async fn edit(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Path(id): Path<String>,
) -> Result<Html<Page>, Error> {
    person.must_manage(&app, visitor.words, Door::Console).await?;
    let found = found(&app, &person, &id).await?;
    Page::new(&app, &visitor, &person, &found).await.map(Html)
}
