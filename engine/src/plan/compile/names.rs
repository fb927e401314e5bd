//! What the names in `needs` stand for.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::Range;

use super::super::lints::{decision, duplicate_id, empty, unknown_need};
use super::super::{StageFlow, StageIx, UnitIx};
use crate::base::UnitId;
use crate::runbook::{self, Document, Findings, Flow, Named, Parsed, Span, Spanned, Stage, Unit};

/// Who waits for whom, by place. Units are numbered in the order written, stage after stage.
#[derive(Debug, Default)]
pub(in super::super) struct Needs {
    pub(super) units: Vec<UnitNeeds>,
    pub(super) stages: Vec<StageNeeds>,
    /// The units each service needs, stages already resolved. Sorted.
    pub(super) services: Vec<Vec<UnitIx>>,
    /// The units that each branch of a decision names, by the place of its unit; `otherwise` last.
    pub(super) selects: BTreeMap<UnitIx, Vec<Vec<UnitIx>>>,
    /// The units that rejections lead to, gate after gate of those of a unit that name any.
    pub(super) rejects: BTreeMap<UnitIx, VecDeque<Vec<UnitIx>>>,
}

#[derive(Debug)]
pub(super) struct UnitNeeds {
    pub(super) stage: StageIx,
    pub(super) units: Vec<UnitIx>,
    pub(super) stages: Vec<StageIx>,
}

#[derive(Debug)]
pub(super) struct StageNeeds {
    pub(super) flow: StageFlow,
    pub(super) stages: Vec<StageIx>,
    pub(super) units: Range<u32>,
}

impl Needs {
    /// As the graph wants the units.
    pub(super) fn of_units(&self) -> impl ExactSizeIterator<Item = (StageIx, &[UnitIx], &[StageIx])> {
        self.units.iter().map(|unit| (unit.stage, unit.units.as_slice(), unit.stages.as_slice()))
    }

    /// As the graph wants the stages.
    pub(super) fn of_stages(&self) -> impl ExactSizeIterator<Item = (StageFlow, &[StageIx], Range<u32>)> {
        self.stages.iter().map(|stage| (stage.flow, stage.stages.as_slice(), stage.units.clone()))
    }

    /// Whether a unit names another in its own `needs`.
    pub(in super::super) fn names(&self, unit: UnitIx, other: UnitIx) -> bool {
        self.units[unit.at()].units.contains(&other)
    }

    /// Whether a unit names a stage in its own `needs`.
    pub(in super::super) fn names_stage(&self, unit: UnitIx, stage: StageIx) -> bool {
        self.units[unit.at()].stages.contains(&stage)
    }
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Known {
    Unit(UnitIx),
    Stage(StageIx),
    /// Something that could not be read and was reported.
    Misread,
}

/// All names that `needs` may hold, and where each was given.
pub(in super::super) type Names<'d> = HashMap<&'d str, (Known, Span)>;

/// The units of a document in the order of their places.
pub(in super::super) fn units(document: &Document) -> impl Iterator<Item = &Named<UnitId, Unit>> {
    let staged = document.stages.iter().flatten().flat_map(|stage| stage.units.iter().flatten());
    document.units.iter().flatten().chain(staged)
}

/// Resolves all names and reports those that are unknown or stand for two things.
pub(super) fn resolve(parsed: &Parsed, findings: &mut Findings<'_>) -> Needs {
    let document = &parsed.document;
    let names = collect(parsed, findings);
    let mut needs = Needs::default();
    if let Some(units) = &document.units {
        needs.stage(StageFlow::Parallel, Vec::new(), units, &names, findings);
        empty::top(units, document, findings);
    }
    empty::stages(document, findings);
    for (stage, ix) in document.stages.iter().flatten().zip(0_u32..) {
        let flow = match stage.flow {
            Some(Flow::Sequential) => StageFlow::Sequential,
            Some(Flow::Parallel) | None => StageFlow::Parallel,
        };
        let waits = match &stage.needs {
            None => ix.checked_sub(1).map(StageIx).into_iter().collect(),
            Some(written) => stages_of(written, &names, findings),
        };
        let units = stage.units.as_deref().unwrap_or_default();
        needs.stage(flow, waits, units, &names, findings);
        empty::stage(stage, findings);
    }
    for service in document.services.iter().flatten() {
        let written = service.value.needs.as_ref().map_or(&[][..], |needs| needs.as_slice());
        let found = needs.all_units(written, &names, findings);
        empty::service(service, findings);
        needs.services.push(found);
    }
    for (unit, ix) in units(document).zip((0..).map(UnitIx)) {
        let Some(choice) = decision_of(&unit.value) else { continue };
        decision::names(choice, findings);
        let selects = choice.cases.iter().flatten().map(|case| case.select.as_deref().unwrap_or_default());
        let selects = selects.chain(choice.otherwise.as_deref());
        let selects = selects.map(|select| needs.all_units(select, &names, findings)).collect();
        needs.selects.insert(ix, selects);
    }
    for (unit, ix) in units(document).zip((0..).map(UnitIx)) {
        let branches = gates_of(&unit.value).filter_map(runbook::Gate::branch_written);
        let branches: VecDeque<_> = branches.map(|names_of| needs.all_units(names_of, &names, findings)).collect();
        if !branches.is_empty() {
            needs.rejects.insert(ix, branches);
        }
    }
    needs
}

/// The choice that a unit makes.
pub(super) fn decision_of(unit: &Unit) -> Option<&runbook::Decision> {
    let step = unit.run.iter().chain(&unit.start).flatten().find_map(|step| match &step.action {
        runbook::Action::Decision(decision) => Some(&**decision),
        runbook::Action::Call(_)
        | runbook::Action::Check(..)
        | runbook::Action::Wait(_)
        | runbook::Action::Notify(_)
        | runbook::Action::Mark(_)
        | runbook::Action::Manual(_)
        | runbook::Action::Gate(_)
        | runbook::Action::Link(_) => None,
    });
    unit.decision.as_ref().map(|decision| &*decision.value).or(step)
}

/// The gates of a unit in the order in which its steps are made. On a way back rejections lead nowhere.
fn gates_of(unit: &Unit) -> impl Iterator<Item = &runbook::Gate> {
    let before = [&unit.pre, &unit.run, &unit.start].into_iter().flatten().flatten().filter_map(gate_of);
    let short = unit.gate.as_ref().map(|gate| &*gate.value);
    before.chain(short).chain(unit.post.iter().flatten().filter_map(gate_of))
}

fn gate_of(step: &runbook::Step) -> Option<&runbook::Gate> {
    match &step.action {
        runbook::Action::Gate(gate) => Some(gate),
        runbook::Action::Call(_)
        | runbook::Action::Check(..)
        | runbook::Action::Wait(_)
        | runbook::Action::Notify(_)
        | runbook::Action::Mark(_)
        | runbook::Action::Manual(_)
        | runbook::Action::Decision(_)
        | runbook::Action::Link(_) => None,
    }
}

fn collect<'d>(parsed: &'d Parsed, findings: &mut Findings<'_>) -> Names<'d> {
    let document = &parsed.document;
    let mut names: Names<'d> =
        parsed.misread.iter().map(|name| (name.as_str(), (Known::Misread, Span::default()))).collect();
    let stage_ids =
        document.stages.iter().flatten().zip(0..).filter_map(|(stage, ix)| {
            stage.id.as_ref().map(|id| (id.value.as_str(), id.span, Known::Stage(StageIx(ix))))
        });
    let unit_ids =
        units(document).zip(0..).map(|(unit, ix)| (unit.key.value.as_str(), unit.key.span, Known::Unit(UnitIx(ix))));
    for (name, span, known) in stage_ids.chain(unit_ids) {
        match names.get(name) {
            Some((Known::Misread, _)) | None => {
                names.insert(name, (known, span));
            }
            Some((Known::Unit(_) | Known::Stage(_), first)) => duplicate_id::report(name, span, *first, findings),
        }
    }
    names
}

fn stages_of(written: &[Spanned<Box<str>>], names: &Names<'_>, findings: &mut Findings<'_>) -> Vec<StageIx> {
    let mut found = Vec::with_capacity(written.len());
    for need in written {
        match unknown_need::find(need, names, findings) {
            Some(Known::Stage(stage)) => found.push(stage),
            Some(Known::Unit(_)) => unknown_need::unit_for_stage(need, names, findings),
            Some(Known::Misread) | None => {}
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

impl Needs {
    /// The units that names stand for, those of stages included. Sorted, each once.
    fn all_units(&self, written: &[Spanned<Box<str>>], names: &Names<'_>, findings: &mut Findings<'_>) -> Vec<UnitIx> {
        let mut found = Vec::with_capacity(written.len());
        for name in written {
            match unknown_need::find(name, names, findings) {
                Some(Known::Unit(unit)) => found.push(unit),
                Some(Known::Stage(stage)) => found.extend(self.stages[stage.at()].units.clone().map(UnitIx)),
                Some(Known::Misread) | None => {}
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn stage(
        &mut self,
        flow: StageFlow,
        stages: Vec<StageIx>,
        units: &[Named<UnitId, Unit>],
        names: &Names<'_>,
        findings: &mut Findings<'_>,
    ) {
        let here = StageIx(u32::try_from(self.stages.len()).unwrap_or(u32::MAX));
        let first = u32::try_from(self.units.len()).unwrap_or(u32::MAX);
        for unit in units {
            let written = unit.value.needs.as_deref().unwrap_or_default();
            let mut needs = UnitNeeds { stage: here, units: Vec::with_capacity(written.len()), stages: Vec::new() };
            for need in written {
                match unknown_need::find(need, names, findings) {
                    Some(Known::Unit(unit)) => needs.units.push(unit),
                    Some(Known::Stage(stage)) => needs.stages.push(stage),
                    Some(Known::Misread) | None => {}
                }
            }
            needs.units.sort_unstable();
            needs.units.dedup();
            needs.stages.sort_unstable();
            needs.stages.dedup();
            self.units.push(needs);
        }
        let end = u32::try_from(self.units.len()).unwrap_or(u32::MAX);
        self.stages.push(StageNeeds { flow, stages, units: first..end });
    }
}

/// A stage of the document by its place; none where the runbook has only `units`.
pub(in super::super) fn stage(document: &Document, ix: StageIx) -> Option<&Stage> {
    document.stages.as_ref()?.get(ix.at())
}
