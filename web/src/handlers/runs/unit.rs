//! One unit of a run: its steps, its attempts and their output.

use askama::Template;
use axum::extract::{Path, State};
use engine::base::{Millis, UnitId};
use engine::plan::Unit;
use engine::run::{Account, Outcome, Purpose, UnitRun, UnitState, UnitTiming};
use serde::Deserialize;

use crate::app::App;
use crate::error::Error;
use crate::extract::{RunPath, SignedIn, Visitor};
use crate::handlers::teams::{Owner, owner};
use crate::i18n::Words;
use crate::pages::{Html, Shell, Tag};
use crate::urls;

/// Attempts whose output is shown, the newest first.
const SHOWN: usize = 20;

/// The unit of the path.
#[derive(Debug, Deserialize)]
pub struct Named {
    unit: String,
}

impl Named {
    /// Its id.
    pub(in crate::handlers) fn unit(&self) -> Result<UnitId, Error> {
        self.unit.parse().map_err(|_| Error::NotFound)
    }
}

#[derive(Debug)]
struct Attempt {
    step: String,
    number: String,
    started: String,
    took: String,
    outcome: String,
    class: &'static str,
    /// The run that it called: address and words.
    called: Option<(String, String)>,
    output: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "run/unit.html")]
pub struct Page {
    shell: Shell,
    run_url: String,
    run_title: String,
    id: String,
    state: Tag,
    target: String,
    actual: String,
    verdict: Option<Tag>,
    needs: String,
    owner: Option<Owner>,
    accounts: Vec<(String, String)>,
    steps: Vec<(String, String, &'static str)>,
    barred: Option<String>,
    cause: String,
    choice: Vec<(String, String)>,
    attempts: Vec<Attempt>,
}

/// Shows a unit.
pub async fn unit(
    State(app): State<App>,
    visitor: Visitor,
    _: SignedIn,
    RunPath(run): RunPath,
    Path(named): Path<Named>,
) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let id = named.unit()?;
    let view = app.engine.watch(run).await?.borrow().clone();
    let ix = view.plan.find(&id).ok_or(Error::NotFound)?;
    let (unit, unit_run) = (view.plan.unit(ix), view.state.unit(ix));
    let now = app.clock.now();
    let timing = UnitTiming::of(&view.plan, &view.state, ix, now);
    let called = view.state.called(&view.plan, ix);
    let mut attempts = Vec::new();
    for attempt in unit_run.attempts.iter().rev().take(SHOWN) {
        let step = unit.step(attempt.step).map(|step| w.text(&step.title).to_owned());
        let step = step.unwrap_or_default();
        let (class, outcome) = match &attempt.ended {
            None => ("st-running", w.word(&unit_run.state)),
            Some((_, Outcome::Succeeded { seen })) => ("st-ready", w.text(&seen.summary).to_owned()),
            Some((_, Outcome::Failed { cause, .. })) => ("st-failed", w.text(&cause.message).to_owned()),
            Some((_, Outcome::Unknown { why, .. })) => ("st-unknown", w.text(why).to_owned()),
        };
        attempts.push(Attempt {
            step: match attempt.purpose {
                Purpose::Act => step,
                Purpose::Probe => w.with("probe-of", "step", step),
            },
            number: w.with("attempt-number", "n", attempt.number),
            started: w.time(attempt.started_at),
            took: attempt.ended.as_ref().map_or(now, |(at, _)| *at).since(attempt.started_at).clock(),
            outcome,
            class,
            called: called
                .iter()
                .find(|(of, _)| *of == attempt.attempt)
                .map(|(_, run)| (urls::run(*run), w.called(*run))),
            output: app.engine.store().output(run, attempt.attempt).await?,
        });
    }
    let title = w.text(&unit.title).to_owned();
    let needs = unit.needs.iter().map(|need| w.text(&view.plan.unit(*need).title));
    let needs = needs.chain(unit.needs_stages.iter().map(|stage| w.text(&view.plan.stage(*stage).title)));
    let phase =
        |step: &engine::plan::Step| (w.text(&step.title).to_owned(), w.word(&step.phase), step.action.keyword());
    let verdict = timing.verdict.map(|verdict| Tag::verdict(w, verdict));
    Ok(Html(Page {
        shell: Shell::new(&visitor, &title),
        run_url: urls::run(run),
        run_title: w.text(&view.plan.body().title).to_owned(),
        id: id.to_string(),
        state: Tag::unit(w, unit_run.state),
        target: w.clock(unit.target),
        actual: w.clock(timing.elapsed),
        verdict: verdict.or_else(|| timing.live.map(|live| Tag::live(w, live))),
        needs: needs.collect::<Vec<_>>().join(", "),
        owner: owner(&app, w, view.plan.body().organisation.as_ref(), unit.owner.as_deref()).await?,
        accounts: Account::ALL
            .into_iter()
            .map(|account| (account, timing.accounts.get(account)))
            .filter(|(_, time)| *time > Millis::ZERO)
            .map(|(account, time)| (w.word(&account), time.clock()))
            .collect(),
        steps: unit.steps.iter().chain(unit.rollback.iter().map(|undo| &undo.step)).map(phase).collect(),
        barred: barred(w, unit, unit_run),
        cause: unit_run.cause.as_ref().map_or_else(String::new, |cause| w.text(&cause.message).to_owned()),
        choice: choice(w, unit_run),
        attempts,
    }))
}

/// Which other run it waits for, for a lock or for where that has to come.
fn barred(w: Words, unit: &Unit, run: &UnitRun) -> Option<String> {
    let waits = run.state == UnitState::Queued && !run.elsewhere.reached;
    let elsewhere = unit.starts_on.as_ref().filter(|_| waits);
    let elsewhere = elsewhere.map(|starts| w.elsewhere(starts, run.elsewhere.awaits.flatten()));
    elsewhere.or_else(|| run.awaits_lock.as_ref().map(|(lock, holder)| w.lock(lock, holder)))
}

/// How its condition was judged or its branch taken, the values that were seen, and those that its steps said.
fn choice(w: Words, run: &UnitRun) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    if let Some(judged) = &run.judged {
        let key = match judged.holds {
            Some(true) => "unit-choice-holds",
            Some(false) => "unit-choice-fails",
            None => "unit-choice-open",
        };
        facts.push((w.t("unit-choice"), w.t(key)));
    }
    if let Some(decided) = &run.decided {
        let branch = decided.branch.as_ref().map_or_else(|| w.t("unit-branch-none"), ToString::to_string);
        facts.push((w.t("unit-branch"), branch));
    }
    let saw = run.judged.iter().map(|judged| &judged.saw).chain(run.decided.iter().map(|decided| &decided.saw));
    let value = |(name, value): (&String, &Option<String>)| format!("{name} = {}", value.as_deref().unwrap_or("—"));
    let values: Vec<String> = saw.flatten().map(value).collect();
    if !values.is_empty() {
        facts.push((w.t("unit-saw"), values.join(", ")));
    }
    facts.extend(run.outputs.iter().map(|(name, value)| (w.with("unit-output", "name", name.as_str()), value.clone())));
    facts
}
