//! What a successor in command must know of the runs.

use super::Brief;
use crate::base::{Lang, Text};
use crate::plan::Plan;
use crate::report::Word as _;
use crate::run::{self, UnitState};

/// Lines of one kind that a brief has room for.
const LINES: usize = 40;

impl Brief {
    /// Puts in what is open in one run.
    pub fn add(&mut self, plan: &Plan, state: &run::State) {
        if !state.status().is_open() {
            return;
        }
        for ix in plan.unit_ixs() {
            let unit = plan.unit(ix);
            let stands = state.unit(ix).state;
            let line = |lang: Lang| {
                format!("{} / {}: {}", plan.body().title.get(lang), unit.title.get(lang), stands.word(lang))
            };
            let list = match stands {
                UnitState::AwaitingGate => &mut self.gates,
                UnitState::Running
                | UnitState::Verifying
                | UnitState::RetryWait
                | UnitState::RollingBack
                | UnitState::AwaitingManual => &mut self.at_work,
                UnitState::Failed | UnitState::Unknown | UnitState::RolledBack => &mut self.risks,
                UnitState::Pending
                | UnitState::Queued
                | UnitState::Ready
                | UnitState::Attested
                | UnitState::Skipped
                | UnitState::NotSelected
                | UnitState::Cancelled
                | UnitState::AwaitingRollback => continue,
            };
            if list.len() < LINES {
                list.push(Text::new(line(Lang::Ko), line(Lang::En)));
            }
        }
        if state.is_late(None) && self.risks.len() < LINES {
            let title = &plan.body().title;
            self.risks.push(Text::new(
                format!("{}: 복구목표시간을 넘겼습니다", title.get(Lang::Ko)),
                format!("{}: the recovery time objective has passed", title.get(Lang::En)),
            ));
        }
    }
}
