//! A plan for Graphviz.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::super::{Node, NodeIx, Plan};

/// The graph in the DOT language. Stages are clusters, their ends small points; the critical path is drawn bold.
pub fn dot(plan: &Plan) -> String {
    let body = plan.body();
    let critical: HashSet<_> = plan.schedule().critical_path().iter().copied().collect();
    let mut out = format!("digraph {} {{\n  rankdir=LR;\n  node [shape=box];\n", quoted(body.runbook.as_str()));
    for (stage, at) in body.stages.iter().zip(0..) {
        let _ = writeln!(out, "  subgraph cluster_{at} {{\n    label={};", quoted(stage.id.as_str()));
        for ix in stage.unit_ixs() {
            let unit = plan.unit(ix);
            let label = unit.target.map_or_else(|| unit.id.to_string(), |target| format!("{}\n{target}", unit.id));
            let style = if critical.contains(&ix) { ", style=bold" } else { "" };
            let _ = writeln!(out, "    {} [label={}{style}];", quoted(unit.id.as_str()), quoted(&label));
        }
        out.push_str("  }\n");
        let _ = writeln!(out, "  {} [shape=point];", barrier(at));
    }
    for &from in plan.graph().order() {
        for &to in plan.graph().successors(from) {
            let _ = writeln!(out, "  {} -> {};", name(plan, from), name(plan, to));
        }
    }
    out.push_str("}\n");
    out
}

fn name(plan: &Plan, at: NodeIx) -> String {
    match plan.graph().node(at) {
        Node::Unit(unit) => quoted(plan.unit(unit).id.as_str()),
        Node::Barrier(stage) => barrier(stage.0),
    }
}

/// No unit can have this name: a name never begins with `_`.
fn barrier(stage: u32) -> String {
    format!("_end_{stage}")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
