//! Numbers as people read them.

use crate::base::{Lang, Millis, Timestamp};

/// Where there is nothing to show.
pub(super) const NOTHING: &str = "–";

/// A duration to the millisecond, as short as that can be: `48:00`, `1:02:03`, `0:07.250`.
pub(super) fn span(time: Millis) -> String {
    let (hours, minutes, seconds, millis) =
        (time.0 / 3_600_000, time.0 / 60_000 % 60, time.0 / 1_000 % 60, time.0 % 1_000);
    let rest = if millis == 0 { String::new() } else { format!(".{millis:03}") };
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}{rest}") } else { format!("{minutes}:{seconds:02}{rest}") }
}

/// A duration, or nothing.
pub(super) fn maybe_span(time: Option<Millis>) -> String {
    time.map_or_else(|| NOTHING.to_owned(), span)
}

/// A booked duration; no time at all is nothing.
pub(super) fn booked(time: Millis) -> String {
    maybe_span(Some(time).filter(|time| *time > Millis::ZERO))
}

/// A difference with its sign: `+8:00`, `−2:00`, `0:00`.
pub(super) fn difference(millis: i64) -> String {
    let size = span(Millis(millis.unsigned_abs()));
    match millis {
        0 => size,
        1.. => format!("+{size}"),
        i64::MIN..=-1 => format!("−{size}"),
    }
}

/// A difference, or nothing.
pub(super) fn maybe_difference(millis: Option<i64>) -> String {
    millis.map_or_else(|| NOTHING.to_owned(), difference)
}

/// An instant in Seoul with its offset, or nothing.
pub(super) fn instant(at: Option<Timestamp>) -> String {
    at.map_or_else(|| NOTHING.to_owned(), Timestamp::in_seoul)
}

/// Tenths of a percent: `120%`, `99.9%`.
pub(super) fn percent(tenths: u64) -> String {
    match tenths % 10 {
        0 => format!("{}%", tenths / 10),
        rest => format!("{}.{rest}%", tenths / 10),
    }
}

/// Compliance with its coverage, never one without the other: `100% (3/40 측정)`.
pub(super) fn compliance(tally: super::Tally, lang: Lang) -> String {
    let share = tally.compliance().map_or_else(|| NOTHING.to_owned(), |tenths| percent(tenths.into()));
    let (measured, all) = (tally.measured(), tally.in_scope());
    match lang {
        Lang::Ko => format!("{share} ({measured}/{all} 측정)"),
        Lang::En => format!("{share} ({measured}/{all} measured)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Tally;

    #[test]
    fn durations_lose_nothing_and_differences_have_signs() {
        assert_eq!(span(Millis::minutes(48)), "48:00");
        assert_eq!(span(Millis(7_250)), "0:07.250");
        assert_eq!(span(Millis(3_723_001)), "1:02:03.001");
        assert_eq!(difference(480_000), "+8:00");
        assert_eq!(difference(-120_000), "−2:00");
        assert_eq!(difference(0), "0:00");
        assert_eq!(booked(Millis::ZERO), NOTHING);
    }

    #[test]
    fn compliance_is_never_shown_without_its_coverage() {
        let tally = Tally { met: 3, not_measured: 37, ..Tally::default() };
        assert_eq!(compliance(tally, Lang::Ko), "100% (3/40 측정)");
        assert_eq!(
            compliance(Tally { met: 999, exceeded: 1, ..Tally::default() }, Lang::En),
            "99.9% (1000/1000 measured)"
        );
        assert_eq!(compliance(Tally { simulated: 5, ..Tally::default() }, Lang::En), "– (0/5 measured)");
    }
}
