//! A card: one thing that waits for the person who looks, and one button. Shown by `parts/card.html`.

use super::Tag;
use crate::i18n::Words;

/// One thing that waits for somebody.
#[derive(Debug)]
pub struct Card {
    /// What.
    pub title: String,
    /// The run's name.
    pub run: String,
    /// The run's page.
    pub run_url: String,
    /// The run's mode.
    pub mode: Tag,
    /// Why it waits for this person.
    pub why: String,
    /// Since when, for a counter that runs; `None` in simulated time.
    pub since: Option<i64>,
    /// Since when, in words.
    pub asked_at: String,
    /// How long until it moves the recovery time, in words.
    pub room: String,
    /// It moves it already.
    pub late: bool,
    /// Where the button leads.
    pub href: String,
    /// What the button says.
    pub button: String,
}

/// How long something may still wait before it moves the recovery time, in words; from milliseconds, less than nothing
/// where it moves it already.
pub fn room(w: Words, room: Option<i64>) -> String {
    let Some(room) = room else { return w.t("card-room-none") };
    let minutes = room.abs() / 60_000;
    if room > 0 { w.with("card-room", "n", minutes) } else { w.with("card-room-late", "n", minutes) }
}
