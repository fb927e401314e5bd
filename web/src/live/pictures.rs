//! Graph and Gantt of a run.

use engine::base::Millis;
use engine::plan::UnitIx;
use engine::run::{UnitState, UnitTiming, plan_recovery};

use super::Scene;
use crate::draw::{self, Dag, Gantt, Lane, Look, Piece};
use crate::urls;

pub(super) fn dag(scene: &Scene<'_>, timings: &[UnitTiming]) -> Dag {
    Dag::of(scene.plan, scene.w, |ix| look(scene, timings, ix))
}

fn look(scene: &Scene<'_>, timings: &[UnitTiming], ix: UnitIx) -> Look {
    let state = scene.state.unit(ix).state;
    let target = scene.plan.unit(ix).target;
    let time = match (timings[ix.at()].elapsed, target) {
        (Some(elapsed), Some(target)) => format!("{} / {}", elapsed.clock(), short(target)),
        (Some(elapsed), None) => elapsed.clock(),
        (None, Some(target)) => short(target),
        (None, None) => String::new(),
    };
    Look {
        class: format!("st-{}", state.keyword()),
        sign: draw::of_unit(state),
        word: scene.w.word(&state),
        time,
        href: Some(urls::run_unit(scene.run, &scene.plan.unit(ix).id)),
    }
}

/// Targets are round: no tenths.
fn short(target: Millis) -> String {
    let (minutes, seconds) = (target.0 / 60_000, target.0 / 1_000 % 60);
    if minutes >= 60 { target.clock() } else { format!("{minutes}:{seconds:02}") }
}

pub(super) fn gantt(scene: &Scene<'_>, timings: &[UnitTiming]) -> Gantt {
    let (w, plan, state) = (scene.w, scene.plan, scene.state);
    let recovery = plan_recovery(plan, state);
    let lanes: Vec<Lane> = plan
        .unit_ixs()
        .map(|ix| {
            let run = state.unit(ix);
            let span = plan.schedule().span(ix);
            Lane {
                name: scene.name(ix).to_owned(),
                class: format!("st-{}", run.state.keyword()),
                word: w.word(&run.state),
                plan: plan.unit(ix).target.map(|_| (span.earliest_start, span.earliest_finish)),
                pieces: pieces(scene, &timings[ix.at()], run.state),
            }
        })
        .collect();
    // The picture begins at the declaration; the deadline is reckoned from the run's origin.
    let deadline = recovery.origin.zip(recovery.rto).map(|(origin, rto)| origin.plus(rto));
    let rto = deadline.map(|at| (scene.offset(at), w.t("gantt-rto")));
    let now = state.ended_at().is_none().then(|| (scene.offset(scene.now), w.t("gantt-now")));
    Gantt::of(w.t("gantt-label"), &lanes, rto, now)
}

/// From eligible to settled: within the target as the state is, past it as an excess.
fn pieces(scene: &Scene<'_>, timing: &UnitTiming, state: UnitState) -> Vec<Piece> {
    let Some((from, elapsed)) = timing.eligible.zip(timing.elapsed) else { return Vec::new() };
    let from = scene.offset(from);
    let end = from + elapsed;
    let waits = state.awaits_person()
        || matches!(state, UnitState::Queued | UnitState::RetryWait | UnitState::AwaitingRollback);
    let class = if waits { "wait" } else { "bar" };
    match timing.target {
        Some(target) if elapsed > target => {
            vec![Piece { from, to: from + target, class }, Piece { from: from + target, to: end, class: "over" }]
        }
        Some(_) | None => vec![Piece { from, to: end, class }],
    }
}
