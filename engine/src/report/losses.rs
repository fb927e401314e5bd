//! How much of what a link brings over would have been lost, over time and against the RPO: a picture as numbers, and in words.

use super::words::pick;
use crate::base::{Lang, Millis, Timestamp};

/// The length of both axes.
const LENGTH: u64 = 10_000;
/// Points of a line; of more, the worst of each stretch is kept.
const POINTS: usize = 400;
/// Stops that are told in words.
const STOPS: usize = 3;
/// Room for a word above the picture.
const ROOM: u64 = 700;

/// A link's loss over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LossLine {
    /// The link and where it was measured.
    pub title: String,
    /// Where the picture begins.
    pub from: Timestamp,
    /// Where it ends.
    pub until: Timestamp,
    /// Tolerated loss.
    pub rpo: Option<Millis>,
    /// What would have been lost at these instants, in order; `None` where nobody could say.
    pub points: Vec<(Timestamp, Option<Millis>)>,
    /// Points that are further apart are not joined.
    pub gap: Millis,
    /// An instant that stands out, and what it is.
    pub mark: Option<(Timestamp, LossMark)>,
    /// When nothing came over, the earliest first: since when, and until when if that is over.
    pub stops: Vec<(Timestamp, Option<Timestamp>)>,
}

/// What an instant of the picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LossMark {
    /// What the loss is reckoned to: the event, or the moment when the link or its source was cut.
    Reference,
    /// A run was declared.
    Declared,
}

/// The picture in ten-thousandths of its width, from the left, and of its height, from the bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LossPlot {
    /// The line, a piece from gap to gap.
    pub pieces: Vec<Vec<(u64, u64)>>,
    /// Where the RPO lies.
    pub rpo: Option<u64>,
    /// Where 80 % of it lie.
    pub near: Option<u64>,
    /// Where the instant lies that stands out.
    pub event: Option<u64>,
    /// Times in which nothing came over.
    pub stops: Vec<[u64; 2]>,
    /// Those of their beginnings that have room for a word.
    pub words: Vec<u64>,
    /// Instants below the picture, in Seoul.
    pub times: Vec<(u64, String)>,
    /// Losses beside it.
    pub heights: Vec<(u64, String)>,
}

impl LossLine {
    /// What the picture is called.
    pub fn caption(&self, lang: Lang) -> String {
        match lang {
            Lang::Ko => format!("RPO 대비 예상 손실: {}", self.title),
            Lang::En => format!("What would have been lost, against the RPO: {}", self.title),
        }
    }

    /// The same for whoever does not see the picture.
    pub fn words(&self, lang: Lang) -> String {
        let known: Vec<(Timestamp, Millis)> =
            self.points.iter().filter_map(|(at, loss)| Some((*at, (*loss)?))).collect();
        let (count, silent) = (self.points.len(), self.points.len() - known.len());
        let (from, until) = (self.from.in_seoul(), self.until.in_seoul());
        let mut words = match lang {
            Lang::Ko => format!("{} ~ {}, {count}회 측정.", minute(&from), minute(&until)),
            Lang::En => format!("{} to {}, measurements: {count}.", minute(&from), minute(&until)),
        };
        if let Some((at, most)) = known.iter().copied().max_by_key(|(at, loss)| (*loss, std::cmp::Reverse(*at))) {
            let at = clock(at);
            words += &match lang {
                Lang::Ko => format!(" 예상 손실 최대 {} ({at})", most.clock()),
                Lang::En => format!(" At most {} would have been lost ({at})", most.clock()),
            };
            if let Some(rpo) = self.rpo.filter(|rpo| rpo.0 > 0) {
                let share = most.0.saturating_mul(100) / rpo.0;
                words += &match lang {
                    Lang::Ko => format!(", RPO {}의 {share} %", rpo.clock()),
                    Lang::En => format!(", {share} % of the RPO of {}", rpo.clock()),
                };
            }
            words.push('.');
        }
        if silent > 0 {
            words += &match lang {
                Lang::Ko => format!(" {silent}회는 알 수 없음."),
                Lang::En => format!(" Of {silent} nobody could say anything."),
            };
        }
        if let Some((at, mark)) = self.mark.map(|(at, mark)| (clock(at), mark)) {
            words += &match (mark, lang) {
                (LossMark::Reference, Lang::Ko) => format!(" 기준 시각 {at}."),
                (LossMark::Reference, Lang::En) => format!(" The loss is reckoned to {at}."),
                (LossMark::Declared, Lang::Ko) => format!(" 실행 선포 {at}."),
                (LossMark::Declared, Lang::En) => format!(" A run was declared at {at}."),
            };
        }
        let more = self.stops.len().saturating_sub(STOPS);
        if more > 0 {
            words += &match lang {
                Lang::Ko => format!(" 중단 {}회, 최근 {STOPS}회:", self.stops.len()),
                Lang::En => format!(" It stopped {} times, at last:", self.stops.len()),
            };
        }
        for (stopped, resumed) in self.stops.iter().skip(more) {
            let (stopped, resumed) = (clock(*stopped), resumed.map(clock));
            words += &match (resumed, lang) {
                (Some(resumed), Lang::Ko) => format!(" {stopped} 중단, {resumed} 재개."),
                (Some(resumed), Lang::En) => format!(" Stopped at {stopped}, resumed at {resumed}."),
                (None, Lang::Ko) => format!(" {stopped} 중단."),
                (None, Lang::En) => format!(" Stopped at {stopped}."),
            };
        }
        words
    }

    /// What stands at the lines of the picture: at the RPO, at 80 % of it, at the instant that stands out, at stops.
    pub fn labels(&self, lang: Lang) -> [&'static str; 4] {
        let mark = match self.mark.map(|(_, mark)| mark) {
            Some(LossMark::Declared) => pick(lang, "실행 선포", "declared"),
            Some(LossMark::Reference) | None => pick(lang, "기준 시각", "reckoned to"),
        };
        ["RPO", pick(lang, "RPO의 80 %", "80 % of the RPO"), mark, pick(lang, "중단", "stopped")]
    }

    /// The picture.
    pub fn plot(&self) -> LossPlot {
        let span = self.until.since(self.from).0.max(1);
        let across = |at: Timestamp| at.since(self.from).0.min(span).saturating_mul(LENGTH) / span;
        let worst = self.points.iter().filter_map(|(_, loss)| *loss).max().unwrap_or_default();
        let most = worst.max(self.rpo.unwrap_or_default()).0.max(1_000);
        // Air above the highest line.
        let top = most + most / 8;
        let up = |loss: Millis| loss.0.saturating_mul(LENGTH) / top;
        let within = |at: Timestamp| (self.from..=self.until).contains(&at);
        let mut pieces: Vec<Vec<(u64, u64)>> = Vec::new();
        let mut last: Option<Timestamp> = None;
        for (at, loss) in self.thinned() {
            let Some(loss) = loss else {
                last = None;
                continue;
            };
            let point = (across(at), up(loss));
            match (pieces.last_mut(), last) {
                (Some(piece), Some(before)) if at.since(before) <= self.gap => piece.push(point),
                _ => pieces.push(vec![point]),
            }
            last = Some(at);
        }
        let stops = self.stops.iter().filter(|(from, _)| *from <= self.until);
        let stops = stops.map(|(from, until)| [across(*from), across(until.unwrap_or(self.until))]);
        let stops: Vec<[u64; 2]> = stops.collect();
        let mut words: Vec<u64> = Vec::new();
        for [from, _] in &stops {
            if words.last().is_none_or(|last| last + ROOM <= *from) {
                words.push(*from);
            }
        }
        let mut heights = vec![(0, Millis::ZERO.clock())];
        if worst.0 > 0 {
            heights.push((up(worst), worst.clock()));
        }
        LossPlot {
            pieces,
            rpo: self.rpo.map(up),
            near: self.rpo.map(|rpo| up(Millis(rpo.0 / 10 * 8 + rpo.0 % 10 * 8 / 10))),
            event: self.mark.map(|(at, _)| at).filter(|at| within(*at)).map(across),
            stops,
            words,
            times: times(self.from, self.until).into_iter().map(|(at, label)| (across(at), label)).collect(),
            heights,
        }
    }

    /// No more points than a picture can show.
    fn thinned(&self) -> Vec<(Timestamp, Option<Millis>)> {
        let every = self.points.len().div_ceil(POINTS).max(1);
        let worst = |some: &[(Timestamp, Option<Millis>)]| some.iter().copied().max_by_key(|(at, loss)| (*loss, *at));
        self.points.chunks(every).filter_map(worst).collect()
    }
}

/// Round instants between two.
fn times(from: Timestamp, until: Timestamp) -> Vec<(Timestamp, String)> {
    const MINUTE: i64 = 60_000;
    const DAY: i64 = 1_440 * MINUTE;
    /// Days of Seoul begin nine hours before those of UTC.
    const SEOUL: i64 = 540 * MINUTE;
    const STEPS: [i64; 12] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440];
    let span = until.0.saturating_sub(from.0).max(1);
    let step =
        STEPS.into_iter().map(|step| step * MINUTE).find(|step| span / step < 8).unwrap_or(span / DAY / 8 * DAY + DAY);
    let first = (from.0 + SEOUL).div_euclid(step) * step + step - SEOUL;
    let first = if first - step == from.0 { from.0 } else { first };
    let label = |at: Timestamp| {
        let text = at.in_seoul();
        if step < DAY { part(&text, 11, 16) } else { part(&text, 5, 10) }
    };
    let instants =
        std::iter::successors(Some(first), |at| at.checked_add(step)).take_while(|at| *at <= until.0).take(20);
    instants.map(|at| (Timestamp(at), label(Timestamp(at)))).collect()
}

fn clock(at: Timestamp) -> String {
    part(&at.in_seoul(), 11, 19)
}

/// Day and minute.
fn minute(seoul: &str) -> String {
    part(seoul, 0, 16)
}

fn part(text: &str, from: usize, to: usize) -> String {
    text.get(from..to).unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_763_780_400_000;

    fn minute(n: i64) -> Timestamp {
        Timestamp(NOON + n * 60_000)
    }

    fn line() -> LossLine {
        LossLine {
            title: "orders → db-standby".to_owned(),
            from: minute(0),
            until: minute(10),
            rpo: Some(Millis::seconds(90)),
            points: vec![
                (minute(0), Some(Millis::ZERO)),
                (minute(1), Some(Millis::seconds(45))),
                (minute(2), None),
                (minute(3), Some(Millis::seconds(30))),
                (minute(9), Some(Millis::seconds(10))),
            ],
            gap: Millis::minutes(2),
            mark: Some((minute(5), LossMark::Reference)),
            stops: vec![(minute(2), Some(minute(3))), (minute(9), None)],
        }
    }

    #[test]
    fn a_gap_stays_a_gap_and_the_limits_the_event_and_the_stops_are_where_they_belong() {
        let plot = line().plot();
        let top = 101_250;
        let up = |ms: u64| ms * LENGTH / top;
        assert_eq!(
            plot.pieces,
            [vec![(0, 0), (1_000, up(45_000))], vec![(3_000, up(30_000))], vec![(9_000, up(10_000))]]
        );
        assert_eq!((plot.rpo, plot.near), (Some(up(90_000)), Some(up(72_000))));
        assert_eq!((plot.event, plot.stops), (Some(5_000), vec![[2_000, 3_000], [9_000, 10_000]]));
        assert_eq!(plot.words, [2_000, 9_000]);
        let labels: Vec<&str> = plot.times.iter().map(|(_, label)| label.as_str()).collect();
        assert_eq!(labels, ["12:00", "12:02", "12:04", "12:06", "12:08", "12:10"]);
        assert_eq!(plot.heights, [(0, "0:00.0".to_owned()), (up(45_000), "0:45.0".to_owned())]);
    }

    #[test]
    fn the_words_say_what_the_picture_shows() {
        let words = line().words(Lang::En);
        assert_eq!(
            words,
            "2025-11-22 12:00 to 2025-11-22 12:10, measurements: 5. At most 0:45.0 would have been lost (12:01:00), 50 % of the \
             RPO of 1:30. Of 1 nobody could say anything. The loss is reckoned to 12:05:00. Stopped at 12:02:00, resumed at 12:03:00. \
             Stopped at 12:09:00."
        );
        assert!(line().words(Lang::Ko).contains("RPO 1:30의 50 %"), "{}", line().words(Lang::Ko));
    }

    #[test]
    fn of_many_stops_the_last_are_told_and_their_words_have_room() {
        let stops = (0..10).map(|n| (minute(n), Some(minute(n).plus(Millis::seconds(20))))).collect();
        let many = LossLine { stops, from: minute(-100), mark: Some((minute(1), LossMark::Declared)), ..line() };
        let words = many.words(Lang::En);
        assert!(
            words.contains("A run was declared at 12:01:00. It stopped 10 times, at last: Stopped at 12:07:00"),
            "{words}"
        );
        let plot = many.plot();
        assert_eq!((plot.stops.len(), plot.words.len()), (10, 2), "{plot:?}");
    }

    #[test]
    fn of_more_points_than_can_be_seen_the_worst_are_kept() {
        let points =
            (0..10_000).map(|n| (minute(n), Some(Millis::seconds(if n == 5_003 { 900 } else { 1 })))).collect();
        let long = LossLine { points, until: minute(10_000), gap: Millis::hours(1), ..line() };
        let plot = long.plot();
        assert_eq!(plot.pieces.len(), 1);
        assert!(plot.pieces[0].len() <= POINTS && plot.pieces[0].iter().any(|(_, up)| *up > 8_000), "{plot:?}");
        assert!(plot.times.len() <= 9, "{:?}", plot.times);
    }
}
