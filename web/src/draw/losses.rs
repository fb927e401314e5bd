//! What would have been lost of a link's data, over time, against the RPO and 80 % of it.

use askama::Template;
use engine::base::Lang;
use engine::report::{LossLine, LossPlot};

const LEFT: u64 = 70;
const WIDTH: u64 = 700;
const RIGHT: u64 = 110;
const TOP: u64 = 22;
const HEIGHT: u64 = 190;
const BOTTOM: u64 = 44;
/// The length of the axes that the numbers come in.
const LENGTH: u64 = 10_000;

/// The picture with its words, written `{{ losses|safe }}` in templates: SVG without styles, which prints and takes the colour of the
/// text around it.
#[derive(Debug, Clone, Template)]
#[template(path = "draw/losses.html")]
pub struct Losses {
    caption: String,
    words: String,
    labels: [&'static str; 4],
    width: u64,
    height: u64,
    left: u64,
    right: u64,
    top: u64,
    base: u64,
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
        let LossPlot { pieces, rpo, near, event, stops, words, times, heights } = line.plot();
        let x = |at: u64| LEFT + at * WIDTH / LENGTH;
        let y = |at: u64| TOP + HEIGHT - at.min(LENGTH) * HEIGHT / LENGTH;
        let path = |piece: Vec<(u64, u64)>| {
            let mut path = String::new();
            for (place, (at, loss)) in piece.iter().enumerate() {
                path += &format!("{}{} {}", if place == 0 { 'M' } else { 'L' }, x(*at), y(*loss));
            }
            // A single point is seen as a short stroke.
            if piece.len() == 1 { path + "h2" } else { path }
        };
        Self {
            caption: line.caption(lang),
            words: line.words(lang),
            labels: line.labels(lang),
            width: LEFT + WIDTH + RIGHT,
            height: TOP + HEIGHT + BOTTOM,
            left: LEFT,
            right: LEFT + WIDTH,
            top: TOP,
            base: TOP + HEIGHT,
            pieces: pieces.into_iter().map(path).collect(),
            rpo: rpo.map(y),
            near: near.map(y),
            event: event.map(x),
            stops: stops.into_iter().map(|[from, until]| (x(from), x(until).saturating_sub(x(from)).max(2))).collect(),
            stop_words: words.into_iter().map(x).collect(),
            times: times.into_iter().map(|(at, label)| (x(at), label)).collect(),
            heights: heights.into_iter().map(|(at, label)| (y(at), label)).collect(),
        }
    }

    /// What the picture is called.
    pub fn caption(&self) -> &str {
        &self.caption
    }

    /// Below a line, where its label stands.
    #[expect(
        clippy::unused_self,
        clippy::trivially_copy_pass_by_ref,
        reason = "templates call methods, with references"
    )]
    fn below(&self, y: &u64, by: u64) -> u64 {
        y + by
    }
}
