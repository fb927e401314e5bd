//! Units that start when another run has come somewhere.

use super::super::lints::{call, starts_on};
use super::super::{Reach, StartsOn};
use super::links::Uncallable;
use super::places::Places;
use super::steps::lower_mark;
use crate::base::UnitId;
use crate::inventory::Inventory;
use crate::runbook::{self, Findings, Spanned, StartState, Surroundings, parse};

/// Lowers what a unit waits for. `None` where it says too little or too much, which is reported.
pub(super) fn lower(
    written: Spanned<Box<runbook::StartsOn>>,
    places: &mut Places,
    findings: &mut Findings<'_>,
) -> Option<StartsOn> {
    let whole = written.span;
    let runbook::StartsOn { runbook, unit, state, mark } = *written.value;
    let runbook = runbook?;
    let (reach, at) = match (unit, mark) {
        (Some(unit), None) => {
            let started = state.is_some_and(|state| state.value == StartState::Started);
            let (id, span) = (unit.value, unit.span);
            (if started { Reach::Started(id) } else { Reach::Ready(id) }, span)
        }
        (None, Some(mark)) if state.is_none() => (Reach::Mark(lower_mark(mark.value)), mark.span),
        (Some(_), Some(_)) | (None, _) => {
            starts_on::not_one(whole, findings);
            return None;
        }
    };
    let starts = StartsOn { runbook: runbook.value.clone(), reach };
    places.starts.push((starts.clone(), runbook, at));
    Some(starts)
}

/// Looks into the runbooks that are waited for. They are only read, not compiled: two may wait for each other.
pub(super) fn check(
    inventory: Option<&Inventory>,
    places: &Places,
    around: &Surroundings,
    findings: &mut Findings<'_>,
) {
    for (starts, runbook, at) in &places.starts {
        let (source, beside) = match around.runbooks.find(&runbook.value) {
            Ok(Some(found)) => found,
            Ok(None) => {
                call::uncallable(runbook, &Uncallable::Missing(around.runbooks.ids()), findings);
                continue;
            }
            Err(cause) => {
                call::uncallable(runbook, &Uncallable::Unreadable(cause), findings);
                continue;
            }
        };
        let (Reach::Started(unit) | Reach::Ready(unit)) = &starts.reach else { continue };
        let choices = inventory.map(Inventory::choices);
        let mut unsaid = Findings::new(&source);
        // What is wrong with it is said where it is checked itself.
        let Some(parsed) = parse(&source, &beside, choices.as_deref(), &mut unsaid) else { continue };
        let staged = parsed.document.stages.iter().flatten().flat_map(|stage| stage.units.iter().flatten());
        let units: Vec<UnitId> =
            parsed.document.units.iter().flatten().chain(staged).map(|unit| unit.key.value.clone()).collect();
        if unsaid.errors() == 0 && !units.contains(unit) {
            starts_on::unknown_unit(&runbook.value, unit, &units, *at, findings);
        }
    }
}
