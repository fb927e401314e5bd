//! How the capacity came back, over time and against what was wanted of it: a picture as numbers, and in words.

use super::words::{Word as _, pick};
use super::{Capacity, RunReport};
use crate::base::{Lang, Millis, Percent, Timestamp};
use crate::run::{CapacityReached, Verdict};

/// The length of both axes.
const LENGTH: u64 = 10_000;
/// All of a site's capacity.
const FULL: Percent = Percent(10_000);
/// Steps of the line; of more, those of a stretch are put together.
const STEPS: usize = 400;
/// Room for a word beside a wanted capacity: across and upwards.
const ROOM: (u64, u64) = (1_300, 700);

/// The capacity over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapacityLine {
    /// How long the picture is, from the origin of the clock, without what was excluded.
    pub length: Millis,
    /// What was there from these times on, in order.
    pub steps: Vec<(Millis, Percent)>,
    /// What was wanted, the least capacity of the objective first.
    pub goals: Vec<CapacityReached>,
}

/// The picture in ten-thousandths of its width, from the left, and of its height, from the bottom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapacityPlot {
    /// The corners of the line.
    pub corners: Vec<(u64, u64)>,
    /// The least capacity, and the time in which it is wanted.
    pub least: Option<(u64, u64)>,
    /// Milestones.
    pub goals: Vec<GoalMark>,
    /// Times below the picture.
    pub times: Vec<(u64, String)>,
    /// Shares beside it.
    pub heights: Vec<(u64, String)>,
}

/// A wanted capacity in the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoalMark {
    /// By when.
    pub at: u64,
    /// How much.
    pub reach: u64,
    /// It was there in time.
    pub met: bool,
    /// Its word, where there is room for it.
    pub label: Option<String>,
}

impl CapacityLine {
    /// The line of a report; `None` where its runbook says nothing of capacity, or nobody knows from when on to reckon.
    pub(super) fn of(report: &RunReport, capacity: &Capacity) -> Option<Self> {
        let origin = report.basis.origin_at?;
        // What was there before the origin was there at its instant.
        let steps: Vec<(Millis, Percent)> =
            capacity.curve.iter().map(|step| (step.after.unwrap_or_default(), step.total)).collect();
        let held: Millis = report.basis.exclusions.iter().map(|exclusion| exclusion.lasted).sum();
        let wall = Timestamp::since(report.cover.as_of_at, origin).saturating_sub(held);
        let ends = steps.iter().map(|(after, _)| *after).chain(capacity.goals.iter().map(|goal| goal.within));
        Some(Self { length: ends.fold(wall, Millis::max), steps, goals: capacity.goals.clone() })
    }

    /// What the picture is called.
    pub const fn caption(lang: Lang) -> &'static str {
        pick(lang, "용량 회복 곡선", "How the capacity came back")
    }

    /// The same for whoever does not see the picture.
    pub fn words(&self, lang: Lang) -> String {
        let mut words = match (self.steps.last(), lang) {
            (Some((after, total)), Lang::Ko) => {
                format!("기준 시각부터 {} 만에 용량 {total}에 이름.", after.clock())
            }
            (Some((after, total)), Lang::En) => {
                format!("{total} of the capacity was there {} after the origin.", after.clock())
            }
            (None, Lang::Ko) => "회복된 용량 없음.".to_owned(),
            (None, Lang::En) => "No capacity came back.".to_owned(),
        };
        for goal in &self.goals {
            let (reach, within) = (goal.reach, goal.within.clock());
            let name = if goal.minimum {
                pick(lang, "최소 용량", "The least capacity")
            } else {
                pick(lang, "단계 목표", "The milestone")
            };
            let judged = goal.verdict.word(lang);
            words += &match (goal.after, lang) {
                (Some(after), Lang::Ko) => {
                    format!(" {name} {reach}, 기한 {within}: {}에 도달, {judged}.", after.clock())
                }
                (Some(after), Lang::En) => {
                    format!(" {name} of {reach} within {within}: there after {}, {judged}.", after.clock())
                }
                (None, Lang::Ko) => format!(" {name} {reach}, 기한 {within}: 도달하지 못함, {judged}."),
                (None, Lang::En) => format!(" {name} of {reach} within {within}: not reached, {judged}."),
            };
        }
        words
    }

    /// What stands at the least capacity and at its deadline.
    pub const fn labels(lang: Lang) -> [&'static str; 2] {
        [pick(lang, "최소 용량", "least"), "RTO"]
    }

    /// The picture.
    pub fn plot(&self) -> CapacityPlot {
        let step = distance(self.length.0.max(1_000));
        let end = self.length.0.max(1_000).div_ceil(step) * step;
        let x = |time: Millis| time.0.min(end).saturating_mul(LENGTH) / end;
        let most = self.steps.iter().map(|(_, total)| *total).chain([FULL]).max().unwrap_or(FULL);
        // Air above the highest line.
        let top = u64::from(most.0) * 11 / 10;
        let y = |share: Percent| u64::from(share.0).min(top) * LENGTH / top;
        let mut corners = vec![(0, 0)];
        for (after, total) in self.thinned() {
            let (at, level) = (x(after), y(total));
            let before = corners.last().map_or(0, |(_, level)| *level);
            corners.extend([(at, before), (at, level)]);
        }
        let level = corners.last().map_or(0, |(_, level)| *level);
        corners.push((x(self.length), level));
        corners.dedup();
        let mut labelled: Vec<(u64, u64)> = Vec::new();
        let goal = |goal: &CapacityReached| {
            let (at, reach) = (x(goal.within), y(goal.reach));
            let is_free = labelled.iter().all(|(x, y)| at.abs_diff(*x) >= ROOM.0 || reach.abs_diff(*y) >= ROOM.1);
            if is_free {
                labelled.push((at, reach));
            }
            let label = is_free.then(|| format!("{} · {}", goal.reach, goal.within.clock()));
            let met = goal.after.is_some_and(|after| Verdict::of(after, Some(goal.within)) == Verdict::Met);
            GoalMark { at, reach, met, label }
        };
        let goals = self.goals.iter().filter(|goal| !goal.minimum).map(goal).collect();
        let least = self.goals.iter().find(|goal| goal.minimum);
        let heights = [Percent(0), Percent(5_000), FULL].map(|share| (y(share), share.to_string()));
        CapacityPlot {
            corners,
            least: least.map(|goal| (x(goal.within), y(goal.reach))),
            goals,
            times: (0..=end / step).map(|n| (x(Millis(n * step)), Millis(n * step).clock())).collect(),
            heights: heights.to_vec(),
        }
    }

    /// No more steps than a picture can show; of each stretch the last one.
    fn thinned(&self) -> Vec<(Millis, Percent)> {
        let every = self.steps.len().div_ceil(STEPS).max(1);
        self.steps.chunks(every).filter_map(|some| some.last().copied()).collect()
    }
}

/// A round distance that gives at most nine times.
fn distance(longest: u64) -> u64 {
    const STEPS: [u64; 15] = [
        1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000,
        7_200_000, 14_400_000,
    ];
    STEPS.into_iter().find(|step| longest / step < 8).unwrap_or(longest.div_ceil(8).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goal(reach: u16, within: u64, after: Option<u64>, minimum: bool) -> CapacityReached {
        let within = Millis::minutes(within);
        let after = after.map(Millis::minutes);
        let verdict = Some(after.map_or(Verdict::NotRecovered, |after| Verdict::of(after, Some(within))));
        CapacityReached { reach: Percent(reach), within, minimum, reached_at: None, after, verdict }
    }

    fn line() -> CapacityLine {
        let steps = [(10, 2_500), (10, 5_000), (30, 10_000)];
        CapacityLine {
            length: Millis::minutes(40),
            steps: steps.map(|(after, total)| (Millis::minutes(after), Percent(total))).to_vec(),
            goals: vec![goal(8_000, 35, Some(30), true), goal(5_000, 8, Some(10), false), goal(9_000, 20, None, false)],
        }
    }

    #[test]
    fn the_line_goes_up_in_steps_and_what_was_wanted_is_where_it_belongs() {
        let plot = line().plot();
        let y = |share: u64| share * LENGTH / 11_000;
        assert_eq!(
            plot.corners,
            [
                (0, 0),
                (2_500, 0),
                (2_500, y(2_500)),
                (2_500, y(5_000)),
                (7_500, y(5_000)),
                (7_500, y(10_000)),
                (10_000, y(10_000))
            ]
        );
        assert_eq!(plot.least, Some((8_750, y(8_000))));
        let goals: Vec<_> = plot.goals.iter().map(|goal| (goal.at, goal.reach, goal.met)).collect();
        assert_eq!(goals, [(2_000, y(5_000), false), (5_000, y(9_000), false)]);
        assert_eq!(plot.goals[0].label.as_deref(), Some("50% · 8:00"));
        assert_eq!(plot.heights.last(), Some(&(y(10_000), "100%".to_owned())));
        assert_eq!(plot.times.first().map(|(at, label)| (*at, label.as_str())), Some((0, "0:00.0")));
    }

    #[test]
    fn the_words_say_what_the_picture_shows() {
        assert_eq!(
            line().words(Lang::En),
            "100% of the capacity was there 30:00 after the origin. The least capacity of 80% within 35:00: there after 30:00, met. \
             The milestone of 50% within 8:00: there after 10:00, exceeded. The milestone of 90% within 20:00: not reached, not \
             recovered."
        );
        let none = CapacityLine { steps: Vec::new(), goals: Vec::new(), ..line() };
        assert_eq!(none.words(Lang::Ko), "회복된 용량 없음.");
        assert_eq!(none.plot().corners, [(0, 0), (10_000, 0)]);
    }

    #[test]
    fn of_more_steps_than_can_be_seen_the_last_of_each_stretch_is_kept_and_words_that_would_meet_are_left_out() {
        let steps = (0..9_000).map(|n| (Millis::seconds(n), Percent(u16::try_from(n).unwrap()))).collect();
        let goals = vec![goal(5_000, 10, None, false), goal(5_100, 11, None, false)];
        let plot = CapacityLine { steps, goals, length: Millis::seconds(9_000) }.plot();
        assert!(plot.corners.len() <= 2 * STEPS + 2, "{}", plot.corners.len());
        assert!(plot.goals[0].label.is_some() && plot.goals[1].label.is_none());
    }
}
