//! Small labels: a sign and a word, tinted.

use askama::Template;
use engine::cases::Phase;
use engine::plan::Mode;
use engine::replication::Level;
use engine::review::{Severity, Status};
use engine::run::{Flow, Live, RunStatus, UnitState, Verdict};

use crate::draw;
use crate::i18n::Words;

/// A label. In templates it is written `{{ tag|safe }}`: it escapes its own word.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/tag.html")]
pub struct Tag {
    /// Classes that tint it.
    pub class: String,
    /// Path of its sign; none for modes.
    pub sign: Option<&'static str>,
    /// Its word.
    pub word: String,
}

impl Tag {
    /// Of a unit's state.
    pub fn unit(w: Words, state: UnitState) -> Self {
        let class = format!("st-{}", state.keyword());
        Self { class, sign: Some(draw::of_unit(state)), word: w.word(&state) }
    }

    /// Of a run's status.
    pub fn run(w: Words, status: RunStatus) -> Self {
        let class = format!("rs-{}", status.keyword());
        Self { class, sign: Some(draw::of_run(status)), word: w.word(&status) }
    }

    /// Of a case's phase. Word and tint; it has no sign of its own.
    pub fn phase(w: Words, phase: Phase) -> Self {
        Self { class: format!("cp-{}", phase.keyword()), sign: None, word: w.word(&phase) }
    }

    /// Of a verdict.
    pub fn verdict(w: Words, verdict: Verdict) -> Self {
        let class = format!("v-{}", verdict.keyword());
        Self { class, sign: Some(draw::of_verdict(verdict)), word: w.word(&verdict) }
    }

    /// Of how a time stands that still runs.
    pub fn live(w: Words, live: Live) -> Self {
        let class = format!("lv-{}", live.keyword());
        Self { class, sign: Some(draw::of_live(live)), word: w.word(&live) }
    }

    /// Of how grave a finding is: tinted like the verdict that is as grave.
    pub fn severity(w: Words, severity: Severity) -> Self {
        let tint = match severity {
            Severity::Critical => Verdict::NotRecovered,
            Severity::High => Verdict::Exceeded,
            Severity::Medium | Severity::Low => Verdict::NotMeasured,
        };
        Self { word: w.text(&severity.title()).to_owned(), ..Self::verdict(w, tint) }
    }

    /// Of where a finding stands.
    pub fn finding(w: Words, status: &Status) -> Self {
        let tint = match status {
            Status::Closed { .. } => Verdict::Met,
            Status::Open | Status::Reopened { .. } => Verdict::Exceeded,
            Status::InProgress | Status::AwaitingRetest | Status::Waived { .. } => Verdict::NotMeasured,
        };
        Self { word: w.text(&status.title()).to_owned(), ..Self::verdict(w, tint) }
    }

    /// Of how a replication link stands.
    pub fn flow(w: Words, flow: Flow) -> Self {
        let class = format!("fl-{}", flow.keyword());
        Self { class, sign: Some(draw::of_flow(flow)), word: w.text(&flow.title()).to_owned() }
    }

    /// Of a loss against its objective.
    pub fn level(w: Words, level: Level) -> Self {
        let (class, key) = match level {
            Level::Calm => ("lv-on_track", "replication-level-calm"),
            Level::Near => ("lv-at_risk", "replication-level-near"),
            Level::Breached => ("lv-breached", "replication-level-breached"),
        };
        Self { class: class.to_owned(), sign: Some(draw::of_level(level)), word: w.t(key) }
    }

    /// Of a mode.
    pub fn mode(w: Words, mode: Mode) -> Self {
        Self { class: format!("mode-tag m-{}", mode.keyword()), sign: None, word: w.word(&mode) }
    }
}
