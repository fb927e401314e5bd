//! The own mandates, and the form that gives one.

use askama::Template;
use axum::extract::State;
use engine::base::{Bilingual as _, Timestamp};
use engine::identity::{Mandate, MandateFault, holds_somewhere};
use engine::run::{ADMIN, AUDITOR, role_word};

use crate::app::App;
use crate::error::Error;
use crate::extract::{Fields, SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell};

/// Mandates with the same person on the one side.
#[derive(Debug)]
struct Table {
    id: &'static str,
    title: String,
    /// What is said where there are none.
    none: String,
    /// What the first column holds.
    who: String,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    /// The other person.
    name: String,
    period: String,
    reach: String,
    reason: String,
    stands: String,
    /// Its id, where the person who looks can take it back.
    take_back: Option<String>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "delegations/list.html")]
pub struct Page {
    shell: Shell,
    csrf: String,
    key: String,
    /// Whether the person may see who stands in for others.
    oversees: bool,
    tables: [Table; 2],
    roles: Vec<(String, String, bool)>,
    /// What was written, where it has to be corrected.
    fields: Fields,
    problem: Option<String>,
}

impl Page {
    pub(super) async fn new(app: &App, visitor: &Visitor, person: &SignedIn) -> Result<Self, Error> {
        let (w, now) = (visitor.words, app.clock.now());
        let row = |mandate: &Mandate, name: &str| Row {
            name: name.to_owned(),
            period: format!("{} – {}", w.moment(mandate.since), w.moment(mandate.until)),
            reach: reach(w, mandate),
            reason: mandate.reason.clone(),
            stands: stands(w, mandate, now),
            take_back: (mandate.from == person.user.name && mandate.lasts(now)).then(|| mandate.id.to_string()),
        };
        let mut given = app.sign_ins.mandates_by(&person.user).await?;
        given.sort_by_key(|mandate| (!mandate.lasts(now), std::cmp::Reverse(mandate.since)));
        let mut roles: Vec<(String, String, bool)> = Vec::new();
        for grant in person.user.grants() {
            if roles.iter().all(|(known, _, _)| known != grant.role.as_str()) {
                roles.push((grant.role.to_string(), w.text(&role_word(&grant.role)).to_owned(), false));
            }
        }
        Ok(Self {
            shell: Shell::new(visitor, &w.t("delegations-title")),
            csrf: person.session.csrf.clone(),
            key: app.ids.fresh().to_string(),
            oversees: holds_somewhere(&person.user, &[ADMIN, AUDITOR]),
            tables: [
                Table {
                    id: "given",
                    title: w.t("delegations-given"),
                    none: w.t("delegations-none-given"),
                    who: w.t("delegation-deputy"),
                    rows: given.iter().map(|mandate| row(mandate, mandate.to.as_str())).collect(),
                },
                Table {
                    id: "received",
                    title: w.t("delegations-received"),
                    none: w.t("delegations-none-received"),
                    who: w.t("delegation-from"),
                    rows: person.stands_in.lasting().map(|mandate| row(mandate, mandate.from.as_str())).collect(),
                },
            ],
            roles,
            fields: Fields::default(),
            problem: None,
        })
    }

    /// The form once more, with what was wrong about it.
    pub(super) fn again(mut self, fault: MandateFault, fields: Fields) -> Self {
        self.problem = Some(self.shell.w.text(&fault.text()).to_owned());
        for (role, _, ticked) in &mut self.roles {
            *ticked = fields.0.iter().any(|(name, value)| name == "roles" && value == role);
        }
        Self { fields, ..self }
    }
}

/// How it stands, in words.
pub(super) fn stands(w: Words, mandate: &Mandate, now: Timestamp) -> String {
    match mandate.revoked_at {
        Some(at) => w.with("delegation-taken-back", "at", w.moment(at)),
        None if mandate.holds(now) => w.t("delegation-holds"),
        None if mandate.lasts(now) => w.t("delegation-to-come"),
        None => w.t("delegation-over"),
    }
}

/// For what it counts, in words.
pub(super) fn reach(w: Words, mandate: &Mandate) -> String {
    let org = mandate.org.as_ref().map_or_else(|| w.t("delegation-everywhere"), ToString::to_string);
    let roles = if mandate.roles.is_empty() { w.t("delegation-all-roles") } else { w.roles(&mandate.roles) };
    let runbooks: Vec<&str> = mandate.runbooks.iter().map(engine::base::RunbookId::as_str).collect();
    let runbooks = if runbooks.is_empty() { w.t("delegation-all-runbooks") } else { runbooks.join(", ") };
    format!("{org} · {roles} · {runbooks}")
}

/// Shows them.
pub async fn list(State(app): State<App>, visitor: Visitor, person: SignedIn) -> Result<Html<Page>, Error> {
    Page::new(&app, &visitor, &person).await.map(Html)
}
