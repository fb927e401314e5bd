//! The bar of stages: which is done, which is at work.

use askama::Template;
use engine::run::UnitState;

use super::Scene;
use crate::i18n::Words;

#[derive(Debug)]
struct Stage {
    name: String,
    class: &'static str,
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
            let states: Vec<UnitState> = stage.unit_ixs().map(|ix| scene.state.unit(ix).state).collect();
            let done = states.iter().filter(|state| state.satisfies()).count();
            let any = |fits: fn(UnitState) -> bool| states.iter().any(|state| fits(*state));
            let (class, key) = if any(UnitState::is_stuck) {
                ("st-failed", "stage-stuck")
            } else if any(UnitState::awaits_person) {
                ("st-awaiting_gate", "stage-waiting")
            } else if any(UnitState::is_active) {
                ("st-running", "stage-running")
            } else if done == states.len() {
                ("st-ready", "stage-done")
            } else {
                ("st-pending", "stage-pending")
            };
            let current = any(UnitState::is_stuck) || any(UnitState::awaits_person) || any(UnitState::is_active);
            let name = w.text(&stage.title).to_owned();
            Stage { name, class, word: w.t(key), current, done, units: states.len() }
        });
        Self { w, stages: stages.collect() }
    }
}
