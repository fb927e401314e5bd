//! L20: units or stages that wait for each other in a circle.

use super::super::compile::{Needs, stage, units};
use super::super::graph::Circles;
use super::super::{Node, UnitIx};
use crate::runbook::{Code, Document, Finding, Findings, Span};

/// Reports one circle for each knot, in the order in which its members wait.
pub(in super::super) fn report(circles: &Circles, document: &Document, needs: &Needs, findings: &mut Findings<'_>) {
    for circle in &circles.circles {
        // The graph lists a circle from what is needed to what needs it; people read "a needs b".
        let mut circle = circle.clone();
        circle[1..].reverse();
        let names: Vec<String> = circle.iter().map(|node| name(document, *node)).collect();
        let waits: Vec<Wait> = circle
            .iter()
            .zip(circle.iter().cycle().skip(1))
            .map(|(waiting, needed)| wait(document, needs, *waiting, *needed))
            .collect();
        let Some(first) = waits.first() else { continue };
        findings.report(Code::Circle, first.span, || {
            let path = names.iter().chain(names.first()).map(String::as_str).collect::<Vec<_>>().join(" → ");
            let finding = Finding::new(
                format!("these wait for each other in a circle: {path}"),
                format!("서로를 기다리는 순환이 있습니다: {path}"),
            )
            .here(first.en.clone(), first.ko.clone())
            .help(
                "remove one of these needs; nothing in the circle could ever start",
                "이 중 하나의 needs를 지우십시오. 순환 안의 단위는 시작할 수 없습니다",
            );
            waits
                .iter()
                .skip(1)
                .fold(finding, |finding, wait| finding.also(wait.span, wait.en.clone(), wait.ko.clone()))
        });
    }
}

fn name(document: &Document, node: Node) -> String {
    match node {
        Node::Unit(unit) => unit_name(document, unit).0.to_owned(),
        Node::Barrier(ix) => stage(document, ix)
            .and_then(|stage| stage.id.as_ref())
            .map_or_else(String::new, |id| id.value.as_str().to_owned()),
    }
}

pub(super) fn unit_name(document: &Document, unit: UnitIx) -> (&str, Span) {
    units(document).nth(unit.at()).map_or(("", Span::default()), |unit| (unit.key.value.as_str(), unit.key.span))
}

/// Why one member of a circle waits for the next.
struct Wait {
    span: Span,
    en: String,
    ko: String,
}

fn wait(document: &Document, needs: &Needs, waiting: Node, needed: Node) -> Wait {
    let (from, to) = (name(document, waiting), name(document, needed));
    let needs_it = |span| Wait {
        span,
        en: format!("`{from}` needs `{to}`"),
        ko: format!("`{from}`의 needs에 `{to}`이(가) 있습니다"),
    };
    match waiting {
        Node::Unit(unit) => {
            let explicit = match needed {
                Node::Unit(other) => needs.names(unit, other),
                Node::Barrier(stage) => needs.names_stage(unit, stage),
            };
            let Some(written) = units(document).nth(unit.at()) else { return needs_it(Span::default()) };
            let here = written.key.span;
            if explicit {
                let mut written = written.value.needs.iter().flatten();
                return needs_it(written.find(|need| *need.value == *to).map_or(here, |need| need.span));
            }
            match needed {
                Node::Unit(_) => Wait {
                    span: here,
                    en: format!("`{from}` stands behind `{to}` in a sequential stage"),
                    ko: format!("`{from}`은(는) 순차 단계에서 `{to}` 다음입니다"),
                },
                Node::Barrier(_) => Wait {
                    span: here,
                    en: format!("the stage of `{from}` comes after the stage `{to}`"),
                    ko: format!("`{from}`이(가) 속한 단계는 `{to}` 단계 다음입니다"),
                },
            }
        }
        Node::Barrier(ix) => {
            let span = stage(document, ix).and_then(|stage| stage.id.as_ref()).map_or_else(Span::default, |id| id.span);
            match needed {
                Node::Unit(_) => Wait {
                    span,
                    en: format!("the stage `{from}` is complete when `{to}` is"),
                    ko: format!("`{from}` 단계는 `{to}`이(가) 끝나야 완료됩니다"),
                },
                Node::Barrier(_) => Wait {
                    span,
                    en: format!("the stage `{from}` comes after the stage `{to}`"),
                    ko: format!("`{from}` 단계는 `{to}` 단계 다음입니다"),
                },
            }
        }
    }
}
