//! Gates: defaults filled in, shares of the time-out reckoned, names of branches taken from where they were resolved.

use std::collections::BTreeMap;

use super::super::lints::{gate_rules, gate_without_approver};
use super::super::{Escalation, Exclusion, Gate, OnReject, OnTimeout, UnitIx};
use crate::base::{Millis, RoleName, Text};
use crate::runbook::{self, After, Findings, Quorum, Span, Spanned};

/// Lowers a gate; `branch` is what a rejection leads to, where the gate names it.
pub(super) fn lower(gate: runbook::Gate, span: Span, branch: Vec<UnitIx>, findings: &mut Findings<'_>) -> Gate {
    let place = gate.quorum.as_ref().map_or(span, |quorum| quorum.span);
    let (quorum, seats) = counted(gate.quorum);
    if seats.is_empty() {
        gate_without_approver::check(gate.approvers.as_ref(), span, findings);
    } else if let Some(approvers) = &gate.approvers {
        gate_rules::same_roles(approvers, &seats, findings);
    }
    let approvers = match gate.approvers {
        Some(approvers) if !approvers.value.is_empty() => approvers.value,
        Some(_) | None => seats.keys().cloned().collect(),
    };
    if let Some(on_timeout) = &gate.on_timeout {
        gate_rules::on_timeout(on_timeout, gate.timeout, findings);
    }
    let on_timeout = match gate.on_timeout.map(|on_timeout| on_timeout.value) {
        // That nobody's silence approves was reported.
        None | Some(runbook::OnTimeout::Wait | runbook::OnTimeout::Approve) => OnTimeout::Wait,
        Some(runbook::OnTimeout::Fail) => OnTimeout::Fail,
        Some(runbook::OnTimeout::Reject) => OnTimeout::Reject,
    };
    let lowered = Gate {
        question: gate.question.unwrap_or_else(|| Text::new("진행을 승인하시겠습니까?", "Go on?")),
        approvers,
        quorum,
        seats,
        distinct: gate.distinct.unwrap_or(true),
        distinct_roles: gate.distinct_roles.unwrap_or(false),
        exclude: gate.exclude.into_iter().flat_map(|exclude| exclude.value).map(excluded).collect(),
        timeout: gate.timeout,
        escalate: levels(gate.escalate.unwrap_or_default(), gate.timeout, on_timeout, findings),
        on_timeout,
        on_reject: match gate.on_reject {
            None | Some(runbook::OnReject::Fail) => OnReject::Fail,
            Some(runbook::OnReject::Abort) => OnReject::Abort,
            Some(runbook::OnReject::Rollback) => OnReject::Rollback,
            // Names that stand for nothing were reported.
            Some(runbook::OnReject::Branch(_)) if branch.is_empty() => OnReject::Fail,
            Some(runbook::OnReject::Branch(_)) => OnReject::Branch(branch),
        },
    };
    gate_rules::enough_roles(&lowered, place, findings);
    lowered
}

const fn excluded(exclusion: runbook::Exclusion) -> Exclusion {
    match exclusion {
        runbook::Exclusion::Requester => Exclusion::Requester,
        runbook::Exclusion::Author => Exclusion::Author,
    }
}

fn counted(quorum: Option<Spanned<Quorum>>) -> (u32, BTreeMap<RoleName, u32>) {
    match quorum.map(|quorum| quorum.value) {
        None => (1, BTreeMap::new()),
        Some(Quorum::Any(count)) => (count.0, BTreeMap::new()),
        Some(Quorum::Each(each)) => {
            let seats: BTreeMap<RoleName, u32> = each.into_iter().map(|seat| (seat.key.value, seat.value.0)).collect();
            (seats.values().sum::<u32>().max(1), seats)
        }
    }
}

fn levels(
    written: Vec<runbook::Escalation>,
    timeout: Option<Millis>,
    on_timeout: OnTimeout,
    findings: &mut Findings<'_>,
) -> Vec<Escalation> {
    let mut levels: Vec<Escalation> = Vec::with_capacity(written.len());
    for level in written {
        // What is missing was reported.
        let (Some(after), Some(roles)) = (level.after, level.roles) else { continue };
        let time = match (after.value, timeout) {
            (After::Time(time), _) => Some(time),
            (After::Share(share), Some(timeout)) => Some(Millis(timeout.0.saturating_mul(u64::from(share)) / 100)),
            (After::Share(_), None) => None,
        };
        let before = levels.last().map(|level| level.after);
        let end = timeout.filter(|_| on_timeout != OnTimeout::Wait);
        gate_rules::level(after.span, &roles, time, before, end, findings);
        levels.push(Escalation { after: time.unwrap_or_default(), roles: roles.value });
    }
    levels
}
