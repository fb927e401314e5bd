//! Values from run to run as a line, with the objective and the baseline as levels.

use askama::Template;

const LEFT: u64 = 12;
const WIDTH: u64 = 760;
const TOP: u64 = 24;
const HEIGHT: u64 = 180;

/// A value.
#[derive(Debug, Clone)]
pub struct Dot {
    /// Its size, in any unit that all have.
    pub value: u64,
    /// What is said of it.
    pub label: String,
    /// It is beyond the objective.
    pub over: bool,
}

#[derive(Debug)]
struct Mark {
    x: u64,
    y: u64,
    label: String,
    over: bool,
}

#[derive(Debug)]
struct Level {
    y: u64,
    label: String,
    class: &'static str,
}

/// The picture. In templates it is written `{{ curve|safe }}`: it escapes its own texts.
#[derive(Debug, Template)]
#[template(path = "draw/curve.html")]
pub struct Curve {
    label: String,
    width: u64,
    height: u64,
    line: String,
    marks: Vec<Mark>,
    levels: Vec<Level>,
}

impl Curve {
    /// Of values in the order of time; `None` where there is none. Zero is at the bottom, so that lengths can be compared.
    pub fn of(
        dots: &[Dot],
        objective: Option<&(u64, String)>,
        baseline: Option<&(u64, String)>,
        label: String,
    ) -> Option<Self> {
        let levels = [(objective, "rto"), (baseline, "base")];
        let known = levels.iter().filter_map(|(level, _)| level.map(|(value, _)| *value));
        let top = dots.iter().map(|dot| dot.value).chain(known).max()?.max(1);
        if dots.is_empty() {
            return None;
        }
        let y = |value: u64| TOP + HEIGHT - scaled(value, top, HEIGHT);
        let gaps = u64::try_from(dots.len()).unwrap_or(u64::MAX).saturating_sub(1).max(1);
        let marks: Vec<Mark> = (0_u64..)
            .zip(dots)
            .map(|(at, dot)| Mark {
                x: LEFT + scaled(at, gaps, WIDTH),
                y: y(dot.value),
                label: dot.label.clone(),
                over: dot.over,
            })
            .collect();
        let line = marks.iter().map(|mark| format!("{},{}", mark.x, mark.y)).collect::<Vec<_>>().join(" ");
        let level = |(level, class): &(Option<&(u64, String)>, &'static str)| {
            level.map(|(value, label)| Level { y: y(*value), label: label.clone(), class })
        };
        let levels = levels.iter().filter_map(level).collect();
        Some(Self { label, width: LEFT * 2 + WIDTH, height: TOP + HEIGHT + 12, line, marks, levels })
    }
}

/// `value` of `whole` on a length.
fn scaled(value: u64, whole: u64, length: u64) -> u64 {
    let long = u128::from(value) * u128::from(length) / u128::from(whole.max(1));
    u64::try_from(long).unwrap_or(length).min(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dot(value: u64, label: &str) -> Dot {
        Dot { value, label: label.to_owned(), over: value > 60 }
    }

    #[test]
    fn the_longest_is_on_top_and_texts_are_escaped() {
        let dots = vec![dot(120, "<1>"), dot(60, "2"), dot(0, "3")];
        let curve = Curve::of(&dots, Some(&(60, "RTO".to_owned())), None, "추이".to_owned()).unwrap();
        let drawn = curve.render().unwrap();
        assert!(drawn.contains("points=\"12,24 392,114 772,204\""), "{drawn}");
        assert!(drawn.contains("&#60;1&#62;") && !drawn.contains("<1>"), "{drawn}");
        assert!(Curve::of(&[], Some(&(1, String::new())), None, String::new()).is_none());
        assert!(Curve::of(&[dot(0, "")], None, None, String::new()).is_some(), "nothing took no time");
        assert!(Curve::of(&[dot(u64::MAX, ""), dot(1, "")], None, None, String::new()).is_some());
    }
}
