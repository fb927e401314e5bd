//! Who may do what about telling, and the deed that tells of it.

use std::collections::BTreeSet;

use engine::base::{Mode, OrgId, Timestamp};
use engine::run::{self, Actor, Denial, TellRight, permit};
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

    /// Whether a person may at a place; `None` is the top of the tree.
    pub(crate) fn judged(self, person: &SignedIn, org: Option<&OrgId>) -> Result<(), Denial> {
        permit(&person.actor_at(org, None), run::Act::Tell(self.right()), false)
    }

    /// The same, as a word.
    pub(crate) fn is_granted(self, person: &SignedIn, org: Option<&OrgId>) -> bool {
        self.judged(person, org).is_ok()
    }

    /// Whether a person may at any place.
    pub(crate) fn is_granted_somewhere(self, person: &SignedIn) -> bool {
        permit(&person.actor_anywhere(), run::Act::Tell(self.right()), false).is_ok()
    }

    /// Of some places and those of the own roles, and the top, where the person may.
    pub(in crate::handlers) fn places<'o>(
        self,
        person: &'o SignedIn,
        known: impl IntoIterator<Item = Option<&'o OrgId>>,
    ) -> BTreeSet<Option<&'o OrgId>> {
        let own = person.user.grants().map(|grant| grant.org.as_ref());
        let mut places: BTreeSet<_> = known.into_iter().chain(own).chain([None]).collect();
        places.retain(|org| self.is_granted(person, *org));
        places
    }

    /// Goes on only where the person may; a refusal stands in the audit log.
    pub(crate) async fn demand(self, app: &App, comer: &Comer, org: Option<&OrgId>, w: Words) -> Result<(), Error> {
        self.permitted(app, comer, comer.person.actor_at(org, None), w).await
    }

    /// Goes on only where the person may at any place: what it is about is judged when it is known.
    pub(crate) async fn demand_somewhere(self, app: &App, comer: &Comer, w: Words) -> Result<(), Error> {
        self.permitted(app, comer, comer.person.actor_anywhere(), w).await
    }

    /// About something that is there. Where the person sees nothing, there is no such thing.
    pub(crate) async fn demand_of(self, app: &App, comer: &Comer, org: Option<&OrgId>, w: Words) -> Result<(), Error> {
        if comer.person.may_view(org) { self.demand(app, comer, org, w).await } else { Err(Error::NotFound) }
    }

    async fn permitted(self, app: &App, comer: &Comer, actor: Actor, w: Words) -> Result<(), Error> {
        let actor = Actor { via: comer.door, ..actor };
        let Err(denial) = permit(&actor, run::Act::Tell(self.right()), false) else { return Ok(()) };
        self.record_refusal(app, comer, actor, denial.code).await?;
        Err(Error::Forbidden { why: w.text(&denial.message).to_owned() })
    }

    /// That it was refused, for the audit log.
    pub(in crate::handlers) async fn record_refusal(
        self,
        app: &App,
        comer: &Comer,
        actor: Actor,
        code: &str,
    ) -> Result<(), Error> {
        let deed = Doer::new(actor, &comer.person).deed(app.clock.now(), self.act(), "telling");
        app.record(deeds::refused(deed, code)).await
    }
}

/// What somebody did.
#[derive(Debug)]
pub(in crate::handlers) struct Act<'a> {
    pub(in crate::handlers) comer: &'a Comer,
    /// Where; `None` is the top of the tree.
    pub(in crate::handlers) org: Option<&'a OrgId>,
    pub(in crate::handlers) act: &'static str,
    pub(in crate::handlers) object: String,
    pub(in crate::handlers) before: Option<Value>,
    pub(in crate::handlers) after: Option<Value>,
    pub(in crate::handlers) reason: String,
}

impl Act<'_> {
    /// The entry of the audit log.
    pub(in crate::handlers) fn deed(self, at: Timestamp) -> Deed {
        let deed = self.comer.at(self.org, None).deed(at, self.act, self.object);
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
    fields.all(name).map(|word| Mode::from_keyword(word).ok_or_else(|| malformed(name))).collect()
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
