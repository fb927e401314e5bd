//! L02: a recovery time without a word about the mark that it is reckoned from, or with another one than the organisation's.

use super::super::Origin;
use super::super::compile::Part;
use super::{Subject, Warnings};
use crate::runbook::{self, Code, Finding};

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    let places = subject.places;
    let of_service = subject.services().find(|(_, service, _)| service.rto.is_some()).map(|(.., span)| span);
    let Some(rto) = places.rto.or(of_service) else { return };
    let Some(clock) = places.clock else {
        warnings.report(Part::Runbook, Code::ClockOrigin, rto, || {
            Finding::new(
                "nothing says from which mark this recovery time is reckoned; without a word it is the event",
                "이 복구목표시간을 어느 시점부터 재는지 적혀 있지 않습니다. 적지 않으면 발생 시점부터입니다",
            )
            .help(
                "add `clock: event` (or `detect`, `declare`) to `objectives`: verdicts depend on it",
                "`objectives`에 `clock: event`(또는 `detect`, `declare`)를 추가하십시오. 판정이 달라집니다",
            )
        });
        return;
    };
    let policy = subject.inventory.and_then(|inventory| inventory.policy().clock).map(origin);
    let Some(policy) = policy.filter(|policy| *policy != subject.body.objectives.clock) else { return };
    warnings.report(Part::Runbook, Code::ClockOrigin, clock, || {
        let (here, policy) = (word(subject.body.objectives.clock), word(policy));
        Finding::new(
            format!(
                "recovery times are reckoned from `{here}` here, and by the policy of the inventory from `{policy}`"
            ),
            format!("이 런북은 `{here}` 시점부터 재지만 인벤토리의 정책은 `{policy}` 시점부터입니다"),
        )
        .help(
            format!("write `clock: {policy}`, or keep this lint silent with the reason"),
            format!("`clock: {policy}`(으)로 고치거나, 사유를 적고 이 진단을 숨기십시오"),
        )
        .suggest(clock, Some(policy))
    });
}

const fn origin(written: runbook::Origin) -> Origin {
    match written {
        runbook::Origin::Event => Origin::Event,
        runbook::Origin::Detect => Origin::Detect,
        runbook::Origin::Declare => Origin::Declare,
    }
}

const fn word(origin: Origin) -> &'static str {
    match origin {
        Origin::Event => "event",
        Origin::Detect => "detect",
        Origin::Declare => "declare",
    }
}
