//! A sign for each state, as the path of a 16 × 16 picture: a state is told by its sign and its word, never by colour alone.

use engine::replication::Level;
use engine::run::{Flow, Live, RunStatus, UnitState, Verdict};

const TICK: &str = "M3 8.5l3.5 3.5L13 4.5";
const CROSS: &str = "M4 4l8 8M12 4l-8 8";
const ASK: &str = "M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M8 13v.2";
const PLAY: &str = "M5 3.5v9l7-4.5z";
const PAUSE: &str = "M5.5 3.5v9M10.5 3.5v9";
const CLOCK: &str = "M8 4v4.5l3 1.5M8 1.8a6.2 6.2 0 1 0 .01 0";
const PERSON: &str = "M8 7.5a2.6 2.6 0 1 0-.01 0M3 13.5c.6-3 2.5-4.2 5-4.2s4.4 1.2 5 4.2";
const DOT: &str = "M8 8v.01";
const LOOK: &str = "M7 2.8a4.2 4.2 0 1 0 .01 0M10.2 10.2L13.5 13.5";
const AGAIN: &str = "M12.5 5.5A5.2 5.2 0 1 0 13.2 9M12.8 2v3.8H9";
const OVER: &str = "M3 4l4 4-4 4M8.5 4l4 4-4 4";
const BAR: &str = "M3 8h10";
const BACK: &str = "M6.5 3L3 6.5L6.5 10M3 6.5h6a3.7 3.7 0 0 1 0 7.4H7";
const RISK: &str = "M8 2.5L14.2 13.2H1.8zM8 6.5v3M8 11.4v.1";

/// Of a unit's state.
pub const fn of_unit(state: UnitState) -> &'static str {
    match state {
        UnitState::Pending => DOT,
        UnitState::Queued => CLOCK,
        UnitState::Running => PLAY,
        UnitState::Verifying => LOOK,
        UnitState::RetryWait => AGAIN,
        UnitState::AwaitingGate | UnitState::AwaitingManual => PERSON,
        UnitState::Ready | UnitState::Attested => TICK,
        UnitState::Failed => CROSS,
        UnitState::Unknown => ASK,
        UnitState::Skipped => OVER,
        UnitState::NotSelected | UnitState::Cancelled => BAR,
        UnitState::AwaitingRollback | UnitState::RollingBack | UnitState::RolledBack => BACK,
    }
}

/// Of a run's status.
pub const fn of_run(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Declared => CLOCK,
        RunStatus::Running => PLAY,
        RunStatus::Waiting => PERSON,
        RunStatus::Paused => PAUSE,
        RunStatus::Failed => RISK,
        RunStatus::Aborting | RunStatus::Aborted => CROSS,
        RunStatus::Completed => TICK,
    }
}

/// Of how a replication link stands.
pub const fn of_flow(flow: Flow) -> &'static str {
    match flow {
        Flow::Streaming => PLAY,
        Flow::CatchingUp => CLOCK,
        Flow::Stopped => PAUSE,
        Flow::Broken => CROSS,
        Flow::Unknown => ASK,
    }
}

/// Of a loss against its objective.
pub const fn of_level(level: Level) -> &'static str {
    match level {
        Level::Calm => TICK,
        Level::Near => RISK,
        Level::Breached => CROSS,
    }
}

/// Of a verdict.
pub const fn of_verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Simulated | Verdict::NotMeasured => BAR,
        Verdict::Met => TICK,
        Verdict::Exceeded => RISK,
        Verdict::NotRecovered => CROSS,
    }
}

/// Of how a time stands while it still runs.
pub const fn of_live(live: Live) -> &'static str {
    match live {
        Live::OnTrack => TICK,
        Live::AtRisk => CLOCK,
        Live::Breached => RISK,
    }
}
