//! Random plans: graphs, stages, steps of every kind, bounds, services.

use std::collections::BTreeMap;

use engine::base::{Bytes, Decimal, Digest, Millis, Percent, RoleName, TargetName, Text};
use engine::plan::look::{Disk, Free};
use engine::plan::{
    Action, Body, CapacityGoal, Check, Command, CommandLine, Escalation, Evidence, Exclusion, Gate, Http, Item, Kind,
    Limits, Look, Manual, MarkKind, Measure, Objectives, OnFail, OnReject, OnTimeout, Origin, Phase, Plan, Probe,
    Rehearsal, Retry, Review, SecondChecker, Service, Stage, StageFlow, StageIx, Step, Tcp, Undo, Unit, UnitIx, Usable,
};

use crate::chance::Chance;
use crate::conditions;

/// Whole seconds, so that instants coincide often.
fn seconds(chance: &mut Chance, from: u64, to: u64) -> Millis {
    Millis::seconds(chance.between(from, to))
}

fn text(words: &str) -> Text {
    Text::plain(words)
}

/// Makes a plan of a body the way a frozen one is read back.
pub(crate) fn plan_of(body: &Body) -> Plan {
    let frozen = serde_json::to_string(body).unwrap();
    Plan::thaw(&frozen, Digest::of(frozen.as_bytes())).unwrap()
}

/// A body without units, to be filled.
pub(crate) fn empty_body() -> Body {
    Body {
        format: 1,
        runbook: "simulated".parse().unwrap(),
        title: text("simulated"),
        version: None,
        owner: None,
        organisation: None,
        answers: engine::plan::Answers::default(),
        authors: vec!["park".parse().unwrap()],
        description: None,
        kind: Kind::Recovery,
        review: Review::default(),
        schedule: Vec::new(),
        objectives: Objectives::default(),
        inputs: Vec::new(),
        services: Vec::new(),
        stages: Vec::new(),
        units: Vec::new(),
        limits: Limits::default(),
        source: Digest::ZERO,
        modes: vec![],
        silences: Vec::new(),
        callees: BTreeMap::new(),
        components: Vec::new(),
        bound: engine::plan::Bound::default(),
    }
}

/// A random plan.
pub(crate) fn random(chance: &mut Chance) -> Body {
    let mut body = empty_body();
    body.limits = Limits {
        run: u32::try_from(chance.between(1, 4)).unwrap(),
        per_target: chance.maybe(40, |chance| u32::try_from(chance.between(1, 2)).unwrap()),
    };
    body.objectives = Objectives {
        rto: chance.maybe(60, |chance| seconds(chance, 5, 120)),
        min_capacity: None,
        capacity: Vec::new(),
        rpo: None,
        recovery_points: Vec::new(),
        recovers_from: Vec::new(),
        clock: *chance.pick(&[Origin::Event, Origin::Detect, Origin::Declare]),
    };
    for at in 0..chance.between(1, 3) {
        stage(chance, &mut body, u32::try_from(at).unwrap());
    }
    for at in 0..chance.between(0, 2) {
        let mut needs: Vec<UnitIx> =
            (0..u32::try_from(body.units.len()).unwrap()).filter(|_| chance.percent(40)).map(UnitIx).collect();
        if needs.is_empty() {
            needs.push(UnitIx(0));
        }
        body.services.push(Service {
            id: format!("service-{at}").parse().unwrap(),
            title: text("service"),
            tier: None,
            system: None,
            rto: chance.maybe(80, |chance| seconds(chance, 5, 120)),
            rpo: None,
            recovery_points: Vec::new(),
            recovers_from: Vec::new(),
            exception: None,
            needs,
        });
    }
    if chance.percent(20) {
        share_out(chance, &mut body);
    }
    if chance.percent(50) {
        conditions::decorate(chance, &mut body);
    }
    body
}

/// Lets units bring some of the capacity, and wants what they can bring together.
fn share_out(chance: &mut Chance, body: &mut Body) {
    for unit in &mut body.units {
        unit.capacity = chance.maybe(60, |chance| Percent(u16::try_from(chance.between(1, 5) * 100).unwrap()));
    }
    let sum =
        |units: &mut dyn Iterator<Item = &Unit>| units.filter_map(|unit| unit.capacity).map(|share| share.0).sum();
    let (all, counted): (u16, u16) =
        (sum(&mut body.units.iter()), sum(&mut body.units.iter().filter(|unit| !unit.rto_exclude)));
    let most = |chance: &mut Chance, most: u16| Percent(u16::try_from(chance.between(0, u64::from(most))).unwrap());
    if body.objectives.rto.is_some() {
        body.objectives.min_capacity = Some(most(chance, counted));
    }
    for _ in 0..chance.between(0, 2) {
        let goal = CapacityGoal { reach: most(chance, all), within: seconds(chance, 5, 120) };
        body.objectives.capacity.push(goal);
    }
}

fn stage(chance: &mut Chance, body: &mut Body, at: u32) {
    let first = u32::try_from(body.units.len()).unwrap();
    let count = u32::try_from(chance.between(1, 4)).unwrap();
    let flow = if chance.percent(25) { StageFlow::Sequential } else { StageFlow::Parallel };
    let needs = match chance.below(4) {
        0 => Vec::new(),
        1 => (0..at).filter(|_| chance.percent(50)).map(StageIx).collect(),
        _ => at.checked_sub(1).map(StageIx).into_iter().collect(),
    };
    body.stages.push(Stage {
        id: format!("stage-{at}").parse().unwrap(),
        title: text("stage"),
        flow,
        max_parallel: chance.maybe(30, |chance| u32::try_from(chance.between(1, 2)).unwrap()),
        needs,
        units: first..first + count,
    });
    // In a parallel stage a unit may need one written after it: the order of needs is a random one.
    let mut order: Vec<u32> = (0..count).collect();
    if flow == StageFlow::Parallel {
        for place in (1..order.len()).rev() {
            order.swap(place, chance.below(place + 1));
        }
    }
    for place in 0..count {
        let mine = order[place as usize];
        let mut needs: Vec<UnitIx> = (0..first).filter(|_| chance.percent(10)).map(UnitIx).collect();
        needs.extend(
            (0..count).filter(|other| order[*other as usize] < mine && chance.percent(30)).map(|o| UnitIx(first + o)),
        );
        let unit = unit(chance, first + place, StageIx(at), needs);
        body.units.push(unit);
    }
}

fn unit(chance: &mut Chance, at: u32, stage: StageIx, needs: Vec<UnitIx>) -> Unit {
    let on = target(chance);
    let mut steps = Vec::new();
    for _ in 0..chance.maybe(25, |chance| chance.between(1, 2)).unwrap_or(0) {
        steps.push(look(chance, on.as_ref(), Phase::Pre));
    }
    let covering = chance.maybe(20, |chance| probe(chance, on.as_ref()));
    for _ in 0..chance.between(0, 3) {
        steps.push(work(chance, on.as_ref(), covering.as_ref()));
    }
    for _ in 0..chance.maybe(40, |chance| chance.between(1, 2)).unwrap_or(0) {
        steps.push(look(chance, on.as_ref(), Phase::Post));
    }
    if steps.is_empty() {
        steps.push(work(chance, on.as_ref(), covering.as_ref()));
    }
    let rollback = way_back(chance, on.as_ref(), &steps);
    let target = chance.maybe(70, |chance| seconds(chance, 1, 40));
    Unit {
        id: format!("unit-{at}").parse().unwrap(),
        title: text("unit"),
        owner: None,
        stage,
        tier: None,
        on,
        target,
        recover_by: None,
        capacity: None,
        needs,
        needs_stages: (0..stage.0).filter(|_| chance.percent(10)).map(StageIx).collect(),
        when: None,
        modes: Vec::new(),
        usable: usable(chance, &steps, target),
        steps,
        nothing_to_undo: rollback.is_empty() && chance.percent(30),
        starts_on: None,
        rollback,
        on_fail: *chance.pick(&[
            OnFail::Hold,
            OnFail::Hold,
            OnFail::Pause,
            OnFail::Skip,
            OnFail::Abort,
            OnFail::Rollback,
        ]),
        locks: ["lock-0", "lock-1"]
            .into_iter()
            .filter(|_| chance.percent(6))
            .map(|lock| lock.parse().unwrap())
            .collect(),
        point_of_no_return: chance.percent(12),
        rto_exclude: chance.percent(15),
        mock: Rehearsal::default(),
    }
}

/// A point that others may begin at, with something left behind it that nobody has to consent to.
fn usable(chance: &mut Chance, steps: &[Step], target: Option<Millis>) -> Option<Usable> {
    let asks = |step: &Step| matches!(step.action, Action::Gate(_));
    let last = steps.iter().rposition(asks).unwrap_or(0);
    let places: Vec<usize> = (last..steps.len() - 1).collect();
    if places.is_empty() || !chance.percent(30) {
        return None;
    }
    let within = Millis(target.unwrap_or_default().0 / chance.between(1, 4));
    Some(Usable { after: u16::try_from(*chance.pick(&places)).unwrap(), within })
}

/// What undoes the work of some steps, the last of them first, and what undoes the unit.
fn way_back(chance: &mut Chance, on: Option<&TargetName>, steps: &[Step]) -> Vec<Undo> {
    let mut rollback = Vec::new();
    if chance.percent(40) {
        return rollback;
    }
    for (of, step) in steps.iter().enumerate().rev() {
        let of = u16::try_from(of).unwrap();
        if step.phase == Phase::Run && chance.percent(50) {
            for _ in 0..chance.between(1, 2) {
                rollback.push(Undo { of: Some(of), step: undo(chance, on) });
            }
        }
    }
    for _ in 0..chance.between(0, 2) {
        rollback.push(Undo { of: None, step: undo(chance, on) });
    }
    rollback
}

fn undo(chance: &mut Chance, on: Option<&TargetName>) -> Step {
    Step { phase: Phase::Rollback, ..work(chance, on, None) }
}

fn target(chance: &mut Chance) -> Option<TargetName> {
    chance.maybe(60, |chance| chance.pick(&["db-1", "db-2"]).parse().unwrap())
}

fn look(chance: &mut Chance, on: Option<&TargetName>, phase: Phase) -> Step {
    let check = Check {
        probe: probe(chance, on),
        attempts: 3,
        every: Millis::seconds(1),
        successes: 1,
        expect_down: false,
        from: None,
    };
    step(chance, phase, Action::Check(check))
}

fn work(chance: &mut Chance, on: Option<&TargetName>, covering: Option<&Probe>) -> Step {
    let action = match chance.below(12) {
        0 => Action::Wait(seconds(chance, 0, 20)),
        1 => Action::Mark(*chance.pick(&[MarkKind::Event, MarkKind::Verified, MarkKind::Resume])),
        2 => Action::Manual(manual(chance)),
        3 | 4 => Action::Gate(gate(chance)),
        5 => Action::Http(http(if chance.percent(50) { "GET" } else { "POST" })),
        6 => Action::Tcp(tcp()),
        7 => Action::Look(disk(on)),
        _ => Action::Command(command(chance, on)),
    };
    let mut step = step(chance, Phase::Run, action);
    step.idempotent = chance.percent(25);
    let own = chance.maybe(30, |chance| probe(chance, on));
    step.probe_covers_unit = own.is_none() && covering.is_some();
    step.already_done = own.or_else(|| covering.cloned());
    step
}

fn manual(chance: &mut Chance) -> Manual {
    let number = |chance: &mut Chance, from, to| Decimal::from(i64::try_from(chance.between(from, to)).unwrap());
    let roles = |chance: &mut Chance| if chance.percent(50) { vec![role("approver")] } else { Vec::new() };
    Manual {
        instruction: text("look at it"),
        expected: chance.maybe(20, |_| text("it is there")),
        copy: chance.maybe(20, |_| "systemctl status app".to_owned()),
        roles: roles(chance),
        evidence: Evidence {
            text: *chance.pick(&[0, 0, 1, 6]),
            file: chance.percent(10),
            photo: chance.percent(15),
            files: *chance.pick(&[0, 0, 0, 2]),
        },
        measure: chance.maybe(25, |chance| Measure {
            unit: text("ms"),
            min: chance.maybe(50, |chance| number(chance, 0, 40)),
            max: chance.maybe(50, |chance| number(chance, 40, 100)),
            required: chance.percent(70),
        }),
        checklist: (0..chance.below(4))
            .map(|item| Item { title: text(&format!("item {item}")), may_fail: chance.percent(40) })
            .collect(),
        second_checker: chance.maybe(30, |chance| SecondChecker { roles: roles(chance) }),
        may_not_apply: chance.percent(40),
    }
}

fn step(chance: &mut Chance, phase: Phase, action: Action) -> Step {
    Step {
        title: text("step"),
        phase,
        action,
        timeout: chance.maybe(50, |chance| seconds(chance, 1, 20)),
        retry: match chance.below(3) {
            0 => Retry { attempts: u32::try_from(chance.between(2, 3)).unwrap(), every: seconds(chance, 0, 5) },
            _ => Retry::NONE,
        },
        idempotent: false,
        already_done: None,
        probe_covers_unit: false,
        outputs: vec![],
    }
}

fn gate(chance: &mut Chance) -> Gate {
    let approvers = if chance.percent(50) { vec![role("approver")] } else { vec![role("approver"), role("business")] };
    let distinct = chance.percent(70);
    // One person has one vote a role: without distinct persons there may be no more votes than roles.
    let most = if distinct { 3 } else { approvers.len() as u64 };
    let timeout = chance.maybe(60, |chance| seconds(chance, 2, 20));
    let by_role = distinct && approvers.len() == 2 && chance.percent(40);
    let distinct_roles = by_role && chance.percent(50);
    let seats: BTreeMap<_, _> =
        if by_role && !distinct_roles { approvers.iter().cloned().zip([1, 1]).collect() } else { BTreeMap::new() };
    let on_timeout = if timeout.is_some() {
        *chance.pick(&[OnTimeout::Wait, OnTimeout::Wait, OnTimeout::Wait, OnTimeout::Fail, OnTimeout::Reject])
    } else {
        OnTimeout::Wait
    };
    // A level that comes after a time-out which decides is refused by the compiler.
    let end = timeout.filter(|_| on_timeout != OnTimeout::Wait).unwrap_or(Millis::seconds(20));
    let levels = [("cio", Millis(end.0 / 4)), ("board", Millis(end.0 / 2))];
    let levels = levels.map(|(name, after)| Escalation { after, roles: vec![role(name)] });
    let exclusions = [(60, Exclusion::Requester), (15, Exclusion::Author)];
    Gate {
        question: text("go on?"),
        approvers,
        quorum: if by_role { 2 } else { u32::try_from(chance.between(1, most)).unwrap() },
        seats,
        distinct,
        distinct_roles,
        exclude: exclusions.into_iter().filter(|(often, _)| chance.percent(*often)).map(|(_, it)| it).collect(),
        timeout,
        escalate: levels.into_iter().take(chance.below(3)).collect(),
        on_timeout,
        on_reject: chance
            .pick(&[OnReject::Fail, OnReject::Fail, OnReject::Fail, OnReject::Abort, OnReject::Rollback])
            .clone(),
    }
}

fn command(chance: &mut Chance, on: Option<&TargetName>) -> Command {
    Command {
        line: CommandLine::Shell("true".to_owned()),
        on: chance.maybe(20, target).flatten().or_else(|| on.cloned()),
        env: BTreeMap::new(),
        dir: None,
        exit: vec![0],
        stdout: None,
    }
}

fn http(method: &str) -> Http {
    Http {
        method: method.to_owned(),
        url: engine::plan::Url::Written("http://127.0.0.1:1/".to_owned()),
        headers: BTreeMap::new(),
        body: None,
        status: Vec::new(),
        contains: None,
        json: Vec::new(),
        tls: None,
        latency: None,
    }
}

fn tcp() -> Tcp {
    Tcp { host: engine::plan::Host::Written("127.0.0.1".to_owned()), port: 1 }
}

/// Stands for all looks at hosts: what they are of makes no difference to a run.
fn disk(on: Option<&TargetName>) -> Look {
    Look::Disk(Disk { on: on.cloned(), path: "/".to_owned(), free: Free::Bytes(Bytes(1 << 30)) })
}

fn probe(chance: &mut Chance, on: Option<&TargetName>) -> Probe {
    match chance.below(4) {
        0 => Probe::Http(http("GET")),
        1 => Probe::Tcp(tcp()),
        2 => Probe::Look(disk(on)),
        _ => Probe::Command(command(chance, on)),
    }
}

pub(crate) fn role(name: &str) -> RoleName {
    name.parse().unwrap()
}
