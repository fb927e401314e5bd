//! What would have been lost of a link's data, over time, against the RPO and 80 % of it.

use askama::Template;
use engine::base::Lang;
use engine::report::{LossLine, LossPlot};

use super::frame::Frame;

/// About what the word for a stop takes.
const STOPPED: u64 = 46;

/// The picture with its words, written `{{ losses|safe }}` in templates: SVG without styles, which prints and takes the colour of the
/// text around it.
#[derive(Debug, Clone, Template)]
#[template(path = "draw/losses.html")]
pub struct Losses {
    caption: String,
    words: String,
    labels: [&'static str; 4],
    shapes: [Shape; 2],
}

/// The same drawn in a frame.
#[derive(Debug, Clone)]
struct Shape {
    frame: Frame,
    /// Paths, a piece each.
    pieces: Vec<String>,
    rpo: Option<u64>,
    near: Option<u64>,
    event: Option<u64>,
    stops: Vec<(u64, u64)>,
    stop_words: Vec<u64>,
    times: Vec<(u64, String)>,
    heights: Vec<(u64, String)>,
}

impl Losses {
    /// The picture of a line.
    pub fn of(line: &LossLine, lang: Lang) -> Self {
        let plot = line.plot();
        Self {
            caption: line.caption(lang),
            words: line.words(lang),
            labels: line.labels(lang),
            shapes: [Frame::WIDE, Frame::NARROW].map(|frame| Shape::of(&plot, frame)),
        }
    }

    /// What the picture is called.
    pub fn caption(&self) -> &str {
        &self.caption
    }
}

impl Shape {
    fn of(plot: &LossPlot, frame: Frame) -> Self {
        let path = |piece: &Vec<(u64, u64)>| {
            let path = frame.path(piece);
            // A single point is seen as a short stroke.
            if piece.len() == 1 { path + "h2" } else { path }
        };
        let stop = |[from, until]: &[u64; 2]| {
            let from = frame.x(*from);
            (from, frame.x(*until).saturating_sub(from).max(2))
        };
        Self {
            pieces: plot.pieces.iter().map(path).collect(),
            rpo: plot.rpo.map(|at| frame.y(at)),
            near: plot.near.map(|at| frame.y(at)),
            event: plot.event.map(|at| frame.x(at)),
            stops: plot.stops.iter().map(stop).collect(),
            stop_words: plot.words.iter().map(|at| frame.x(*at).min(frame.width() - STOPPED)).collect(),
            times: frame.along(&plot.times),
            heights: frame.upwards(&plot.heights),
            frame,
        }
    }

    /// Where the word at the instant that stands out is centred.
    fn event_word(&self) -> u64 {
        self.frame.centred(self.event.unwrap_or_default(), 40)
    }
}
