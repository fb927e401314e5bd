//! From what was written to what it means: defaults filled in, names resolved, kinds checked.

use std::collections::{BTreeMap, VecDeque};

use super::super::body::FORMAT;
use super::super::lints::shape;
use super::super::{
    Answers, Body, Bound, CapacityGoal, Component, Exception, Limits, Objectives, OnFail, Origin, Rehearsal, Review,
    Service, Stage, StageFlow, StageIx, Unit, UnitIx,
};
use super::names::{StageNeeds, UnitNeeds};
use super::places::{Part, Places};
use super::steps::Ways;
use super::{Needs, conditions, inputs, outputs, starts, steps, upkeep};
use crate::base::{Digest, ServiceId, StageId, Text, UnitId};
use crate::runbook::{self, Document, Findings, Named, Parsed};

/// The one stage of a runbook that has only `units`.
const ONLY_STAGE: &str = "main";

/// Lowers a document. `None` when a fault left a hole that nothing can stand for; the fault has been reported.
pub(super) fn body(
    parsed: Parsed,
    needs: Needs,
    source: Digest,
    findings: &mut Findings<'_>,
) -> Option<(Body, Places)> {
    let said = outputs::known(&parsed.document, findings);
    let Document {
        id,
        title,
        description,
        version,
        owner,
        organisation,
        answers,
        authors,
        kind,
        reviewed,
        review_every,
        schedule,
        objectives,
        concurrency,
        modes,
        inputs,
        services,
        silence,
        stages,
        units,
    } = parsed.document;
    let objectives = objectives.unwrap_or_default();
    let mut places = Places::default();
    places.silence(Part::Runbook, silence.into_iter().flatten());
    places.rto = objectives.rto.as_ref().map(|rto| rto.span);
    places.clock = objectives.clock.as_ref().map(|clock| clock.span);
    places.capacity.minimum = objectives.min_capacity.as_ref().map(|share| share.span);
    places.capacity.goals = objectives.capacity.iter().flatten().map(|goal| goal.span).collect();
    places.reviewed = reviewed.as_ref().map(|day| day.span);
    places.review_every = review_every.as_ref().map(|every| every.span);
    places.misread.clone_from(&parsed.misread);
    let inputs: Vec<_> = inputs.into_iter().flatten().filter_map(|input| inputs::lower(input, findings)).collect();
    let known = steps::Inputs { inputs: &inputs, outputs: &said, misread: &parsed.misread };
    let mut lowered = Lowered {
        stages: Vec::with_capacity(needs.stages.len()),
        units: Vec::with_capacity(needs.units.len()),
        needs_of_units: needs.units.into_iter(),
        needs_of_stages: needs.stages.into_iter(),
        selects: needs.selects,
        rejects: needs.rejects,
    };
    if let Some(units) = units {
        let head = StageHead { id: ONLY_STAGE.parse().ok()?, title: None, max_parallel: None };
        lowered.stage(head, units, &known, &mut places, findings);
    }
    for stage in stages.into_iter().flatten() {
        let id = stage.id.map(|id| id.value);
        let max_parallel = stage.max_parallel.map(|count| count.0);
        let units = stage.units.unwrap_or_default();
        let ix = StageIx(u32::try_from(lowered.stages.len()).unwrap_or(u32::MAX));
        places.silence(Part::Stage(ix), stage.silence.into_iter().flatten());
        match id {
            Some(id) => {
                lowered.stage(StageHead { id, title: stage.title, max_parallel }, units, &known, &mut places, findings);
            }
            // Its name was refused: its units are still looked at, under a name that no plan will ever carry.
            None => lowered.stage(
                StageHead { id: ONLY_STAGE.parse().ok()?, title: None, max_parallel },
                units,
                &known,
                &mut places,
                findings,
            ),
        }
    }
    let services = lower_services(services.unwrap_or_default(), needs.services, &said, &mut places, findings);
    let id = id?.value;
    let body = Body {
        format: FORMAT,
        title: title.unwrap_or_else(|| Text::plain(id.as_str())),
        runbook: id,
        version,
        owner,
        organisation,
        answers: answers.map(answered).unwrap_or_default(),
        authors: authors.unwrap_or_default(),
        description,
        kind: upkeep::kind(kind),
        review: Review { reviewed: reviewed.map(|day| day.value), every: review_every.map(|every| every.value) },
        schedule: upkeep::schedule(schedule, &mut places),
        objectives: Objectives {
            rto: objectives.rto.map(|rto| rto.value),
            min_capacity: objectives.min_capacity.map(|share| share.value),
            capacity: objectives.capacity.into_iter().flatten().filter_map(|goal| capacity_goal(&goal.value)).collect(),
            rpo: objectives.rpo,
            recovery_points: outputs::recovered(objectives.recovery_points, &said, findings),
            recovers_from: upkeep::sources(objectives.recovers_from, &mut places.sources),
            clock: match objectives.clock.map(|clock| clock.value) {
                None | Some(runbook::Origin::Event) => Origin::Event,
                Some(runbook::Origin::Detect) => Origin::Detect,
                Some(runbook::Origin::Declare) => Origin::Declare,
            },
        },
        inputs,
        services,
        stages: lowered.stages,
        units: lowered.units,
        limits: concurrency.map_or_else(Limits::default, |limits| Limits {
            run: limits.0.run.map_or(Limits::default().run, |count| count.0),
            per_target: limits.0.per_target.map(|count| count.0),
        }),
        modes: modes.into_iter().flatten().map(|mode| mode.value).collect(),
        source,
        bound: Bound::default(),
        silences: Vec::new(),
        callees: BTreeMap::new(),
        components: parsed.expansion.components.into_iter().map(Component::from).collect(),
    };
    Some((body, places))
}

struct StageHead {
    id: StageId,
    title: Option<Text>,
    max_parallel: Option<u32>,
}

struct Lowered {
    stages: Vec<Stage>,
    units: Vec<Unit>,
    needs_of_units: std::vec::IntoIter<UnitNeeds>,
    needs_of_stages: std::vec::IntoIter<StageNeeds>,
    selects: BTreeMap<UnitIx, Vec<Vec<UnitIx>>>,
    rejects: BTreeMap<UnitIx, VecDeque<Vec<UnitIx>>>,
}

impl Lowered {
    fn stage(
        &mut self,
        head: StageHead,
        units: Vec<Named<UnitId, runbook::Unit>>,
        inputs: &steps::Inputs<'_>,
        places: &mut Places,
        findings: &mut Findings<'_>,
    ) {
        let needs = self.needs_of_stages.next();
        let (flow, stages) = needs.map_or((StageFlow::Parallel, Vec::new()), |needs| (needs.flow, needs.stages));
        let first = u32::try_from(self.units.len()).unwrap_or(u32::MAX);
        for unit in units {
            let needs = self.needs_of_units.next();
            let (units, stages) = needs.map_or((Vec::new(), Vec::new()), |needs| (needs.units, needs.stages));
            let stage = StageIx(u32::try_from(self.stages.len()).unwrap_or(u32::MAX));
            let at = UnitIx(u32::try_from(self.units.len()).unwrap_or(u32::MAX));
            let selects = self.selects.remove(&at).unwrap_or_default();
            let rejects = self.rejects.remove(&at).unwrap_or_default();
            let chosen = steps::Chosen { selects, rejects };
            let waits = Waits { stage, needs: units, needs_stages: stages, chosen };
            let unit = lower_unit(unit, at, waits, inputs, places, findings);
            self.units.push(unit);
        }
        let end = u32::try_from(self.units.len()).unwrap_or(u32::MAX);
        self.stages.push(Stage {
            title: head.title.unwrap_or_else(|| Text::plain(head.id.as_str())),
            id: head.id,
            flow,
            max_parallel: head.max_parallel,
            needs: stages,
            units: first..end,
        });
    }
}

/// Where a unit stands among the others, names already resolved.
struct Waits {
    stage: StageIx,
    needs: Vec<UnitIx>,
    needs_stages: Vec<StageIx>,
    /// What the branches of its decision, and rejections at its gates, name.
    chosen: steps::Chosen,
}

fn lower_unit(
    unit: Named<UnitId, runbook::Unit>,
    at: UnitIx,
    waits: Waits,
    inputs: &steps::Inputs<'_>,
    places: &mut Places,
    findings: &mut Findings<'_>,
) -> Unit {
    let Named { key, mut value, whole } = unit;
    places.unit(key.span);
    shape::unit(&key, &value, whole, findings);
    if let Some(recover_by) = &value.recover_by {
        places.recover_by.insert(at, recover_by.span);
    }
    if let Some(share) = &value.capacity {
        places.capacity.first_share.get_or_insert(share.span);
    }
    places.targets.extend(value.on.clone().map(|on| (at, on)));
    places.silence(Part::Unit(at), value.silence.take().into_iter().flatten());
    let starts = value.start.is_some() || value.run.is_some();
    if value.start.is_some() && value.stop.is_none() {
        places.start_only.push(at);
    }
    if value.stop.is_some() && !starts {
        places.stop_only.push(at);
    }
    let nothing_to_undo = value.rollback.as_ref().is_some_and(Vec::is_empty);
    let when = value.when.take().and_then(|when| {
        places.conditions.insert((at, None), when.span);
        conditions::read(&when, findings)
    });
    let Ways { steps, usable, rollback } = steps::of_unit(&mut value, at, waits.chosen, inputs, places, findings);
    Unit {
        title: value.title.unwrap_or_else(|| Text::plain(key.value.as_str())),
        id: key.value,
        owner: value.owner,
        stage: waits.stage,
        tier: value.tier,
        on: value.on.map(|on| on.value),
        target: value.target,
        recover_by: value.recover_by.map(|recover_by| recover_by.value),
        capacity: value.capacity.map(|share| share.value),
        needs: waits.needs,
        needs_stages: waits.needs_stages,
        when,
        modes: conditions::modes(value.modes.take()),
        steps,
        usable,
        nothing_to_undo: nothing_to_undo && rollback.is_empty(),
        rollback,
        locks: value.lock.unwrap_or_default().into_iter().collect(),
        starts_on: value.starts_on.take().and_then(|starts| starts::lower(starts, places, findings)),
        on_fail: match value.on_fail {
            None | Some(runbook::OnFail::Hold) => OnFail::Hold,
            Some(runbook::OnFail::Pause) => OnFail::Pause,
            Some(runbook::OnFail::Skip) => OnFail::Skip,
            Some(runbook::OnFail::Abort) => OnFail::Abort,
            Some(runbook::OnFail::Rollback) => OnFail::Rollback,
        },
        point_of_no_return: value.point_of_no_return.unwrap_or(false),
        rto_exclude: matches!(value.rto, Some(runbook::RtoWord::Exclude)),
        mock: value.mock.map_or_else(Rehearsal::default, lower_mock),
    }
}

/// `None` where a part could not be read, which has been reported.
fn capacity_goal(goal: &runbook::CapacityGoal) -> Option<CapacityGoal> {
    Some(CapacityGoal { reach: goal.reach?, within: goal.within? })
}

fn lower_mock(mock: runbook::Mock) -> Rehearsal {
    let outputs = mock.outputs.into_iter().flatten().map(|said| (said.key.value, said.value));
    Rehearsal { takes: mock.takes, outputs: outputs.collect() }
}

fn lower_services(
    services: Vec<Named<ServiceId, runbook::Service>>,
    needs: Vec<Vec<UnitIx>>,
    said: &outputs::Known,
    places: &mut Places,
    findings: &mut Findings<'_>,
) -> Vec<Service> {
    let mut lowered = Vec::with_capacity(services.len());
    for (service, needs) in services.into_iter().zip(needs) {
        let Named { key, value, .. } = service;
        let mut sources = Vec::new();
        places.silence(Part::Service(lowered.len()), value.silence.into_iter().flatten());
        places.service_ids.push(key.span);
        places.services.push(value.rto.as_ref().map_or(key.span, |rto: &runbook::Spanned<_>| rto.span));
        lowered.push(Service {
            title: value.title.unwrap_or_else(|| Text::plain(key.value.as_str())),
            id: key.value,
            system: value.system,
            tier: value.tier.and_then(|tier| u8::try_from(tier.0).ok()),
            rto: value.rto.map(|rto| rto.value),
            rpo: value.rpo,
            recovery_points: outputs::recovered(value.recovery_points, said, findings),
            recovers_from: upkeep::sources(value.recovers_from, &mut sources),
            exception: value.exception.and_then(lower_exception),
            needs,
        });
        places.service_sources.push(sources);
    }
    lowered
}

/// `None` only where a part was missing, which has been reported.
fn lower_exception(exception: runbook::Exception) -> Option<Exception> {
    Some(Exception {
        rto: exception.rto?,
        approved_by: exception.approved_by?,
        reason: exception.reason?,
        expires: exception.expires?.0,
    })
}

/// What is written of the events that the runbook is for; said twice is said once.
fn answered(written: runbook::Answers) -> Answers {
    let (mut classes, mut scopes) = (written.classes.unwrap_or_default(), written.scopes.unwrap_or_default());
    classes.sort_unstable();
    classes.dedup();
    scopes.sort_unstable();
    scopes.dedup();
    Answers { part: written.part, classes, scopes }
}
