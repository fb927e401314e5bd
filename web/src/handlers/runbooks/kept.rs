//! Forecasts that were made already. One plays a plan thousands of times, and says the same until the plan or its past runs
//! change.

use std::time::Duration;

use engine::base::Digest;
use engine::forecast::WhatIf;
use moka::sync::Cache;

use super::forecast::Foreseen;

/// Forecasts that are kept.
const KEPT: u64 = 64;
/// How long one is kept that nobody looks at.
const UNSEEN: Duration = Duration::from_hours(1);

/// What a forecast follows from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    /// The plan.
    pub(super) plan: Digest,
    /// The past runs.
    pub(super) past: Digest,
    /// What is tried.
    pub(super) what_if: WhatIf,
}

/// Forecasts by all that they follow from.
#[derive(Debug)]
pub struct Foresight(Cache<Key, Foreseen>);

impl Default for Foresight {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(KEPT).time_to_idle(UNSEEN).build())
    }
}

impl Foresight {
    /// The forecast of these, where it was made before.
    pub(super) fn known(&self, key: &Key) -> Option<Foreseen> {
        self.0.get(key)
    }

    /// Keeps one.
    pub(super) fn keep(&self, key: Key, foreseen: Foreseen) {
        self.0.insert(key, foreseen);
    }
}

#[cfg(test)]
mod tests {
    use engine::base::Millis;
    use engine::forecast::Outlook;

    use super::*;

    fn key(n: u64) -> Key {
        Key { plan: Digest::of(&n.to_be_bytes()), past: Digest::ZERO, what_if: WhatIf::default() }
    }

    fn foreseen(past_runs: usize) -> Foreseen {
        let (p50, p90) = (Millis(1), Millis(2));
        let outlook =
            Outlook { trials: 1, units_known: 0, units: 1, rto: None, p50, p90, chance: None, services: Vec::new() };
        Foreseen { past_runs, outlook, hindsight: Vec::new() }
    }

    #[test]
    fn a_forecast_is_known_by_all_that_it_follows_from_and_no_more_than_so_many_are_kept() {
        let foresight = Foresight::default();
        foresight.keep(key(0), foreseen(7));
        assert_eq!(foresight.known(&key(0)).unwrap().past_runs, 7);
        for other in [
            Key { past: Digest::of(b"a run more"), ..key(0) },
            Key { what_if: WhatIf { concurrency: Some(7), ..WhatIf::default() }, ..key(0) },
        ] {
            assert!(foresight.known(&other).is_none(), "{other:?}");
        }
        for n in 1..=2 * KEPT {
            foresight.keep(key(n), foreseen(0));
        }
        foresight.0.run_pending_tasks();
        assert_eq!(foresight.0.entry_count(), KEPT);
    }
}
