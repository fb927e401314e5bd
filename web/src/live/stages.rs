//! The bar of stages: which is done, which is at work.

use askama::Template;
use engine::plan;
use engine::run::UnitState;

use super::Scene;
use crate::i18n::Words;

#[derive(Debug)]
struct Stage {
    name: String,
    class: String,
    word: String,
    current: bool,
    done: usize,
    units: usize,
}

#[derive(Debug, Template)]
#[template(path = "run/stages.html")]
pub(super) struct Stages {
    w: Words,
    stages: Vec<Stage>,
}

impl Stages {
    pub(super) fn of(scene: &Scene<'_>) -> Self {
        let w = scene.w;
        let stages = scene.plan.body().stages.iter().map(|stage| {
            let Standing { like, word, done, units } = Standing::of(scene, stage);
            Stage {
                name: w.text(&stage.title).to_owned(),
                class: format!("st-{}", like.keyword()),
                word,
                current: !matches!(like, UnitState::Ready | UnitState::Pending),
                done,
                units,
            }
        });
        Self { w, stages: stages.collect() }
    }
}

/// Where a stage stands as a whole.
pub(super) struct Standing {
    /// The state of a unit that looks like it: what a person has to know first wins.
    pub(super) like: UnitState,
    /// The word for it.
    pub(super) word: String,
    /// Units that what follows may count upon.
    pub(super) done: usize,
    /// All its units.
    pub(super) units: usize,
}

impl Standing {
    pub(super) fn of(scene: &Scene<'_>, stage: &plan::Stage) -> Self {
        let states: Vec<UnitState> = stage.unit_ixs().map(|ix| scene.state.unit(ix).state).collect();
        let done = states.iter().filter(|state| state.satisfies()).count();
        let any = |fits: fn(UnitState) -> bool| states.iter().any(|state| fits(*state));
        let (like, key) = if any(UnitState::is_stuck) {
            (UnitState::Failed, "stage-stuck")
        } else if any(UnitState::awaits_person) {
            (UnitState::AwaitingGate, "stage-waiting")
        } else if any(UnitState::is_active) {
            (UnitState::Running, "stage-running")
        } else if done == states.len() {
            (UnitState::Ready, "stage-done")
        } else {
            (UnitState::Pending, "stage-pending")
        };
        Self { like, word: scene.w.t(key), done, units: states.len() }
    }
}
