//! Output of attempts that are at work or went wrong.

use askama::Template;
use engine::run::Purpose;

use super::Scene;
use crate::i18n::Words;
use crate::urls;

/// Lines of output shown beside a run; the unit's own page shows all that is kept.
const TAIL: usize = 40;

/// Kept output of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The unit, by its place in the plan.
    pub unit: engine::plan::UnitIx,
    /// The step, by its place in the unit.
    pub step: u16,
    /// What the attempt is for.
    pub purpose: Purpose,
    /// The text, masked already.
    pub text: String,
}

#[derive(Debug)]
struct Pane {
    unit: String,
    step: String,
    href: String,
    text: String,
    cut: bool,
}

#[derive(Debug, Template)]
#[template(path = "run/output.html")]
pub(super) struct Outputs {
    w: Words,
    panes: Vec<Pane>,
}

impl Outputs {
    pub(super) fn of(scene: &Scene<'_>) -> Self {
        let w = scene.w;
        let panes = scene.outputs.iter().map(|output| {
            let unit = scene.plan.unit(output.unit);
            let step = unit.step(output.step);
            let (text, cut) = tail(&output.text);
            let step = step.map_or_else(String::new, |step| w.text(&step.title).to_owned());
            let step = match output.purpose {
                Purpose::Act => step,
                Purpose::Probe => w.with("probe-of", "step", step),
            };
            let href = urls::run_unit(scene.run, &unit.id);
            Pane { unit: scene.name(output.unit).to_owned(), step, href, text: text.to_owned(), cut }
        });
        Self { w, panes: panes.collect() }
    }
}

/// The last lines, and whether there are more.
fn tail(text: &str) -> (&str, bool) {
    let text = text.trim_end();
    match text.rmatch_indices('\n').nth(TAIL - 1) {
        Some((at, _)) => (&text[at + 1..], true),
        None => (text, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_forty_lines_are_shown() {
        let text: String = (0..50).fold(String::new(), |text, line| format!("{text}{line}\n"));
        let (tail_of_it, cut) = tail(&text);
        assert!(cut);
        assert_eq!(tail_of_it.lines().count(), TAIL);
        assert!(tail_of_it.starts_with("10\n"));
        assert_eq!(tail("한 줄\n"), ("한 줄", false));
    }
}
