//! The live picture of a run on a terminal.

use std::sync::Mutex;

use engine::base::{Lang, Millis, Timestamp};
use engine::executor::View;
use engine::plan::{Plan, UnitIx};
use engine::run::{Forecast, State, UnitState, UnitTiming};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Redraws in a second, at most.
const HERTZ: u8 = 10;
/// Units shown at once; the summary line counts the others.
const SHOWN: usize = 10;

/// A block of lines at the bottom of the terminal.
#[derive(Debug)]
pub(super) struct Progress {
    block: MultiProgress,
    lines: Mutex<Vec<ProgressBar>>,
}

impl Default for Progress {
    fn default() -> Self {
        let block = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(HERTZ));
        Self { block, lines: Mutex::default() }
    }
}

impl Progress {
    /// A line that stays, above the block.
    pub(super) fn above(&self, line: &str) {
        // A terminal that went away is found out by the signal that says so.
        self.block.println(line).unwrap_or_default();
    }

    /// Draws the run as it is at `now`.
    pub(super) fn draw(&self, view: &View, now: Timestamp) {
        let wanted = picture(&view.plan, &view.state, view.stale_since, now);
        let mut lines = self.lines.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        while lines.len() > wanted.len() {
            if let Some(line) = lines.pop() {
                line.finish_and_clear();
                self.block.remove(&line);
            }
        }
        while lines.len() < wanted.len() {
            // The template is cut at the terminal's width, so no line ever wraps.
            let style = ProgressStyle::with_template("{wide_msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
            lines.push(self.block.add(ProgressBar::new_spinner().with_style(style)));
        }
        for (line, text) in lines.iter().zip(wanted) {
            line.set_message(text);
        }
    }

    /// Takes the block away.
    pub(super) fn clear(&self) {
        self.block.clear().unwrap_or_default();
    }
}

fn picture(plan: &Plan, state: &State, stale_since: Option<Timestamp>, now: Timestamp) -> Vec<String> {
    let mut lines = vec![head(plan, state, now), stages(plan, state)];
    if let Some(since) = stale_since {
        lines.push(format!("the journal can not be read since {}: what stands here is that old", since.in_seoul()));
    }
    let at_work = |unit: &UnitIx| {
        let state = state.unit(*unit).state;
        state.is_active() && state != UnitState::Queued || state.awaits_person() || state.is_stuck()
    };
    let (shown, others): (Vec<_>, Vec<_>) =
        plan.unit_ixs().filter(at_work).enumerate().partition(|(at, _)| *at < SHOWN);
    lines.extend(shown.into_iter().map(|(_, unit)| unit_line(plan, state, unit, now)));
    if !others.is_empty() {
        lines.push(format!("  and {} more", others.len()));
    }
    lines
}

fn head(plan: &Plan, state: &State, now: Timestamp) -> String {
    let since = state.origin(plan).unwrap_or_else(|| state.declared_at());
    let elapsed = state.exclusions().counted(since, state.ended_at().unwrap_or(now)).clock();
    let mut parts = vec![
        format!("{} {}", plan.body().runbook, state.header().mode.keyword()),
        state.status().keyword().to_owned(),
        format!("{} of {} units", state.done(), plan.units().len()),
    ];
    match plan.body().objectives.rto {
        Some(rto) => parts.push(format!("{elapsed} of {}", rto.clock())),
        None => parts.push(elapsed),
    }
    let live = Forecast::of(plan, state, now).plan_live(plan, state, Millis::ZERO);
    parts.extend(live.map(|live| live.keyword().to_owned()));
    parts.extend(state.pause_reason().map(|(by, reason)| {
        let who = by.as_ref().map_or("the runbook", |by| by.name.as_str());
        format!("paused by {who}: {}", reason.get(Lang::En))
    }));
    parts.join(" · ")
}

fn stages(plan: &Plan, state: &State) -> String {
    let progress = |stage: &engine::plan::Stage| {
        let (mut done, mut all) = (0_u32, 0_u32);
        for unit in stage.unit_ixs() {
            all += 1;
            done += u32::from(state.unit(unit).state.satisfies());
        }
        if done == all { format!("{} ✓", stage.id) } else { format!("{} {done}/{all}", stage.id) }
    };
    plan.body().stages.iter().map(progress).collect::<Vec<_>>().join("  ")
}

fn unit_line(plan: &Plan, state: &State, ix: UnitIx, now: Timestamp) -> String {
    let (unit, run) = (plan.unit(ix), state.unit(ix));
    let timing = UnitTiming::of(plan, state, ix, now);
    let took = timing.elapsed.unwrap_or_default().clock();
    let target = unit.target.map_or_else(String::new, |target| format!(" of {}", target.clock()));
    let late = if run.exceeded { " LATE" } else { "" };
    let doing = unit.step(run.step).map_or_else(String::new, |step| {
        match step.action.gate().filter(|_| run.state == UnitState::AwaitingGate) {
            Some(gate) => {
                let votes = run.gate.as_ref().map_or(0, |open| open.votes.len());
                let roles: Vec<&str> = gate.approvers.iter().map(engine::base::RoleName::as_str).collect();
                format!("{votes} of {} votes; approvers: {}", gate.quorum, roles.join(", "))
            }
            None => step.title.get(Lang::En).to_owned(),
        }
    });
    format!("  {:<24} {:<15} {took}{target}{late}  {doing}", unit.id, run.state.keyword())
}
