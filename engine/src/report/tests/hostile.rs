//! Texts that try to be more than texts.

use super::scene::{LANGS, at, drill_with, three_tiers};
use crate::base::Text;
use crate::report::{Aside, markdown};

#[test]
fn titles_and_reasons_can_not_break_out_of_their_line_in_markdown() {
    let mut body = three_tiers();
    body.title = Text::plain("x\n# Forged heading\n|a|b|");
    body.units[0].title = Text::plain("<img src=x onerror=alert(1)> `code` | cell");
    body.services[0].title = Text::plain("[click](javascript:alert(1))");
    let play = drill_with(body, "a\n\n## Verdict: met\n\n| forged | row |");
    let report = play.report(at("12:00:00"));
    for lang in LANGS {
        let text = markdown(&report, &Aside::default(), lang);
        assert!(!text.lines().any(|line| line.starts_with("# Forged") || line.starts_with("## Verdict")), "{text}");
        assert!(!text.contains("<img") && !text.replace("\\]", "").contains("]("), "{text}");
        // Every row of a table still has as many cells as its heading.
        let mut width = 0;
        for line in text.lines() {
            let cells = line.replace("\\|", "").matches('|').count();
            if line.starts_with("| ---") || line.starts_with("| ---:") {
                width = cells;
            } else if line.starts_with('|') && width > 0 {
                assert_eq!(cells, width, "{line}");
            } else {
                width = 0;
            }
        }
    }
}
