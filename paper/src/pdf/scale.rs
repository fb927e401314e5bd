//! What the pictures have in common: an axis of time in ten-thousandths of its length.

use engine::base::{Lang, Millis};
use serde::Serialize;

/// The length of an axis.
const LENGTH: u64 = 10_000;

/// An axis of time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    end: u64,
    step: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct Tick {
    at: u64,
    label: String,
}

impl Scale {
    /// One long enough.
    pub(super) fn up_to(longest: Millis) -> Self {
        let longest = longest.0.max(1_000);
        let step = distance(longest);
        Self { end: longest.div_ceil(step) * step, step }
    }

    /// A place on it.
    #[expect(clippy::cast_possible_truncation, reason = "not more than LENGTH")]
    pub(super) const fn at(self, time: Millis) -> u64 {
        let scaled = time.0 as u128 * LENGTH as u128 / self.end as u128;
        if scaled > LENGTH as u128 { LENGTH } else { scaled as u64 }
    }

    /// From place to place; what was so short that it would not be seen has a width all the same.
    pub(super) fn bar(self, from: Millis, to: Millis) -> [u64; 2] {
        let (from, to) = (self.at(from), self.at(to));
        [from, to.max(from + 15).min(LENGTH).max(from)]
    }

    pub(super) fn ticks(self) -> Vec<Tick> {
        let tick = |n: u64| Tick { at: self.at(Millis(n * self.step)), label: Millis(n * self.step).clock() };
        (0..=self.end / self.step).map(tick).collect()
    }
}

/// A round distance that gives at most nine ticks.
fn distance(longest: u64) -> u64 {
    const STEPS: [u64; 15] = [
        1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000,
        7_200_000, 14_400_000,
    ];
    STEPS.into_iter().find(|step| longest / step < 8).unwrap_or(longest.div_ceil(8).max(1))
}

/// The form for a language.
pub(super) const fn pick(lang: Lang, ko: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::Ko => ko,
        Lang::En => en,
    }
}

/// At most so many characters.
pub(super) fn clip(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}
