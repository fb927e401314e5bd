//! E22: units that can never start, because they wait for a circle.

use super::super::graph::Circles;
use super::circle::unit_name;
use crate::runbook::{Code, Document, Finding, Findings};

/// Names shown before the rest is only counted.
const NAMED: usize = 5;

/// Reports the units behind circles, all in one finding: mending the circle mends them.
pub(in super::super) fn report(circles: &Circles, document: &Document, findings: &mut Findings<'_>) {
    let Some(first) = circles.behind.first() else { return };
    let (_, span) = unit_name(document, *first);
    findings.report(Code::Unreachable, span, || {
        let names: Vec<String> =
            circles.behind.iter().take(NAMED).map(|unit| format!("`{}`", unit_name(document, *unit).0)).collect();
        let (names, more) = (names.join(", "), circles.behind.len().saturating_sub(NAMED));
        let (more_en, more_ko) = if more == 0 {
            (String::new(), String::new())
        } else {
            (format!(" and {more} more"), format!(" 외 {more}개"))
        };
        Finding::new(
            format!("{names}{more_en} can never start, waiting for a circle"),
            format!("{names}{more_ko}: 순환을 기다리므로 시작할 수 없습니다"),
        )
        .help("break the circle reported as L20", "L20으로 보고된 순환을 끊으십시오")
    });
}
