//! Who may do what about telling, and the deed that tells of it.

use engine::base::{Mode, Timestamp};
use engine::identity::holds_somewhere;
use engine::store::{Change, Changed, Deed, DeedOutcome};
use serde_json::Value;

use crate::app::App;
use crate::error::Error;
use crate::extract::{Fields, Named, SignedIn};
use crate::i18n::Words;

/// Roles that see addresses and telephone numbers.
const SEES: [&str; 8] =
    ["admin", "auditor", "commander", "deputy", "situation-room", "tier-lead", "operator", "approver"];
/// Roles that change the contact tree, call it, and look after what could not be delivered.
const TENDS: [&str; 4] = ["admin", "situation-room", "commander", "deputy"];
/// Roles that change the rules.
const RULES: [&str; 1] = ["admin"];

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::handlers) enum Wish {
    /// See how people are reached.
    See,
    /// Change the contact tree, try it out, see what was told to others, send again.
    Tend,
    /// Change classes, rules, words and channels.
    Rule,
}

impl Wish {
    const fn roles(self) -> &'static [&'static str] {
        match self {
            Self::See => &SEES,
            Self::Tend => &TENDS,
            Self::Rule => &RULES,
        }
    }

    /// Whether a person may.
    pub(in crate::handlers) fn is_granted(self, person: &SignedIn) -> bool {
        match self {
            // The tree is one for all organisations: who has a part in any of them sees it.
            Self::See => holds_somewhere(&person.user, self.roles()),
            Self::Tend | Self::Rule => {
                person.actor_at(None, None).roles.iter().any(|role| self.roles().contains(&role.as_str()))
            }
        }
    }

    /// The same, as the page that says so.
    pub(in crate::handlers) fn demand(self, person: &SignedIn, w: Words) -> Result<(), Error> {
        if self.is_granted(person) {
            return Ok(());
        }
        Err(Error::Forbidden { why: w.with("telling-forbidden", "roles", self.roles().join(", ")) })
    }
}

/// What somebody did.
#[derive(Debug)]
pub(in crate::handlers) struct Act<'a> {
    pub(in crate::handlers) person: &'a SignedIn,
    pub(in crate::handlers) origin: String,
    pub(in crate::handlers) act: &'static str,
    pub(in crate::handlers) object: String,
    pub(in crate::handlers) before: Option<Value>,
    pub(in crate::handlers) after: Option<Value>,
    pub(in crate::handlers) reason: String,
}

impl Act<'_> {
    /// The entry of the audit log.
    pub(in crate::handlers) fn deed(self, at: Timestamp) -> Deed {
        Deed {
            at,
            by: self.person.actor_at(None, None),
            on_behalf_of: None,
            origin: self.origin,
            act: self.act.to_owned(),
            object: self.object,
            before: self.before,
            after: self.after,
            outcome: DeedOutcome::Done,
            reason: self.reason,
        }
    }
}

/// Makes changes with the deed that tells of them.
pub(in crate::handlers) async fn make(app: &App, w: Words, changes: Vec<Change>, act: Act<'_>) -> Result<(), Error> {
    let at = app.clock.now();
    let deed = act.deed(at);
    match app.engine.store().change(at, changes, vec![deed]).await? {
        Changed::Done => Ok(()),
        Changed::Stale { .. } => Err(refused("changed-meanwhile", w.t("telling-stale"))),
    }
}

/// A value as it stands in the audit log.
pub(in crate::handlers) fn shown<T: serde::Serialize>(value: &T) -> Option<Value> {
    serde_json::to_value(value).ok()
}

pub(in crate::handlers) fn refused(code: &str, message: String) -> Error {
    Error::Refused { code: code.to_owned(), message }
}

/// All values of a field that may be sent several times.
pub(in crate::handlers) fn all<'f>(fields: &'f Fields, name: &str) -> impl Iterator<Item = &'f str> {
    fields.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.trim())
}

/// Words of a list that a person wrote with commas or spaces.
pub(in crate::handlers) fn words<T: std::str::FromStr, C: FromIterator<T>>(
    fields: &Fields,
    name: &str,
) -> Result<C, Error> {
    let words = fields.get(name).split([',', ' ', ';']).filter(|word| !word.is_empty());
    words.map(|word| word.parse().map_err(|_| malformed(name))).collect()
}

/// The modes that were ticked.
pub(in crate::handlers) fn modes<C: FromIterator<Mode>>(fields: &Fields, name: &str) -> Result<C, Error> {
    all(fields, name).map(|word| Mode::from_keyword(word).ok_or_else(|| malformed(name))).collect()
}

pub(in crate::handlers) fn malformed(name: &str) -> Error {
    Error::Field(Named::Malformed(name.to_owned()))
}

/// Something to tick.
#[derive(Debug)]
pub struct Tick {
    /// What is sent.
    pub value: String,
    /// What it is called.
    pub word: String,
    /// Whether it is ticked.
    pub on: bool,
}

/// The modes to tick.
pub(in crate::handlers) fn mode_ticks(w: Words, on: impl Fn(Mode) -> bool) -> Vec<Tick> {
    Mode::ALL.map(|mode| Tick { value: mode.keyword().to_owned(), word: w.word(&mode), on: on(mode) }).into()
}
