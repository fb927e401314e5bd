//! Where time went, reckoned from the whole history each time it is asked for.

use engine::base::{Millis, Timestamp};

/// Stretches of an exercise that count for no clock; the last may go on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Holds(Vec<(Timestamp, Option<Timestamp>)>);

impl Holds {
    pub(crate) fn begin(&mut self, at: Timestamp) {
        self.0.push((at, None));
    }

    pub(crate) fn is_open(&self) -> bool {
        self.0.last().is_some_and(|(_, end)| end.is_none())
    }

    pub(crate) fn end(&mut self, at: Timestamp) {
        if let Some((_, end)) = self.0.last_mut() {
            end.get_or_insert(at);
        }
    }

    /// What lies in holds of the time from `from` to `to`.
    fn within(&self, from: Timestamp, to: Timestamp) -> Millis {
        let clip = |at: Timestamp| at.max(from).min(to);
        self.0.iter().map(|(begin, end)| clip(end.unwrap_or(to)).since(clip(*begin))).sum()
    }

    /// What does not.
    pub(crate) fn counted(&self, from: Timestamp, to: Timestamp) -> Millis {
        Millis(to.since(from).0 - self.within(from, to).0)
    }
}

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

    /// Time booked to an account up to `now`. What lies in a hold is excluded, whatever the account.
    pub(crate) fn booked(&self, account: &str, now: Timestamp, holds: &Holds) -> Millis {
        let ends = self.0.iter().skip(1).map(|(at, _)| *at).chain([now]);
        let spans = self.0.iter().zip(ends).map(|((from, account), to)| (*account, *from, to));
        spans
            .map(|(to, from, end)| match to {
                Some(_) if account == "excluded" => holds.within(from, end),
                Some(to) if to == account => holds.counted(from, end),
                Some(_) | None => Millis::ZERO,
            })
            .sum()
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
