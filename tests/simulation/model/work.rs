//! Manual work: who has it, what came with it, and who looked at it a second time.

use std::collections::BTreeMap;

use engine::base::{Decimal, RoleName};
use engine::plan::{Action, Manual};
use engine::run::{Actor, ManualResult, ManualWork};

use super::rule::{Verdict, rule};
use super::told::Model;
use crate::runbook::role;

/// What was done about the manual work of a unit since it was asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Work {
    pub(crate) holder: Option<String>,
    pub(crate) reported: Option<Report>,
    /// Who looked at which item last, and what came of it.
    items: BTreeMap<u16, (String, ManualResult)>,
    /// Who handed what in, and whether it is a picture.
    files: Vec<(String, bool)>,
    /// The report that a second person just agreed to.
    accepted: Option<Report>,
}

/// A report that waits for a second person.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Report {
    by: String,
    result: ManualResult,
    evidence: String,
    measure: Option<Decimal>,
}

fn holds(roles: &[RoleName], by: &Actor) -> bool {
    if roles.is_empty() { leads(by) } else { roles.iter().any(|role| by.holds(role)) }
}

fn leads(by: &Actor) -> bool {
    ["operator", "commander", "deputy", "tier-lead"].iter().any(|name| by.holds(&role(name)))
}

impl Model<'_> {
    fn manual(&self, unit: usize) -> Result<&Manual, String> {
        rule_state(self.units[unit].state)?;
        match &self.step(unit).action {
            Action::Manual(manual) => Ok(manual),
            other => Err(format!("no manual work but {other:?}")),
        }
    }

    /// Something is done about manual work that is open.
    pub(super) fn take_work(&mut self, unit: usize, by: &Actor, work: &ManualWork) -> Verdict {
        let manual = self.manual(unit)?.clone();
        let name = by.name.as_str().to_owned();
        let known = &mut self.units[unit].work;
        let may = holds(&manual.roles, by) && known.holder.as_ref().is_none_or(|holder| *holder == name);
        let checks = matches!(work, ManualWork::Checked { .. });
        rule!(known.reported.is_some() == checks, "{work:?} beside a report");
        match work {
            ManualWork::Claimed => {
                rule!(may, "{name} takes what is not for them");
                known.holder = Some(name);
            }
            ManualWork::Released => {
                let mine = known.holder.as_ref() == Some(&name);
                rule!(known.holder.is_some() && (mine || leads(by)), "{name} releases what somebody else does");
                known.holder = None;
            }
            ManualWork::Assigned { to } => {
                rule!(leads(by), "{name} gives work to others");
                known.holder = Some(to.as_str().to_owned());
            }
            ManualWork::Ticked { item, result, note } => {
                rule!(may && usize::from(*item) < manual.checklist.len(), "{name} may not say so of item {item}");
                rule!(*result == ManualResult::Done || !note.trim().is_empty(), "an item fails without a word");
                known.items.insert(*item, (name, *result));
            }
            ManualWork::Attached { file } => {
                rule!(may && known.files.len() < 20, "{name} may hand in nothing");
                known.files.push((name, file.media.is_picture()));
            }
            ManualWork::Reported { result, evidence, measure } => {
                rule!(may && manual.second_checker.is_some(), "{name} reports to nobody");
                rule!(*result != ManualResult::Failed, "a failure waits for somebody to agree");
                complete(&manual, known, *result, evidence, measure.as_ref())?;
                let (result, evidence, measure) = (*result, evidence.clone(), measure.clone());
                known.reported = Some(Report { by: name, result, evidence, measure });
            }
            ManualWork::Checked { accepted, comment } => {
                let Some(report) = known.reported.take() else { return Err("nothing to check".to_owned()) };
                let second = manual.second_checker.as_ref().map_or(&[][..], |second| &second.roles);
                let roles = if second.is_empty() { &manual.roles[..] } else { second };
                rule!(holds(roles, by), "{name} may not check it");
                let worked = known.items.values().any(|(who, _)| *who == name)
                    || known.files.iter().any(|(who, _)| *who == name);
                rule!(report.by != name && !worked, "{name} checks what {name} did");
                rule!(*accepted || !comment.trim().is_empty(), "sent back without a word");
                if *accepted {
                    known.accepted = Some(report);
                } else {
                    known.holder = Some(report.by);
                }
            }
        }
        Ok(())
    }

    /// Manual work is closed: by who did it, or after a second person agreed.
    pub(super) fn take_close(
        &mut self,
        unit: usize,
        by: &Actor,
        result: ManualResult,
        evidence: &str,
        measure: Option<&Decimal>,
    ) -> Verdict {
        let manual = self.manual(unit)?.clone();
        let known = &mut self.units[unit].work;
        let name = by.name.as_str().to_owned();
        if manual.second_checker.is_some() && result != ManualResult::Failed {
            let report = Report { by: name, result, evidence: evidence.to_owned(), measure: measure.cloned() };
            rule!(known.accepted.take() == Some(report), "closed without the word of a second person");
            return Ok(());
        }
        let free = known.holder.as_ref().is_none_or(|holder| *holder == name);
        rule!(holds(&manual.roles, by) && free && known.reported.is_none(), "{name} may not close it");
        complete(&manual, known, result, evidence, measure)
    }
}

fn rule_state(state: &str) -> Verdict {
    rule!(state == "awaiting_manual", "manual work goes on while {state}");
    Ok(())
}

/// Whether all that is asked for came with it.
fn complete(manual: &Manual, known: &Work, result: ManualResult, evidence: &str, measure: Option<&Decimal>) -> Verdict {
    let words = u32::try_from(evidence.trim().chars().count()).unwrap();
    rule!(measure.is_none() || manual.measure.is_some(), "a number that nobody asked for");
    if result != ManualResult::Done {
        rule!(words > 0, "closed without a reason");
        rule!(result == ManualResult::Failed || manual.may_not_apply, "it always applies");
        return Ok(());
    }
    rule!(words >= manual.evidence.text, "closed without words");
    if let Some(wanted) = &manual.measure {
        rule!(measure.is_some() || !wanted.required, "closed without a number");
        let low = |value: &Decimal| wanted.min.as_ref().is_some_and(|min| value < min);
        let high = |value: &Decimal| wanted.max.as_ref().is_some_and(|max| value > max);
        rule!(measure.is_none_or(|value| !low(value) && !high(value)), "a number out of bounds is good");
    }
    for (item, place) in manual.checklist.iter().zip(0..) {
        let Some((_, result)) = known.items.get(&place) else { return Err(format!("item {place} is open")) };
        rule!(*result != ManualResult::Failed || item.may_fail, "item {place} failed");
    }
    let pictures = known.files.iter().filter(|(_, picture)| *picture).count();
    rule!(!manual.evidence.photo || pictures > 0, "closed without a picture");
    rule!(!manual.evidence.file || known.files.len() > pictures, "closed without a file");
    rule!(known.files.len() >= manual.evidence.files as usize, "closed with too few files");
    Ok(())
}
