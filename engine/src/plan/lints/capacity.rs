//! E56: a capacity that can not be reached, or shares that make no whole.

use super::super::{Body, Unit};
use crate::base::Percent;
use crate::runbook::{Code, Finding, Findings, Span};

/// All of it, in hundredths of a percent.
const WHOLE: u32 = 10_000;

/// Where capacity is spoken of in a runbook.
#[derive(Debug, Default)]
pub(in super::super) struct CapacityPlaces {
    /// The least capacity of the objective.
    pub(in super::super) minimum: Option<Span>,
    /// The goals, each.
    pub(in super::super) goals: Vec<Span>,
    /// The share of the first unit that has one.
    pub(in super::super) first_share: Option<Span>,
}

pub(in super::super) fn check(body: &Body, places: &CapacityPlaces, findings: &mut Findings<'_>) {
    let sum = |kept: fn(&Unit) -> bool| {
        let shares = body.units.iter().filter(|unit| kept(unit)).filter_map(|unit| unit.capacity);
        shares.map(|share| u32::from(share.0)).sum::<u32>()
    };
    let (all, counted) = (sum(|_| true), sum(|unit| !unit.rto_exclude));
    if let Some(span) = places.first_share.filter(|_| all > WHOLE) {
        findings.report(Code::Capacity, span, || {
            let all = percent(all);
            Finding::new(
                format!("the shares of the units come to {all}, more than all there is"),
                format!("단위별 용량의 합이 {all}로 전체를 넘습니다"),
            )
            .help("make them 100% at most", "합이 100% 이하가 되도록 고치십시오")
        });
    }
    if let Some((share, span)) = body.objectives.min_capacity.zip(places.minimum) {
        if body.objectives.rto.is_none() {
            findings.report(Code::Capacity, span, || {
                Finding::new("`min_capacity` without an `rto`", "`rto` 없이 `min_capacity`만 있습니다").help(
                    "add the `rto` within which it is to be there, or write a goal under `capacity`",
                    "그 용량을 갖춰야 하는 `rto`를 추가하거나 `capacity`에 목표로 쓰십시오",
                )
            });
        } else if u32::from(share.0) > counted {
            findings.report(Code::Capacity, span, || {
                let counted = percent(counted);
                Finding::new(
                    format!("the units that the RTO counts bring {counted} and never {share}"),
                    format!("RTO에 포함된 단위의 용량은 {counted}뿐이므로 {share}에 이를 수 없습니다"),
                )
                .help(
                    "give units a `capacity`, or take `rto: exclude` from those that bring what is missing",
                    "단위에 `capacity`를 쓰거나, 부족한 용량을 맡은 단위의 `rto: exclude`를 지우십시오",
                )
            });
        }
    }
    for (goal, span) in body.objectives.capacity.iter().zip(&places.goals) {
        if u32::from(goal.reach.0) > all {
            findings.report(Code::Capacity, *span, || {
                let all = percent(all);
                Finding::new(
                    format!("all units together bring {all} and never {}", goal.reach),
                    format!("모든 단위의 용량을 합해도 {all}이므로 {}에 이를 수 없습니다", goal.reach),
                )
                .help("give units a `capacity`, such as `capacity: 25%`", "단위에 `capacity: 25%`처럼 용량을 쓰십시오")
            });
        }
    }
}

fn percent(hundredths: u32) -> String {
    u16::try_from(hundredths).map_or_else(|_| format!("{}%", hundredths / 100), |share| Percent(share).to_string())
}
