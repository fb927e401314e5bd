//! Planned against actual, a row a unit.

use askama::Template;
use engine::base::Millis;

use super::clip;

const LEFT: u64 = 176;
const SCALE: u64 = 760;
const ROW: u64 = 24;
const TOP: u64 = 30;

/// A piece of a unit's actual time.
#[derive(Debug, Clone)]
pub struct Piece {
    /// From the zero of the picture.
    pub from: Millis,
    /// To, not before `from`.
    pub to: Millis,
    /// `bar` for work, `wait` for waiting, `over` past the target.
    pub class: &'static str,
}

/// A unit's row.
#[derive(Debug, Clone)]
pub struct Lane {
    /// Its name.
    pub name: String,
    /// Class of its state.
    pub class: String,
    /// The word for its state.
    pub word: String,
    /// When it is planned to start and to be ready; `None` for units without a target.
    pub plan: Option<(Millis, Millis)>,
    /// What happened.
    pub pieces: Vec<Piece>,
}

#[derive(Debug)]
struct Bar {
    x: u64,
    width: u64,
    class: &'static str,
}

#[derive(Debug)]
struct Row {
    y: u64,
    alt: bool,
    name: String,
    full: String,
    word: String,
    class: String,
    plan: Option<Bar>,
    bars: Vec<Bar>,
}

#[derive(Debug)]
struct Tick {
    x: u64,
    label: String,
}

/// The picture.
#[derive(Debug, Template)]
#[template(path = "draw/gantt.html")]
pub struct Gantt {
    label: String,
    width: u64,
    height: u64,
    ticks: Vec<Tick>,
    rows: Vec<Row>,
    rto: Option<Tick>,
    now: Option<Tick>,
}

impl Gantt {
    /// Draws lanes. `rto` and `now` are instants from the zero of the picture with their words.
    pub fn of(label: String, lanes: &[Lane], rto: Option<(Millis, String)>, now: Option<(Millis, String)>) -> Self {
        let ends = lanes.iter().flat_map(|lane| {
            lane.plan.map(|(_, to)| to.0).into_iter().chain(lane.pieces.iter().map(|piece| piece.to.0))
        });
        let marks = rto.iter().chain(&now).map(|(at, _)| at.0);
        let longest = ends.chain(marks).max().unwrap_or(0).max(1_000);
        let step = tick_step(longest);
        let end = longest.div_ceil(step) * step;
        let x = |at: Millis| LEFT + at.0 * SCALE / end;
        let bar = |from: Millis, to: Millis, class| Bar { x: x(from), width: (x(to) - x(from)).max(2), class };
        let rows = lanes.iter().zip(0_u64..).map(|(lane, at)| Row {
            y: TOP + at * ROW,
            alt: at % 2 == 1,
            name: clip(&lane.name, 24),
            full: lane.name.clone(),
            word: lane.word.clone(),
            class: lane.class.clone(),
            plan: lane.plan.map(|(from, to)| bar(from, to, "plan")),
            bars: lane.pieces.iter().map(|piece| bar(piece.from, piece.to.max(piece.from), piece.class)).collect(),
        });
        let ticks = (0..=end / step).map(|n| Tick { x: x(Millis(n * step)), label: tick_label(n * step) });
        let line = |(at, word): (Millis, String)| Tick { x: x(at), label: word };
        Self {
            label,
            width: LEFT + SCALE + 60,
            height: TOP + ROW * lanes.len() as u64 + 18,
            ticks: ticks.collect(),
            rows: rows.collect(),
            rto: rto.map(line),
            now: now.map(line),
        }
    }
}

/// A round distance that gives at most eight ticks.
fn tick_step(longest: u64) -> u64 {
    const STEPS: [u64; 15] = [
        1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000,
        7_200_000, 14_400_000,
    ];
    STEPS.into_iter().find(|step| longest / step < 8).unwrap_or(86_400_000)
}

fn tick_label(at: u64) -> String {
    let (hours, minutes, seconds) = (at / 3_600_000, at / 60_000 % 60, at / 1_000 % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_at_most_nine_ticks_with_round_labels() {
        for longest in [1_000, 7_999, 40_000, 2_400_000, 11_100_000] {
            assert!(longest / tick_step(longest) <= 8, "{longest}");
        }
        assert_eq!(tick_label(3_660_000), "1:01:00");
        assert_eq!(tick_label(90_000), "1:30");
    }

    #[test]
    fn names_are_escaped_and_a_bar_never_vanishes() {
        let lane = Lane {
            name: "<script>x</script>".into(),
            class: "st-ready".into(),
            word: "준비 완료".into(),
            plan: Some((Millis(0), Millis(60_000))),
            pieces: vec![Piece { from: Millis(5), to: Millis(5), class: "bar" }],
        };
        let picture = Gantt::of("간트".into(), &[lane], None, None).render().unwrap();
        assert!(!picture.contains("<script>"));
        assert!(picture.contains("width=\"2\""));
    }
}
