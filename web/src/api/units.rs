//! Units of a run and the output of their attempts.

use axum::Json;
use axum::extract::{Path, State};
use engine::base::{Text, Timestamp, UnitId};
use engine::executor::View;
use engine::plan::{Action, UnitIx};
use engine::run::{Account, AttemptId, Outcome, UnitState, UnitTiming};
use serde::Deserialize;

use super::Caller;
use super::model::{Attempt, Both, GateOpen, GateVote, ManualOpen, Output, Unit, UnitLine, iso};
use super::runs::who;
use crate::app::App;
use crate::error::Error;
use crate::extract::RunPath;

/// The unit of the path.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    unit: String,
}

/// One unit with its attempts.
#[utoipa::path(get, path = "/api/v1/runs/{run}/units/{unit}", tag = "runs",
    params(
        ("run" = String, Path, format = "uuid", description = "The run."),
        ("unit" = String, Path, description = "The unit."),
    ),
    responses((status = 200, description = "The unit.", body = Unit)))]
pub(super) async fn show(
    State(app): State<App>,
    _: Caller,
    RunPath(run): RunPath,
    Path(named): Path<Named>,
) -> Result<Json<Unit>, Error> {
    let id: UnitId = named.unit.parse().map_err(|_| Error::NotFound)?;
    let view = app.engine.watch(run).await?.borrow().clone();
    let ix = view.plan.find(&id).ok_or(Error::NotFound)?;
    let now = view.state.ended_at().unwrap_or_else(|| app.clock.now());
    let (unit, unit_run) = (view.plan.unit(ix), view.state.unit(ix));
    let timing = UnitTiming::of(&view.plan, &view.state, ix, now);
    let spent = Account::ALL.into_iter().map(|account| (account.keyword().to_owned(), timing.accounts.get(account).0));
    Ok(Json(Unit {
        line: line(&view, ix, now),
        needs: unit.needs.iter().map(|need| view.plan.unit(*need).id.to_string()).collect(),
        needs_stages: unit.needs_stages.iter().map(|stage| view.plan.stage(*stage).id.to_string()).collect(),
        accounts_ms: spent.filter(|(_, time)| *time > 0).collect(),
        outputs: unit_run.outputs.iter().map(|(name, value)| (name.to_string(), value.clone())).collect(),
        tries: attempts(&view, ix),
    }))
}

/// A unit as it stands in the table of its run.
pub(super) fn line(view: &View, ix: UnitIx, now: Timestamp) -> UnitLine {
    let (unit, run) = (view.plan.unit(ix), view.state.unit(ix));
    let timing = UnitTiming::of(&view.plan, &view.state, ix, now);
    UnitLine {
        unit: unit.id.to_string(),
        title: Both::of(&unit.title),
        stage: view.plan.stage(unit.stage).id.to_string(),
        state: run.state,
        target_ms: unit.target.map(|time| time.0),
        elapsed_ms: timing.elapsed.map(|time| time.0),
        verdict: timing.verdict,
        live: timing.live,
        eligible_at: run.eligible_at.map(iso),
        started_at: run.started_at.map(iso),
        settled_at: run.settled_at.map(iso),
        cause: run.cause.as_ref().map(|cause| Both::of(&cause.message)),
        gate: gate(view, ix),
        manual: manual(view, ix),
        attempts: u32::try_from(run.attempts.len()).unwrap_or(u32::MAX),
    }
}

fn gate(view: &View, ix: UnitIx) -> Option<GateOpen> {
    let run = view.state.unit(ix);
    let open = run.gate.as_ref().filter(|_| run.state == UnitState::AwaitingGate)?;
    let Action::Gate(gate) = &view.plan.unit(ix).step(run.step)?.action else { return None };
    let votes = open.votes.iter().map(|vote| GateVote {
        by: who(&vote.by),
        role: vote.role.to_string(),
        approve: vote.approve,
        comment: vote.comment.clone(),
    });
    Some(GateOpen {
        question: Both::of(&gate.question),
        roles: open.roles(gate).map(ToString::to_string).collect(),
        quorum: gate.quorum,
        opened_at: iso(open.opened_at),
        deadline: open.deadline.map(iso),
        overdue: open.overdue,
        digest: open.digest,
        votes: votes.collect(),
    })
}

fn manual(view: &View, ix: UnitIx) -> Option<ManualOpen> {
    let run = view.state.unit(ix);
    let open = run.manual.as_ref().filter(|_| run.state == UnitState::AwaitingManual)?;
    let Action::Manual(manual) = &view.plan.unit(ix).step(run.step)?.action else { return None };
    Some(ManualOpen::of(manual, open))
}

fn attempts(view: &View, ix: UnitIx) -> Vec<Attempt> {
    let called = view.state.called(&view.plan, ix);
    let of = |attempt: &engine::run::Attempt| {
        let said = attempt.ended.as_ref().map(|(_, outcome)| match outcome {
            Outcome::Succeeded { seen } => ("succeeded", &seen.summary),
            Outcome::Failed { cause, .. } => ("failed", &cause.message),
            Outcome::Unknown { why, .. } => ("unknown", why),
        });
        let step = view.plan.unit(ix).step(attempt.step).map(|step| &step.title);
        Attempt {
            attempt: attempt.attempt.0,
            step: Both::of(step.unwrap_or(&Text::default())),
            number: attempt.number,
            purpose: attempt.purpose,
            started_at: iso(attempt.started_at),
            ended_at: attempt.ended.as_ref().map(|(at, _)| iso(*at)),
            result: said.map(|(result, _)| result.to_owned()),
            said: said.map(|(_, text)| Both::of(text)),
            called: called.iter().find(|(by, _)| *by == attempt.attempt).map(|(_, run)| *run),
        }
    };
    view.state.unit(ix).attempts.iter().map(of).collect()
}

/// The attempt of the path.
#[derive(Debug, Deserialize)]
pub(super) struct Numbered {
    attempt: String,
}

/// The kept output of an attempt.
#[utoipa::path(get, path = "/api/v1/runs/{run}/attempts/{attempt}/output", tag = "runs",
    params(
        ("run" = String, Path, format = "uuid", description = "The run."),
        ("attempt" = u32, Path, description = "The attempt's number within the run."),
    ),
    responses((status = 200, description = "The output; empty while nothing came.", body = Output)))]
pub(super) async fn output(
    State(app): State<App>,
    _: Caller,
    RunPath(run): RunPath,
    Path(numbered): Path<Numbered>,
) -> Result<Json<Output>, Error> {
    let attempt: u32 = numbered.attempt.parse().map_err(|_| Error::NotFound)?;
    let view = app.engine.watch(run).await?.borrow().clone();
    let made = |ix: UnitIx| view.state.unit(ix).attempts.iter().any(|known| known.attempt.0 == attempt);
    if !view.plan.unit_ixs().any(made) {
        return Err(Error::NotFound);
    }
    let text = app.engine.store().output(run, AttemptId(attempt)).await?;
    Ok(Json(Output { attempt, text }))
}
