//! The registers, gathered while the journal is read once from its first row to its last.

use std::collections::{BTreeMap, HashMap};

use super::clocks::Readings;
use super::model::MarkEntry;
use super::registers::{
    Attempt, AttemptOutcome, ChoiceEntry, ChoiceOutcome, Deviation, DeviationKind, EngineChange, Fault, GateEntry,
    GateOutcome, ManualEntry,
};
use super::tables::Approver;
use crate::base::{Millis, Text, Timestamp, UnitId};
use crate::plan::{Action, MarkKind, Plan, Step, UnitIx};
use crate::run::{Actor, AttemptId, CauseKind, Event, Outcome, Purpose, Saw, Seen, StepIx, UnitState};

/// What the journal says besides the state.
#[derive(Debug)]
pub(super) struct Registers {
    pub marks: Vec<MarkEntry>,
    pub gates: Vec<GateEntry>,
    pub manual: Vec<ManualEntry>,
    pub choices: Vec<ChoiceEntry>,
    pub deviations: Vec<Deviation>,
    pub faults: Vec<Fault>,
    pub engines: Vec<EngineChange>,
    pub attempts: Vec<Attempt>,
    /// What was read of the clocks of hosts.
    pub clocks: Readings,
    /// By unit: how often its clock started.
    pub rounds: Vec<u32>,
    /// By unit: who approved its gates.
    pub approvers: Vec<Vec<Approver>>,
    /// By unit: why it is no part of the run.
    pub deselected: HashMap<UnitIx, Text>,
    standing: BTreeMap<MarkKind, Timestamp>,
    open_gates: HashMap<UnitIx, usize>,
    open_manual: HashMap<UnitIx, usize>,
    open_pause: Option<(usize, Timestamp)>,
    by_attempt: HashMap<AttemptId, usize>,
    last_fault: HashMap<UnitIx, Text>,
}

/// Where the reading stands.
#[derive(Clone, Copy)]
pub(super) struct At {
    pub seq: u64,
    pub at: Timestamp,
    /// The instant of the row before.
    pub before: Timestamp,
}

impl Registers {
    pub(super) fn new(plan: &Plan) -> Self {
        let units = plan.units().len();
        Self {
            marks: Vec::new(),
            gates: Vec::new(),
            manual: Vec::new(),
            choices: Vec::new(),
            deviations: Vec::new(),
            faults: Vec::new(),
            engines: Vec::new(),
            attempts: Vec::new(),
            clocks: Readings::default(),
            rounds: vec![0; units],
            approvers: vec![Vec::new(); units],
            deselected: HashMap::new(),
            standing: BTreeMap::new(),
            open_gates: HashMap::new(),
            open_manual: HashMap::new(),
            open_pause: None,
            by_attempt: HashMap::new(),
            last_fault: HashMap::new(),
        }
    }

    /// Takes in an event that the state has taken in already. `unit` is the unit it is about, with its state before.
    pub(super) fn take(&mut self, plan: &Plan, row: At, unit: Option<(UnitIx, UnitState)>, event: &Event) {
        match unit {
            Some((ix, was)) => self.take_of_unit(plan, row, ix, was, event),
            None => self.take_of_run(row, event),
        }
    }

    fn take_of_run(&mut self, row: At, event: &Event) {
        match event {
            Event::Declared(header) => header.clocks.iter().for_each(|clock| self.clocks.take(clock)),
            Event::Adopted { engine, token, clock } => {
                let silence = row.at.since(row.before);
                let (engine, token, clock) = (engine.clone(), *token, *clock);
                self.engines.push(EngineChange { seq: row.seq, at: row.at, engine, token, clock, silence });
                if !self.standing.contains_key(&MarkKind::Start) {
                    self.mark(row, MarkKind::Start, row.at, None, "");
                }
            }
            Event::Marked { mark, value, by, reason } => self.mark(row, *mark, *value, by.as_ref(), reason),
            Event::Paused { by, reason } => {
                self.open_pause = Some((self.deviations.len(), row.at));
                self.deviate(row, DeviationKind::Pause { lasted: Millis::ZERO }, None, by.as_ref(), reason);
            }
            Event::ExerciseHeld { by, reason } => {
                self.end_pause(row.at);
                self.open_pause = Some((self.deviations.len(), row.at));
                self.deviate(row, DeviationKind::ExerciseHold { lasted: Millis::ZERO }, None, Some(by), reason);
            }
            Event::Resumed { .. } | Event::Ended { .. } => self.end_pause(row.at),
            Event::AbortRequested { by, reason } => {
                self.end_pause(row.at);
                self.deviate(row, DeviationKind::Abort, None, by.as_ref(), reason);
            }
            // The rest tells nothing that state and timeline do not.
            Event::RtoExceeded { .. }
            | Event::Stalled
            | Event::Obeyed { .. }
            | Event::Eligible { .. }
            | Event::Started { .. }
            | Event::TimedOut { .. }
            | Event::Finished { .. }
            | Event::Late { .. }
            | Event::RetryScheduled { .. }
            | Event::GateOpened { .. }
            | Event::Voted { .. }
            | Event::GateReminded { .. }
            | Event::GateEscalated { .. }
            | Event::GateOverdue { .. }
            | Event::GateDecided { .. }
            | Event::ManualOpened { .. }
            | Event::ManualClosed { .. }
            | Event::ManualWorked { .. }
            | Event::Passed { .. }
            | Event::Requeued { .. }
            | Event::StopRequested { .. }
            | Event::StepDone { .. }
            | Event::Ready { .. }
            | Event::Failed { .. }
            | Event::Unknown { .. }
            | Event::Attested { .. }
            | Event::Skipped { .. }
            | Event::Judged { .. }
            | Event::Decided { .. }
            | Event::NotSelected { .. }
            | Event::Cancelled { .. }
            | Event::Reset { .. }
            | Event::Rewound { .. }
            | Event::Recalled { .. }
            | Event::RollbackAsked { .. }
            | Event::RollbackBegun { .. }
            | Event::RolledBack { .. }
            | Event::StartAwaited { .. }
            | Event::StartReached { .. }
            | Event::LockAwaited { .. }
            | Event::Locked { .. }
            | Event::TargetExceeded { .. } => {}
        }
    }

    fn take_of_unit(&mut self, plan: &Plan, row: At, ix: UnitIx, was: UnitState, event: &Event) {
        match event {
            Event::Eligible { .. } => self.rounds[ix.at()] += 1,
            Event::Started { unit, step, attempt, number, purpose, keeper } => {
                if *purpose == Purpose::Act && *number > 1 {
                    let why = self.last_fault.get(&ix).cloned().unwrap_or_default();
                    self.deviate(row, DeviationKind::Retry { number: *number }, Some(unit), None, &why);
                }
                let Some(written) = step_of(plan, ix, *step) else { return };
                self.by_attempt.insert(*attempt, self.attempts.len());
                self.attempts.push(Attempt {
                    attempt: *attempt,
                    unit: unit.clone(),
                    step: *step,
                    title: written.title.clone(),
                    phase: written.phase,
                    purpose: *purpose,
                    number: *number,
                    started_at: row.at,
                    ended_at: None,
                    elapsed: None,
                    process_ended_at: None,
                    outputs: BTreeMap::new(),
                    timed_out: false,
                    keeper: keeper.clone(),
                    outcome: AttemptOutcome::Open,
                    summary: Text::default(),
                    output_bytes: 0,
                    output_digest: None,
                });
            }
            Event::TimedOut { attempt, .. } => {
                if let Some(attempt) = self.attempt(*attempt) {
                    attempt.timed_out = true;
                }
            }
            Event::Finished { unit, attempt, outcome } => self.finish(row, ix, unit, *attempt, outcome),
            Event::GateOpened { unit, step, deadline, digest } => {
                let Some(Action::Gate(gate)) = step_of(plan, ix, *step).map(|step| &step.action) else { return };
                self.open_gates.insert(ix, self.gates.len());
                self.gates.push(GateEntry::opened(unit.clone(), gate, *deadline, *digest, row.at));
            }
            Event::Voted { unit, vote } => {
                let Some(gate) = self.open_gates.get(&ix).map(|at| &mut self.gates[*at]) else { return };
                let escalated = gate.voted(row.at, vote);
                if vote.approve {
                    let approver = Approver { name: vote.voter().clone(), who: vote.who(), role: vote.role.clone() };
                    self.approvers[ix.at()].push(approver);
                }
                if escalated {
                    let comment = Text::plain(&vote.comment);
                    self.deviate(row, DeviationKind::EscalatedVote, Some(unit), Some(&vote.by), &comment);
                }
            }
            Event::GateReminded { .. } => {
                if let Some(gate) = self.open_gates.get(&ix).map(|at| &mut self.gates[*at]) {
                    gate.reminded_at = Some(row.at);
                }
            }
            Event::GateEscalated { .. } => {
                if let Some(gate) = self.open_gates.get(&ix).map(|at| &mut self.gates[*at]) {
                    gate.escalated_at.push(row.at);
                }
            }
            Event::GateOverdue { .. } => {
                if let Some(gate) = self.open_gates.get(&ix).map(|at| &mut self.gates[*at]) {
                    gate.overdue_at = Some(row.at);
                }
            }
            Event::GateDecided { approved, in_default, .. } => {
                let outcome = match (approved, in_default) {
                    (true, _) => GateOutcome::Approved,
                    (false, false) => GateOutcome::Rejected,
                    (false, true) => GateOutcome::TimedOut,
                };
                self.close_gate(ix, row.at, outcome);
            }
            Event::ManualOpened { unit, step } => {
                let Some(Action::Manual(manual)) = step_of(plan, ix, *step).map(|step| &step.action) else { return };
                self.open_manual.insert(ix, self.manual.len());
                self.manual.push(ManualEntry::opened(unit.clone(), *step, manual, row.at));
            }
            Event::ManualWorked { by, work, .. } => {
                let Some(manual) = self.open_manual.get(&ix).map(|at| &mut self.manual[*at]) else { return };
                manual.work(row.at, by, work);
            }
            Event::ManualClosed { by, result, evidence, measure, .. } => {
                let Some(manual) = self.open_manual.remove(&ix).map(|at| &mut self.manual[at]) else { return };
                let asked = step_of(plan, ix, manual.step).map(|step| &step.action);
                manual.close(row.at, by, *result, evidence, measure.as_ref(), asked);
            }
            Event::StopRequested { unit, by, reason, .. } => {
                self.deviate(row, DeviationKind::Stop, Some(unit), Some(by), &Text::plain(reason));
            }
            Event::Failed { unit, cause } => {
                // Failures of attempts are listed with their attempts; these have none.
                if matches!(
                    cause.kind,
                    CauseKind::Rejected | CauseKind::Overdue | CauseKind::Manual | CauseKind::Undecided
                ) {
                    self.fault(row, ix, unit, None, Some(cause.kind), &cause.message);
                }
            }
            Event::Attested { unit, by, evidence } => {
                self.withdraw(ix, row.at);
                self.deviate(row, DeviationKind::Attest, Some(unit), Some(by), &Text::plain(evidence));
            }
            Event::Skipped { unit, by, reason } => {
                self.withdraw(ix, row.at);
                self.deviate(row, DeviationKind::Skip, Some(unit), by.as_ref(), reason);
            }
            Event::Judged { unit, holds, by, reason, saw } => {
                if by.is_some() {
                    let kind = DeviationKind::Choice { branch: None };
                    self.deviate(row, kind, Some(unit), by.as_ref(), &Text::plain(reason));
                }
                let outcome = match holds {
                    Some(true) => ChoiceOutcome::Holds,
                    Some(false) => ChoiceOutcome::DoesNotHold,
                    None => ChoiceOutcome::Unjudged,
                };
                self.chosen(row, unit, outcome, by.as_ref(), reason, saw);
            }
            Event::Decided { unit, branch, by, reason, saw } => {
                let outcome = match branch {
                    None => ChoiceOutcome::NoBranch,
                    Some(branch) => {
                        if by.is_some() {
                            let kind = DeviationKind::Choice { branch: Some(branch.clone()) };
                            self.deviate(row, kind, Some(unit), by.as_ref(), &Text::plain(reason));
                        }
                        let known = plan.unit(ix).decision().and_then(|decision| decision.branch(branch));
                        let title = known.map_or_else(|| Text::plain(branch.as_str()), |known| known.title.clone());
                        ChoiceOutcome::Taken { branch: branch.clone(), title }
                    }
                };
                self.chosen(row, unit, outcome, by.as_ref(), reason, saw);
            }
            Event::NotSelected { why, .. } => {
                self.deselected.insert(ix, why.text());
            }
            Event::Cancelled { .. } => self.withdraw(ix, row.at),
            Event::Reset { unit, by, reason, .. } => {
                let again = was.satisfies();
                self.rounds[ix.at()] += u32::from(again);
                let kind = if again { DeviationKind::Rerun } else { DeviationKind::Restart };
                self.deviate(row, kind, Some(unit), Some(by), reason);
            }
            Event::Rewound { unit, by } => {
                self.withdraw(ix, row.at);
                self.deviate(row, DeviationKind::Rewind, Some(unit), by.as_ref(), &Text::default());
            }
            Event::RollbackAsked { unit, by, reason } => {
                self.withdraw(ix, row.at);
                self.rounds[ix.at()] += u32::from(was.satisfies());
                self.deviate(row, DeviationKind::Rollback, Some(unit), by.as_ref(), reason);
            }
            Event::RolledBack { unit, by: Some(by), evidence } => {
                self.withdraw(ix, row.at);
                self.deviate(row, DeviationKind::UndoneByHand, Some(unit), Some(by), &Text::plain(evidence));
            }
            // A late answer changes nothing; the others are steps on the way, told by timeline and attempts.
            Event::Late { .. }
            | Event::RetryScheduled { .. }
            | Event::Passed { .. }
            | Event::Requeued { .. }
            | Event::StepDone { .. }
            | Event::Ready { .. }
            | Event::Unknown { .. }
            | Event::Recalled { .. }
            | Event::RollbackBegun { .. }
            | Event::RolledBack { by: None, .. }
            | Event::StartAwaited { .. }
            | Event::StartReached { .. }
            | Event::LockAwaited { .. }
            | Event::Locked { .. }
            | Event::TargetExceeded { .. }
            | Event::Declared(_)
            | Event::Adopted { .. }
            | Event::Marked { .. }
            | Event::RtoExceeded { .. }
            | Event::Paused { .. }
            | Event::ExerciseHeld { .. }
            | Event::Resumed { .. }
            | Event::AbortRequested { .. }
            | Event::Stalled
            | Event::Ended { .. }
            | Event::Obeyed { .. } => {}
        }
    }

    /// Books what is still open up to the instant of the report.
    pub(super) fn close_books(&mut self, as_of: Timestamp) {
        for gate in &mut self.gates {
            gate.wait = gate.closed_at.unwrap_or(as_of).since(gate.opened_at);
        }
        for manual in &mut self.manual {
            manual.wait = manual.closed_at.unwrap_or(as_of).since(manual.opened_at);
        }
        self.end_pause(as_of);
    }

    fn mark(&mut self, row: At, mark: MarkKind, value: Timestamp, by: Option<&Actor>, reason: &str) {
        let replaces = self.standing.insert(mark, value);
        if let Some(from) = replaces {
            let kind = DeviationKind::MarkCorrection { mark, from, to: value };
            self.deviate(row, kind, None, by, &Text::plain(reason));
        }
        let (by, reason) = (by.cloned(), reason.to_owned());
        self.marks.push(MarkEntry { seq: row.seq, mark, value, recorded_at: row.at, by, reason, replaces });
    }

    fn deviate(&mut self, row: At, kind: DeviationKind, unit: Option<&UnitId>, by: Option<&Actor>, reason: &Text) {
        let (unit, by, reason) = (unit.cloned(), by.cloned(), reason.clone());
        self.deviations.push(Deviation { seq: row.seq, at: row.at, kind, unit, by, reason });
    }

    fn chosen(&mut self, row: At, unit: &UnitId, outcome: ChoiceOutcome, by: Option<&Actor>, reason: &str, saw: &Saw) {
        let (unit, by, reason, saw) = (unit.clone(), by.cloned(), reason.to_owned(), saw.clone());
        self.choices.push(ChoiceEntry { seq: row.seq, at: row.at, unit, outcome, by, reason, saw });
    }

    fn fault(
        &mut self,
        row: At,
        ix: UnitIx,
        unit: &UnitId,
        attempt: Option<AttemptId>,
        cause: Option<CauseKind>,
        message: &Text,
    ) {
        self.last_fault.insert(ix, message.clone());
        let (unit, message) = (unit.clone(), message.clone());
        self.faults.push(Fault { seq: row.seq, at: row.at, unit, attempt, cause, message });
    }

    fn attempt(&mut self, attempt: AttemptId) -> Option<&mut Attempt> {
        self.by_attempt.get(&attempt).map(|at| &mut self.attempts[*at])
    }

    fn finish(&mut self, row: At, ix: UnitIx, unit: &UnitId, id: AttemptId, outcome: &Outcome) {
        let (result, seen) = match outcome {
            Outcome::Succeeded { seen } => (AttemptOutcome::Succeeded, seen),
            Outcome::Failed { seen, .. } => (AttemptOutcome::Failed, seen),
            Outcome::Unknown { seen, .. } => (AttemptOutcome::Unknown, seen),
        };
        seen.clocks.iter().for_each(|clock| self.clocks.take(clock));
        let Some(attempt) = self.attempt(id) else { return };
        let Seen { summary, output_bytes, output_digest, ended_at, outputs, linked: _, reading: _, clocks: _ } = seen;
        attempt.ended_at = Some(row.at);
        attempt.elapsed = Some(row.at.since(attempt.started_at));
        attempt.outcome = result;
        attempt.summary = summary.clone();
        attempt.output_bytes = *output_bytes;
        attempt.output_digest = *output_digest;
        attempt.process_ended_at = *ended_at;
        attempt.outputs.clone_from(outputs);
        let purpose = attempt.purpose;
        match (purpose, outcome) {
            // A probe that says `not done` has answered, not failed.
            (_, Outcome::Succeeded { .. }) | (Purpose::Probe, Outcome::Failed { .. }) => {}
            (Purpose::Act, Outcome::Failed { cause, .. }) => {
                self.fault(row, ix, unit, Some(id), Some(cause.kind), &cause.message);
            }
            (_, Outcome::Unknown { why, .. }) => self.fault(row, ix, unit, Some(id), None, why),
        }
    }

    fn close_gate(&mut self, ix: UnitIx, at: Timestamp, outcome: GateOutcome) {
        if let Some(gate) = self.open_gates.remove(&ix).map(|place| &mut self.gates[place]) {
            gate.closed_at = Some(at);
            gate.outcome = outcome;
        }
    }

    /// The unit left by another way than an answer.
    fn withdraw(&mut self, ix: UnitIx, at: Timestamp) {
        self.close_gate(ix, at, GateOutcome::Withdrawn);
        if let Some(manual) = self.open_manual.remove(&ix).map(|place| &mut self.manual[place]) {
            manual.closed_at = Some(at);
        }
    }

    fn end_pause(&mut self, at: Timestamp) {
        let Some((place, since)) = self.open_pause.take() else { return };
        if let DeviationKind::Pause { lasted } | DeviationKind::ExerciseHold { lasted } =
            &mut self.deviations[place].kind
        {
            *lasted = at.since(since);
        }
    }
}

fn step_of(plan: &Plan, ix: UnitIx, step: StepIx) -> Option<&Step> {
    plan.unit(ix).step(step)
}
