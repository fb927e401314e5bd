//! Time comes in through here and nowhere else; clippy bans the globals.

use std::fmt;

use super::Timestamp;

/// What time it is. The journal's instants come from it, so tests and simulated runs bring their own.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The present instant. May stand still or step back; whoever records it keeps its own record in order.
    fn now(&self) -> Timestamp;
}

/// The system's wall clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the wall clock is read")]
    fn now(&self) -> Timestamp {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }
}
