//! L21: a service needs a unit that is never part of a run.

use super::prospects::Prospects;
use super::{Subject, Warnings};
use crate::runbook::{Code, Finding};

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    let Some(prospects) = Prospects::of(subject) else { return };
    for (part, service, span) in subject.services() {
        for need in service.needs.iter().filter(|need| prospects.modes[need.at()].is_empty()) {
            let unit = &subject.body.units[need.at()].id;
            let at = subject.places.units.get(need.at()).copied().unwrap_or_default();
            warnings.report(part, Code::NeverSelected, span, || {
                Finding::new(
                    format!("the service `{}` needs `{unit}`, which is never part of a run", service.id),
                    format!("`{}` 업무에 필요한 `{unit}`이(가) 실행되는 경우가 없습니다", service.id),
                )
                .also(at, "this unit", "이 단위")
                .help(
                    "no mode, condition and branch lets it run: correct those, or have the service need another unit",
                    "어떤 모드, 조건, 분기에서도 실행되지 않습니다. 이를 고치거나 업무의 needs를 바꾸십시오",
                )
            });
        }
    }
}
