//! Runbooks that follow from a runbook: how what it starts is stopped, and how what it moved is moved back.
//!
//! ```text
//! text ──compile──▶ Plan: what comes before what ──order──▶ the same, the other way round
//!   └──written──▶ what each unit says ──parts──▶ what each unit of the new one says ──▶ YAML text
//! ```
//!
//! What comes out is a text for people, to be read, filled in and kept like any other; it passes the compiler as it is.

mod order;
mod parts;

use super::{Plan, StageFlow, StageIx, UnitIx, compile_in};
use crate::base::{Lang, Text};
use crate::runbook::{Diagnostics, Findings, Source, Surroundings, Written, written};
use order::Order;
use parts::Part;

/// What is to be derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derivation {
    /// Stops what the runbook starts: the `stop` steps of its units, in reverse order.
    Stop,
    /// Moves back what the runbook moved: `stop` or `rollback` of its units, in reverse order, behind a gate. What has no
    /// way back is work for people.
    Failback,
}

/// A derived runbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    /// Its text.
    pub text: String,
    /// Units that change something and have no part in it, since their runbook does not say how.
    pub left_out: Vec<String>,
}

/// Why nothing can be derived.
#[derive(Debug)]
pub enum NotDerived {
    /// The runbook has faults, or is none.
    Faulty(Diagnostics),
    /// No unit of it says how it is stopped or moved back.
    Nothing,
}

/// Keys at the top that a derived runbook takes over.
const KEPT: [&str; 6] = ["version", "owner", "organisation", "modes", "concurrency", "inputs"];
/// Longest id of a runbook, in characters.
const LONGEST_ID: usize = 64;

impl Derivation {
    /// What its id ends with.
    const fn suffix(self) -> &'static str {
        match self {
            Self::Stop => "-stop",
            Self::Failback => "-failback",
        }
    }

    /// What its titles begin with.
    fn title(self, of: &Text) -> Written {
        let (ko, en) = match self {
            Self::Stop => ("정지", "Stop"),
            Self::Failback => ("환원", "Failback"),
        };
        both(&format!("{ko}: {}", of.get(Lang::Ko)), &format!("{en}: {}", of.get(Lang::En)))
    }
}

/// Derives a runbook from another one.
pub fn derive(source: &Source, around: &Surroundings, what: Derivation) -> Result<Derived, NotDerived> {
    let compiled = compile_in(source, around);
    let Some(plan) = compiled.plan else { return Err(NotDerived::Faulty(compiled.diagnostics)) };
    let mut findings = Findings::new(source);
    let Some(root) = written(source, around, &mut findings) else { return Err(NotDerived::Faulty(findings.finish())) };
    let says = |ix: UnitIx| unit_of(&root, plan.unit(ix).id.as_str());
    let parts: Vec<Part> = plan.unit_ixs().map(|ix| Part::of(&plan, ix, says(ix), what)).collect();
    let has_part: Vec<bool> = parts.iter().map(|part| matches!(part, Part::Unit(_))).collect();
    if !has_part.contains(&true) {
        return Err(NotDerived::Nothing);
    }
    let left_out = plan.unit_ixs().filter(|ix| matches!(parts[ix.at()], Part::Silent));
    let left_out = left_out.map(|ix| plan.unit(ix).id.to_string()).collect();
    let order = Order::reversed(&plan, &has_part);
    let text = Writer { plan: &plan, root: &root, parts: &parts, order: &order, what }.text(source);
    Ok(Derived { text, left_out })
}

/// What a unit says, wherever it stands.
fn unit_of<'w>(root: &'w Written, id: &str) -> Option<&'w Written> {
    let stages = root.get("stages").map_or(&[][..], Written::items);
    std::iter::once(root).chain(stages).find_map(|place| place.get("units")?.get(id))
}

/// A text in both languages.
fn both(ko: &str, en: &str) -> Written {
    if ko == en { Written::text(ko) } else { Written::map([("ko", Written::text(ko)), ("en", Written::text(en))]) }
}

/// Puts the parts together.
struct Writer<'w> {
    plan: &'w Plan,
    root: &'w Written,
    parts: &'w [Part],
    order: &'w Order,
    what: Derivation,
}

impl Writer<'_> {
    fn text(&self, source: &Source) -> String {
        let body = self.plan.body();
        let room = LONGEST_ID - self.what.suffix().len();
        let id: String = body.runbook.as_str().chars().take(room).chain(self.what.suffix().chars()).collect();
        let mut top =
            vec![("runbook".to_owned(), Written::word(id)), ("title".to_owned(), self.what.title(&body.title))];
        let kept = KEPT.iter().filter_map(|key| Some(((*key).to_owned(), self.root.get(key)?.clone())));
        top.extend(kept);
        let stages = self.stages();
        match (self.what, &stages[..]) {
            (Derivation::Stop, [only]) if self.root.get("stages").is_none() => {
                top.extend(only.get("units").map(|units| ("units".to_owned(), units.clone())));
            }
            _ => top.push(("stages".to_owned(), Written::List(stages))),
        }
        let command = match self.what {
            Derivation::Stop => "stop",
            Derivation::Failback => "failback",
        };
        // A path may hold a line break, which would end the comment.
        let path: String = source.path().chars().map(|c| if c.is_control() { '?' } else { c }).collect();
        format!("# `relight derive {command} {path}`\n{}", Written::Map(top))
    }

    /// The stages in reverse, those without a unit left out.
    fn stages(&self) -> Vec<Written> {
        let body = self.plan.body();
        let mut written = Vec::new();
        let mut before: Option<StageIx> = None;
        let opening = (self.what == Derivation::Failback).then(|| self.opening());
        let opening_id = opening.as_ref().map(|(id, _)| id.clone());
        written.extend(opening.map(|(_, stage)| stage));
        let kept: Vec<StageIx> = self.order.stages().collect();
        for &ix in &kept {
            let stage = self.plan.stage(ix);
            let needs = self.order.stage_needs(ix);
            let mut entries = vec![("stage".to_owned(), Written::word(stage.id.as_str()))];
            if stage.title.get(Lang::Ko) != stage.id.as_str() {
                entries.push(("title".to_owned(), both(stage.title.get(Lang::Ko), stage.title.get(Lang::En))));
            }
            // Without `needs` a stage waits for the one written before it.
            let by_place = match before {
                None => needs.is_empty(),
                Some(before) => needs == [before],
            };
            if !by_place {
                let ids = needs.iter().map(|need| Written::word(body.stages[need.at()].id.as_str()));
                let opens = opening_id.iter().filter(|_| needs.is_empty()).map(Written::word);
                entries.push(("needs".to_owned(), Written::List(ids.chain(opens).collect())));
            }
            if stage.flow == StageFlow::Sequential {
                entries.push(("mode".to_owned(), Written::word("sequential")));
            }
            if let Some(most) = stage.max_parallel {
                entries.push(("max_parallel".to_owned(), Written::word(most.to_string())));
            }
            entries.push(("units".to_owned(), Written::Map(self.units(ix))));
            written.push(Written::Map(entries));
            before = Some(ix);
        }
        if self.what == Derivation::Failback {
            written.push(self.closing(&kept));
        }
        written
    }

    fn units(&self, stage: StageIx) -> Vec<(String, Written)> {
        let units = self.plan.stage(stage).unit_ixs().collect::<Vec<_>>().into_iter().rev();
        let units = units.filter_map(|ix| {
            let Part::Unit(says) = &self.parts[ix.at()] else { return None };
            let unit = self.plan.unit(ix);
            let mut entries = vec![("title".to_owned(), self.what.title(&unit.title))];
            let needs = self.order.needs(ix);
            if !needs.is_empty() {
                let ids = needs.iter().map(|need| Written::word(self.plan.unit(*need).id.as_str()));
                entries.push(("needs".to_owned(), Written::List(ids.collect())));
            }
            entries.extend(says.iter().cloned());
            Some((unit.id.to_string(), Written::Map(entries)))
        });
        units.collect()
    }

    /// The consent that everything else waits for: a stage of its own, and its id.
    fn opening(&self) -> (String, Written) {
        let mut steps = self.plan.units().iter().flat_map(|unit| &unit.steps);
        let gate = steps.find_map(|step| step.action.gate());
        let approvers = gate.map_or_else(
            || vec![Written::word("commander")],
            |gate| gate.approvers.iter().map(|role| Written::word(role.as_str())).collect(),
        );
        let (stage, unit) = (self.fresh("failback-consent"), self.fresh("failback-go"));
        let question = both("원래 사이트로 환원합니까?", "Fail back to the original site?");
        let gate = Written::map([("question", question), ("approvers", Written::List(approvers))]);
        let gate = Written::map([("title", both("환원 승인", "Consent to the failback")), ("gate", gate)]);
        let units = Written::Map(vec![(unit, gate)]);
        let written = Written::map([
            ("stage", Written::word(&stage)),
            ("title", both("환원 승인", "Consent to the failback")),
            ("units", units),
        ]);
        (stage, written)
    }

    /// The mark that tells when it was over.
    fn closing(&self, kept: &[StageIx]) -> Written {
        let (stage, unit) = (self.fresh("failback-end"), self.fresh("failback-done"));
        let mark = Written::List(vec![Written::map([("mark", Written::word("failback_done"))])]);
        let done = Written::map([("title", both("환원 완료", "Failback done")), ("run", mark)]);
        let needs = kept.iter().map(|ix| Written::word(self.plan.stage(*ix).id.as_str()));
        Written::map([
            ("stage", Written::word(stage)),
            ("title", both("환원 완료", "Failback done")),
            ("needs", Written::List(needs.collect())),
            ("units", Written::Map(vec![(unit, done)])),
        ])
    }

    /// An id that nothing in the runbook has.
    fn fresh(&self, id: &str) -> String {
        let taken = |id: &str| {
            self.plan.units().iter().any(|unit| unit.id.as_str() == id)
                || self.plan.body().stages.iter().any(|stage| stage.id.as_str() == id)
        };
        let numbered = (2_u32..).map(|n| format!("{id}-{n}"));
        std::iter::once(id.to_owned()).chain(numbered).find(|id| !taken(id)).unwrap_or_default()
    }
}
