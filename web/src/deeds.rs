//! The deeds of the doors: what the console, the API and the command line write into the audit log.

use engine::base::{OrgId, RequestId, RunId, Timestamp};
use engine::executor::Declaration;
use engine::plan::{Mode, Plan};
use engine::run::{Actor, Door, ManualAct, Request, Scope, State};
use engine::store::{Deed, DeedOutcome};
use serde_json::{Value, json};

use crate::extract::SignedIn;

/// A person who came through a door of the network.
#[derive(Debug, Clone)]
pub struct Comer {
    /// The session and the account.
    pub person: SignedIn,
    /// The door.
    pub door: Door,
}

impl Comer {
    /// As the engine and the audit log know people who act at a place and in a mode.
    pub fn at(&self, org: Option<&OrgId>, mode: Option<Mode>) -> Doer {
        Doer::new(Actor { via: self.door, ..self.person.actor_at(org, mode) }, &self.person)
    }
}

/// Who acts, and from where.
#[derive(Debug, Clone)]
pub struct Doer {
    /// Who, with the roles held at that moment and the door.
    pub actor: Actor,
    /// An address, of a program with its token, or `host` for the command line.
    pub origin: String,
}

impl Doer {
    /// Somebody who came over the network.
    pub fn new(actor: Actor, person: &SignedIn) -> Self {
        Self { actor, origin: person.origin() }
    }

    /// Somebody at the host itself.
    pub fn at_host(actor: Actor) -> Self {
        Self { actor, origin: "host".to_owned() }
    }

    /// A deed that was done and changed nothing that could be shown; what else there is to say is filled in by the caller.
    pub fn deed(&self, at: Timestamp, act: impl Into<String>, object: impl Into<String>) -> Deed {
        Deed {
            at,
            by: self.actor.clone(),
            on_behalf_of: None,
            origin: self.origin.clone(),
            act: act.into(),
            object: object.into(),
            before: None,
            after: None,
            outcome: DeedOutcome::Done,
            reason: String::new(),
        }
    }
}

/// The same deed, refused.
pub fn refused(deed: Deed, code: &str) -> Deed {
    Deed { outcome: DeedOutcome::Refused { code: code.to_owned() }, ..deed }
}

/// The deed of asking something of a run.
pub fn of_request(doer: &Doer, run: RunId, id: RequestId, request: &Request, at: Timestamp) -> Deed {
    let act = match request {
        Request::Vote { .. } => "gate.vote".to_owned(),
        Request::Manual { work, .. } => manual(work).to_owned(),
        Request::Pause { .. }
        | Request::ExerciseHold { .. }
        | Request::Resume
        | Request::Abort { .. }
        | Request::RetryStep { .. }
        | Request::RetryUnit { .. }
        | Request::Rerun { .. }
        | Request::Rollback { .. }
        | Request::Stop { .. }
        | Request::Skip { .. }
        | Request::Attest { .. }
        | Request::Choose { .. }
        | Request::SetMark { .. } => format!("run.{}", request.verb()),
    };
    Deed {
        after: serde_json::to_value(request).ok(),
        outcome: DeedOutcome::Asked { request: id },
        reason: reason(request).to_owned(),
        on_behalf_of: if let Request::Vote { ballot, .. } = request {
            ballot.hand.on_behalf_of().cloned()
        } else {
            None
        },
        ..doer.deed(at, act, format!("run/{run}"))
    }
}

/// What a request found of what it would change: the status of the run, or how its unit stood; of a milestone the old value.
pub fn found(plan: &Plan, state: &State, request: &Request) -> Option<Value> {
    let unit = match request {
        Request::Pause { .. }
        | Request::ExerciseHold { .. }
        | Request::Resume
        | Request::Abort { .. }
        | Request::Rollback { scope: Scope::Run | Scope::Stage { .. }, .. } => {
            return Some(json!({ "status": state.status() }));
        }
        Request::SetMark { mark, .. } => return Some(json!({ "mark": mark, "at": state.mark(*mark) })),
        Request::RetryStep { unit }
        | Request::RetryUnit { unit }
        | Request::Rerun { unit, .. }
        | Request::Rollback { scope: Scope::Unit { unit }, .. }
        | Request::Stop { unit, .. }
        | Request::Skip { unit, .. }
        | Request::Attest { unit, .. }
        | Request::Choose { unit, .. }
        | Request::Vote { unit, .. }
        | Request::Manual { unit, .. } => unit,
    };
    let at = state.unit(plan.find(unit)?);
    let mut found = json!({ "unit": unit, "state": at.state.keyword() });
    match request {
        Request::Vote { .. } => {
            let votes = at.gate.as_ref().map_or(0, |open| open.votes.len());
            found["votes"] = json!(votes);
        }
        Request::Manual { .. } => {
            let holder = at.manual.as_ref().and_then(|open| open.holder.as_ref());
            found["holder"] = json!(holder);
        }
        _ => {}
    }
    Some(found)
}

/// What was done about manual work.
const fn manual(work: &ManualAct) -> &'static str {
    match work {
        ManualAct::Claim => "manual.claim",
        ManualAct::Release => "manual.release",
        ManualAct::Assign { .. } => "manual.assign",
        ManualAct::Tick { .. } => "manual.tick",
        ManualAct::Attach { .. } => "manual.attach",
        ManualAct::Complete { .. } => "manual.complete",
        ManualAct::Check { .. } => "manual.check",
    }
}

/// What the asker said for it.
fn reason(request: &Request) -> &str {
    match request {
        Request::Pause { reason }
        | Request::ExerciseHold { reason }
        | Request::Abort { reason }
        | Request::Rerun { reason, .. }
        | Request::Rollback { reason, .. }
        | Request::Stop { reason, .. }
        | Request::Skip { reason, .. }
        | Request::Choose { reason, .. }
        | Request::SetMark { reason, .. } => reason,
        Request::Attest { evidence, .. } => evidence,
        Request::Manual { work, .. } => match work {
            ManualAct::Complete { evidence, .. } => evidence,
            ManualAct::Check { comment, .. } => comment,
            ManualAct::Tick { note, .. } => note,
            ManualAct::Claim | ManualAct::Release | ManualAct::Assign { .. } | ManualAct::Attach { .. } => "",
        },
        Request::Vote { ballot, .. } => &ballot.comment,
        Request::Resume | Request::RetryStep { .. } | Request::RetryUnit { .. } => "",
    }
}

/// The deed of declaring a run. Of secret inputs only the names stand in it.
pub fn of_declaration(doer: &Doer, wanted: &Declaration, at: Timestamp) -> Deed {
    let secrets: Vec<&str> = wanted.secrets.keys().map(|name| name.as_str()).collect();
    Deed {
        after: Some(json!({
            "runbook": wanted.plan.body().runbook,
            "plan": wanted.plan.digest(),
            "mode": wanted.mode,
            "inputs": wanted.inputs,
            "secrets": secrets,
            "event_at": wanted.event_at,
            "detect_at": wanted.detect_at,
        })),
        reason: wanted.reason.clone(),
        ..doer.deed(at, "run.declare", format!("run/{}", wanted.run))
    }
}
