//! People: who they are, what they ask at random, and what they ask when they want a run to end.

use engine::base::{BranchName, Digest, RequestId, RunId, Timestamp, UnitId};
use engine::plan::{MarkKind, Plan};
use engine::run::{Actor, Door, Request, Scope, Submission, Vote};
use uuid::Uuid;

use crate::chance::Chance;
use crate::model::{Model, satisfied};
use crate::runbook::role;
use crate::work;

pub(crate) const RUN: RunId = RunId(Uuid::from_u128(1));

/// Somebody of the cast.
pub(crate) fn person(name: &str) -> Actor {
    let (roles, via): (&[&str], Door) = match name {
        "kim" => (&["operator", "approver"], Door::Console),
        "lee" => (&["commander", "approver"], Door::Console),
        "park" => (&["approver", "business"], Door::Console),
        "choi" => (&["approver"], Door::Console),
        "han" => (&["cio"], Door::Console),
        "root" => (&[], Door::CommandLine),
        _ => (&["auditor"], Door::Console),
    };
    Actor { name: name.parse().unwrap(), roles: roles.iter().map(|name| role(name)).collect(), via }
}

pub(crate) const CAST: [&str; 7] = ["kim", "lee", "park", "choi", "han", "root", "yoon"];

/// A request under an id of its own.
pub(crate) fn submission(id: u64, actor: Actor, request: Request, at: Timestamp) -> Submission {
    Submission { id: RequestId(Uuid::from_u128(u128::from(id))), run: RUN, actor, request, at }
}

/// Anything anybody might ask, sensible or not.
pub(crate) fn random(chance: &mut Chance, plan: &Plan, model: &Model<'_>, now: Timestamp) -> (Actor, Request) {
    let actor = person(chance.pick::<&str>(&CAST));
    let place = chance.below(plan.units().len());
    let unit: UnitId = if chance.percent(3) { "nowhere".parse().unwrap() } else { plan.units()[place].id.clone() };
    let reason = if chance.percent(8) { " ".to_owned() } else { "because".to_owned() };
    let request = match chance.below(47) {
        0..2 => Request::Pause { reason },
        2..5 => Request::Resume,
        5 => Request::Abort { reason },
        6..9 => Request::RetryStep { unit },
        9..12 => Request::RetryUnit { unit },
        12..16 => Request::Rerun { unit, downstream: chance.percent(50), reason },
        16..18 => Request::Stop { unit, reason },
        18..20 => Request::Skip { unit, reason },
        20..22 => Request::Attest { unit, evidence: reason },
        22..34 => {
            let open = (0..plan.units().len()).find(|unit| model.open_gate(*unit).is_some());
            let (unit, shown) = match open.filter(|_| chance.percent(90)) {
                Some(open) => (open, model.open_gate(open).map(|(_, asked)| asked.digest)),
                None => (place, None),
            };
            let digest = shown.filter(|_| chance.percent(95)).unwrap_or(Digest::ZERO);
            Request::Vote { unit: plan.units()[unit].id.clone(), approve: chance.percent(85), comment: reason, digest }
        }
        34..38 => {
            let open = (0..plan.units().len()).find(|unit| model.units[*unit].state == "awaiting_manual");
            work::random(chance, plan.units()[open.unwrap_or(place)].id.clone(), reason)
        }
        38..42 => {
            let scope = match chance.below(4) {
                0 => Scope::Run,
                1 => Scope::Stage { stage: chance.pick(&plan.body().stages).id.clone() },
                _ => Scope::Unit { unit },
            };
            Request::Rollback { scope, downstream: chance.percent(70), reason }
        }
        42..45 => {
            let open = (0..plan.units().len()).find(|unit| waits_for_choice(plan, model, *unit));
            let unit = open.unwrap_or(place);
            Request::Choose { unit: plan.units()[unit].id.clone(), branch: choice(chance, plan, unit), reason }
        }
        _ => {
            let mark = *chance.pick(&[MarkKind::Event, MarkKind::Detect, MarkKind::Declare, MarkKind::Close]);
            let at = Timestamp(now.0 - 60_000 + i64::try_from(chance.between(0, 70_000)).unwrap());
            Request::SetMark { mark, at, reason }
        }
    };
    (actor, request)
}

/// What people ask who want the run to end: they resume, consent, do their work, and repair what is stuck.
pub(crate) fn helpful(chance: &mut Chance, plan: &Plan, model: &Model<'_>) -> Vec<(Actor, Request)> {
    if model.held {
        return vec![(person("lee"), Request::Resume)];
    }
    let mut wishes = Vec::new();
    for (at, told) in model.units.iter().enumerate() {
        let unit = plan.units()[at].id.clone();
        if let Some((_, asked)) = model.open_gate(at) {
            let digest = asked.digest;
            for name in ["lee", "park", "choi", "kim"] {
                let (approve, comment) = (true, String::new());
                wishes.push((person(name), Request::Vote { unit: unit.clone(), approve, comment, digest }));
            }
        } else if told.state == "awaiting_manual" {
            wishes.extend(work::helpful(chance, plan, model, at));
        } else if waits_for_choice(plan, model, at) {
            let branch = choice(chance, plan, at);
            wishes.push((person("lee"), Request::Choose { unit, branch, reason: "it must go on".to_owned() }));
        } else if ["failed", "unknown", "rolled_back"].contains(&told.state) {
            wishes.push((person("lee"), Request::RetryStep { unit: unit.clone() }));
            if chance.percent(50) {
                wishes.push((person("lee"), Request::RetryUnit { unit }));
            }
        } else if !satisfied(told.state) && chance.percent(2) {
            wishes.push((person("lee"), Request::Attest { unit, evidence: "seen".to_owned() }));
        }
    }
    wishes
}

/// Whether a unit stands still because conditions could not decide.
fn waits_for_choice(plan: &Plan, model: &Model<'_>, unit: usize) -> bool {
    let told = &model.units[unit];
    let stuck = told.state == "failed" || told.state == "rolled_back";
    let undone = told.state == "rolled_back" && plan.units()[unit].decision().is_some();
    stuck && (told.judged == Some(None) || told.decided == Some(None) || undone)
}

/// Something to choose, mostly something that can be chosen.
fn choice(chance: &mut Chance, plan: &Plan, unit: usize) -> BranchName {
    let branches = plan.units()[unit].decision().map_or(&[][..], |decision| &decision.branches);
    if branches.is_empty() || chance.percent(50) {
        return "holds".parse().unwrap();
    }
    chance.pick(branches).name.clone()
}

/// The vote that a request would be, in whatever role.
pub(crate) fn as_vote(actor: &Actor, request: &Request) -> Option<(UnitId, Vote)> {
    match request {
        Request::Vote { unit, approve, comment, digest } => {
            let (by, role) = (actor.clone(), role("approver"));
            Some((unit.clone(), Vote { by, role, approve: *approve, comment: comment.clone(), digest: *digest }))
        }
        _ => None,
    }
}
