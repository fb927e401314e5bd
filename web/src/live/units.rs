//! The table of units: target, actual, verdict, and where the time went.

use askama::Template;
use engine::base::{Millis, RunId};
use engine::plan::UnitIx;
use engine::run::{Account, UnitTiming};

use super::Scene;
use crate::i18n::Words;
use crate::pages::Tag;
use crate::urls;

#[derive(Debug)]
struct Row {
    /// Of the first unit of a stage: the stage's id and name.
    stage: Option<(String, String)>,
    name: String,
    id: String,
    href: String,
    state: Tag,
    target: Option<Millis>,
    actual: String,
    since: Option<i64>,
    verdict: Option<Tag>,
    accounts: String,
    retries: usize,
    note: String,
    /// Since when others may use it, where that is before it is ready.
    usable: Option<String>,
    /// Runs that it called: address and words.
    called: Vec<(String, String)>,
}

#[derive(Debug, Template)]
#[template(path = "run/units.html")]
pub(super) struct Units {
    w: Words,
    rows: Vec<Row>,
}

impl Units {
    pub(super) fn of(scene: &Scene<'_>, timings: &[UnitTiming]) -> Self {
        let (w, plan) = (scene.w, scene.plan);
        let mut stage = None;
        let rows = plan.unit_ixs().map(|ix| {
            let (unit, run, timing) = (plan.unit(ix), scene.state.unit(ix), &timings[ix.at()]);
            let first = stage != Some(unit.stage);
            stage = Some(unit.stage);
            let ticking = timing
                .eligible
                .filter(|_| scene.ticks() && run.settled_at.is_none() && scene.state.ended_at().is_none());
            let verdict = timing.verdict.map(|verdict| Tag::verdict(w, verdict));
            let cause = run.cause.as_ref().map(|cause| w.text(&cause.message).to_owned());
            let said = run.said.as_ref().map(|(by, text)| match by {
                Some(by) => format!("{}: {}", by.name, w.text(text)),
                None => w.text(text).to_owned(),
            });
            Row {
                stage: first.then(|| {
                    let stage = plan.stage(unit.stage);
                    (stage.id.to_string(), w.text(&stage.title).to_owned())
                }),
                name: w.text(&unit.title).to_owned(),
                id: unit.id.to_string(),
                href: urls::run_unit(scene.run, &unit.id),
                state: Tag::unit(w, run.state),
                target: unit.target,
                actual: w.clock(timing.elapsed),
                since: ticking.map(|at| at.0),
                verdict: verdict.or_else(|| timing.live.map(|live| Tag::live(w, live))),
                accounts: accounts(w, timing),
                retries: run.attempts.iter().filter(|attempt| attempt.number > 1).count(),
                note: said.or(cause).unwrap_or_default(),
                usable: run.usable_at.map(|at| w.with("unit-usable-since", "at", w.time(at))),
                called: called(scene, ix),
            }
        });
        Self { w, rows: rows.collect() }
    }
}

/// The runs that a unit called, each once.
fn called(scene: &Scene<'_>, unit: UnitIx) -> Vec<(String, String)> {
    let mut runs: Vec<RunId> = scene.state.called(scene.plan, unit).into_iter().map(|(_, run)| run).collect();
    runs.dedup();
    runs.into_iter().map(|run| (urls::run(run), scene.w.called(run))).collect()
}

/// Where a unit's time went, leaving out what took none.
fn accounts(w: Words, timing: &UnitTiming) -> String {
    let spent = |account: &Account| timing.accounts.get(*account) > Millis::ZERO;
    let said = |account: Account| format!("{} {}", w.word(&account), timing.accounts.get(account).clock());
    Account::ALL.into_iter().filter(spent).map(said).collect::<Vec<_>>().join(" · ")
}
