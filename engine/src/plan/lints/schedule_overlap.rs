//! L17: scheduled times that overlap, as a monthly one does with the weekly one on the first Sunday.

use std::collections::BTreeSet;

use super::super::Occasion;
use super::super::compile::Part;
use super::{Subject, Warnings};
use crate::base::{Day, Lang, Millis};
use crate::runbook::{Code, Finding};

/// After so many years the calendar repeats itself: every day of the year has then been every day of the week.
const YEARS: i16 = 28;
/// The first of these years. Any will do; what is found must not depend on the day on which it is looked for.
const FIRST: &str = "2024-01-01";
/// Times looked at, at most.
const LOOKED_AT: usize = 400_000;
const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    let schedule = &subject.body.schedule;
    let lasts = |occasion: &Occasion| occasion.lasts.unwrap_or_else(|| subject.schedule.length());
    let takes: Vec<Millis> = schedule.iter().map(lasts).collect();
    for Overlap { first, second, day, minute } in overlaps(schedule, &takes) {
        let span = subject.places.schedule.get(second).copied().unwrap_or_default();
        let other = subject.places.schedule.get(first).copied().unwrap_or_default();
        let at = format!("{day} {:02}:{:02}", minute / 60, minute % 60);
        let name = |at: usize, lang| schedule[at].title.get(lang);
        warnings.report(Part::Runbook, Code::ScheduleOverlap, span, || {
            let lasts = takes[first];
            if first == second {
                return Finding::new(
                    format!("`{}` lasts {lasts} and begins again before it is over, as at {at}", name(first, Lang::En)),
                    format!("`{}`은(는) {lasts} 걸리는데 끝나기 전에 다시 시작됩니다. 예: {at}", name(first, Lang::Ko)),
                )
                .help("let more time pass between two of them", "간격을 늘리십시오");
            }
            Finding::new(
                format!(
                    "`{}` begins while `{}`, which lasts {lasts}, is under way, as at {at}",
                    name(second, Lang::En),
                    name(first, Lang::En)
                ),
                format!(
                    "`{}`이(가) {lasts} 걸리는 `{}` 도중에 시작됩니다. 예: {at}",
                    name(second, Lang::Ko),
                    name(first, Lang::Ko)
                ),
            )
            .also(other, "the other", "다른 하나")
            .help("move one of them, or leave the day out of one", "하나를 옮기거나 겹치는 날을 빼십시오")
        });
    }
}

/// One that begins while another, or itself, is under way.
struct Overlap {
    first: usize,
    second: usize,
    day: Day,
    minute: u32,
}

/// The first overlap of each pair.
fn overlaps(schedule: &[Occasion], takes: &[Millis]) -> Vec<Overlap> {
    let Ok(mut day) = FIRST.parse::<Day>() else { return Vec::new() };
    let last = day.parts().0 + YEARS;
    let mut found = Vec::new();
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut ends: Vec<u64> = vec![0; schedule.len()];
    let (mut midnight, mut looked_at) = (DAY, 0_usize);
    while day.parts().0 < last && looked_at < LOOKED_AT && !schedule.is_empty() {
        let mut times: Vec<(u32, usize)> = Vec::new();
        for (occasion, row) in schedule.iter().zip(0..) {
            times.extend(occasion.cron.minutes_of(day).map(|minute| (minute, row)));
        }
        times.sort_unstable();
        looked_at += times.len();
        for (minute, row) in times {
            let at = midnight + u64::from(minute) * MINUTE;
            for (other, _) in ends.iter().enumerate().filter(|(_, end)| **end > at) {
                if pairs.insert((other.min(row), other.max(row))) {
                    found.push(Overlap { first: other, second: row, day, minute });
                }
            }
            ends[row] = ends[row].max(at + takes[row].0);
        }
        midnight += DAY;
        day = day.next();
    }
    found
}
