//! Panels of forecasts that were made already. One plays a plan thousands of times, and says the same until the plan or its past
//! runs change.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use engine::base::{Digest, Lang};

use super::forecast::{Panel, Tried};

/// Panels that are kept; the one made first gives way.
const KEPT: usize = 64;

/// What a panel follows from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// The plan.
    pub(super) plan: Digest,
    /// The past runs.
    pub(super) past: Digest,
    /// What is tried.
    pub(super) tried: Tried,
    /// The language of its words.
    pub(super) lang: Lang,
}

static PANELS: Mutex<VecDeque<(Key, Panel)>> = Mutex::new(VecDeque::new());

/// The panel of these, where it was made before.
pub(super) fn known(key: &Key) -> Option<Panel> {
    let panels = PANELS.lock().unwrap_or_else(PoisonError::into_inner);
    panels.iter().find(|(known, _)| known == key).map(|(_, panel)| panel.clone())
}

/// Keeps one.
pub(super) fn keep(key: Key, panel: &Panel) {
    let mut panels = PANELS.lock().unwrap_or_else(PoisonError::into_inner);
    if panels.iter().all(|(known, _)| *known != key) {
        panels.push_back((key, panel.clone()));
        let surplus = panels.len().saturating_sub(KEPT);
        panels.drain(..surplus);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: usize) -> Key {
        Key { plan: Digest::of(&n.to_be_bytes()), past: Digest::ZERO, tried: Tried::default(), lang: Lang::En }
    }

    fn panel(n: usize) -> Panel {
        let (basis, concurrency, before) = (n.to_string(), String::new(), String::new());
        Panel { basis, concurrency, before, rows: Vec::new(), hindsight: Vec::new() }
    }

    #[test]
    fn a_panel_is_known_by_all_that_it_follows_from_and_no_more_than_so_many_are_kept() {
        keep(key(0), &panel(0));
        assert_eq!(known(&key(0)).unwrap().basis, "0");
        for other in [
            Key { past: Digest::of(b"a run more"), ..key(0) },
            Key { lang: Lang::Ko, ..key(0) },
            Key { tried: Tried::of("7", ""), ..key(0) },
        ] {
            assert!(known(&other).is_none(), "{other:?}");
        }
        for n in 1..=KEPT {
            keep(key(n), &panel(n));
        }
        assert!(known(&key(0)).is_none() && known(&key(KEPT)).is_some());
        assert!(PANELS.lock().unwrap().len() <= KEPT);
    }
}
