//! A plan for programs. The shape is described in `docs/runbook-language.md`; times are milliseconds.

use serde_json::{Value, json};

use super::super::{Plan, UnitIx};

/// The plan with its planned times.
pub fn json(plan: &Plan) -> Value {
    let (body, schedule, graph) = (plan.body(), plan.schedule(), plan.graph());
    let ids = |units: &[UnitIx]| units.iter().map(|unit| plan.unit(*unit).id.as_str().to_owned()).collect::<Vec<_>>();
    json!({
        "runbook": body.runbook,
        "title": body.title,
        "digest": plan.digest(),
        "source": body.source,
        "length_ms": schedule.length(),
        "rto_ms": body.objectives.rto,
        "components": body.components.iter().map(|component| json!({
            "id": component.id,
            "version": component.version,
            "digest": component.digest,
        })).collect::<Vec<_>>(),
        "calls": body.callees.iter().map(|(id, callee)| json!({
            "runbook": id,
            "title": callee.body().title,
            "source": callee.body().source,
        })).collect::<Vec<_>>(),
        "kind": body.kind,
        "review": body.review,
        "schedule": body.schedule,
        "silences": body.silences,
        "critical_path": ids(schedule.critical_path()),
        "stages": body.stages.iter().map(|stage| json!({
            "id": stage.id,
            "title": stage.title,
            "needs": stage.needs.iter().map(|need| plan.stage(*need).id.as_str()).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "units": plan.unit_ixs().map(|ix| {
            let (unit, span) = (plan.unit(ix), schedule.span(ix));
            json!({
                "id": unit.id,
                "title": unit.title,
                "owner": unit.owner,
                "stage": plan.stage(unit.stage).id,
                "level": schedule.level(ix) + 1,
                "needs": ids(&unit.needs),
                "needs_stages": unit.needs_stages.iter().map(|s| plan.stage(*s).id.as_str()).collect::<Vec<_>>(),
                "target_ms": unit.target,
                "usable_within_ms": unit.usable.map(|usable| usable.within),
                "earliest_start_ms": span.earliest_start,
                "earliest_finish_ms": span.earliest_finish,
                "latest_start_ms": span.latest_start,
                "latest_finish_ms": span.latest_finish,
                "slack_ms": span.slack(),
            })
        }).collect::<Vec<_>>(),
        "services": body.services.iter().map(|service| {
            let (length, path) = schedule.service_path(graph, service);
            json!({
                "id": service.id,
                "title": service.title,
                "system": service.system,
                "recovers_from": service.recovers_from,
                "rto_ms": service.rto,
                "effective_rto_ms": service.effective_rto(),
                "length_ms": length,
                "path": ids(&path),
            })
        }).collect::<Vec<_>>(),
    })
}
