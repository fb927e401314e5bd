//! L01 and L31: the critical path of targets is longer than the objective.

use super::super::UnitIx;
use super::super::compile::Part;
use super::{Subject, Warnings};
use crate::base::Millis;
use crate::runbook::{Code, Finding};

/// Units of a path that are named before the middle is left out.
const NAMED: usize = 12;

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    if let (Some(rto), Some(span)) = (subject.body.objectives.rto, subject.places.rto) {
        let counted = subject.units().filter(|(_, unit, _)| !unit.rto_exclude).map(|(ix, ..)| ix);
        let (length, path) = subject.schedule.path_to(subject.graph, counted);
        if length > rto {
            warnings.report(Part::Runbook, Code::PathOverRto, span, || {
                over("the runbook", "런북", length, rto, subject, &path)
            });
        }
    }
    for (part, service, span) in subject.services() {
        let Some(rto) = service.rto else { continue };
        let (length, path) = subject.schedule.service_path(subject.graph, service);
        if length <= rto {
            continue;
        }
        let (en, ko) = (format!("the service `{}`", service.id), format!("`{}` 업무", service.id));
        match &service.exception {
            Some(exception) if length <= exception.rto => warnings.report(part, Code::PathAccepted, span, || {
                Finding::new(
                    format!(
                        "{en} needs {length} by plan, more than its RTO {rto}; accepted up to {} until {}",
                        exception.rto, exception.expires
                    ),
                    format!(
                        "{ko}의 계획 시간은 {length}로 RTO {rto}를 넘습니다. {}까지 {} 이내로 승인되었습니다",
                        exception.expires, exception.rto
                    ),
                )
                .help(format!("accepted by {}", exception.approved_by), format!("승인자: {}", exception.approved_by))
            }),
            Some(exception) => {
                warnings
                    .report(part, Code::PathOverRto, span, || over(&en, &ko, length, exception.rto, subject, &path));
            }
            None => warnings.report(part, Code::PathOverRto, span, || over(&en, &ko, length, rto, subject, &path)),
        }
    }
}

fn over(en: &str, ko: &str, length: Millis, rto: Millis, subject: &Subject<'_>, path: &[UnitIx]) -> Finding {
    let path = written(subject, path);
    let by = length.saturating_sub(rto);
    Finding::new(
        format!("{en} can not meet its RTO: its critical path takes {length}, {by} more than {rto}"),
        format!("{ko}의 계획 시간 {length}이(가) RTO {rto}를 {by} 초과합니다"),
    )
    .help(
        format!("the path is {path}; shorten a target on it, or let units run side by side"),
        format!("주 경로: {path}. 경로의 목표 시간을 줄이거나 단위를 병렬로 배치하십시오"),
    )
}

/// A path with its durations: `fence 1m → promote 2m`.
fn written(subject: &Subject<'_>, path: &[UnitIx]) -> String {
    let one = |ix: &UnitIx| {
        let unit = &subject.body.units[ix.at()];
        unit.target.map_or_else(|| unit.id.to_string(), |target| format!("{} {target}", unit.id))
    };
    if path.len() <= NAMED {
        return path.iter().map(one).collect::<Vec<_>>().join(" → ");
    }
    let (head, tail) = (&path[..NAMED / 2], &path[path.len() - NAMED / 2..]);
    let middle = std::iter::once(format!("… ({})", path.len() - NAMED));
    head.iter().map(one).chain(middle).chain(tail.iter().map(one)).collect::<Vec<_>>().join(" → ")
}
