//! Steps: defaults of their unit filled in, calls in `pre` and `post` made checks.

use std::collections::{BTreeMap, VecDeque};

use super::super::lints::{gate_rules, quorum, rollback_of_nothing, usable};
use super::super::{
    Action, Change, Check, Decision, Input, Link, LinkWait, MarkKind, Phase, Probe, Retry, Step, Undo, UnitIx, Usable,
};
use super::WrittenLink;
use super::places::{Part, Places};
use super::{conditions, gates, outputs, titles};
use crate::base::{Millis, TargetName};
use crate::runbook::{self, Call, Direction, Findings, Questioning, Span, Spanned};

/// Pause between two attempts, or two askings, where none is written.
pub(super) const PAUSE: Millis = Millis::seconds(1);

/// The inputs that steps may name.
pub(super) struct Inputs<'a> {
    pub(super) inputs: &'a [Input],
    pub(super) outputs: &'a outputs::Known,
    pub(super) misread: &'a [String],
}

/// Defaults of a unit for its steps.
struct Defaults {
    timeout: Option<Millis>,
    retry: Retry,
    idempotent: bool,
    already_done: Option<Probe>,
}

/// The units that the steps of a unit choose between.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    /// Those of each branch of its decision.
    pub(super) selects: Vec<Vec<UnitIx>>,
    /// Those that a rejection leads to, gate after gate of those that name any.
    pub(super) rejects: VecDeque<Vec<UnitIx>>,
}

/// The steps of a unit.
pub(super) struct Ways {
    /// The way forward.
    pub(super) steps: Vec<Step>,
    /// Where it is usable.
    pub(super) usable: Option<Usable>,
    /// The way back.
    pub(super) rollback: Vec<Undo>,
}

/// Lowers all steps of a unit and takes them out of it.
pub(super) fn of_unit(
    unit: &mut runbook::Unit,
    at: UnitIx,
    chosen: Chosen,
    inputs: &Inputs<'_>,
    places: &mut Places,
    findings: &mut Findings<'_>,
) -> Ways {
    let on = unit.on.as_ref().map(|on| on.value.clone());
    let Chosen { selects, rejects } = chosen;
    let mut lower = Lower { at, on, selects, rejects, inputs, named: Vec::new(), places, findings };
    let defaults = Defaults {
        timeout: unit.timeout,
        retry: unit.retry.take().map_or(Retry::NONE, |retry| lower_retry(&retry.0)),
        idempotent: unit.idempotent.unwrap_or(false),
        already_done: unit.already_done.take().map(|probe| lower.probe(probe.0)),
    };
    let (pre, run, post) = (unit.pre.take(), unit.run.take().or(unit.start.take()), unit.post.take());
    let short = shorthand(unit);
    let count = [&pre, &run, &post].into_iter().flatten().map(Vec::len).sum::<usize>() + usize::from(short.is_some());
    let mut steps = Vec::with_capacity(count);
    let run = run.into_iter().flatten().chain(short);
    let phases = pre.into_iter().flatten().map(|step| (Phase::Pre, step));
    let phases = phases.chain(run.map(|step| (Phase::Run, step)));
    let (mut undoing, mut said_usable) = (Vec::new(), Vec::new());
    for (phase, mut step) in phases.chain(post.into_iter().flatten().map(|step| (Phase::Post, step))) {
        if let Some(back) = step.rollback.take() {
            if phase != Phase::Run {
                rollback_of_nothing::report(step.span, lower.findings);
            }
            undoing.push((place(steps.len()), back));
        }
        said_usable.extend(step.usable.take().map(|within| (place(steps.len()), within)));
        lower.note(steps.len(), &mut step);
        steps.push(lower.step(phase, step, &defaults));
    }
    let usable = usable_point(&said_usable, &steps, unit.target, lower.findings);
    let says_rollback = unit.rollback.is_some();
    let mut rollback = Vec::new();
    // What was done last is undone first; what undoes one step is done in the order written.
    let of_steps = undoing.into_iter().rev().flat_map(|(of, back)| back.into_iter().map(move |step| (Some(of), step)));
    for (of, mut step) in of_steps.chain(unit.rollback.take().into_iter().flatten().map(|step| (None, step))) {
        if step.rollback.is_some() {
            rollback_of_nothing::report(step.span, lower.findings);
        }
        if let Some(within) = &step.usable {
            usable::on_the_way_back(within.span, lower.findings);
        }
        lower.note(steps.len() + rollback.len(), &mut step);
        rollback.push(Undo { of, step: lower.step(Phase::Rollback, step, &defaults) });
    }
    // How it is stopped is a way back where nothing else is said; elsewhere it is no part of this plan, but what is wrong with
    // it is said here.
    let is_way_back = rollback.is_empty() && !says_rollback;
    for mut step in unit.stop.take().into_iter().flatten() {
        step.rollback = None;
        if let Some(within) = &step.usable {
            usable::on_the_way_back(within.span, lower.findings);
        }
        if is_way_back {
            lower.note(steps.len() + rollback.len(), &mut step);
            rollback.push(Undo { of: None, step: lower.step(Phase::Rollback, step, &defaults) });
        } else {
            lower.step(Phase::Run, step, &defaults);
        }
    }
    lower.places.targets.extend(lower.named.drain(..).map(|target| (at, target)));
    Ways { steps, usable, rollback }
}

fn place(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

/// Where a unit is usable, out of what its steps say. Nothing that comes later in the unit may decide about what has begun.
fn usable_point(
    said: &[(u16, Spanned<Millis>)],
    steps: &[Step],
    target: Option<Millis>,
    findings: &mut Findings<'_>,
) -> Option<Usable> {
    let (after, within) = said.first()?;
    for (_, second) in &said[1..] {
        usable::twice(second.span, within.span, findings);
    }
    let rest = steps.get(usize::from(*after) + 1..).unwrap_or_default();
    if rest.is_empty() {
        usable::last(within.span, findings);
    }
    if rest.iter().any(|step| matches!(step.action, Action::Gate(_) | Action::Decision(_))) {
        usable::before_consent(within.span, findings);
    }
    if let Some(target) = target.filter(|target| *target < within.value) {
        usable::after_target(within.span, within.value, target, findings);
    }
    Some(Usable { after: *after, within: within.value })
}

/// The one `run` step that `gate`, `manual`, `wait` or `decision` of a unit stands for.
fn shorthand(unit: &mut runbook::Unit) -> Option<runbook::Step> {
    let (span, action) = if let Some(gate) = unit.gate.take() {
        (gate.span, runbook::Action::Gate(gate.value))
    } else if let Some(manual) = unit.manual.take() {
        (manual.span, runbook::Action::Manual(Box::new(manual.value.0)))
    } else if let Some(decision) = unit.decision.take() {
        (decision.span, runbook::Action::Decision(decision.value))
    } else {
        let wait = unit.wait.take()?;
        (wait.span, runbook::Action::Wait(wait.value))
    };
    Some(runbook::Step {
        span,
        name: None,
        timeout: None,
        retry: None,
        idempotent: None,
        already_done: None,
        outputs: Vec::new(),
        silence: Vec::new(),
        usable: None,
        rollback: None,
        action,
    })
}

fn lower_retry(retry: &runbook::Retry) -> Retry {
    let attempts = retry.attempts.map_or(1, |count| count.0);
    let every = if attempts > 1 { retry.every.unwrap_or(PAUSE) } else { Millis::ZERO };
    Retry { attempts, every }
}

/// Where a lint on a step points: at the command line itself, where there is one.
fn shown(step: &runbook::Step) -> Span {
    match &step.action {
        runbook::Action::Call(call) | runbook::Action::Check(call, _) => match call {
            Call::Command(command) => command.line.span,
            Call::Http(_)
            | Call::Tcp(_)
            | Call::File(_)
            | Call::Process(_)
            | Call::Service(_)
            | Call::Disk(_)
            | Call::Clock(_)
            | Call::Dns(_)
            | Call::DnsUpdate(_)
            | Call::Tls(_) => step.span,
            Call::Replication(it) => it.link.span,
            Call::Sql(sql) => sql.statement.as_ref().map_or(step.span, |statement| statement.span),
        },
        runbook::Action::Wait(_) | runbook::Action::Mark(_) | runbook::Action::Manual(_) | runbook::Action::Gate(_) => {
            step.span
        }
        runbook::Action::Decision(_) | runbook::Action::Notify(_) => step.span,
        runbook::Action::Link(link) => link.runbook.as_ref().map_or(step.span, |runbook| runbook.span),
    }
}

/// Lowers what stands in one unit.
pub(super) struct Lower<'l, 't> {
    pub(super) at: UnitIx,
    /// The target of the unit.
    pub(super) on: Option<TargetName>,
    selects: Vec<Vec<UnitIx>>,
    rejects: VecDeque<Vec<UnitIx>>,
    pub(super) inputs: &'l Inputs<'l>,
    /// Targets that steps name themselves.
    pub(super) named: Vec<Spanned<TargetName>>,
    pub(super) places: &'l mut Places,
    pub(super) findings: &'l mut Findings<'t>,
}

impl Lower<'_, '_> {
    /// Notes where the next step of the plan stands, and what is silent about it.
    fn note(&mut self, at: usize, step: &mut runbook::Step) {
        self.places.step(shown(step));
        self.places.silence(Part::Step(self.at, at), step.silence.drain(..));
    }

    fn step(&mut self, phase: Phase, step: runbook::Step, defaults: &Defaults) -> Step {
        let span = step.span;
        let mut within = None;
        let action = match step.action {
            runbook::Action::Call(call) => match phase {
                Phase::Pre | Phase::Post => Action::Check(Check {
                    probe: self.probe(call),
                    attempts: 1,
                    every: PAUSE,
                    successes: 1,
                    expect_down: false,
                    from: None,
                }),
                Phase::Run | Phase::Rollback => self.act(call),
            },
            runbook::Action::Check(call, asking) => Action::Check(self.check(call, &asking, span)),
            runbook::Action::Wait(wait) => {
                let (action, limit) = self.wait(*wait);
                within = limit;
                action
            }
            runbook::Action::Mark(mark) => Action::Mark(lower_mark(mark)),
            runbook::Action::Manual(manual) => Action::Manual(self.manual(*manual)),
            runbook::Action::Gate(gate) => {
                let branch = match gate.branch_written() {
                    Some(_) if phase == Phase::Rollback => {
                        gate_rules::branch_on_the_way_back(span, self.findings);
                        Vec::new()
                    }
                    Some(_) => self.rejects.pop_front().unwrap_or_default(),
                    None => Vec::new(),
                };
                Action::Gate(gates::lower(*gate, span, branch, self.findings))
            }
            runbook::Action::Decision(decision) => Action::Decision(self.decision(*decision)),
            // Of what has no channel or subject, which was reported, no plan comes out either.
            runbook::Action::Notify(notify) => {
                let notify = self.notify(*notify).map(Change::Notify);
                notify.map_or(Action::Wait(Millis::ZERO), Action::Change)
            }
            // Without a name, which was reported, something stands here that no plan will ever hold.
            runbook::Action::Link(link) => self.link(*link).map_or(Action::Wait(Millis::ZERO), Action::Link),
        };
        let outputs = outputs::lower(step.outputs, phase, &action, self.findings);
        let is_run = phase == Phase::Run;
        let worker = action.needs_worker();
        let retry = step.retry.as_ref().map(lower_retry);
        let own_probe = step.already_done.map(|probe| self.probe(probe.0));
        let covers = own_probe.is_none() && is_run && defaults.already_done.is_some();
        Step {
            title: step.name.unwrap_or_else(|| titles::of(&action)),
            phase,
            timeout: step.timeout.or(within).or(if worker { defaults.timeout } else { None }),
            retry: retry.unwrap_or(if is_run && worker { defaults.retry } else { Retry::NONE }),
            idempotent: step.idempotent.unwrap_or(action.is_idempotent() || (is_run && defaults.idempotent)),
            already_done: own_probe.or_else(|| if is_run { defaults.already_done.clone() } else { None }),
            probe_covers_unit: covers,
            outputs,
            action,
        }
    }

    fn check(&mut self, call: Call, asking: &Questioning, span: Span) -> Check {
        let (probe, from) = self.question(call, asking, span);
        let check = Check {
            probe,
            attempts: asking.attempts.unwrap_or(1),
            every: asking.every.unwrap_or(PAUSE),
            successes: asking.successes.unwrap_or(1),
            expect_down: asking.expect == Some(Direction::Down),
            from,
        };
        if check.successes > check.attempts {
            quorum::never_enough_answers(&check, span, self.findings);
        }
        check
    }

    fn decision(&mut self, decision: runbook::Decision) -> Decision {
        let selects = std::mem::take(&mut self.selects);
        conditions::decision(decision, self.at, selects, self.places, self.findings)
    }

    fn link(&mut self, link: runbook::Link) -> Option<Link> {
        let (mut inputs, mut written) = (BTreeMap::new(), BTreeMap::new());
        for given in link.inputs.into_iter().flatten() {
            written.insert(given.key.value.clone(), given.key.span);
            if let Some(value) = self.value(given.value) {
                inputs.insert(given.key.value, value);
            }
        }
        let runbook = link.runbook?;
        // What is wrong with a value was reported; its name was given nevertheless.
        let whole = written.len() == inputs.len();
        if whole {
            let written = WrittenLink { unit: self.at, runbook: runbook.clone(), inputs: written };
            self.places.links.push(written);
        }
        Some(Link {
            runbook: runbook.value,
            inputs,
            wait: match link.wait {
                None | Some(runbook::LinkWait::Ready) => LinkWait::Ready,
                Some(runbook::LinkWait::Verified) => LinkWait::Verified,
                Some(runbook::LinkWait::None) => LinkWait::None,
            },
            mock: link.mode == Some(runbook::LinkMode::Mock),
            // Known once what it calls is compiled.
            planned: Millis::ZERO,
        })
    }
}

pub(super) const fn lower_mark(mark: runbook::Mark) -> MarkKind {
    match mark {
        runbook::Mark::Event => MarkKind::Event,
        runbook::Mark::Detect => MarkKind::Detect,
        runbook::Mark::Declare => MarkKind::Declare,
        runbook::Mark::Verified => MarkKind::Verified,
        runbook::Mark::Resume => MarkKind::Resume,
        runbook::Mark::FailbackDone => MarkKind::FailbackDone,
        runbook::Mark::Close => MarkKind::Close,
    }
}
