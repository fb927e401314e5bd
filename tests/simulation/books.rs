//! Where time went, reckoned from the whole history each time it is asked for.

use engine::base::{Millis, Timestamp};

/// Instants and the account that time goes to from each on; `None` where no clock runs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Book(Vec<(Timestamp, Option<&'static str>)>);

impl Book {
    pub(crate) fn enter(&mut self, at: Timestamp, account: Option<&'static str>) {
        self.0.push((at, account));
    }

    /// Books the time since the last entry to an account after all.
    pub(crate) fn amend(&mut self, account: &'static str) {
        if let Some((_, last)) = self.0.last_mut() {
            *last = Some(account);
        }
    }

    /// Time booked to an account up to `now`.
    pub(crate) fn booked(&self, account: &str, now: Timestamp) -> Millis {
        let ends = self.0.iter().skip(1).map(|(at, _)| *at).chain([now]);
        self.0.iter().zip(ends).filter(|((_, to), _)| *to == Some(account)).map(|((from, _), to)| to.since(*from)).sum()
    }
}

/// The account of a unit in a state.
pub(crate) fn account_of_unit(state: &str, held: bool) -> Option<&'static str> {
    match state {
        "queued" if held => Some("pause"),
        "queued" | "awaiting_rollback" => Some("queue"),
        "rolling_back" => Some("rollback"),
        "running" => Some("exec"),
        "verifying" => Some("check"),
        "retry_wait" => Some("retry_wait"),
        "awaiting_gate" => Some("gate"),
        "awaiting_manual" | "failed" => Some("manual"),
        "unknown" => Some("unknown"),
        _ => None,
    }
}

/// The account of a run whose units are in these states.
pub(crate) fn account_of_run(held: bool, adopted: bool, states: impl Iterator<Item = &'static str>) -> &'static str {
    let states: Vec<&str> = states.collect();
    if held {
        return "pause";
    }
    if !adopted {
        return "queue";
    }
    let order = [
        ("running", "exec"),
        ("rolling_back", "rollback"),
        ("verifying", "check"),
        ("retry_wait", "retry_wait"),
        ("awaiting_gate", "gate"),
        ("awaiting_manual", "manual"),
        ("unknown", "unknown"),
        ("failed", "manual"),
        ("rolled_back", "manual"),
    ];
    order.into_iter().find(|(state, _)| states.contains(state)).map_or("queue", |(_, account)| account)
}
