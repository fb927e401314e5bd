//! Which units are part of a run, and when their time begins.

use engine::base::Timestamp;
use engine::plan::{Action, Branch, Decision, UnitIx};
use engine::run::{Event, Purpose, Unselected};

use super::rule::{Verdict, rule};
use super::told::{Model, satisfied};
use crate::books::Book;
use crate::conditions;

impl Model<'_> {
    /// Takes in how a unit enters the run, waits for its locks, or is left out.
    pub(super) fn take_entrance(&mut self, at: Timestamp, unit: usize, event: &Event) -> Verdict {
        let state = self.units[unit].state;
        match event {
            Event::Eligible { .. } => {
                rule!(state == "pending", "a unit that is {state} becomes eligible");
                rule!(self.left_out(unit).is_none(), "a unit that is no part of the run becomes eligible");
                let judged = self.units[unit].judged;
                let asked = self.plan.units()[unit].when.is_some();
                rule!(judged.is_some() == asked && judged != Some(Some(false)), "eligible against its condition");
                rule!(self.needs_met(unit), "eligible before all it needs is there");
                let told = &mut self.units[unit];
                told.eligible = Some(at);
                told.book = Book::default();
                told.exceeded = false;
                self.go(at, unit, "queued");
            }
            Event::LockAwaited { lock, holder, .. } => {
                rule!(state == "queued", "a unit that is {state} waits for a lock");
                rule!(self.plan.units()[unit].locks.contains(lock), "it waits for a lock that it does not want");
                rule!(!self.has_locks(unit), "it waits for locks that the run has");
                let awaits = Some((lock.clone(), holder.run));
                rule!(self.units[unit].awaits != awaits, "said twice for which lock it waits");
                self.units[unit].awaits = awaits;
            }
            Event::Locked { locks, .. } => {
                rule!(!self.has_locks(unit), "locks are taken that the run has");
                rule!(*locks == self.plan.units()[unit].locks, "other locks are taken than the unit wants");
                self.locks.extend(locks.iter().cloned());
                let has = |unit: &engine::plan::Unit| unit.locks.is_subset(&self.locks);
                for (told, _) in self.units.iter_mut().zip(self.plan.units()).filter(|(_, unit)| has(unit)) {
                    told.awaits = None;
                }
            }
            Event::Judged { holds, by, saw, .. } => {
                rule!(state == "pending" && self.needs_met(unit), "judged before its time");
                let Some(when) = &self.plan.units()[unit].when else { return Err("no condition".to_owned()) };
                let known = |name: &str| self.known(name);
                let told = conditions::holds(when.text(), &known);
                match by {
                    None => {
                        rule!(*holds == told, "a condition is said to be {holds:?}, it is {told:?}");
                        rule!(*saw == conditions::saw(when.text(), &known), "a condition saw {saw:?}");
                    }
                    Some(_) => rule!(*holds == Some(true), "a person says something else than that it holds"),
                }
                self.units[unit].judged = Some(*holds);
            }
            Event::Decided { branch, by, saw, .. } => {
                let step = self.units[unit].step;
                let Action::Decision(decision) = &self.step(unit).action else { return Err("no decision".to_owned()) };
                let branch = branch.as_ref().map(|branch| branch.as_str().to_owned());
                if by.is_none() {
                    self.may_begin(unit, step)?;
                    let (taken, seen) = self.look(decision);
                    rule!(branch == taken, "the branch {branch:?} is taken, {taken:?} holds");
                    rule!(*saw == seen, "a decision saw {saw:?}, there was {seen:?}");
                } else {
                    rule!(state == "queued" && self.needs_met(unit), "a person decides before there is need");
                    let named = decision.branches.iter().any(|known| Some(known.name.as_str()) == branch.as_deref());
                    rule!(named, "a person takes a branch that is not there");
                }
                self.units[unit].granted = branch.is_some().then_some(Purpose::Act);
                self.units[unit].decided = Some(branch);
            }
            Event::NotSelected { why, .. } => {
                let told = self.left_out(unit);
                let own = self.units[unit].judged == Some(Some(false));
                let fits = match why {
                    Unselected::Mode | Unselected::Branch { .. } | Unselected::Vote { .. } => {
                        told.as_ref() == Some(why)
                    }
                    Unselected::Condition => told.is_none() && own,
                };
                rule!(fits, "not selected because of {why:?}, told is {told:?}");
                self.settle(at, unit, "not_selected");
            }
            Event::TargetExceeded { .. } => {
                let target = self.plan.units()[unit].target;
                let told = &mut self.units[unit];
                rule!(!told.exceeded, "a target is exceeded twice in one round");
                let counts = told.eligible.zip(target);
                let late = counts.is_some_and(|(since, target)| self.holds.counted(since, at) > target);
                rule!(late, "a target is exceeded too early");
                told.exceeded = true;
            }
            other => return Err(format!("{other:?} is told elsewhere")),
        }
        Ok(())
    }

    /// What a name stands for now.
    pub(super) fn known(&self, name: &str) -> Option<String> {
        let inner = |prefix: &str, suffix: &str| name.strip_prefix(prefix)?.strip_suffix(suffix).map(str::to_owned);
        if name == "mode" {
            return Some(self.mode.keyword().to_owned());
        }
        if let Some(input) = inner("inputs.", "") {
            return self.inputs.get(&input).cloned().flatten();
        }
        if let Some(unit) = inner("units[\"", "\"].state") {
            return Some(self.units[self.ix(&unit.parse().ok()?)].state.to_owned());
        }
        let service = inner("services[\"", "\"].ready")?;
        let service = self.plan.body().services.iter().find(|known| known.id.as_str() == service)?;
        let there = |unit: &UnitIx| ["ready", "attested"].contains(&self.units[unit.at()].state);
        Some(service.needs.iter().all(there).to_string())
    }

    /// The branch that holds, if there is one, and what was looked at until it was found.
    pub(super) fn look(&self, decision: &Decision) -> (Option<String>, conditions::Saw) {
        let mut seen = conditions::Saw::new();
        let known = |name: &str| self.known(name);
        for branch in &decision.branches {
            let name = || Some(branch.name.as_str().to_owned());
            let Some(when) = &branch.when else { return (name(), seen) };
            seen.extend(conditions::saw(when.text(), &known));
            match conditions::holds(when.text(), &known) {
                Some(true) => return (name(), seen),
                Some(false) => {}
                None => return (None, seen),
            }
        }
        (None, seen)
    }

    /// Why a unit is no part of the run, its own condition left aside: the mode, or every decision that names it is settled
    /// and took another way.
    pub(super) fn left_out(&self, unit: usize) -> Option<Unselected> {
        let units = self.plan.units();
        if !units[unit].modes.is_empty() && !units[unit].modes.contains(&self.mode) {
            return Some(Unselected::Mode);
        }
        for (at, asking) in units.iter().enumerate().filter(|(at, _)| satisfied(self.units[*at].state)) {
            let gates = asking.steps.iter().filter_map(|step| match &step.action {
                Action::Gate(gate) => gate.branch(),
                _ => None,
            });
            for branch in gates {
                let named = |it: usize| branch.iter().any(|named| named.at() == it);
                let beyond = |it: usize| branch.iter().any(|named| self.after(named.at()).contains(&it));
                let for_approval = |it: usize| self.after(at).contains(&it) && !named(it) && !beyond(it);
                let meets = (0..units.len()).any(|it| for_approval(it) && self.after(it).contains(&unit));
                let told = &self.units[at];
                let rejected =
                    told.state == "skipped" && told.asked.as_ref().is_some_and(|asked| asked.decided == Some(false));
                let gate = asking.id.clone();
                if (named(unit) || (beyond(unit) && !meets)) && !rejected {
                    return Some(Unselected::Vote { gate, approved: true });
                }
                if for_approval(unit) && rejected {
                    return Some(Unselected::Vote { gate, approved: false });
                }
            }
        }
        let mut deciders = Vec::new();
        for (at, decider) in units.iter().enumerate() {
            let Some(Action::Decision(decision)) = decider.steps.first().map(|step| &step.action) else { continue };
            let names = |branch: &Branch| branch.select.iter().any(|named| named.at() == unit);
            if !decision.branches.iter().any(names) {
                continue;
            }
            deciders.push(decider.id.clone());
            let told = &self.units[at];
            let taken = told.decided.clone().flatten();
            let taken = decision.branches.iter().find(|branch| Some(branch.name.as_str()) == taken.as_deref());
            if !satisfied(told.state) || taken.is_some_and(names) {
                return None;
            }
        }
        (!deciders.is_empty()).then_some(Unselected::Branch { deciders })
    }
}
