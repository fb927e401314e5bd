//! Forecasts that were made already. One plays a plan thousands of times, and says the same until the plan or its past runs
//! change.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use engine::base::Digest;
use engine::forecast::WhatIf;

use super::forecast::Foreseen;

/// Forecasts that are kept; the one made first gives way.
const KEPT: usize = 64;

/// What a forecast follows from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// The plan.
    pub(super) plan: Digest,
    /// The past runs.
    pub(super) past: Digest,
    /// What is tried.
    pub(super) what_if: WhatIf,
}

static FORESEEN: Mutex<VecDeque<(Key, Foreseen)>> = Mutex::new(VecDeque::new());

/// The forecast of these, where it was made before.
pub(super) fn known(key: &Key) -> Option<Foreseen> {
    let all = FORESEEN.lock().unwrap_or_else(PoisonError::into_inner);
    all.iter().find(|(known, _)| known == key).map(|(_, foreseen)| foreseen.clone())
}

/// Keeps one.
pub(super) fn keep(key: Key, foreseen: &Foreseen) {
    let mut all = FORESEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if all.iter().all(|(known, _)| *known != key) {
        all.push_back((key, foreseen.clone()));
        let surplus = all.len().saturating_sub(KEPT);
        all.drain(..surplus);
    }
}

#[cfg(test)]
mod tests {
    use engine::base::Millis;
    use engine::forecast::Outlook;

    use super::*;

    fn key(n: usize) -> Key {
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
        keep(key(0), &foreseen(0));
        assert_eq!(known(&key(0)).unwrap().past_runs, 0);
        for other in [
            Key { past: Digest::of(b"a run more"), ..key(0) },
            Key { what_if: WhatIf { concurrency: Some(7), ..WhatIf::default() }, ..key(0) },
        ] {
            assert!(known(&other).is_none(), "{other:?}");
        }
        for n in 1..=KEPT {
            keep(key(n), &foreseen(n));
        }
        assert!(known(&key(0)).is_none() && known(&key(KEPT)).is_some());
        assert!(FORESEEN.lock().unwrap().len() <= KEPT);
    }
}
