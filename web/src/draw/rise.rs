//! How the capacity came back, in steps, against the least of the objective and the milestones.

use askama::Template;
use engine::base::Lang;
use engine::report::{CapacityLine, CapacityPlot};

use super::frame::Frame;

/// The picture with its words, written `{{ rise|safe }}` in templates: SVG without styles, which prints and takes the colour of the
/// text around it.
#[derive(Debug, Clone, Template)]
#[template(path = "draw/rise.html")]
pub struct Rise {
    caption: &'static str,
    words: String,
    labels: [&'static str; 2],
    shapes: [Shape; 2],
}

/// The same drawn in a frame.
#[derive(Debug, Clone)]
struct Shape {
    frame: Frame,
    path: String,
    least: Option<(u64, u64)>,
    goals: Vec<Goal>,
    times: Vec<(u64, String)>,
    heights: Vec<(u64, String)>,
}

#[derive(Debug, Clone)]
struct Goal {
    x: u64,
    y: u64,
    met: bool,
    label: Option<String>,
    /// Its word stands to the left of it and not to the right.
    leftward: bool,
}

impl Rise {
    /// The picture of a line.
    pub fn of(line: &CapacityLine, lang: Lang) -> Self {
        let plot = line.plot();
        Self {
            caption: CapacityLine::caption(lang),
            words: line.words(lang),
            labels: CapacityLine::labels(lang),
            shapes: [Frame::WIDE, Frame::NARROW].map(|frame| Shape::of(&plot, frame)),
        }
    }

    /// What the picture is called.
    pub const fn caption(&self) -> &str {
        self.caption
    }
}

impl Shape {
    fn of(plot: &CapacityPlot, frame: Frame) -> Self {
        /// About what a word at a milestone takes.
        const WORD: u64 = 90;
        let goal = |goal: &engine::report::GoalMark| {
            let x = frame.x(goal.at);
            // The line passes above what was there in time, and below what was not: the word stands on the other side.
            let leftward = if goal.met { x + WORD > frame.right() } else { x > frame.left + WORD };
            Goal { x, y: frame.y(goal.reach), met: goal.met, label: goal.label.clone(), leftward }
        };
        Self {
            path: frame.path(&plot.corners),
            least: plot.least.map(|(at, level)| (frame.x(at), frame.y(level))),
            goals: plot.goals.iter().map(goal).collect(),
            times: frame.along(&plot.times),
            heights: frame.upwards(&plot.heights),
            frame,
        }
    }
}
