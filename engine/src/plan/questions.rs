//! Questions that are asked before a run is declared: whether what it will address can be addressed.

use std::collections::BTreeSet;

use super::look::{Clock, Disk, Free, Look, Sql, Wanted};
use super::{
    Action, Body, Check, Command, CommandLine, EnvValue, Graph, Host, Mode, Phase, Plan, Probe, Retry, Schedule, Stage,
    StageIx, Step, Tcp, Unit, Way,
};
use crate::base::{Bytes, Millis, TargetName, Text};
use crate::inventory::{LOCAL, host_and_port};

/// The greatest difference between the clocks of engine and host that leaves reports believable.
const APART: Millis = Millis::seconds(2);
/// Free room below which a host fails half-way through almost anything.
const ROOM: Bytes = Bytes(1 << 30);

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Concern {
    /// Whether commands can be run on a host: a real login, with the credentials of the mode.
    Login,
    /// Whether a database lets the engine in.
    Database,
    /// Whether a port answers.
    Reach,
    /// Whether a clock is right.
    Clock,
    /// Whether there is room.
    Disk,
    /// What a unit asks itself before it touches anything: replication, drift and the like.
    Unit,
}

/// A question, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What it is about.
    pub about: Concern,
    /// The target, the address or the unit.
    pub subject: String,
    /// How it is asked.
    pub check: Check,
}

impl Question {
    fn of(about: Concern, subject: impl Into<String>, probe: Probe) -> Self {
        Self { about, subject: subject.into(), check: once(probe) }
    }
}

impl Plan {
    /// What is to be asked before a run in a mode: each target in every way in which steps address it, and the checks that
    /// stand before the work of units and need no values of a run.
    pub fn questions(&self, mode: Mode) -> Vec<Question> {
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        let body = self.body();
        for (_, _, uses) in body.uses().filter(|(ix, ..)| self.unit(*ix).runs_in(mode)) {
            for it in &uses.targets {
                if seen.insert((it.way, it.target.to_string())) {
                    found.extend(self.of_target(it.target, it.way, mode));
                }
            }
            for it in &uses.written {
                let subject = format!("{}:{}", it.host, it.port);
                if seen.insert((Way::Address, subject.clone())) {
                    let tcp = Tcp { host: Host::Written(it.host.clone()), port: it.port };
                    found.push(Question::of(Concern::Reach, subject, Probe::Tcp(tcp)));
                }
            }
        }
        for unit in body.units.iter().filter(|unit| unit.runs_in(mode)) {
            found.extend(unit.steps.iter().filter_map(|step| of_step(unit, step)));
        }
        found
    }

    fn of_target(&self, target: &TargetName, way: Way, mode: Mode) -> Vec<Question> {
        let Some(binding) = self.body().bound.binding(target, mode) else { return Vec::new() };
        let name = target.as_str();
        match way {
            Way::Command => vec![
                Question::of(Concern::Login, name, Probe::Command(nothing(target))),
                Question::of(Concern::Clock, name, Probe::Look(Look::Clock(Clock { on: target.clone(), max: APART }))),
                Question::of(
                    Concern::Disk,
                    name,
                    Probe::Look(Look::Disk(Disk {
                        on: Some(target.clone()),
                        path: "/".to_owned(),
                        free: Free::Bytes(ROOM),
                    })),
                ),
            ],
            Way::Sql => {
                let statement = "select 1".to_owned();
                let on = Some(target.clone());
                let sql = Sql { on, statement, args: Vec::new(), read_only: true, wanted: Wanted::Done };
                vec![Question::of(Concern::Database, name, Probe::Look(Look::Sql(sql)))]
            }
            Way::Http => {
                let place = binding.http.as_ref().and_then(|http| host_and_port(&http.base));
                place.map(|(host, port)| reach(name, host, port)).into_iter().collect()
            }
            Way::Notify => {
                let smtp = binding.smtp.as_ref().map(|smtp| (smtp.host.clone(), smtp.port));
                let place = smtp.or_else(|| host_and_port(&binding.webhook.as_ref()?.url));
                place.map(|(host, port)| reach(name, host, port)).into_iter().collect()
            }
            // Which port is meant stands in the step; its own checks ask there. Name servers do not listen for connections.
            Way::Address | Way::Dns => Vec::new(),
        }
    }

    /// A plan of these questions, each a unit of one check, to the targets of this one. It is asked and never declared.
    pub fn asking(&self, questions: &[Question]) -> Option<Self> {
        let first = self.units().first()?;
        let stage = self.body().stages.first()?.clone();
        let unit = |(at, question): (usize, &Question)| {
            let step = Step {
                title: Text::plain(&question.subject),
                phase: Phase::Pre,
                action: Action::Check(question.check.clone()),
                timeout: None,
                retry: Retry::NONE,
                idempotent: true,
                already_done: None,
                probe_covers_unit: false,
                outputs: Vec::new(),
            };
            Some(Unit {
                id: format!("q{at}").parse().ok()?,
                stage: StageIx(0),
                on: None,
                needs: Vec::new(),
                needs_stages: Vec::new(),
                when: None,
                modes: Vec::new(),
                steps: vec![step],
                usable: None,
                rollback: Vec::new(),
                locks: BTreeSet::new(),
                starts_on: None,
                ..first.clone()
            })
        };
        let units = questions.iter().enumerate().map(unit).collect::<Option<Vec<_>>>()?;
        let count = u32::try_from(units.len()).ok()?;
        let stages = vec![Stage { units: 0..count, needs: Vec::new(), max_parallel: None, ..stage }];
        let mut body = Body { stages, units, ..self.body().clone() };
        body.services.clear();
        body.inputs.clear();
        body.callees.clear();
        let graph = Graph::of(&body)?;
        let schedule = Schedule::of(&body, &graph);
        Self::complete(body, graph, schedule).ok()
    }
}

fn reach(name: &str, host: String, port: u16) -> Question {
    Question::of(Concern::Reach, name, Probe::Tcp(Tcp { host: Host::Written(host), port }))
}

fn once(probe: Probe) -> Check {
    Check { probe, attempts: 1, every: Millis::ZERO, successes: 1, expect_down: false, from: None }
}

/// A command that does nothing: what it proves is that commands can be run there.
fn nothing(target: &TargetName) -> Command {
    Command {
        line: CommandLine::Argv(vec!["true".to_owned()]),
        on: Some(target.clone()),
        env: std::collections::BTreeMap::new(),
        dir: None,
        exit: vec![0],
        stdout: None,
    }
}

/// The question of a check before the work of a unit, with its target written out. Asked once, however often the run would.
fn of_step(unit: &Unit, step: &Step) -> Option<Question> {
    let Action::Check(check) = &step.action else { return None };
    if step.phase != Phase::Pre || check.from.is_some() {
        return None;
    }
    let free = |value: &EnvValue| match value {
        EnvValue::Literal(_) | EnvValue::Secret(_) => true,
        EnvValue::Input(_) | EnvValue::Output(..) => false,
    };
    let on = unit.on.clone().filter(|on| on.as_str() != LOCAL);
    let probe = match check.probe.clone() {
        Probe::Command(command) if command.env.values().all(free) => {
            Probe::Command(Command { on: command.on.or(on), ..command })
        }
        Probe::Http(http) if http.headers.values().all(free) => Probe::Http(http),
        Probe::Look(Look::Sql(sql)) if sql.args.iter().all(free) => {
            Probe::Look(Look::Sql(Sql { on: sql.on.or(on), ..sql }))
        }
        Probe::Command(_) | Probe::Http(_) | Probe::Look(Look::Sql(_)) => return None,
        probe @ (Probe::Tcp(_) | Probe::Look(_)) => probe,
    };
    let check = Check { probe, expect_down: check.expect_down, ..once(check.probe.clone()) };
    Some(Question { about: Concern::Unit, subject: unit.id.to_string(), check })
}
