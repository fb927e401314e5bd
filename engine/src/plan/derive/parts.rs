//! What a unit of a runbook becomes in one that is derived from it.

use super::super::{Plan, UnitIx};
use super::{Derivation, both};
use crate::runbook::Written;

/// Keys of a unit that it keeps.
const KEPT: [&str; 6] = ["owner", "tier", "on", "modes", "timeout", "lock"];
/// Steps that are no part of a way back: they ask people, choose, or say that something was reached.
const WORDS: [&str; 3] = ["gate", "decision", "mark"];

/// What a unit becomes.
pub(super) enum Part {
    /// A unit with these entries, beside its title and its needs.
    Unit(Vec<(String, Written)>),
    /// Nothing, and nothing is missing: it changes nothing, or says that there is nothing to undo.
    Nothing,
    /// Nothing, although it changes something.
    Silent,
}

impl Part {
    pub(super) fn of(plan: &Plan, ix: UnitIx, says: Option<&Written>, what: Derivation) -> Self {
        let Some(says) = says else { return Self::Silent };
        let steps = says.get("stop").map_or(&[][..], Written::items);
        if !steps.is_empty() {
            return Self::Unit(work(says, steps.to_vec(), closed_after(says)));
        }
        let unit = plan.unit(ix);
        let silent = if unit.changes_something() { Self::Silent } else { Self::Nothing };
        if what == Derivation::Stop {
            return silent;
        }
        if unit.point_of_no_return {
            return Self::Unit(by_hand(says));
        }
        let back = way_back(says);
        if back.is_empty() { silent } else { Self::Unit(work(says, back, Vec::new())) }
    }
}

/// A unit that does these steps, and on its own way back what the runbook did first.
fn work(says: &Written, run: Vec<Written>, post: Vec<Written>) -> Vec<(String, Written)> {
    let mut entries = kept(says);
    let has_way_back = run.iter().any(|step| step.get("rollback").is_some());
    entries.push(("run".to_owned(), Written::List(run)));
    if !post.is_empty() {
        entries.push(("post".to_owned(), Written::List(post)));
    }
    if !has_way_back {
        let forward = forward(says).iter().filter(|step| WORDS.iter().all(|word| step.get(word).is_none()));
        let forward = forward.map(|step| step.without(&["rollback"])).collect();
        entries.push(("rollback".to_owned(), Written::List(forward)));
    }
    entries
}

/// A unit behind which there was no simple way back: people do it, and it is one now, too.
fn by_hand(says: &Written) -> Vec<(String, Written)> {
    let instruction = both(
        "이 단위는 되돌릴 수 없는 지점이었으므로 런북에 되돌리는 방법이 없습니다. 환원 작업을 직접 하고, 무엇으로 확인했는지 적으십시오",
        "This unit was a point of no return, so its runbook has no way back. Do what moves it back, and say what shows it",
    );
    let manual = Written::map([("instruction", instruction), ("evidence", Written::word("true"))]);
    let mut entries = kept(&says.without(&["timeout", "on"]));
    entries.push(("point_of_no_return".to_owned(), Written::word("true")));
    entries.push(("manual".to_owned(), manual));
    entries
}

fn kept(says: &Written) -> Vec<(String, Written)> {
    KEPT.iter().filter_map(|key| Some(((*key).to_owned(), says.get(key)?.clone()))).collect()
}

/// The work of a unit.
fn forward(says: &Written) -> &[Written] {
    says.get("run").or_else(|| says.get("start")).map_or(&[][..], Written::items)
}

/// What undoes a unit: its steps in reverse, then the unit as a whole.
fn way_back(says: &Written) -> Vec<Written> {
    let of_steps = forward(says).iter().rev().filter_map(|step| step.get("rollback")).flat_map(Written::items);
    of_steps.chain(says.get("rollback").map_or(&[][..], Written::items)).cloned().collect()
}

/// The post-checks of a unit that must not pass any more once it is stopped: what answered does not answer.
fn closed_after(says: &Written) -> Vec<Written> {
    let post = says.get("post").map_or(&[][..], Written::items);
    post.iter().filter_map(closed).collect()
}

fn closed(check: &Written) -> Option<Written> {
    if let Some(inner) = check.get("check") {
        return closed(inner);
    }
    let asks = check.get("tcp").is_some() || (check.get("http").is_some() && check.get("method").is_none());
    if !asks || check.get("expect").is_some() {
        return None;
    }
    let left_out = ["name", "status", "contains", "successes", "headers", "body"];
    let Written::Map(mut entries) = check.without(&left_out) else { return None };
    entries.push(("expect".to_owned(), Written::word("down")));
    Some(Written::Map(entries))
}
