//! The way of a runbook through the compiler.

use super::super::lints::{self, Subject, Warnings};
use super::super::{Graph, Plan, Schedule};
use super::links::Chain;
use super::{conditions, links, lower, names, outputs, starts};
use crate::base::{Day, Digest};
use crate::inventory::Inventory;
use crate::runbook::{ComponentCard, Diagnostics, Findings, Source, Surroundings, parse};

/// What came of a runbook, or of a component.
#[derive(Debug)]
pub struct Compiled {
    /// The plan; present exactly when the text is a runbook and there is no error among the diagnostics.
    pub plan: Option<Plan>,
    /// The component; present exactly when the text is one and there is no error among the diagnostics.
    pub component: Option<ComponentCard>,
    /// Everything that was found.
    pub diagnostics: Diagnostics,
}

/// What a runbook is compiled against, beside what lies around it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'c> {
    /// The inventory; without one every target but `local` can only be played.
    pub inventory: Option<&'c Inventory>,
}

/// Compiles a runbook that has nothing around it but the shipped components.
pub fn compile(source: &Source) -> Compiled {
    Context::default().compile(source)
}

/// Compiles a runbook that stands among other texts, without an inventory.
pub fn compile_in(source: &Source, around: &Surroundings) -> Compiled {
    Context::default().compile_in(source, around)
}

/// What a text without errors is.
enum Made {
    Plan(Box<Plan>),
    Component(Box<ComponentCard>),
}

impl Context<'_> {
    /// Compiles a runbook that has nothing around it but the shipped components.
    pub fn compile(&self, source: &Source) -> Compiled {
        self.compile_in(source, &Surroundings::default())
    }

    /// Compiles a runbook, or checks a component by itself. All errors are found at once; lints that only warn speak once
    /// there is no error, because what is half understood would be warned about wrongly.
    pub fn compile_in(&self, source: &Source, around: &Surroundings) -> Compiled {
        self.compiled(source, around, None, &mut Chain::default())
    }

    /// As [`Context::compile_in`], on a day: what is due by then is found as well. The plan is the same on all days.
    pub fn compile_on(self, source: &Source, around: &Surroundings, today: Day) -> Compiled {
        self.compiled(source, around, Some(today), &mut Chain::default())
    }

    /// On a day, where anybody has said it.
    pub(in super::super) fn compile_when(self, source: &Source, around: &Surroundings, today: Option<Day>) -> Compiled {
        self.compiled(source, around, today, &mut Chain::default())
    }

    /// The same for a runbook that others call.
    pub(super) fn compile_below(self, source: &Source, around: &Surroundings, chain: &mut Chain) -> Compiled {
        self.compiled(source, around, None, chain)
    }

    fn compiled(self, source: &Source, around: &Surroundings, today: Option<Day>, chain: &mut Chain) -> Compiled {
        let mut findings = Findings::new(source);
        let (plan, component) = match self.made_of(source, around, (today, chain), &mut findings) {
            Some(Made::Plan(plan)) => (Some(*plan), None),
            Some(Made::Component(card)) => (None, Some(*card)),
            None => (None, None),
        };
        Compiled { plan, component, diagnostics: findings.finish() }
    }

    fn made_of<'t>(
        self,
        source: &'t Source,
        around: &Surroundings,
        (today, chain): (Option<Day>, &mut Chain),
        findings: &mut Findings<'t>,
    ) -> Option<Made> {
        let choices = self.inventory.map(Inventory::choices);
        let mut parsed = parse(source, around, choices.as_deref(), findings)?;
        let component = parsed.component.take();
        if let Some(id) = parsed.document.id.as_ref().filter(|_| component.is_none()) {
            lints::duplicate_id::of_runbook(id, around, findings);
        }
        let needs = names::resolve(&parsed, findings);
        let graph = match Graph::build(needs.of_units(), needs.of_stages()) {
            Ok(graph) => Some(graph),
            Err(circles) => {
                lints::circle::report(&circles, &parsed.document, &needs, findings);
                lints::unreachable::report(&circles, &parsed.document, findings);
                None
            }
        };
        let (mut body, places) = lower::body(parsed, needs, Digest::of(source.text().as_bytes()), findings)?;
        // The targets of a component checked by itself are made up.
        let inventory = self.inventory.filter(|_| component.is_none());
        if component.is_none() {
            body.bound.links = lints::link::check(&body, &places, inventory, findings);
        }
        if let Some(inventory) = inventory {
            lints::targets::check(&body, &places, inventory, findings);
            lints::notify::check(&body, &places, inventory, findings);
        }
        if component.is_none() {
            lints::unknown_secret::check(&places, self.inventory, findings);
        }
        if component.is_none() {
            lints::capacity::check(&body, &places.capacity, findings);
            lints::gate_rules::check(&body, graph.as_ref(), &places, findings);
        }
        if component.is_none() {
            links::resolve(self, &mut body, &places, around, chain, findings);
            starts::check(self.inventory, &places, around, findings);
        }
        if let Some(graph) = &graph {
            conditions::check(&body, graph, &places, findings);
            outputs::check(&body, graph, &places, findings);
        }
        let graph = graph.filter(|_| findings.errors() == 0)?;
        if let Some(inventory) = inventory {
            let targets = places.targets.iter().map(|(_, target)| &target.value);
            let secrets = places.secrets.iter().map(|secret| &secret.value);
            body.bound = inventory.bound(targets, secrets, &body.bound.links);
        }
        let schedule = Schedule::of(&body, &graph);
        let mut warnings = Warnings::new(&body, &places, findings);
        if let Some(inventory) = inventory {
            lints::targets::warn(&body, &places, inventory, &mut warnings);
        }
        let subject = Subject { body: &body, graph: &graph, schedule: &schedule, places: &places, inventory, today };
        lints::check(&subject, &mut warnings, component.is_some());
        let silences = warnings.finish();
        body.silences = silences;
        if findings.errors() > 0 {
            return None;
        }
        match component {
            Some(card) => Some(Made::Component(Box::new(card))),
            None => Plan::complete(body, graph, schedule).ok().map(|plan| Made::Plan(Box::new(plan))),
        }
    }
}
