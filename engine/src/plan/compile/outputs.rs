//! Values that steps say: where they are taken from, and by whom.

use std::collections::BTreeMap;

use super::super::lints::{output, usable};
use super::super::speech::OUTPUTS;
use super::super::{Action, Body, Capture, Change, Graph, Look, Output, OutputOf, Phase, UnitIx};
use super::names::units;
use super::places::Places;
use crate::base::OutputName;
use crate::runbook::{Document, Findings, Named, Said, SaidKeys, SaidWord, Span, Spanned};

/// The outputs of all units, by what they are called: `unit.name`.
pub(super) type Known = BTreeMap<String, (UnitIx, OutputName)>;

/// Gathers all outputs that are written.
pub(super) fn known(document: &Document, findings: &mut Findings<'_>) -> Known {
    let mut known = Known::new();
    for (unit, ix) in units(document).zip((0..).map(UnitIx)) {
        let mut places: BTreeMap<&str, Span> = BTreeMap::new();
        let steps = [&unit.value.pre, &unit.value.run, &unit.value.post].into_iter().flatten().flatten();
        for Named { key, .. } in steps.flat_map(|step| &step.outputs) {
            if let Some(first) = places.insert(key.as_str(), key.span) {
                output::twice(key.as_str(), key.span, first, findings);
            }
            known.insert(format!("{}.{}", unit.key.value, key.value), (ix, key.value.clone()));
            if known.len() == OUTPUTS + 1 {
                output::too_many(OUTPUTS, key.span, findings);
            }
        }
    }
    known
}

/// Lowers the outputs of a step. Those that can not be taken are reported and left out.
pub(super) fn lower(
    written: Vec<Named<OutputName, Spanned<Said>>>,
    phase: Phase,
    action: &Action,
    findings: &mut Findings<'_>,
) -> Vec<Output> {
    let mut outputs = Vec::with_capacity(written.len());
    for Named { key, value, .. } in written {
        let speaks = match action {
            Action::Command(_) => Some((SaidWord::Stdout, Some(SaidWord::Exit))),
            Action::Http(_) => Some((SaidWord::Body, Some(SaidWord::Status))),
            Action::Look(Look::Sql(_)) | Action::Change(Change::Sql(_)) => Some((SaidWord::Value, None)),
            Action::Look(Look::Replication(_)) => Some((SaidWord::Point, None)),
            Action::Tcp(_)
            | Action::Check(_)
            | Action::Look(_)
            | Action::Change(_)
            | Action::Wait(_)
            | Action::Until(_)
            | Action::Mark(_)
            | Action::Manual(_)
            | Action::Gate(_)
            | Action::Decision(_)
            | Action::Link(_) => None,
        };
        let Some((all, code)) = speaks.filter(|_| phase == Phase::Run) else {
            output::nothing_said(key.span, findings);
            continue;
        };
        let from = match value.value {
            // What a measurement says is an object; the point is one value of it.
            Said::Word(SaidWord::Point) if all == SaidWord::Point => Some(Capture::Json("$.point".to_owned())),
            Said::Word(word) if word == all => Some(Capture::Whole),
            Said::Word(word) if Some(word) == code => Some(Capture::Code),
            Said::Word(_) => {
                output::of_another_action(value.span, all, findings);
                None
            }
            Said::Part(SaidKeys { regex: Some(regex), json: None }) => match Capture::pattern(&regex.value) {
                Ok(_) => Some(Capture::Regex(regex.value)),
                Err(error) => {
                    output::no_pattern(regex.span, &error.to_string(), findings);
                    None
                }
            },
            Said::Part(SaidKeys { regex: None, json: Some(json) }) => match Capture::path(&json.value) {
                Ok(_) => Some(Capture::Json(json.value)),
                Err(error) => {
                    output::no_path(json.span, &error.to_string(), findings);
                    None
                }
            },
            Said::Part(SaidKeys { regex: Some(_), json: Some(_) } | SaidKeys { regex: None, json: None }) => {
                output::one_way(value.span, findings);
                None
            }
        };
        outputs.extend(from.map(|from| Output { name: key.value, from }));
    }
    outputs
}

/// Notes what a step takes, and says so where there is no such output.
pub(super) fn taken(
    written: &Spanned<Box<str>>,
    by: UnitIx,
    known: &Known,
    places: &mut Places,
    findings: &mut Findings<'_>,
) -> Option<(UnitIx, OutputName)> {
    let found = known.get(&*written.value);
    match found {
        Some((from, name)) => places.taken.push((by, *from, name.clone(), written.span)),
        None => output::unknown(written, known.keys().map(String::as_str), findings),
    }
    found.cloned()
}

/// The outputs that say what was recovered. Those that no step says are reported and left out.
pub(super) fn recovered(
    written: Option<Vec<Spanned<Box<str>>>>,
    known: &Known,
    findings: &mut Findings<'_>,
) -> Vec<OutputOf> {
    let mut found = Vec::new();
    for written in written.into_iter().flatten() {
        match known.get(&*written.value) {
            Some((unit, output)) => found.push(OutputOf { unit: *unit, output: output.clone() }),
            None => output::unknown(&written, known.keys().map(String::as_str), findings),
        }
    }
    found
}

/// Holds every output that a step takes against what its unit waits for.
pub(super) fn check(body: &Body, graph: &Graph, places: &Places, findings: &mut Findings<'_>) {
    for (by, from, name, span) in &places.taken {
        let (by_unit, from_unit) = (&body.units[by.at()], &body.units[from.at()]);
        if !graph.upstream(*by)[from.at()] {
            output::too_early(&by_unit.id, &from_unit.id, *span, findings);
        } else if from_unit.says_later(name) {
            usable::said_later(&by_unit.id, &from_unit.id, *span, findings);
        }
    }
}
