//! The way of a runbook through the compiler.

use super::super::lints::{self, Subject};
use super::super::{Graph, Plan, Schedule};
use super::{lower, names};
use crate::base::Digest;
use crate::runbook::{Diagnostics, Findings, Source, parse};

/// What came of a runbook.
#[derive(Debug)]
pub struct Compiled {
    /// The plan; present exactly when there is no error among the diagnostics.
    pub plan: Option<Plan>,
    /// Everything that was found.
    pub diagnostics: Diagnostics,
}

/// Compiles a runbook. All errors are found at once; lints that only warn speak once there is no error, because what
/// is half understood would be warned about wrongly.
pub fn compile(source: &Source) -> Compiled {
    let mut findings = Findings::new(source);
    let plan = plan(source, &mut findings);
    Compiled { plan, diagnostics: findings.finish() }
}

fn plan<'t>(source: &'t Source, findings: &mut Findings<'t>) -> Option<Plan> {
    let parsed = parse(source, findings)?;
    let needs = names::resolve(&parsed, findings);
    let graph = match Graph::build(needs.of_units(), needs.of_stages()) {
        Ok(graph) => Some(graph),
        Err(circles) => {
            lints::circle::report(&circles, &parsed.document, &needs, findings);
            lints::unreachable::report(&circles, &parsed.document, findings);
            None
        }
    };
    let (body, places) = lower::body(parsed, needs, Digest::of(source.text().as_bytes()), findings)?;
    let graph = graph.filter(|_| findings.errors() == 0)?;
    let schedule = Schedule::of(&body, &graph);
    lints::check(&Subject { body: &body, graph: &graph, schedule: &schedule, places: &places }, findings);
    if findings.errors() > 0 {
        return None;
    }
    Plan::complete(body, graph, schedule).ok()
}
