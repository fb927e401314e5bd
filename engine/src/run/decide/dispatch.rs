//! Who starts next: released units become eligible, queued ones start as far as the bounds allow, the most urgent first.

use super::super::apply::{Illegal, target_of};
use super::super::state::Urgency;
use super::super::{AttemptId, Cause, CauseKind, Control, Event, Purpose, StepIx};
use super::turn::{Effect, Turn};
use crate::base::{Digest, Hasher, Timestamp};
use crate::inventory::LOCAL;
use crate::plan::{Action, Gate, MarkKind, Mode, Moment, Probe, Step, UnitIx};

/// Whether a queued unit could start.
enum Room {
    /// It may.
    Yes,
    /// Not this one, but perhaps a less urgent one.
    NotHere,
    /// The run as a whole is full.
    Full,
}

impl Turn<'_> {
    pub(super) fn release_and_dispatch(&mut self) -> Result<(), Illegal> {
        loop {
            self.sort_out()?;
            while let Some(unit) = self.next_released() {
                // A unit that nobody can judge may abort the run, or go back by itself.
                if self.state.control == Control::Abort {
                    return Ok(());
                }
                self.release(unit)?;
                self.sort_out()?;
            }
            if self.state.control != Control::Go || self.around.draining {
                return Ok(());
            }
            if !self.pass_on()? {
                return self.start_ready();
            }
        }
    }

    /// The first unit whose turn has come. Behind one that was skipped, that may be so while something further up is still
    /// being undone: nothing is begun on ground that is about to go.
    fn next_released(&self) -> Option<UnitIx> {
        let goes = |before: &UnitIx| self.state.unit(*before).is_going_back();
        let stays =
            |unit: &UnitIx| self.state.standing.is_empty() || !self.plan.graph().upstream_of([*unit]).iter().any(goes);
        self.state.released.iter().copied().find(stays)
    }

    /// Takes out of the run what is no part of it, and back what goes back, until neither brings about more: what is undone
    /// at once may have been all that kept something else in the run.
    fn sort_out(&mut self) -> Result<(), Illegal> {
        loop {
            self.leave_out()?;
            self.turn_back()?;
            if self.doubtful.is_empty() {
                return Ok(());
            }
        }
    }

    /// Lets everything pass that needs no worker; `true` when something moved, so that more may be released or nothing may
    /// start any more. Before anything starts: what a decision ends must not have begun in the same breath.
    fn pass_on(&mut self) -> Result<bool, Illegal> {
        let plan = self.plan;
        let mut moved = false;
        while let Some(Urgency(_, unit)) = self.state.passing.first().copied() {
            let Some(step) = self.state.step(plan, unit) else { break };
            moved |= self.pass(unit, step)?;
            // A decision that comes to nothing may have paused or aborted the run.
            if self.state.control != Control::Go {
                return Ok(true);
            }
        }
        Ok(moved)
    }

    /// Starts what there is room for, the most urgent first.
    fn start_ready(&mut self) -> Result<(), Illegal> {
        let plan = self.plan;
        let mut from = std::ops::Bound::Unbounded;
        while let Some(urgency) = self.state.ready.range((from, std::ops::Bound::Unbounded)).next().copied() {
            from = std::ops::Bound::Excluded(urgency);
            let unit = urgency.1;
            let Some(step) = self.state.step(plan, unit) else { break };
            match self.room(unit, step) {
                Room::Yes => self.start(unit, step)?,
                Room::NotHere => {}
                Room::Full => break,
            }
        }
        Ok(())
    }

    fn room(&self, unit: UnitIx, step: &Step) -> Room {
        let state = &*self.state;
        if state.occupied >= state.header.concurrency.max(1) {
            return Room::Full;
        }
        let stage = self.plan.unit(unit).stage;
        if self.plan.stage(stage).max_parallel.is_some_and(|most| state.occupied_stage[stage.at()] >= most) {
            return Room::NotHere;
        }
        let most = self.plan.body().limits.per_target;
        let busy = target_of(self.plan, unit, &step.action).and_then(|target| state.occupied_target.get(target));
        if most.zip(busy).is_some_and(|(most, busy)| *busy >= most) { Room::NotHere } else { Room::Yes }
    }

    /// Records that an attempt is about to be made, and asks for it.
    fn start(&mut self, unit: UnitIx, step: &Step) -> Result<(), Illegal> {
        let run = self.state.unit(unit);
        let place = run.step;
        let (purpose, number) =
            if run.wants_probe(step) { (Purpose::Probe, run.tries) } else { (Purpose::Act, run.tries + 1) };
        let attempt = AttemptId(self.state.attempts + 1);
        let held_by_keeper = self.state.header.mode != Mode::Mock && self.runs_here(unit, step, purpose);
        let keeper = self.around.keeper.clone().filter(|_| held_by_keeper);
        self.emit(Event::Started { unit: self.id(unit), step: place, attempt, number, purpose, keeper })?;
        self.out.effects.push(Effect::Start { unit, step: place, attempt, number, purpose });
        Ok(())
    }

    /// Steps that need no worker. `true` when the unit moved on at once.
    fn pass(&mut self, unit: UnitIx, step: &Step) -> Result<bool, Illegal> {
        let place = self.state.unit(unit).step;
        let id = self.id(unit);
        match &step.action {
            Action::Gate(gate) => {
                let deadline = gate.timeout.map(|timeout| self.now.plus(timeout));
                let digest = self.approval_digest(unit, place, gate);
                self.emit(Event::GateOpened { unit: id, step: place, deadline, digest })?;
                Ok(false)
            }
            Action::Manual(_) => {
                self.emit(Event::ManualOpened { unit: id, step: place })?;
                Ok(false)
            }
            Action::Wait(time) => {
                let until = Some(self.now.plus(*time));
                self.emit(Event::Passed { unit: id, step: place, until })?;
                Ok(false)
            }
            Action::Until(moment) => {
                let Some(moment) = self.instant(moment) else {
                    self.fail(unit, no_instant())?;
                    return Ok(true);
                };
                self.emit(Event::Passed { unit: id, step: place, until: Some(moment.max(self.now)) })?;
                Ok(false)
            }
            Action::Mark(mark) => {
                self.emit(Event::Passed { unit: id, step: place, until: None })?;
                self.set_mark(*mark)?;
                self.step_done(unit, place + 1)?;
                Ok(true)
            }
            Action::Decision(decision) => {
                self.decide_branch(unit, decision)?;
                Ok(true)
            }
            Action::Command(_) | Action::Http(_) | Action::Tcp(_) | Action::Look(_) => Ok(false),
            Action::Change(_) | Action::Check(_) | Action::Link(_) => Ok(false),
        }
    }

    /// The instant that is waited for; `None` where the declaration gave none that can be read.
    fn instant(&self, moment: &Moment) -> Option<Timestamp> {
        match moment {
            Moment::At(moment) => Some(*moment),
            Moment::Input(name) => Timestamp::parse_iso(self.state.header.inputs.get(name)?.as_deref()?),
        }
    }

    fn set_mark(&mut self, mark: MarkKind) -> Result<(), Illegal> {
        self.emit(Event::Marked { mark, value: self.now, by: None, reason: String::new() })
    }

    /// The step is done: the unit goes on, or is ready.
    pub(super) fn step_done(&mut self, unit: UnitIx, next: StepIx) -> Result<(), Illegal> {
        if self.state.unit(unit).undoing {
            return self.back_step_done(unit, next);
        }
        let id = self.id(unit);
        if usize::from(next) < self.plan.unit(unit).steps.len() {
            return self.emit(Event::StepDone { unit: id, next });
        }
        // Out of a wait or a mark the unit first leaves the step, then is ready.
        if self.state.unit(unit).state.occupies() {
            let last = self.state.unit(unit).step;
            self.emit(Event::StepDone { unit: id.clone(), next: last })?;
        }
        self.emit(Event::Ready { unit: id })
    }

    /// What voters vote on: the plan, the declaration with its inputs, and this very opening of this gate.
    fn approval_digest(&self, unit: UnitIx, step: StepIx, gate: &Gate) -> Digest {
        let header = serde_json::to_vec(&self.state.header).unwrap_or_default();
        let question = serde_json::to_vec(gate).unwrap_or_default();
        let opening = self.state.unit(unit).gates + 1;
        Hasher::default()
            .part(&self.plan.digest().0)
            .part(&header)
            .part(self.plan.unit(unit).id.as_str().as_bytes())
            .part(&step.to_be_bytes())
            .part(&question)
            .part(&opening.to_be_bytes())
            .finish()
    }

    /// Whether an attempt hands a command to the keeper of this host.
    fn runs_here(&self, unit: UnitIx, step: &Step, purpose: Purpose) -> bool {
        let command = match (purpose, &step.action, &step.already_done) {
            (Purpose::Act, Action::Command(command), _) => command,
            (Purpose::Probe, _, Some(Probe::Command(command))) => command,
            _ => return false,
        };
        let target = command.on.as_ref().or(self.plan.unit(unit).on.as_ref());
        target.is_none_or(|target| target.as_str() == LOCAL)
    }
}

fn no_instant() -> Cause {
    Cause::new(
        CauseKind::Undecided,
        "선포할 때 기다릴 시각이 주어지지 않았습니다. 건너뛰거나 수동 확인하십시오",
        "the declaration gave no instant to wait for; skip or attest",
    )
}
