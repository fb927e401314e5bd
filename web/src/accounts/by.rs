//! Who changes something about accounts, and from where.

use std::net::IpAddr;
use std::sync::Arc;

use engine::base::{OrgId, Timestamp};
use engine::identity::{User, may_grant, may_manage};
use engine::run::{Actor, Door};
use engine::store::{Deed, DeedOutcome};
use serde_json::Value;

/// Characters kept of what a browser calls itself.
const AGENT: usize = 200;

/// Where a request came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Came {
    /// The address at the other end of the connection.
    pub peer: IpAddr,
    /// What the browser calls itself.
    pub agent: String,
}

impl Came {
    /// From an address, by a browser.
    pub fn new(peer: IpAddr, agent: &str) -> Self {
        Self { peer, agent: agent.chars().filter(|c| !c.is_control()).take(AGENT).collect() }
    }
}

/// Who changes accounts: a person, who manages what lies below the own grants, or the command line, which manages all.
#[derive(Debug, Clone)]
pub struct By {
    /// As the audit log names who acts.
    pub actor: Actor,
    /// Where that came from.
    pub origin: String,
    /// The account of who acts; `None` at the command line.
    pub user: Option<Arc<User>>,
}

impl By {
    /// The command line on the host that holds the state.
    pub fn host(actor: Actor) -> Self {
        Self { actor, origin: "host".to_owned(), user: None }
    }

    /// A person about the own account, before there is a session or in it.
    pub fn oneself(user: &User, peer: IpAddr) -> Self {
        let actor = Actor { name: user.name.clone(), roles: Vec::new(), via: Door::Console };
        Self { actor, origin: peer.to_string(), user: None }
    }

    pub(super) fn may_manage(&self, person: &User) -> bool {
        self.user.as_ref().is_none_or(|admin| may_manage(admin, person))
    }

    pub(super) fn may_grant(&self, org: Option<&OrgId>) -> bool {
        self.user.as_ref().is_none_or(|admin| may_grant(admin, org))
    }

    pub(super) fn is(&self, person: &User) -> bool {
        self.user.as_ref().is_some_and(|admin| admin.name == person.name)
    }

    /// What the audit log says of an act that was done.
    pub fn deed(&self, at: Timestamp, act: &str, object: String) -> Deed {
        Deed {
            at,
            by: self.actor.clone(),
            on_behalf_of: None,
            origin: self.origin.clone(),
            act: act.to_owned(),
            object,
            before: None,
            after: None,
            outcome: DeedOutcome::Done,
            reason: String::new(),
        }
    }

    /// The same of a change.
    pub fn change(&self, at: Timestamp, act: &str, object: String, (before, after): (Value, Value)) -> Deed {
        Deed { before: Some(before), after: Some(after), ..self.deed(at, act, object) }
    }
}
