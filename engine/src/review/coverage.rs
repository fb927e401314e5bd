//! What of a runbook as it is now was gone through, and when. Facts alone: no score is made of them.

use super::rehearsed::{Last, Rehearsed, Track};
use super::unit_digest::unit_digest;
use super::unit_hosts::unit_hosts;
use crate::base::{BranchName, Digest, RoleName, Text, UnitId, UserName};
use crate::plan::{Gate, Plan};

/// When the parts of a runbook were last gone through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// Its units, in the order written.
    pub units: Vec<Covered<UnitId>>,
    /// The branches of its decisions.
    pub branches: Vec<Covered<(UnitId, BranchName)>>,
    /// Roles that may vote at its gates. Those that may only once a gate is escalated are deputies.
    pub approvers: Vec<Covered<(UnitId, RoleName)>>,
    /// People who stood in for others at its gates: who, then for whom.
    pub deputies: Vec<Covered<(UserName, UserName)>>,
    /// People who voted or worked in its runs.
    pub people: Vec<Covered<UserName>>,
}

/// A part, and when it was last gone through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered<T> {
    /// Which.
    pub what: T,
    /// Its name for people.
    pub title: Text,
    /// A role that may vote only once the gate is escalated.
    pub deputy: bool,
    /// When.
    pub track: Track,
    /// The runbook says something else of it, or the inventory of its hosts, than it did the last time that real work was done;
    /// `None` where that was never, and where it is about people.
    pub changed: Option<bool>,
}

impl Coverage {
    /// Of a plan, out of what is kept of the runs of its runbook.
    pub fn of(plan: &Plan, rehearsed: Option<&Rehearsed>) -> Self {
        let empty = Rehearsed::new(plan.body().runbook.clone());
        let known = rehearsed.unwrap_or(&empty);
        let mut map = Self {
            units: Vec::new(),
            branches: Vec::new(),
            approvers: Vec::new(),
            deputies: Vec::new(),
            people: Vec::new(),
        };
        let hosts = unit_hosts(plan);
        for ix in plan.unit_ixs() {
            let unit = plan.unit(ix);
            let now = Some(Now {
                digest: unit_digest(plan, ix).unwrap_or(Digest::ZERO),
                hosts: hosts.get(&unit.id).copied(),
            });
            let track = known.units.get(&unit.id).cloned().unwrap_or_default();
            map.units.push(covered(unit.id.clone(), unit.title.clone(), track, now));
            for branch in unit.decision().map_or(&[][..], |decision| &decision.branches) {
                let track = known.branches.get(&unit.id).and_then(|branches| branches.get(&branch.name));
                let what = (unit.id.clone(), branch.name.clone());
                map.branches.push(covered(what, branch.title.clone(), track.cloned().unwrap_or_default(), now));
            }
            let gates = unit.steps.iter().filter_map(|step| step.action.gate());
            for gate in gates {
                for (role, deputy) in voters(gate) {
                    let track = known.approvers.get(&unit.id).and_then(|roles| roles.get(&role)).cloned();
                    let what = (unit.id.clone(), role);
                    let line = covered(what, unit.title.clone(), track.unwrap_or_default(), now);
                    map.approvers.push(Covered { deputy, ..line });
                }
            }
        }
        for (name, stood_in) in &known.deputies {
            for (from, track) in stood_in {
                let title = Text::new(format!("{from} ({name} 대행)"), format!("{name} (for {from})"));
                map.deputies.push(covered((name.clone(), from.clone()), title, track.clone(), None));
            }
        }
        let people = known.people.iter();
        map.people = people
            .map(|(name, track)| covered(name.clone(), Text::plain(name.as_str()), track.clone(), None))
            .collect();
        map
    }
}

/// What is said of a unit now.
#[derive(Debug, Clone, Copy)]
struct Now {
    digest: Digest,
    hosts: Option<Digest>,
}

fn covered<T>(what: T, title: Text, track: Track, now: Option<Now>) -> Covered<T> {
    // Runs that were kept before hosts were say nothing about them.
    let moved = |now: Now, last: &Last| last.hosts.is_some() && last.hosts != now.hosts;
    let differs = |last: &Last| now.map(|now| now.digest != last.digest || moved(now, last));
    let changed = track.done.as_ref().and_then(differs);
    Covered { what, title, deputy: false, track, changed }
}

/// All roles of a gate, each once; `true` for those that come in with an escalation.
fn voters(gate: &Gate) -> Vec<(RoleName, bool)> {
    gate.all_roles().into_iter().map(|role| (role.clone(), !gate.approvers.contains(role))).collect()
}
