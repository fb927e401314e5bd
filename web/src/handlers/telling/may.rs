//! Who may do what about telling, and the deed that tells of it.

use engine::base::{Mode, Timestamp};
use engine::run::{self, Actor, Denial, Door, TellRight, permit};
use engine::store::{Change, Changed, Deed};
use serde_json::Value;

use crate::app::App;
use crate::deeds::{self, Comer, Doer};
use crate::error::Error;
use crate::extract::{Fields, Named, SignedIn};
use crate::i18n::Words;

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// See how people are reached.
    See,
    /// Change the contact tree, try it out, see what was told to others, send again.
    Tend,
    /// Change classes, rules, words and channels.
    Rule,
}

impl Wish {
    const fn right(self) -> TellRight {
        match self {
            Self::See => TellRight::See,
            Self::Tend => TellRight::Tend,
            Self::Rule => TellRight::Rule,
        }
    }

    /// What the audit log calls it where it is refused.
    const fn act(self) -> &'static str {
        match self {
            Self::See => "telling.see",
            Self::Tend => "telling.tend",
            Self::Rule => "telling.rule",
        }
    }

    /// Who wishes it: the tree is one for all organisations. Who has a part in any of them sees it, who has one at the top
    /// changes it.
    fn actor(self, person: &SignedIn) -> Actor {
        match self {
            Self::See => person.actor_anywhere(),
            Self::Tend | Self::Rule => person.actor_at(None, None),
        }
    }

    fn judged(self, actor: &Actor) -> Result<(), Denial> {
        permit(actor, run::Act::Tell(self.right()), false)
    }

    /// Whether a person may.
    pub(crate) fn is_granted(self, person: &SignedIn) -> bool {
        self.judged(&self.actor(person)).is_ok()
    }

    /// Goes on only where the person may; a refusal stands in the audit log.
    pub(in crate::handlers) async fn demand(self, app: &App, person: &SignedIn, w: Words) -> Result<(), Error> {
        self.demand_at(Door::Console, app, person, w).await
    }

    /// The same at any door of the network.
    pub(crate) async fn demand_at(self, via: Door, app: &App, person: &SignedIn, w: Words) -> Result<(), Error> {
        let actor = Actor { via, ..self.actor(person) };
        let Err(denial) = self.judged(&actor) else { return Ok(()) };
        let deed = Doer::new(actor, person).deed(app.clock.now(), self.act(), "telling");
        app.record(deeds::refused(deed, denial.code)).await?;
        Err(Error::Forbidden { why: w.text(&denial.message).to_owned() })
    }
}

/// What somebody did.
#[derive(Debug)]
pub(in crate::handlers) struct Act<'a> {
    pub(in crate::handlers) comer: &'a Comer,
    pub(in crate::handlers) act: &'static str,
    pub(in crate::handlers) object: String,
    pub(in crate::handlers) before: Option<Value>,
    pub(in crate::handlers) after: Option<Value>,
    pub(in crate::handlers) reason: String,
}

impl Act<'_> {
    /// The entry of the audit log.
    pub(in crate::handlers) fn deed(self, at: Timestamp) -> Deed {
        let deed = self.comer.at(None, None).deed(at, self.act, self.object);
        Deed { before: self.before, after: self.after, reason: self.reason, ..deed }
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
