//! `clock_offset`: the clock of a host against that of the engine.

use super::super::check::{Answer, Reply};
use super::super::transcript::Transcript;
use super::Host;
use crate::base::{Lang, Millis, Text, Timestamp};
use crate::plan::look::Clock;

const SCRIPT: &str = include_str!("clock.sh");

/// Readings at most. Each leaves a doubt as long as its round trip; together they leave the part common to all.
const READINGS: u32 = 4;

/// The difference, host minus engine, lies somewhere from `least` to `most`; in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Offset {
    least: i64,
    most: i64,
}

pub(in super::super) async fn ask(host: &Host<'_>, clock: &Clock, transcript: &Transcript) -> Answer {
    let mut offset: Option<Offset> = None;
    for _ in 0..READINGS {
        let before = host.asker.clock.now();
        let measured = match host.measure(SCRIPT, &[], transcript).await {
            Ok(measured) => measured,
            Err(unknown) => return unknown,
        };
        let after = host.asker.clock.now();
        let seconds: i64 = match measured.wanted("seconds") {
            Ok(seconds) => seconds,
            Err(unknown) => return unknown,
        };
        let reading = reading(before, after, seconds, measured.number("nanoseconds"));
        let common = offset.map_or(reading, |known| known.and(reading));
        offset = Some(common);
        let answer = weigh(common, clock.max);
        if answer.reply() != Reply::Unknown {
            return answer;
        }
    }
    offset.map_or_else(|| Answer::unknown("읽지 못함", "never read"), |offset| weigh(offset, clock.max))
}

/// Whenever it was read, it was between the two instants of the engine. A clock without a fraction may be up to a second
/// further on than it says.
fn reading(before: Timestamp, after: Timestamp, seconds: i64, nanoseconds: Option<u32>) -> Offset {
    let whole = seconds.saturating_mul(1_000);
    let (earliest, latest) = match nanoseconds {
        Some(nanoseconds) => {
            let millis = whole.saturating_add(i64::from(nanoseconds / 1_000_000));
            (millis, millis)
        }
        None => (whole, whole.saturating_add(999)),
    };
    Offset { least: earliest.saturating_sub(after.0), most: latest.saturating_sub(before.0) }
}

impl Offset {
    /// What both allow. Readings that contradict each other, as when a clock was just set, leave the later one.
    fn and(self, later: Self) -> Self {
        let both = Self { least: self.least.max(later.least), most: self.most.min(later.most) };
        if both.least <= both.most { both } else { later }
    }
}

fn weigh(offset: Offset, max: Millis) -> Answer {
    let max_millis = i64::try_from(max.0).unwrap_or(i64::MAX);
    let Offset { least, most } = offset;
    let seen = Text::new(
        format!("시계 차이 {least:+} ~ {most:+} ms"),
        format!("the clock differs by {least:+} to {most:+} ms"),
    );
    let (ko, en) = (seen.get(Lang::Ko), seen.get(Lang::En));
    if least >= -max_millis && most <= max_millis {
        Answer::new(Reply::Up, seen)
    } else if least > max_millis || most < -max_millis {
        Answer::down(format!("{ko}, 기대 {max} 이내"), format!("{en}, wanted at most {max}"))
    } else {
        Answer::unknown(
            format!("{ko}: 왕복 시간이 길어 {max} 이내인지 가릴 수 없음"),
            format!("{en}: the way there takes too long to tell {max}"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_given_only_where_the_round_trip_leaves_no_doubt() {
        let max = Millis(100);
        let of = |least, most| weigh(Offset { least, most }, max).reply();
        assert_eq!(of(-100, 100), Reply::Up);
        assert_eq!(of(-101, 20), Reply::Unknown);
        assert_eq!(of(50, 101), Reply::Unknown);
        assert_eq!(of(101, 400), Reply::Down);
        assert_eq!(of(-400, -101), Reply::Down);
        assert_eq!(of(-500, 500), Reply::Unknown);
    }

    #[test]
    fn readings_are_bounded_by_the_engines_instants_and_narrow_each_other() {
        let first = reading(Timestamp(10_000), Timestamp(10_300), 10, Some(250_999_999));
        assert_eq!(first, Offset { least: -50, most: 250 });
        let coarse = reading(Timestamp(11_000), Timestamp(11_010), 11, None);
        assert_eq!(coarse, Offset { least: -10, most: 999 });
        assert_eq!(first.and(coarse), Offset { least: -10, most: 250 });
        let set = Offset { least: 5_000, most: 5_010 };
        assert_eq!(first.and(set), set);
    }
}
