//! L30: a unit that says how it is started and not how it is stopped, or the reverse.

use super::super::compile::Part;
use super::{Subject, Warnings};
use crate::runbook::{Code, Finding};

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    for (ix, unit, span) in subject.units() {
        if subject.places.start_only.contains(&ix) {
            warnings.report(Part::Unit(ix), Code::OneWay, span, || {
                Finding::new(
                    format!("`{}` has `start` and no `stop`: a derived stop leaves it as it is", unit.id),
                    format!(
                        "`{}`에 `start`는 있는데 `stop`이 없습니다. 정지 런북을 만들어도 이 단위는 그대로 둡니다",
                        unit.id
                    ),
                )
                .help(
                    "add `stop:` with the steps that stop it, or write `run` where there is nothing to stop",
                    "정지하는 작업을 `stop:`에 적으십시오. 정지할 것이 없으면 `run`으로 쓰십시오",
                )
            });
        }
        if subject.places.stop_only.contains(&ix) {
            warnings.report(Part::Unit(ix), Code::OneWay, span, || {
                Finding::new(
                    format!("`{}` has `stop` and no `start`: nothing here starts what a derived stop stops", unit.id),
                    format!(
                        "`{}`에 `stop`은 있는데 `start`가 없습니다. 정지한 것을 다시 기동할 방법이 없습니다",
                        unit.id
                    ),
                )
                .help("add `start:` with the steps that start it", "기동하는 작업을 `start:`에 적으십시오")
            });
        }
    }
}
