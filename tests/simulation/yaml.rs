//! A body written down as a runbook, so that random plans also go the whole way through parser and compiler.

use engine::base::{Lang, Millis, Percent, Text};
use engine::plan::look::Free;
use engine::plan::{
    Action, Body, CapacityGoal, Check, CommandLine, Decision, Escalation, Gate, Http, InputKind, Look, Manual,
    MarkKind, OnFail, OnReject, Origin, Phase, Plan, Probe, Retry, StageFlow, Step, Unit, UnitIx, compile,
};
use engine::runbook::Source;
use serde_json::{Map, Value, json};

/// Compiles the runbook that says what the body says.
pub(crate) fn by_way_of_yaml(body: &Body) -> Result<Plan, String> {
    let text = write(body).to_string();
    let compiled = compile(&Source::new("simulated.yaml", text.as_str()));
    compiled.plan.ok_or_else(|| format!("{:?}\n{text}", compiled.diagnostics))
}

fn object(pairs: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Value {
    let pairs = pairs.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Value::Object(pairs.collect::<Map<String, Value>>())
}

fn text(text: &Text) -> Value {
    text.get(Lang::En).into()
}

fn time(time: Millis) -> Value {
    time.to_string().into()
}

/// JSON is YAML, too.
fn write(body: &Body) -> Value {
    let units =
        |ids: &mut dyn Iterator<Item = usize>| ids.map(|at| body.units[at].id.as_str().into()).collect::<Vec<Value>>();
    let services = body.services.iter().map(|service| {
        let said = object([
            ("title", Some(text(&service.title))),
            ("rto", service.rto.map(time)),
            ("needs", Some(units(&mut service.needs.iter().map(|unit| unit.at())).into())),
        ]);
        (service.id.as_str().to_owned(), said)
    });
    let inputs = body.inputs.iter().map(|input| {
        let (kind, options) = match &input.kind {
            InputKind::Text => ("text", None),
            InputKind::Secret => ("secret", None),
            InputKind::Enum(options) => ("enum", Some(options.clone().into())),
            InputKind::Datetime => ("datetime", None),
            InputKind::Bool => ("bool", None),
        };
        let said = object([
            ("type", Some(kind.into())),
            ("title", Some(text(&input.title))),
            ("required", Some(input.required.into())),
            ("options", options),
        ]);
        (input.name.as_str().to_owned(), said)
    });
    let names =
        |units: &[UnitIx]| units.iter().map(|unit| body.units[unit.at()].id.as_str().into()).collect::<Vec<Value>>();
    let stages = body.stages.iter().map(|stage| {
        let needs = stage.needs.iter().map(|need| body.stages[need.at()].id.as_str().into()).collect::<Vec<Value>>();
        let mut written = Map::new();
        for at in stage.unit_ixs() {
            let unit = &body.units[at.at()];
            let mut needs = units(&mut unit.needs.iter().map(|need| need.at()));
            needs.extend(unit.needs_stages.iter().map(|need| Value::from(body.stages[need.at()].id.as_str())));
            written.insert(unit.id.as_str().to_owned(), self::unit(unit, needs, &names));
        }
        object([
            ("stage", Some(stage.id.as_str().into())),
            ("title", Some(text(&stage.title))),
            ("mode", Some(if stage.flow == StageFlow::Sequential { "sequential" } else { "parallel" }.into())),
            ("max_parallel", stage.max_parallel.map(Value::from)),
            ("needs", Some(needs.into())),
            ("units", Some(written.into())),
        ])
    });
    let goal = |goal: &CapacityGoal| json!({"reach": share(goal.reach), "within": time(goal.within)});
    let goals: Vec<Value> = body.objectives.capacity.iter().map(goal).collect();
    let clock = match body.objectives.clock {
        Origin::Event => "event",
        Origin::Detect => "detect",
        Origin::Declare => "declare",
    };
    object([
        ("runbook", Some(body.runbook.as_str().into())),
        ("authors", Some(json!(body.authors))),
        ("title", Some(text(&body.title))),
        (
            "objectives",
            Some(object([
                ("rto", body.objectives.rto.map(time)),
                ("clock", Some(clock.into())),
                ("min_capacity", body.objectives.min_capacity.map(share)),
                ("capacity", (!goals.is_empty()).then(|| Value::Array(goals))),
            ])),
        ),
        (
            "concurrency",
            Some(object([
                ("run", Some(body.limits.run.into())),
                ("per_target", body.limits.per_target.map(Value::from)),
            ])),
        ),
        ("inputs", (!body.inputs.is_empty()).then(|| Value::Object(inputs.collect()))),
        ("services", (!body.services.is_empty()).then(|| Value::Object(services.collect()))),
        ("stages", Some(Value::Array(stages.collect()))),
    ])
}

/// The ids of units.
type Ids<'i> = &'i dyn Fn(&[UnitIx]) -> Vec<Value>;

fn unit(unit: &Unit, needs: Vec<Value>, ids: Ids<'_>) -> Value {
    let undoing = |of: Option<usize>| {
        let steps = unit.rollback.iter().filter(|undo| undo.of.map(usize::from) == of);
        let steps: Vec<Value> = steps.map(|undo| step(&undo.step, ids)).collect();
        (!steps.is_empty()).then_some(Value::Array(steps))
    };
    let phase = |phase: Phase| {
        let steps = unit.steps.iter().enumerate().filter(|(_, step)| step.phase == phase);
        let steps = steps.map(|(at, written)| {
            let mut said = step(written, ids);
            if let Some(back) = undoing(Some(at)) {
                said["rollback"] = back;
            }
            if let Some(usable) = unit.usable.filter(|usable| usize::from(usable.after) == at) {
                said["usable"] = time(usable.within);
            }
            said
        });
        let steps: Vec<Value> = steps.collect();
        (!steps.is_empty()).then_some(Value::Array(steps))
    };
    let covering = unit.steps.iter().find(|step| step.probe_covers_unit).and_then(|step| step.already_done.as_ref());
    let on_fail = match unit.on_fail {
        OnFail::Hold => "hold",
        OnFail::Pause => "pause",
        OnFail::Skip => "skip",
        OnFail::Abort => "abort",
        OnFail::Rollback => "rollback",
    };
    object([
        ("title", Some(text(&unit.title))),
        ("on", unit.on.as_ref().map(|on| on.as_str().into())),
        ("needs", Some(needs.into())),
        ("when", unit.when.as_ref().map(|when| when.text().into())),
        ("modes", (!unit.modes.is_empty()).then(|| unit.modes.iter().map(|mode| mode.keyword()).collect())),
        ("target", unit.target.map(time)),
        ("capacity", unit.capacity.map(share)),
        ("already_done", covering.map(probe)),
        ("on_fail", Some(on_fail.into())),
        ("rto", unit.rto_exclude.then(|| "exclude".into())),
        ("lock", (!unit.locks.is_empty()).then(|| json!(unit.locks))),
        ("pre", phase(Phase::Pre)),
        ("run", phase(Phase::Run)),
        ("post", phase(Phase::Post)),
        ("rollback", undoing(None).or_else(|| unit.nothing_to_undo.then(|| json!([])))),
        ("point_of_no_return", unit.point_of_no_return.then(|| true.into())),
    ])
}

fn share(share: Percent) -> Value {
    share.to_string().into()
}

fn step(step: &Step, ids: Ids<'_>) -> Value {
    let own = step.already_done.as_ref().filter(|_| !step.probe_covers_unit);
    let mut said = match &step.action {
        Action::Decision(it) => json!({"decision": decision(it, ids)}),
        other => action(other),
    };
    let common = object([
        ("name", Some(text(&step.title))),
        ("timeout", step.timeout.map(time)),
        (
            "retry",
            (step.retry != Retry::NONE)
                .then(|| json!({"attempts": step.retry.attempts, "every": time(step.retry.every)})),
        ),
        ("idempotent", matches!(step.phase, Phase::Run | Phase::Rollback).then(|| step.idempotent.into())),
        ("already_done", own.map(probe)),
    ]);
    if let (Value::Object(said), Value::Object(common)) = (&mut said, common) {
        said.extend(common);
    }
    said
}

fn action(action: &Action) -> Value {
    match action {
        Action::Command(command) => probe(&Probe::Command(command.clone())),
        Action::Http(http) => self::http(http),
        Action::Tcp(tcp) => probe(&Probe::Tcp(tcp.clone())),
        Action::Look(look) => probe(&Probe::Look(look.clone())),
        Action::Change(change) => panic!("random runbooks hold no {}", change.keyword()),
        Action::Check(check) => json!({"check": self::check(check)}),
        Action::Wait(wait) => json!({"wait": time(*wait)}),
        Action::Until(_) => panic!("random runbooks wait for no instant"),
        Action::Mark(mark) => json!({"mark": self::mark(*mark)}),
        Action::Manual(manual) => json!({"manual": self::manual(manual)}),
        Action::Gate(gate) => json!({"gate": self::gate(gate)}),
        Action::Link(link) => panic!("random runbooks stand alone and do not call {}", link.runbook),
        Action::Decision(_) => unreachable!("a decision is written with the names of units"),
    }
}

fn decision(decision: &Decision, ids: Ids<'_>) -> Value {
    let cases = decision.branches.iter().filter_map(|branch| {
        let (name, title) = (branch.name.as_str(), Some(text(&branch.title)));
        Some(json!({"name": name, "title": title, "when": branch.when.as_ref()?.text(), "select": ids(&branch.select)}))
    });
    let otherwise = decision.branches.iter().find(|branch| branch.when.is_none());
    object([("cases", Some(cases.collect())), ("otherwise", otherwise.map(|branch| ids(&branch.select).into()))])
}

fn probe(probe: &Probe) -> Value {
    match probe {
        Probe::Command(command) => object([
            (
                "command",
                Some(match &command.line {
                    CommandLine::Shell(line) => line.as_str().into(),
                    CommandLine::Argv(words) => words.clone().into(),
                }),
            ),
            ("on", command.on.as_ref().map(|on| on.as_str().into())),
        ]),
        Probe::Http(http) => self::http(http),
        Probe::Tcp(tcp) => json!({"tcp": format!("{}:{}", tcp.host, tcp.port)}),
        Probe::Look(look) => self::look(look),
    }
}

fn look(look: &Look) -> Value {
    let Look::Disk(disk) = look else { panic!("random runbooks hold no {}", look.keyword()) };
    let free = match disk.free {
        Free::Bytes(bytes) => bytes.to_string(),
        Free::Percent(share) => share.to_string(),
    };
    object([
        ("disk", Some(disk.path.as_str().into())),
        ("free", Some(free.into())),
        ("on", disk.on.as_ref().map(|on| on.as_str().into())),
    ])
}

fn http(http: &Http) -> Value {
    json!({"http": http.url.to_string(), "method": http.method})
}

fn check(check: &Check) -> Value {
    let mut said = probe(&check.probe);
    said["every"] = time(check.every);
    said["attempts"] = check.attempts.into();
    said["successes"] = check.successes.into();
    said["expect"] = if check.expect_down { "down" } else { "up" }.into();
    said
}

const fn mark(mark: MarkKind) -> &'static str {
    match mark {
        MarkKind::Event => "event",
        MarkKind::Detect => "detect",
        MarkKind::Declare => "declare",
        // The engine's own; no runbook sets it.
        MarkKind::Start => "start",
        MarkKind::Verified => "verified",
        MarkKind::Resume => "resume",
        MarkKind::FailbackDone => "failback_done",
        MarkKind::Close => "close",
    }
}

fn manual(manual: &Manual) -> Value {
    let names =
        |roles: &[engine::base::RoleName]| roles.iter().map(|role| role.as_str().into()).collect::<Vec<Value>>();
    let wanted = |wanted: bool| wanted.then(|| "required".into());
    let (evidence, measure) = (manual.evidence, manual.measure.as_ref());
    let proof = object([
        ("min_text", (evidence.text > 0).then(|| evidence.text.into())),
        ("file", wanted(evidence.file)),
        ("photo", wanted(evidence.photo)),
        ("min_files", (evidence.files > 0).then(|| evidence.files.into())),
        ("measure", measure.filter(|measure| !measure.required).map(|_| "optional".into())),
    ]);
    let number = |number: &Option<engine::base::Decimal>| number.as_ref().map(|number| number.to_string().into());
    let measure = measure.map(|measure| {
        object([("unit", Some(text(&measure.unit))), ("min", number(&measure.min)), ("max", number(&measure.max))])
    });
    let items = manual.checklist.iter().map(|item| {
        if item.may_fail { json!({"item": text(&item.title), "may_fail": true}) } else { text(&item.title) }
    });
    let second = manual.second_checker.as_ref().map(|second| match &second.roles[..] {
        [] => true.into(),
        roles => names(roles).into(),
    });
    object([
        ("instruction", Some(text(&manual.instruction))),
        ("expected", manual.expected.as_ref().map(text)),
        ("copy", manual.copy.as_deref().map(Value::from)),
        ("roles", (!manual.roles.is_empty()).then(|| names(&manual.roles).into())),
        ("evidence", Some(proof)),
        ("measure", measure),
        ("checklist", (!manual.checklist.is_empty()).then(|| items.collect())),
        ("second_checker", second),
        ("not_applicable", manual.may_not_apply.then(|| "allowed".into())),
    ])
}

fn gate(gate: &Gate) -> Value {
    let names =
        |roles: &[engine::base::RoleName]| roles.iter().map(|role| role.as_str().into()).collect::<Vec<Value>>();
    object([
        ("question", Some(text(&gate.question))),
        ("approvers", Some(names(&gate.approvers).into())),
        ("quorum", Some(if gate.seats.is_empty() { gate.quorum.into() } else { json!(gate.seats) })),
        ("distinct", Some(gate.distinct.into())),
        ("distinct_roles", gate.distinct_roles.then(|| true.into())),
        ("exclude", (!gate.exclude.is_empty()).then(|| json!(gate.exclude))),
        ("timeout", gate.timeout.map(time)),
        ("escalate", (!gate.escalate.is_empty()).then(|| gate.escalate.iter().map(level).collect::<Vec<_>>().into())),
        ("on_timeout", gate.timeout.map(|_| json!(gate.on_timeout))),
        ("on_reject", Some(on_reject(&gate.on_reject).into())),
    ])
}

fn level(level: &Escalation) -> Value {
    object([("after", Some(time(level.after))), ("roles", Some(json!(level.roles)))])
}

fn on_reject(reject: &OnReject) -> &'static str {
    match reject {
        OnReject::Fail => "fail",
        OnReject::Abort => "abort",
        OnReject::Rollback => "rollback",
        OnReject::Branch(_) => panic!("branches are played by hand"),
    }
}
