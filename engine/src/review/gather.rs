//! From the report of a run that is over to what is kept of it.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{PointFacts, RunFacts, RunUnits, ServiceFacts, UnitFacts, VoteFacts};
use super::findings::mishaps;
use super::unit_digest::unit_digest;
use super::unit_hosts::unit_hosts;
use crate::base::{BranchName, Digest, Millis, UnitId, UserName};
use crate::plan::{MarkKind, Plan};
use crate::report::{ChoiceOutcome, RunReport, UnitLine};
use crate::run::{Actor, Door, Event, Header};

/// What is kept of a run; `None` while it is open.
pub(super) fn gather(plan: &Plan, report: &RunReport) -> Option<(RunFacts, RunUnits)> {
    let ended_at = report.cover.ended_at?;
    let header = header_of(report)?;
    let cover = &report.cover;
    let mark = |wanted| report.basis.marks.iter().rev().find(|entry| entry.mark == wanted).map(|entry| entry.value);
    let participants = participants(report);
    let wall = ended_at.since(cover.declared_at);
    let heads = u64::try_from(participants.len()).unwrap_or(u64::MAX);
    let facts = RunFacts {
        run: cover.run,
        runbook: cover.runbook.clone(),
        title: cover.title.clone(),
        kind: plan.body().kind,
        organisation: plan.body().organisation.clone(),
        plan: cover.plan_digest,
        mode: cover.mode,
        status: cover.status,
        requester: cover.requester.name.clone(),
        called_by: cover.called_by.as_ref().map(|parent| parent.run),
        case: header.case,
        part: header.part,
        declared_at: cover.declared_at,
        ended_at,
        detect_at: mark(MarkKind::Detect),
        resume_at: mark(MarkKind::Resume),
        recovered_at: report.plan.recovery.end_at,
        origin: report.basis.origin,
        verdict: report.summary.verdict,
        plan_verdict: report.summary.plan_verdict,
        rto: report.plan.recovery.rto,
        rta: report.plan.recovery.rta,
        decision: report.plan.recovery.decision,
        units: report.summary.units,
        services: report
            .services
            .iter()
            .map(|line| ServiceFacts {
                service: line.service.clone(),
                title: line.title.clone(),
                tier: line.tier,
                rto: line.recovery.rto,
                rta: line.recovery.rta,
                verdict: line.recovery.verdict,
            })
            .collect(),
        points: report
            .recovery_points
            .iter()
            .map(|line| PointFacts {
                service: line.service.clone(),
                rpo: line.rpo,
                rpa: line.rpa,
                verdict: line.verdict,
            })
            .collect(),
        participants,
        person_time: Millis(wall.0.saturating_mul(heads)),
        deviations: report.summary.deviations,
        faults: report.summary.faults,
        broke_glass: !cover.break_glass.is_empty(),
    };
    let runbook = facts.runbook.clone();
    Some((facts, RunUnits { run: cover.run, runbook, units: units(plan, report) }))
}

fn header_of(report: &RunReport) -> Option<&Header> {
    let Event::Declared(header) = &report.timeline.first()?.event else { return None };
    Some(header)
}

/// Everybody who did something, through whichever door; those whom the simulation played were not there.
fn participants(report: &RunReport) -> Vec<UserName> {
    // A called run was declared by a step.
    let requester = Some(&report.cover.requester).filter(|_| report.cover.called_by.is_none());
    let mut there: Vec<&Actor> = requester.into_iter().collect();
    there.extend(report.gates.iter().flat_map(|gate| &gate.votes).map(|vote| &vote.by));
    for manual in &report.manual {
        there.extend(&manual.by);
        there.extend(manual.files.iter().map(|file| &file.by));
        there.extend(manual.checks.iter().map(|check| &check.by));
        there.extend(manual.checklist.iter().filter_map(|item| item.by.as_ref()));
    }
    there.extend(report.deviations.iter().filter_map(|one| one.by.as_ref()));
    there.extend(report.choices.iter().filter_map(|one| one.by.as_ref()));
    there.extend(report.basis.marks.iter().filter_map(|mark| mark.by.as_ref()));
    let real = there.into_iter().filter(|actor| actor.via != Door::Simulation);
    real.map(|actor| actor.name.clone()).collect::<BTreeSet<_>>().into_iter().collect()
}

fn units(plan: &Plan, report: &RunReport) -> Vec<UnitFacts> {
    let mut votes: BTreeMap<&UnitId, BTreeSet<VoteFacts>> = BTreeMap::new();
    for gate in &report.gates {
        for vote in &gate.votes {
            votes.entry(&gate.unit).or_default().insert(VoteFacts {
                name: vote.by.name.clone(),
                role: vote.role.clone(),
                on_behalf_of: vote.hand.on_behalf_of().cloned(),
                escalated: vote.escalated,
            });
        }
    }
    let mut branches: BTreeMap<&UnitId, Vec<BranchName>> = BTreeMap::new();
    for choice in &report.choices {
        if let ChoiceOutcome::Taken { branch, .. } = &choice.outcome {
            branches.entry(&choice.unit).or_default().push(branch.clone());
        }
    }
    let blemished: BTreeSet<UnitId> = mishaps(report).into_iter().map(|mishap| mishap.unit).collect();
    let hosts = unit_hosts(plan);
    let line = |line: &UnitLine| {
        let said = plan.find(&line.unit).and_then(|ix| unit_digest(plan, ix).ok());
        UnitFacts {
            unit: line.unit.clone(),
            title: line.title.clone(),
            stage: line.stage.clone(),
            digest: said.unwrap_or(Digest::ZERO),
            hosts: hosts.get(&line.unit).copied(),
            state: line.state,
            counted: line.counted,
            target: line.target,
            elapsed: line.elapsed,
            gate: line.accounts.gate,
            manual: line.accounts.manual,
            verdict: line.verdict,
            attempts: line.attempts,
            ready_at: line.ready_at,
            person: line.person.as_ref().and_then(|person| person.name.clone()),
            votes: votes.remove(&line.unit).into_iter().flatten().collect(),
            branches: branches.remove(&line.unit).unwrap_or_default(),
            blemished: blemished.contains(&line.unit),
        }
    };
    report.units.iter().map(line).collect()
}
