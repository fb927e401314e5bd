//! How a run stands when a command lets go of it: the last line of its output, and its exit code.

use std::fmt::Write as _;

use engine::base::{Lang, Millis, RunId, Timestamp};
use engine::executor::Settled;
use engine::plan::Plan;
use engine::run::{RunStatus, State, UnitState, UnitTiming, Verdict, overall_verdict, plan_recovery};
use serde::Serialize;

use super::exit::Exit;
use super::failure::Failure;
use super::options::Format;
use super::{pick, say};

/// A run in one JSON object.
#[derive(Debug, Serialize)]
struct Outcome<'a> {
    run: String,
    runbook: &'a str,
    mode: &'a str,
    status: &'a str,
    verdict: Option<&'a str>,
    rta_ms: Option<Millis>,
    rto_ms: Option<Millis>,
    started_at: String,
    ended_at: Option<String>,
    units: Vec<UnitOutcome<'a>>,
}

/// One of its units.
#[derive(Debug, Serialize)]
struct UnitOutcome<'a> {
    id: &'a str,
    state: &'a str,
    verdict: Option<&'a str>,
    elapsed_ms: Option<Millis>,
    target_ms: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'a str>,
}

/// Says how the run stands and gives the exit code that goes with it.
pub(super) fn conclude(run: RunId, settled: &Settled, now: Timestamp, format: Format) -> Result<Exit, Failure> {
    let (plan, state) = (&*settled.plan, &*settled.state);
    let verdict = overall_verdict(plan, state);
    // A reader that is gone does not change how the run went.
    let told = match format {
        Format::Json => say::json(&outcome(run, plan, state, verdict, now)),
        Format::Human => say::text(&summary(run, plan, state, verdict, now)),
    };
    match told {
        Ok(()) | Err(say::Closed::Pipe) => {}
        Err(closed @ say::Closed::Broken(_)) => return Err(closed.into()),
    }
    Ok(exit(state.status(), verdict))
}

const fn exit(status: RunStatus, verdict: Option<Verdict>) -> Exit {
    match status {
        RunStatus::Completed => match verdict {
            Some(Verdict::Exceeded | Verdict::NotRecovered) => Exit::Exceeded,
            Some(Verdict::Simulated | Verdict::Met | Verdict::NotMeasured) | None => Exit::Done,
        },
        RunStatus::Failed | RunStatus::Aborted | RunStatus::Aborting => Exit::Failed,
        RunStatus::Declared | RunStatus::Running | RunStatus::Waiting | RunStatus::Paused => Exit::Interrupted,
    }
}

fn outcome<'a>(run: RunId, plan: &'a Plan, state: &'a State, verdict: Option<Verdict>, now: Timestamp) -> Outcome<'a> {
    let recovery = plan_recovery(plan, state);
    let units = plan.unit_ixs().map(|ix| {
        let timing = UnitTiming::of(plan, state, ix, now);
        let unit = state.unit(ix);
        UnitOutcome {
            id: plan.unit(ix).id.as_str(),
            state: unit.state.keyword(),
            verdict: timing.verdict.map(Verdict::keyword),
            elapsed_ms: timing.elapsed,
            target_ms: timing.target,
            cause: unit.cause.as_ref().map(|cause| cause.message.get(Lang::En)),
        }
    });
    Outcome {
        run: run.to_string(),
        runbook: state.header().runbook.as_str(),
        mode: state.header().mode.keyword(),
        status: state.status().keyword(),
        verdict: verdict.map(Verdict::keyword),
        rta_ms: recovery.rta,
        rto_ms: recovery.rto,
        started_at: state.declared_at().to_iso(),
        ended_at: state.ended_at().map(Timestamp::to_iso),
        units: units.collect(),
    }
}

fn summary(run: RunId, plan: &Plan, state: &State, verdict: Option<Verdict>, now: Timestamp) -> String {
    let recovery = plan_recovery(plan, state);
    let (status, mode) = (state.status(), state.header().mode);
    let mut text = format!("run {run}: {} ({}, {})\n", status.keyword(), state.header().runbook, mode.keyword());
    let clock = |time: Option<Millis>| time.map_or_else(|| "-".to_owned(), Millis::clock);
    let verdict = verdict.map_or("open", Verdict::keyword);
    // Writing to a String can not fail.
    writeln!(text, "verdict {verdict}   RTA {}   RTO {}", clock(recovery.rta), clock(recovery.rto)).unwrap_or_default();
    for ix in plan.unit_ixs() {
        let (unit, it) = (state.unit(ix), plan.unit(ix));
        let timing = UnitTiming::of(plan, state, ix, now);
        let late = timing.verdict.is_some_and(|verdict| verdict > Verdict::NotMeasured);
        if !(late || unit.state.is_stuck() || unit.state == UnitState::Attested || unit.state == UnitState::Skipped) {
            continue;
        }
        let (took, target) = (clock(timing.elapsed), clock(timing.target));
        writeln!(text, "  {}: {}, {took} of {target}", it.id, unit.state.keyword()).unwrap_or_default();
        if let Some(cause) = &unit.cause {
            writeln!(text, "    {}", cause.message.get(Lang::En)).unwrap_or_default();
        }
    }
    text.push_str(&next_steps(run, status));
    text
}

fn next_steps(run: RunId, status: RunStatus) -> String {
    let short = pick::short(run);
    match status {
        RunStatus::Completed | RunStatus::Aborted => format!("report: relight report {short} --format html\n"),
        RunStatus::Failed => format!(
            "decide about the units above with relight retry|skip|attest {short} UNIT, or try them again: \
             relight resume {short} --retry-failed\n"
        ),
        RunStatus::Aborting | RunStatus::Declared | RunStatus::Running | RunStatus::Waiting | RunStatus::Paused => {
            format!("go on with it: relight resume {short}\n")
        }
    }
}
