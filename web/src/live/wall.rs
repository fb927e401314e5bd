//! What must be readable from across the room: status, elapsed, remaining, forecast, who is awaited, what is at risk.

use askama::Template;
use engine::base::{Millis, Timestamp};
use engine::forecast::Prospects;
use engine::plan::{Action, Origin};
use engine::run::{
    Forecast, ORIGINS, RunStatus, UnitTiming, Verdict, capacity_now, origin_mark, overall_verdict, plan_recovery,
};
use fluent_bundle::FluentArgs;

use super::Scene;
use super::scene::is_risky;
use crate::i18n::Words;
use crate::pages::Tag;

#[derive(Debug)]
struct OriginRow {
    name: String,
    at: String,
    elapsed: String,
    since: Option<i64>,
    chosen: bool,
}

#[derive(Debug, Template)]
#[template(path = "run/wall.html")]
pub(super) struct Wall {
    w: Words,
    /// The server's clock, for what ticks; simulated time does not tick.
    now: Option<i64>,
    status: Tag,
    hint: String,
    /// What is wrong with the store, as far as it concerns this page.
    notice: Option<String>,
    elapsed: String,
    since: Option<i64>,
    origin: String,
    rto: String,
    remaining: String,
    until: Option<i64>,
    tint: &'static str,
    live: Option<Tag>,
    verdict: Option<Tag>,
    forecast: Option<(String, String)>,
    /// What past runs tell of its end, and how that does against the objective.
    past: Option<(String, Option<Tag>)>,
    /// How much of the capacity is there.
    capacity: Option<String>,
    done: String,
    origins: Vec<OriginRow>,
    awaited: Vec<String>,
    barred: Vec<String>,
    risky: Vec<String>,
}

impl Wall {
    pub(super) fn of(scene: &Scene<'_>, forecast: &Forecast, timings: &[UnitTiming]) -> Self {
        let (w, plan, state, now) = (scene.w, scene.plan, scene.state, scene.now);
        let recovery = plan_recovery(plan, state);
        let stopped = recovery.end.or_else(|| state.ended_at());
        let until = stopped.unwrap_or(now);
        let deadline = recovery.origin.zip(recovery.rto).map(|(origin, rto)| state.deadline(origin, rto, until));
        let live = forecast.plan_live(plan, state, Millis::ZERO);
        let verdict = overall_verdict(plan, state);
        let over = deadline.is_some_and(|deadline| until > deadline);
        let remaining = deadline.map(|deadline| {
            if over { format!("+{}", until.since(deadline).clock()) } else { deadline.since(until).clock() }
        });
        // Pages reckon from here how long it takes: later than it began by what was excluded.
        let counted_from = |at: Timestamp| at.plus(state.exclusions().within(at, until));
        let origins = ORIGINS.into_iter().filter_map(|origin: Origin| {
            let at = state.mark(origin_mark(origin))?;
            Some(OriginRow {
                name: w.word(&origin),
                at: w.time(at),
                elapsed: until.since(counted_from(at)).clock(),
                since: (stopped.is_none() && scene.ticks()).then(|| counted_from(at).0),
                chosen: origin == plan.body().objectives.clock,
            })
        });
        let expected = (stopped.is_none() && state.status() != RunStatus::Failed).then(|| forecast.plan());
        Self {
            w,
            now: scene.ticks().then_some(now.0),
            status: Tag::run(w, state.status()),
            hint: hint(scene),
            notice: notice(scene),
            elapsed: recovery.origin.map_or_else(|| "–".to_owned(), |origin| until.since(counted_from(origin)).clock()),
            since: recovery.origin.filter(|_| stopped.is_none() && scene.ticks()).map(|at| counted_from(at).0),
            origin: w.word(&plan.body().objectives.clock),
            rto: recovery.rto.map_or_else(|| w.t("wall-no-rto"), |rto| w.with("wall-remaining", "rto", w.span(rto))),
            remaining: remaining.unwrap_or_else(|| "–".to_owned()),
            until: deadline.filter(|_| stopped.is_none() && scene.ticks()).map(|at| at.0),
            tint: tint(over, is_risky(live), verdict),
            live: live.map(|live| Tag::live(w, live)),
            verdict: verdict.map(|verdict| Tag::verdict(w, verdict)),
            forecast: expected.map(|at| {
                (w.time(at), recovery.origin.map_or_else(String::new, |origin| at.since(counted_from(origin)).clock()))
            }),
            past: expected.and(scene.prospects).map(|prospects| past(scene, prospects)),
            capacity: capacity(scene),
            done: w.with2("wall-done", ("done", state.done()), ("units", plan.units().len())),
            origins: origins.collect(),
            awaited: awaited(scene),
            barred: barred(scene),
            risky: plan
                .unit_ixs()
                .filter(|ix| is_risky(timings[ix.at()].live))
                .map(|ix| scene.name(ix).to_owned())
                .take(6)
                .collect(),
        }
    }
}

/// When it ends if every unit takes what its past runs took: by the median, and by what nine of ten did not exceed.
fn past(scene: &Scene<'_>, prospects: &Prospects) -> (String, Option<Tag>) {
    let (w, plan, state, now) = (scene.w, scene.plan, scene.state, scene.now);
    let [p50, p90] = [&prospects.p50, &prospects.p90].map(|expected| Forecast::expecting(expected, plan, state, now));
    let mut args = FluentArgs::new();
    args.set("runs", prospects.runs);
    args.set("p50", w.time(p50.plan()));
    args.set("p90", w.time(p90.plan()));
    let live = p90.plan_live(plan, state, Millis::ZERO).filter(|live| is_risky(Some(*live)));
    (w.with_all("wall-past", &args), live.map(|live| Tag::live(w, live)))
}

fn capacity(scene: &Scene<'_>) -> Option<String> {
    let (w, plan) = (scene.w, scene.plan);
    plan.units().iter().any(|unit| unit.capacity.is_some()).then(|| {
        let now = capacity_now(plan, scene.state).to_string();
        match plan.body().objectives.min_capacity {
            Some(least) => w.with2("wall-capacity-least", ("now", now), ("least", least.to_string())),
            None => w.with("wall-capacity", "now", now),
        }
    })
}

const fn tint(over: bool, risky: bool, verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Met) => "is-good",
        Some(Verdict::Exceeded | Verdict::NotRecovered) => "is-bad",
        Some(Verdict::Simulated | Verdict::NotMeasured) | None if over => "is-bad",
        Some(Verdict::Simulated | Verdict::NotMeasured) | None if risky => "is-warn",
        Some(Verdict::Simulated | Verdict::NotMeasured) | None => "",
    }
}

/// A page that is old says so; one of a run that still goes says when nothing can be recorded.
fn notice(scene: &Scene<'_>) -> Option<String> {
    let w = scene.w;
    if let Some(since) = scene.stale_since {
        return Some(w.with("stale-store", "at", w.time(since)));
    }
    scene.trouble.filter(|_| scene.state.status().is_open()).map(|trouble| w.trouble(trouble))
}

/// Why it stands as it stands, where a word more helps.
fn hint(scene: &Scene<'_>) -> String {
    if scene.state.status() != RunStatus::Paused {
        return String::new();
    }
    let reason = match scene.state.pause_reason() {
        Some((Some(by), reason)) => format!("{}: {}", by.name, scene.w.text(reason)),
        Some((None, reason)) => scene.w.text(reason).to_owned(),
        None => String::new(),
    };
    if scene.state.exclusions().is_open() { format!("{} — {reason}", scene.w.t("exercise-held")) } else { reason }
}

/// Who must do something before it goes on.
fn awaited(scene: &Scene<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for ix in scene.plan.unit_ixs() {
        let run = scene.state.unit(ix);
        if !run.state.awaits_person() {
            continue;
        }
        let step = scene.plan.unit(ix).step(run.step);
        let who = match (step.map(|step| &step.action), &run.gate) {
            (Some(Action::Gate(gate)), Some(open)) => scene.w.roles(open.roles(gate)),
            (Some(Action::Manual(manual)), _) => scene.w.roles_for_work(&manual.roles),
            _ => scene.w.roles_for_work(&[]),
        };
        lines.push(format!("{} — {who}", scene.name(ix)));
    }
    lines
}

/// Which units wait for which other run, for its locks or for where it has to come.
fn barred(scene: &Scene<'_>) -> Vec<String> {
    let waiting = scene.plan.unit_ixs().filter_map(|ix| Some((ix, scene.state.unit(ix).awaits_lock.as_ref()?)));
    let locks = waiting.map(|(ix, (lock, holder))| format!("{} — {}", scene.name(ix), scene.w.lock(lock, holder)));
    let elsewhere = scene.state.awaiting().filter_map(|ix| {
        let starts = scene.plan.unit(ix).starts_on.as_ref()?;
        let awaits = scene.state.unit(ix).elsewhere.awaits.flatten();
        Some(format!("{} — {}", scene.name(ix), scene.w.elsewhere(starts, awaits)))
    });
    locks.chain(elsewhere).collect()
}
