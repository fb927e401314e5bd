//! People: who they are, what they ask at random, and what they ask when they want a run to end.

use engine::base::{BranchName, Digest, Millis, RequestId, RoleName, RunId, Timestamp, UnitId};
use engine::plan::{MarkKind, Plan};
use engine::run::{Actor, Ballot, Call, Delegation, Door, Hand, Request, Scope, Submission, Vote};
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
        "choi" => (&["approver", "situation-room"], Door::Console),
        "han" => (&["cio"], Door::Console),
        "moon" => (&["board", "auditor"], Door::Console),
        "root" => (&[], Door::CommandLine),
        // Nobody else votes in their names, so that a gate which asks can always be answered.
        "seo" | "jang" | "min" => (&["approver", "business"], Door::Console),
        _ => (&["auditor"], Door::Console),
    };
    Actor { name: name.parse().unwrap(), roles: roles.iter().map(|name| role(name)).collect(), via }
}

pub(crate) const CAST: [&str; 8] = ["kim", "lee", "park", "choi", "han", "moon", "root", "yoon"];

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
    let request = match chance.below(48) {
        0..2 => Request::Pause { reason },
        2..5 => Request::Resume,
        5 => Request::Abort { reason },
        47 => Request::ExerciseHold { reason },
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
            Request::Vote { unit: plan.units()[unit].id.clone(), ballot: Box::new(ballot(chance, reason, digest, now)) }
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

/// Any vote, in anybody's name, at times in one in which it can not be cast.
fn ballot(chance: &mut Chance, reason: String, digest: Digest, now: Timestamp) -> Ballot {
    let ago = |chance: &mut Chance, most: u64| Timestamp(now.0 - i64::try_from(chance.between(0, most)).unwrap());
    let roles = |chance: &mut Chance| vec![role(chance.pick::<&str>(&["approver", "business", "cio", "board"]))];
    let someone = |chance: &mut Chance| person(chance.pick::<&str>(&CAST)).name;
    let hand = match chance.below(8) {
        0 => Hand::For(Delegation {
            from: someone(chance),
            roles: roles(chance),
            since: ago(chance, 600_000),
            until: ago(chance, 60_000).plus(Millis::minutes(u64::from(chance.percent(80)))),
            reason: "on leave".to_owned(),
        }),
        1 => Hand::Phone(Call {
            approver: someone(chance),
            roles: roles(chance),
            witness: someone(chance),
            called_at: ago(chance, 5_000),
        }),
        _ => Hand::Own,
    };
    let wish = chance.maybe(10, |chance| role(chance.pick::<&str>(&["approver", "business", "cio", "board"])));
    let confirmed_at = chance.maybe(70, |chance| ago(chance, 360_000));
    Ballot { role: wish, confirmed_at, hand, ..Ballot::new(chance.percent(85), reason, digest) }
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
            for name in ["lee", "park", "choi", "kim", "root", "seo", "jang", "min"] {
                let ballot = Ballot { confirmed_at: Some(model.last), ..Ballot::new(true, String::new(), digest) };
                wishes.push((person(name), Request::Vote { unit: unit.clone(), ballot: Box::new(ballot) }));
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

/// The vote that a request would be, in whatever role, and the role that is wished for.
pub(crate) fn as_vote(actor: &Actor, request: &Request) -> Option<(UnitId, Vote, Option<RoleName>)> {
    match request {
        Request::Vote { unit, ballot } => {
            let (by, role) = (actor.clone(), role("approver"));
            let Ballot { approve, comment, digest, role: wish, confirmed_at, hand } = (**ballot).clone();
            Some((unit.clone(), Vote { by, role, approve, comment, digest, confirmed_at, hand }, wish))
        }
        _ => None,
    }
}
