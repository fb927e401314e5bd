//! Graph and Gantt of a run.

use engine::base::Millis;
use engine::plan::{Stage, UnitIx};
use engine::run::{UnitState, UnitTiming, plan_recovery};

use super::Scene;
use super::stages::Standing;
use crate::draw::{self, Dag, Gantt, Lane, Look, Piece};
use crate::urls;

pub(super) fn dag(scene: &Scene<'_>, timings: &[UnitTiming]) -> Dag {
    if draw::is_by_stage(scene.plan) {
        return Dag::of_stages(scene.plan, scene.w, |stage| look_of_stage(scene, stage));
    }
    Dag::of(scene.plan, scene.w, |ix| look(scene, timings, ix))
}

fn look_of_stage(scene: &Scene<'_>, stage: &Stage) -> Look {
    let Standing { like, word, done, units } = Standing::of(scene, stage);
    Look {
        class: format!("st-{}", like.keyword()),
        sign: draw::of_unit(like),
        word,
        time: format!("{done}/{units}"),
        href: Some(format!("#stage-{}", stage.id)),
    }
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
    let lanes: Vec<Lane> = if draw::is_by_stage(plan) {
        plan.body().stages.iter().map(|stage| lane_of_stage(scene, timings, stage)).collect()
    } else {
        plan.unit_ixs().map(|ix| lane(scene, &timings[ix.at()], ix)).collect()
    };
    let until = state.ended_at().unwrap_or(scene.now);
    // The picture begins at the declaration; the deadline is reckoned from the run's origin.
    let deadline = recovery.origin.zip(recovery.rto).map(|(origin, rto)| state.deadline(origin, rto, until));
    let rto = deadline.map(|at| (scene.offset(at), w.t("gantt-rto")));
    let now = state.ended_at().is_none().then(|| (scene.offset(scene.now), w.t("gantt-now")));
    Gantt::of(w.t("gantt-label"), &lanes, rto, now)
}

fn lane(scene: &Scene<'_>, timing: &UnitTiming, ix: UnitIx) -> Lane {
    let state = scene.state.unit(ix).state;
    let span = scene.plan.schedule().span(ix);
    Lane {
        name: scene.name(ix).to_owned(),
        class: format!("st-{}", state.keyword()),
        word: scene.w.word(&state),
        plan: scene.plan.unit(ix).target.map(|_| (span.earliest_start, span.earliest_finish)),
        pieces: pieces(scene, timing, state),
    }
}

/// From the first of its units to the last.
fn lane_of_stage(scene: &Scene<'_>, timings: &[UnitTiming], stage: &Stage) -> Lane {
    let Standing { like, word, .. } = Standing::of(scene, stage);
    let spans = || stage.unit_ixs().map(|ix| scene.plan.schedule().span(ix));
    let start = spans().map(|span| span.earliest_start).min();
    let finish = spans().map(|span| span.earliest_finish).max();
    let begun = stage.unit_ixs().filter_map(|ix| timings[ix.at()].eligible.zip(timings[ix.at()].elapsed));
    let begun: Vec<(Millis, Millis)> = begun.map(|(at, took)| (scene.offset(at), scene.offset(at) + took)).collect();
    let from = begun.iter().map(|(from, _)| *from).min();
    let to = begun.iter().map(|(_, to)| *to).max();
    let class = if like.awaits_person() { "wait" } else { "bar" };
    Lane {
        name: scene.w.text(&stage.title).to_owned(),
        class: format!("st-{}", like.keyword()),
        word,
        plan: start.zip(finish),
        pieces: from.zip(to).map(|(from, to)| Piece { from, to, class }).into_iter().collect(),
    }
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
