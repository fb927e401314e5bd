//! A line over time, with the objective as a second one.

use askama::Template;
use engine::base::{Millis, Timestamp};

const WIDTH: u64 = 180;
const HEIGHT: u64 = 36;

/// A small picture of how a loss went, written `{{ line|safe }}` in templates.
#[derive(Debug, Clone, Template)]
#[template(path = "draw/line.html")]
pub struct Line {
    label: String,
    width: u64,
    height: u64,
    /// Each a path of its own: where nobody could say there is a gap.
    pieces: Vec<String>,
    /// Where the objective lies.
    limit: Option<u64>,
}

impl Line {
    /// Of these values between two instants, in order of time. Values more than two minutes apart are not joined.
    pub fn new(
        label: &str,
        from: Timestamp,
        until: Timestamp,
        points: &[(Timestamp, Millis)],
        limit: Option<Millis>,
    ) -> Self {
        let most = points.iter().map(|(_, value)| value.0).chain(limit.map(|limit| limit.0)).max().unwrap_or(0).max(1);
        let span = until.since(from).0.max(1);
        let y = |value: u64| HEIGHT - 2 - value.min(most).saturating_mul(HEIGHT - 4) / most;
        let mut pieces: Vec<String> = Vec::new();
        let mut last: Option<Timestamp> = None;
        for (at, value) in points {
            let (x, y) = (at.since(from).0.min(span).saturating_mul(WIDTH) / span, y(value.0));
            match (pieces.last_mut(), last) {
                (Some(piece), Some(before)) if at.since(before) <= Millis::minutes(2) => *piece += &format!("L{x} {y}"),
                // A single point is seen as a short stroke.
                _ => pieces.push(format!("M{x} {y}h1")),
            }
            last = Some(*at);
        }
        Self { label: label.to_owned(), width: WIDTH, height: HEIGHT, pieces, limit: limit.map(|limit| y(limit.0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nobody_could_say_the_line_has_a_gap_and_the_objective_is_drawn() {
        let minute = |n: i64| Timestamp(n * 60_000);
        let points =
            [(minute(0), Millis::seconds(0)), (minute(1), Millis::seconds(60)), (minute(9), Millis::seconds(30))];
        let line = Line::new("loss", minute(0), minute(10), &points, Some(Millis::seconds(60)));
        assert_eq!(line.pieces, ["M0 34h1L18 2", "M162 18h1"]);
        assert_eq!(line.limit, Some(2));
        assert!(Line::new("loss", minute(0), minute(0), &[], None).pieces.is_empty());
    }
}
