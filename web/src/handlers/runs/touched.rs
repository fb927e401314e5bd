//! What a run of a plan would touch, shown before it is declared.

use std::collections::BTreeSet;

use engine::plan::{Action, Command, CommandLine, Mode, Plan};

use crate::i18n::Words;

/// Commands and requests listed at most.
const LISTED: usize = 60;

/// What a declaration must show.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub(super) targets: Vec<String>,
    pub(super) commands: Vec<(String, String)>,
    pub(super) more: usize,
    pub(super) no_return: Vec<String>,
    pub(super) gates: Vec<(String, String)>,
    pub(super) manuals: Vec<String>,
}

impl Touched {
    pub(super) fn by(w: Words, plan: &Plan) -> Self {
        let mut touched = Self::default();
        let mut targets = BTreeSet::new();
        let own = plan.units().iter().map(|unit| (w.text(&unit.title).to_owned(), unit));
        // What is called in `mock` touches nothing.
        let called: BTreeSet<_> =
            plan.led_to(Mode::Real).into_iter().filter(|(_, mode)| *mode != Mode::Mock).map(|(id, _)| id).collect();
        let callees = plan.body().callees.iter().filter(|(id, _)| called.contains(id));
        let callees = callees.flat_map(|(id, callee)| {
            callee.body().units.iter().map(move |unit| (format!("{id}: {}", w.text(&unit.title)), unit))
        });
        for (name, unit) in own.chain(callees) {
            if unit.point_of_no_return {
                touched.no_return.push(name.clone());
            }
            targets.extend(unit.on.as_ref().map(ToString::to_string));
            for step in &unit.steps {
                let what = match &step.action {
                    Action::Command(command) => {
                        targets.extend(command.on.as_ref().map(ToString::to_string));
                        Some(line(command))
                    }
                    Action::Http(http) => Some(format!("{} {}", http.method, http.url)),
                    // Checks only look; they are the runbook's text, not what it touches.
                    Action::Check(check) => {
                        targets.extend(check.probe.on().map(ToString::to_string));
                        targets.extend(check.from.iter().flat_map(|from| &from.points).map(ToString::to_string));
                        None
                    }
                    Action::Change(change) => {
                        targets.extend(change.on().map(ToString::to_string));
                        Some(format!("{} {}", change.keyword(), change.subject()))
                    }
                    Action::Look(look) => {
                        targets.extend(look.on().map(ToString::to_string));
                        None
                    }
                    Action::Tcp(_) | Action::Wait(_) | Action::Until(_) | Action::Mark(_) | Action::Decision(_) => None,
                    Action::Link(_) => Some(w.text(&step.title).to_owned()),
                    Action::Manual(manual) => {
                        touched.manuals.push(format!("{name}: {}", w.text(&manual.instruction)));
                        None
                    }
                    Action::Gate(gate) => {
                        let who = w.with2("gate-rule", ("roles", w.roles(&gate.approvers)), ("quorum", gate.quorum));
                        touched.gates.push((w.text(&gate.question).to_owned(), who));
                        None
                    }
                };
                match what {
                    Some(what) if touched.commands.len() < LISTED => touched.commands.push((name.clone(), what)),
                    Some(_) => touched.more += 1,
                    None => {}
                }
            }
        }
        touched.targets = targets.into_iter().collect();
        touched
    }
}

fn line(command: &Command) -> String {
    match &command.line {
        CommandLine::Shell(text) => text.clone(),
        CommandLine::Argv(words) => words.join(" "),
    }
}
