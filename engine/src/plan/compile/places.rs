//! Where the parts of a plan were written, for the lints. Kept apart from the plan: a running engine has no use for it.

use std::collections::{BTreeMap, HashMap};

use super::super::lints::capacity::CapacityPlaces;
use super::super::{Body, StageIx, StartsOn, UnitIx};
use super::WrittenLink;
use crate::base::{OutputName, RunbookId, SecretName, TargetName, Text};
use crate::runbook::{self, Code, Span, Spanned};

/// A part of a runbook that something can be said about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in super::super) enum Part {
    /// All of it.
    Runbook,
    /// A service, by its place.
    Service(usize),
    /// A stage.
    Stage(StageIx),
    /// A unit.
    Unit(UnitIx),
    /// A step of a unit, by its place among all of them, those of the way back last.
    Step(UnitIx, usize),
}

impl Part {
    /// The part that it is a part of.
    pub(in super::super) fn whole(self, body: &Body) -> Option<Self> {
        match self {
            Self::Runbook => None,
            Self::Service(_) | Self::Stage(_) => Some(Self::Runbook),
            Self::Unit(unit) => Some(body.units.get(unit.at()).map_or(Self::Runbook, |unit| Self::Stage(unit.stage))),
            Self::Step(unit, _) => Some(Self::Unit(unit)),
        }
    }
}

/// A silence and the part in which it was written.
#[derive(Debug, Clone)]
pub(in super::super) struct WrittenSilence {
    pub(in super::super) part: Part,
    pub(in super::super) lint: Code,
    /// Where the lint is named.
    pub(in super::super) place: Span,
    pub(in super::super) reason: Text,
}

/// Spans of the parts of a body.
#[derive(Debug, Default)]
pub(in super::super) struct Places {
    /// The id of each unit.
    pub(in super::super) units: Vec<Span>,
    /// The action of each step, unit after unit.
    steps: Vec<Span>,
    /// Where in `steps` those of a unit begin.
    first_step: Vec<u32>,
    /// The objective of the runbook.
    pub(in super::super) rto: Option<Span>,
    /// The mark from which recovery times are reckoned.
    pub(in super::super) clock: Option<Span>,
    /// The day of the last review.
    pub(in super::super) reviewed: Option<Span>,
    /// How often it is reviewed.
    pub(in super::super) review_every: Option<Span>,
    /// When it is to be run, each.
    pub(in super::super) schedule: Vec<Span>,
    /// Where the runbook's data can come back from, each.
    pub(in super::super) sources: Vec<Span>,
    /// The same of each service.
    pub(in super::super) service_sources: Vec<Vec<Span>>,
    /// The id of each service.
    pub(in super::super) service_ids: Vec<Span>,
    /// The objective of each service, or its id.
    pub(in super::super) services: Vec<Span>,
    /// Every target that a unit or a step of it names.
    pub(in super::super) targets: Vec<(UnitIx, Spanned<TargetName>)>,
    /// Every secret of the inventory that a step takes.
    pub(in super::super) secrets: Vec<Spanned<SecretName>>,
    /// Units with `start` and without `stop`.
    pub(in super::super) start_only: Vec<UnitIx>,
    /// Units with `stop` and without `start` or `run`.
    pub(in super::super) stop_only: Vec<UnitIx>,
    /// Where capacity is spoken of.
    pub(in super::super) capacity: CapacityPlaces,
    /// `recover_by` of the units that have one.
    pub(in super::super) recover_by: HashMap<UnitIx, Span>,
    /// What is kept silent, in the order written.
    pub(in super::super) silences: Vec<WrittenSilence>,
    /// The conditions of units, and of the branches of decisions by their number.
    pub(in super::super) conditions: BTreeMap<(UnitIx, Option<usize>), Span>,
    /// Every call of another runbook.
    pub(in super::super) links: Vec<WrittenLink>,
    /// Every unit that waits for another run: what for, and where that is written.
    pub(in super::super) starts: Vec<(StartsOn, Spanned<RunbookId>, Span)>,
    /// What steps take of other units: who takes, from whom, and where that is written.
    pub(in super::super) taken: Vec<(UnitIx, UnitIx, OutputName, Span)>,
    /// Names of units, services and inputs that could not be read, which has been reported.
    pub(in super::super) misread: Vec<String>,
}

impl Places {
    /// Notes a unit; its steps follow.
    pub(super) fn unit(&mut self, id: Span) {
        self.units.push(id);
        self.first_step.push(u32::try_from(self.steps.len()).unwrap_or(u32::MAX));
    }

    /// Notes a step of the unit noted last.
    pub(super) fn step(&mut self, action: Span) {
        self.steps.push(action);
    }

    /// Notes what is kept silent in a part. What is missing in one was reported.
    pub(super) fn silence(&mut self, part: Part, silences: impl IntoIterator<Item = runbook::Silence>) {
        let written = |silence: runbook::Silence| {
            let (lint, reason) = (silence.lint?, silence.reason?.0);
            Some(WrittenSilence { part, lint: lint.value.0, place: lint.span, reason })
        };
        self.silences.extend(silences.into_iter().filter_map(written));
    }

    /// Where a step of a unit was written.
    pub(in super::super) fn step_of(&self, unit: UnitIx, step: usize) -> Span {
        let first = self.first_step.get(unit.at()).copied().unwrap_or_default() as usize;
        self.steps.get(first + step).copied().unwrap_or_default()
    }
}
