//! `relight press`: the process that sets one report for print. Started by the program itself, not by people.

use paper::pdf::Press;

/// The press of this program: itself, by the file that it runs from, even when that was replaced meanwhile.
pub(super) fn press() -> Press {
    Press::new("/proc/self/exe".into(), vec!["press".into()])
}
