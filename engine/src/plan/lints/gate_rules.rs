//! E25, E28 and E29: gates whose rules can not be kept, contradict each other, or would let silence approve.

use std::collections::{BTreeMap, BTreeSet};

use super::super::compile::Places;
use super::super::{Action, Body, Exclusion, Gate, Graph, UnitIx};
use crate::base::{Millis, RoleName};
use crate::runbook::{Code, Finding, Findings, OnTimeout, Span, Spanned};

/// A quorum by role and a list of approvers that name different roles.
pub(in super::super) fn same_roles(
    approvers: &Spanned<Vec<RoleName>>,
    seats: &BTreeMap<RoleName, u32>,
    findings: &mut Findings<'_>,
) {
    let named: BTreeSet<&RoleName> = approvers.value.iter().collect();
    if named == seats.keys().collect() {
        return;
    }
    findings.report(Code::GateRules, approvers.span, || {
        Finding::new(
            "`approvers` and `quorum` name different roles",
            "`approvers`와 `quorum`이 서로 다른 역할을 가리킵니다",
        )
        .help(
            "leave `approvers` out: the roles of `quorum` are those who may vote",
            "`approvers`를 지우십시오. `quorum`의 역할이 곧 투표할 수 있는 역할입니다",
        )
    });
}

/// A word about overdue gates that means nothing, or that would let silence approve.
pub(in super::super) fn on_timeout(written: &Spanned<OnTimeout>, timeout: Option<Millis>, findings: &mut Findings<'_>) {
    match written.value {
        OnTimeout::Approve => findings.report(Code::ApprovesItself, written.span, || {
            Finding::new("a gate never approves itself", "게이트는 스스로 승인되지 않습니다").help(
                "write `wait`, `fail` or `reject`, and name those to be asked in time under `escalate`",
                "`wait`, `fail`, `reject` 중 하나를 쓰고, 제때 물어볼 사람을 `escalate`에 쓰십시오",
            )
        }),
        OnTimeout::Wait | OnTimeout::Fail | OnTimeout::Reject if timeout.is_none() => {
            findings.report(Code::GateRules, written.span, || {
                Finding::new(
                    "`on_timeout` of a gate that has no time-out",
                    "제한 시간이 없는 게이트에 `on_timeout`이 있습니다",
                )
                .help("add `timeout: 10m`", "`timeout: 10m`처럼 제한 시간을 추가하십시오")
            });
        }
        OnTimeout::Wait | OnTimeout::Fail | OnTimeout::Reject => {}
    }
}

/// A level of escalation that never comes, or asks nobody.
pub(in super::super) fn level(
    after: Span,
    roles: &Spanned<Vec<RoleName>>,
    time: Option<Millis>,
    before: Option<Millis>,
    end: Option<Millis>,
    findings: &mut Findings<'_>,
) {
    if roles.value.is_empty() {
        findings.report(Code::GateRules, roles.span, || {
            Finding::new("this level of escalation names nobody", "이 상신 단계에 역할이 없습니다")
                .help("name the roles: `roles: [cio]`", "`roles: [cio]`처럼 역할을 쓰십시오")
        });
    }
    let Some(time) = time else {
        findings.report(Code::GateRules, after, || {
            Finding::new("a share of a time-out that the gate does not have", "제한 시간이 없는데 그 비율이 쓰였습니다")
                .help(
                    "add `timeout: 10m`, or write a duration such as `5m`",
                    "`timeout: 10m`을 추가하거나 `5m`처럼 시간으로 쓰십시오",
                )
        });
        return;
    };
    if before.is_some_and(|before| before >= time) {
        findings.report(Code::GateRules, after, || {
            Finding::new(
                "this level of escalation does not come after the one before it",
                "이 상신 단계가 앞 단계보다 늦지 않습니다",
            )
            .help("write the levels in order, each later", "단계를 시간 순서대로 쓰십시오")
        });
    }
    if end.is_some_and(|end| time >= end) {
        findings.report(Code::GateRules, after, || {
            Finding::new(
                "the gate is decided by its time-out before this level of escalation comes",
                "이 상신 단계가 오기 전에 제한 시간이 게이트를 결정합니다",
            )
            .help("escalate earlier, or write `on_timeout: wait`", "더 일찍 상신하거나 `on_timeout: wait`로 쓰십시오")
        });
    }
}

/// More approvals by different roles than there are roles.
pub(in super::super) fn enough_roles(gate: &Gate, quorum: Span, findings: &mut Findings<'_>) {
    if gate.distinct_roles && !gate.seats.is_empty() {
        findings.report(Code::GateRules, quorum, || {
            Finding::new(
                "`quorum` says how many each role gives, and `distinct_roles` says one each",
                "`quorum`은 역할마다 몇 표인지 정하는데 `distinct_roles`는 하나씩이라고 합니다",
            )
            .help("leave `distinct_roles` out", "`distinct_roles`를 지우십시오")
        });
    }
    let roles = gate.all_roles().len();
    if gate.distinct_roles && gate.seats.is_empty() && usize::try_from(gate.quorum).is_ok_and(|quorum| quorum > roles) {
        findings.report(Code::Quorum, quorum, || {
            Finding::new(
                format!("this gate wants approvals of {} different roles and asks {roles}", gate.quorum),
                format!("이 게이트는 서로 다른 {}개 역할의 승인을 요구하지만 역할이 {roles}개뿐입니다", gate.quorum),
            )
            .help("lower `quorum`, or name more roles", "`quorum`을 낮추거나 역할을 추가하십시오")
        });
    }
}

/// A gate on a way back whose rejection would lead somewhere else.
pub(in super::super) fn branch_on_the_way_back(gate: Span, findings: &mut Findings<'_>) {
    findings.report(Code::GateRules, gate, || {
        Finding::new(
            "on a way back a rejection leads nowhere else: a person decides",
            "되돌리는 중에는 반려가 다른 단위로 이어지지 않습니다. 사람이 결정합니다",
        )
        .help("leave `on_reject` out", "`on_reject`를 지우십시오")
    });
}

/// What can be said of gates only where the whole runbook is known: authors to exclude, and where rejections lead.
pub(in super::super) fn check(body: &Body, graph: Option<&Graph>, places: &Places, findings: &mut Findings<'_>) {
    for (unit, ix) in body.units.iter().zip((0..).map(UnitIx)) {
        for (step, at) in unit.steps.iter().zip(0_usize..) {
            let Action::Gate(gate) = &step.action else { continue };
            let span = places.step_of(ix, at);
            if gate.exclude.contains(&Exclusion::Author) && body.authors.is_empty() {
                findings.report(Code::GateRules, span, || {
                    Finding::new(
                        "this gate excludes the authors, and the runbook names none",
                        "이 게이트는 작성자를 제외하는데 런북에 작성자가 없습니다",
                    )
                    .help(
                        "name them at the top: `authors: [kim, lee]`, by their account names",
                        "맨 위에 계정 이름으로 `authors: [kim, lee]`처럼 쓰십시오",
                    )
                });
            }
            let (Some(branch), Some(graph)) = (gate.branch(), graph) else { continue };
            let waiting = graph.downstream(ix);
            for early in branch.iter().filter(|unit| waiting.binary_search(unit).is_err()) {
                let (gate, early) = (&unit.id, &body.units[early.at()].id);
                findings.report(Code::SelectedTooEarly, span, || {
                    Finding::new(
                        format!("`{early}` does not wait for `{gate}`, whose rejection it is for"),
                        format!("`{early}`은(는) 반려될 때를 위한 단위인데 `{gate}`을(를) 기다리지 않습니다"),
                    )
                    .help(
                        format!("add `needs: [{gate}]` to `{early}`"),
                        format!("`{early}`에 `needs: [{gate}]`을(를) 추가하십시오"),
                    )
                });
            }
        }
    }
}
