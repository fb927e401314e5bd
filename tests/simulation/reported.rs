//! The report of a simulated run as its reader has it: what it books is the time that has passed, to the millisecond.

use std::path::Path;

use engine::base::Timestamp;
use engine::plan::Plan;
use engine::report::RunReport;
use engine::run::Row;
use harness::recompute;
use serde_json::{Value, json};

use crate::people::RUN;

/// The text of a runbook that was never written.
const SOURCE: &str = "";

fn report(plan: &Plan, rows: &[Row], now: Timestamp) -> Result<RunReport, String> {
    RunReport::on(plan, RUN, SOURCE, rows, now).map_err(|corrupt| corrupt.to_string())
}

/// Lays the report with all that it is made of into a folder of its own.
pub(crate) fn lay(folder: &Path, seed: u64, plan: &Plan, rows: &[Row], now: Timestamp) -> Result<(), String> {
    let frozen = plan.freeze().map_err(|error| error.to_string())?;
    recompute::lay(&folder.join(format!("{seed:05}")), &report(plan, rows, now)?, &frozen, SOURCE, rows);
    Ok(())
}

/// Whether every span of the JSON report is booked without remainder.
pub(crate) fn balances(plan: &Plan, rows: &[Row], now: Timestamp) -> Result<(), String> {
    let RunReport { cover, basis, plan, services, tiers, stages, units, .. } = report(plan, rows, now)?;
    // The JSON of the report as far as it books anything.
    let report = json!({
        "cover": cover, "basis": basis, "plan": plan, "services": services, "tiers": tiers, "stages": stages, "units": units,
    });
    let basis = &report["basis"];
    let passed = number(&report["cover"]["as_of_at"]) - number(&report["cover"]["declared_at"]);
    same(&"the run", booked(&basis["accounts"]), number(&basis["wall_ms"]))?;
    same(&"the run by the clock", number(&basis["wall_ms"]), passed)?;
    for unit in lines(&report, "units") {
        same(&unit["unit"], booked(&unit["accounts"]), number(&unit["elapsed_ms"]))?;
        if let Some(ready) = unit["ready_at"].as_i64().filter(|_| !unit["eligible_at"].is_null()) {
            same(&unit["unit"], number(&unit["elapsed_ms"]), ready - number(&unit["eligible_at"]))?;
        }
    }
    for line in ["stages", "tiers", "services"].iter().flat_map(|name| lines(&report, name)) {
        let ledger = &line["ledger"];
        same(line, booked(&ledger["accounts"]) + number(&ledger["elsewhere_ms"]), number(&ledger["wall_ms"]))?;
        same(line, number(&ledger["until_at"]) - number(&ledger["from_at"]), number(&ledger["wall_ms"]))?;
    }
    let recoveries = lines(&report, "services").map(|line| &line["recovery"]).chain([&report["plan"]["recovery"]]);
    for recovery in recoveries.filter(|recovery| !recovery["rta_ms"].is_null()) {
        let gross = number(&recovery["end_at"]) - number(&basis["origin_at"]);
        same(recovery, number(&recovery["rta_ms"]) + number(&recovery["excluded_ms"]), gross)?;
        same(recovery, number(&recovery["rta_gross_ms"]), gross)?;
    }
    Ok(())
}

fn lines<'r>(report: &'r Value, name: &str) -> impl Iterator<Item = &'r Value> {
    report[name].as_array().into_iter().flatten()
}

fn booked(accounts: &Value) -> i64 {
    accounts.as_object().into_iter().flat_map(|accounts| accounts.values()).map(number).sum()
}

/// A number of the report; what does not apply took no time.
fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

fn same(what: &impl ToString, booked: i64, passed: i64) -> Result<(), String> {
    if booked == passed {
        return Ok(());
    }
    Err(format!("{}: booked are {booked} ms, passed have {passed}", what.to_string()))
}
