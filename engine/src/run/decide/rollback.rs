//! Undoing: what a wish to go back concerns, what no way leads back across, and the way back itself.
//!
//! ```text
//! a wish ──▶ Recalled        where an attempt is at work: it ends first
//!        └─▶ RollbackAsked   everything else that was begun; from here on it satisfies nobody's needs
//!                └─ all that was built on it is undone ─▶ RollbackBegun, its steps ─▶ RolledBack
//! ```

use super::super::apply::Illegal;
use super::super::{Actor, Event, Purpose, Scope, StepIx, UnitState};
use super::people::refuse;
use super::turn::{Refusal, Stop, Turn};
use crate::base::{Text, Timestamp};
use crate::plan::{Node, Phase, UnitIx};

/// Where the points of no return stand.
struct Line {
    /// Those that were passed.
    passed: Vec<UnitIx>,
    /// When the last of them was.
    at: Option<Timestamp>,
    /// What could not begin before the last of them was passed, in order of place.
    beyond: Vec<UnitIx>,
    /// By unit: whether it is one of those that were passed, or was needed by one.
    behind: Vec<bool>,
}

impl Turn<'_> {
    /// Begins the way back of every unit on which nothing stands any more.
    pub(super) fn turn_back(&mut self) -> Result<(), Illegal> {
        while let Some(unit) = self.state.turning.first().copied() {
            let begun = self.state.unit(unit).begun;
            let event = match self.plan.unit(unit).next_back(begun, 0) {
                Some(step) => Event::RollbackBegun { unit: self.id(unit), step },
                None => Event::RolledBack { unit: self.id(unit), by: None, evidence: String::new() },
            };
            self.emit(event)?;
        }
        Ok(())
    }

    /// A step of the way back is done: the unit goes on to the next one that is due, or is undone.
    pub(super) fn back_step_done(&mut self, unit: UnitIx, from: StepIx) -> Result<(), Illegal> {
        let id = self.id(unit);
        let run = self.state.unit(unit);
        if let Some(next) = self.plan.unit(unit).next_back(run.begun, from) {
            return self.emit(Event::StepDone { unit: id, next });
        }
        // Out of a wait or a mark the unit first leaves the step, then is undone.
        if run.state.occupies() {
            let last = run.step;
            self.emit(Event::StepDone { unit: id.clone(), next: last })?;
        }
        self.emit(Event::RolledBack { unit: id, by: None, evidence: String::new() })
    }

    /// The attempt of a unit that was called back has ended: what it did, or may have done, is undone. `true` when it was.
    pub(super) fn recalled(&mut self, unit: UnitIx) -> Result<bool, Illegal> {
        let Some((by, reason)) = self.state.unit(unit).recalled.clone() else { return Ok(false) };
        self.emit(Event::RollbackAsked { unit: self.id(unit), by, reason })?;
        Ok(true)
    }

    /// Why a unit that failed is not undone by itself, although its `on_fail` wants that.
    pub(super) fn stays_failed(&self, unit: UnitIx) -> Option<Text> {
        let line = self.line();
        if line.behind[unit.at()] {
            return Some(Text::new("되돌릴 수 없는 지점을 지났습니다", "a point of no return was passed"));
        }
        let after = self.plan.graph().downstream(unit).into_iter().find(|after| self.stands(*after))?;
        let after = &self.plan.unit(after).id;
        Some(Text::new(
            format!("이 단위를 바탕으로 한 {after} 단위가 남아 있습니다"),
            format!("{after} was built on it and stands"),
        ))
    }

    pub(super) fn roll_back(
        &mut self,
        by: Option<&Actor>,
        scope: &Scope,
        downstream: bool,
        reason: &Text,
    ) -> Result<(), Stop> {
        let line = self.line();
        let named = self.named(scope, &line)?;
        let mut concerned = vec![false; self.plan.units().len()];
        for unit in &named {
            concerned[unit.at()] = true;
        }
        let after = self.plan.graph().downstream_of(named.iter().copied().filter(|unit| self.is_concerned(*unit)));
        let built: Vec<UnitIx> =
            after.iter().copied().filter(|unit| !concerned[unit.at()] && self.stands(*unit)).collect();
        if let Some(first) = built.first().filter(|_| !downstream && *scope != Scope::Run) {
            let (first, count) = (&self.plan.unit(*first).id, built.len());
            return refuse(
                "downstream_stands",
                format!(
                    "이것을 바탕으로 한 {first} 등 {count}개 단위가 남아 있습니다. 뒤따르는 단위까지 되돌리도록 요청하십시오"
                ),
                format!(
                    "{first} was built on it and stands ({count} in all): ask for all that comes after it to be rolled back too"
                ),
            );
        }
        for unit in built {
            concerned[unit.at()] = true;
        }
        let order: Vec<UnitIx> = self.backwards().filter(|unit| concerned[unit.at()]).collect();
        let going: Vec<UnitIx> = order.iter().copied().filter(|unit| self.is_concerned(*unit)).collect();
        self.no_return_across(&going, &line)?;
        if going.is_empty() {
            return match line.passed.last().map(|passed| &self.plan.unit(*passed).id) {
                Some(passed) if *scope == Scope::Run => refuse(
                    "nothing_to_roll_back",
                    format!("{passed} 단위가 되돌릴 수 없는 지점입니다. 그 앞은 그대로 두며, 그 뒤에 한 일은 없습니다"),
                    format!(
                        "{passed} is a point of no return: what was done before it stays, and nothing was done since"
                    ),
                ),
                Some(_) | None => refuse(
                    "nothing_to_roll_back",
                    "되돌릴 것이 없습니다. 이미 되돌렸거나 되돌리는 중입니다",
                    "nothing was done that is not undone, or being undone, already",
                ),
            };
        }
        for unit in going {
            let (unit, run) = (self.id(unit), self.state.unit(unit));
            let (by, reason) = (by.cloned(), reason.clone());
            self.emit(if run.flight.is_some() {
                Event::Recalled { unit, by, reason }
            } else {
                Event::RollbackAsked { unit, by, reason }
            })?;
        }
        self.keep_from_starting(by, &order, &concerned, &after)?;
        Ok(())
    }

    /// What was not begun yet must not start in the midst of it: it waits for what is undone, or is taken back as well.
    fn keep_from_starting(
        &mut self,
        by: Option<&Actor>,
        order: &[UnitIx],
        concerned: &[bool],
        after: &[UnitIx],
    ) -> Result<(), Illegal> {
        self.wait_again(by, after)?;
        for unit in order.iter().rev() {
            let pending = self.state.unit(*unit).state == UnitState::Pending;
            let waits_for_it = || self.open_needs(*unit).iter().any(|need| concerned[need.at()]);
            if pending && !waits_for_it() {
                self.emit(Event::RolledBack { unit: self.id(*unit), by: None, evidence: String::new() })?;
            }
        }
        Ok(())
    }

    /// What was let begin and has not begun waits for all that it needs after all.
    pub(super) fn wait_again(&mut self, by: Option<&Actor>, after: &[UnitIx]) -> Result<(), Illegal> {
        for unit in after.iter().copied() {
            let run = self.state.unit(unit);
            let waits = matches!(
                run.state,
                UnitState::Queued | UnitState::RetryWait | UnitState::AwaitingGate | UnitState::AwaitingManual
            );
            // What was left out is looked at anew when its turn comes again: it may be chosen then.
            let left_out = run.state == UnitState::NotSelected;
            if (waits || left_out) && !run.is_going_back() && self.state.unmet[unit.at()] > 0 {
                self.emit(Event::Rewound { unit: self.id(unit), by: by.cloned() })?;
            }
        }
        Ok(())
    }

    /// The units that a scope names. Of the whole run those behind the last safe point.
    fn named(&self, scope: &Scope, line: &Line) -> Result<Vec<UnitIx>, Refusal> {
        match scope {
            Scope::Unit { unit } => Ok(vec![self.known(unit)?]),
            Scope::Stage { stage } => {
                let found = self.plan.body().stages.iter().find(|it| it.id == *stage);
                let found = found.ok_or_else(|| Refusal {
                    code: "no_such_stage",
                    message: Text::new(
                        format!("이 실행에는 {stage} 단계가 없습니다"),
                        format!("this run has no stage {stage}"),
                    ),
                })?;
                Ok(found.unit_ixs().collect())
            }
            Scope::Run => {
                if let Some(doubt) = self.plan.unit_ixs().find(|unit| self.is_in_doubt(*unit)) {
                    return Err(self.doubtful(doubt));
                }
                let before = |unit: UnitIx| {
                    let run = self.state.unit(unit);
                    let settled = run.settled_at.filter(|_| run.state.satisfies());
                    // Within one millisecond the order of work tells more than the clock.
                    let beyond = line.beyond.binary_search(&unit).is_ok();
                    !beyond && settled.zip(line.at).is_some_and(|(settled, line)| settled <= line)
                };
                Ok(self.plan.unit_ixs().filter(|unit| !line.behind[unit.at()] && !before(*unit)).collect())
            }
        }
    }

    /// Refuses to go back across a point of no return.
    fn no_return_across(&self, going: &[UnitIx], line: &Line) -> Result<(), Refusal> {
        if let Some(unit) = going.iter().find(|unit| line.behind[unit.at()]) {
            let after = self.plan.graph().downstream(*unit);
            let passed = line.passed.iter().find(|passed| **passed == *unit || after.binary_search(passed).is_ok());
            let (passed, unit) = (&self.plan.unit(*passed.unwrap_or(unit)).id, &self.plan.unit(*unit).id);
            let message = Text::new(
                format!(
                    "되돌릴 수 없는 지점인 {passed} 단위를 지났으므로 {unit} 단위는 되돌릴 수 없습니다. 환원을 계획하십시오"
                ),
                format!(
                    "{passed} was passed, a point of no return: there is no simple way back for {unit}; plan a failback instead"
                ),
            );
            return Err(Refusal { code: "point_of_no_return", message });
        }
        let upstream = self.plan.unit_ixs().filter(|unit| self.is_in_doubt(*unit)).find(|doubt| {
            let before = self.plan.graph().upstream_of([*doubt]);
            going.iter().any(|unit| unit == doubt || before.binary_search(unit).is_ok())
        });
        upstream.map_or(Ok(()), |doubt| Err(self.doubtful(doubt)))
    }

    fn doubtful(&self, unit: UnitIx) -> Refusal {
        let id = &self.plan.unit(unit).id;
        let message = if self.state.unit(unit).flight.is_some() {
            Text::new(
                format!("되돌릴 수 없는 지점인 {id} 단위가 실행 중입니다. 끝나기를 기다리거나 먼저 강제 종료하십시오"),
                format!("{id}, a point of no return, is at work: wait for it, or stop it first"),
            )
        } else {
            Text::new(
                format!(
                    "되돌릴 수 없는 지점인 {id} 단위를 지났는지 알 수 없습니다. 지났으면 수동 확인, 아니면 건너뛰기로 정하십시오"
                ),
                format!(
                    "nobody can say whether {id}, a point of no return, was passed: attest it if it was, skip it if not"
                ),
            )
        };
        Refusal { code: "no_return_in_doubt", message }
    }

    fn line(&self) -> Line {
        let passed: Vec<UnitIx> = self.plan.unit_ixs().filter(|unit| self.is_passed(*unit)).collect();
        let mut behind = vec![false; self.plan.units().len()];
        let before = self.plan.graph().upstream_of(passed.iter().copied());
        for unit in before.into_iter().chain(passed.iter().copied()) {
            behind[unit.at()] = true;
        }
        // Passed, but not ready: what came before it is all that was ready until now.
        let when = |unit: &UnitIx| self.state.unit(*unit).settled_at.unwrap_or(self.now);
        let at = passed.iter().map(when).max();
        let beyond = self.plan.graph().downstream_of(passed.iter().copied().filter(|unit| Some(when(unit)) == at));
        Line { passed, at, beyond, behind }
    }

    /// Whether all work of a point of no return was done.
    fn is_passed(&self, unit: UnitIx) -> bool {
        let it = self.plan.unit(unit);
        it.point_of_no_return && it.is_behind_work(self.state.unit(unit).done)
    }

    /// Whether the work of a point of no return may have been done, or is at work.
    fn is_in_doubt(&self, unit: UnitIx) -> bool {
        let run = self.state.unit(unit);
        let works = |flight: &super::super::Flight| {
            let step = self.plan.unit(unit).step(flight.step);
            flight.purpose == Purpose::Act && step.is_some_and(|step| step.phase == Phase::Run)
        };
        let doubt = run.state == UnitState::Unknown || run.flight.as_ref().is_some_and(works);
        self.plan.unit(unit).point_of_no_return && doubt && !run.undoing && !self.is_passed(unit)
    }

    /// Whether there is anything to take back of a unit.
    fn is_concerned(&self, unit: UnitIx) -> bool {
        let run = self.state.unit(unit);
        if run.is_going_back() {
            return false;
        }
        match run.state {
            UnitState::NotSelected
            | UnitState::Cancelled
            | UnitState::RolledBack
            | UnitState::AwaitingRollback
            | UnitState::RollingBack => false,
            UnitState::Pending | UnitState::Skipped => self.plan.unit(unit).left_traces(run.begun),
            UnitState::Queued
            | UnitState::Running
            | UnitState::Verifying
            | UnitState::RetryWait
            | UnitState::AwaitingGate
            | UnitState::AwaitingManual
            | UnitState::Ready
            | UnitState::Attested
            | UnitState::Failed
            | UnitState::Unknown => true,
        }
    }

    /// Whether a unit was begun, so that what it needs can not be taken from under it.
    fn stands(&self, unit: UnitIx) -> bool {
        let run = self.state.unit(unit);
        let begun = match run.state {
            UnitState::Queued | UnitState::RetryWait | UnitState::AwaitingGate | UnitState::AwaitingManual => {
                self.plan.unit(unit).left_traces(run.begun)
            }
            UnitState::Pending
            | UnitState::Running
            | UnitState::Verifying
            | UnitState::Ready
            | UnitState::Attested
            | UnitState::Failed
            | UnitState::Unknown
            | UnitState::Skipped
            | UnitState::NotSelected
            | UnitState::Cancelled
            | UnitState::AwaitingRollback
            | UnitState::RollingBack
            | UnitState::RolledBack => true,
        };
        begun && self.is_concerned(unit)
    }

    /// All units, each before everything that it waits for.
    fn backwards(&self) -> impl Iterator<Item = UnitIx> {
        let graph = self.plan.graph();
        graph.order().iter().rev().filter_map(|node| match graph.node(*node) {
            Node::Unit(unit) => Some(unit),
            Node::Barrier(_) => None,
        })
    }

    /// The units that a unit itself still waits for.
    fn open_needs(&self, unit: UnitIx) -> Vec<UnitIx> {
        let graph = self.plan.graph();
        let mut stack = graph.predecessors(graph.unit(unit)).to_vec();
        let mut found = Vec::new();
        while let Some(node) = stack.pop() {
            match graph.node(node) {
                Node::Unit(need) if self.state.unit(need).lets_others_begin() => {}
                Node::Unit(need) => found.push(need),
                Node::Barrier(_) => stack.extend(graph.predecessors(node)),
            }
        }
        found
    }
}
