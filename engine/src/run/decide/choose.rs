//! What is part of the run: units are held against modes, decisions and their own conditions before they begin.

use super::super::apply::Illegal;
use super::super::{Actor, Cause, CauseKind, Event, HOLDS, Saw, UnitState, Unselected};
use super::people::{refuse, said};
use super::turn::{Stop, Turn};
use crate::base::{BranchName, Lang, Text, UnitId};
use crate::plan::{Branch, Decision, Name, Trouble, UnitIx, Value};

/// What a decision came to.
enum Found {
    /// This branch holds.
    Taken(BranchName),
    /// Nothing holds, or something can not be judged.
    Nothing(Text),
}

impl Turn<'_> {
    /// Notes who may have ceased to be part of the run by a fact that was just recorded.
    pub(super) fn note_doubts(&mut self, event: &Event) {
        match event {
            Event::Skipped { unit, .. } | Event::NotSelected { unit, .. } | Event::Ready { unit } => {
                let named = self.plan.find(unit).and_then(|unit| self.plan.unit(unit).decision()).map(Decision::named);
                self.doubtful.extend(named.into_iter().flatten());
                let swayed = self.plan.find(unit).map(|unit| self.plan.selection().swayed_by(unit));
                self.doubtful.extend(swayed.unwrap_or_default());
            }
            // What was kept in the run only while something below it was being undone is looked at again.
            Event::RolledBack { unit, .. } => {
                let unit = self.plan.find(unit);
                self.doubtful.extend(unit.into_iter().flat_map(|unit| self.plan.graph().downstream(unit)));
            }
            // It waits anew: what left it out before may still do so.
            Event::Rewound { unit, .. } => self.doubtful.extend(self.plan.find(unit)),
            Event::Adopted { .. } => {
                let mode = self.state.header.mode;
                self.doubtful.extend(self.plan.unit_ixs().filter(|unit| !self.plan.unit(*unit).runs_in(mode)));
            }
            Event::Declared(_)
            | Event::Marked { .. }
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
            | Event::Failed { .. }
            | Event::Unknown { .. }
            | Event::Attested { .. }
            | Event::Judged { .. }
            | Event::Decided { .. }
            | Event::Cancelled { .. }
            | Event::Reset { .. }
            | Event::Recalled { .. }
            | Event::RollbackAsked { .. }
            | Event::RollbackBegun { .. }
            | Event::StartAwaited { .. }
            | Event::StartReached { .. }
            | Event::LockAwaited { .. }
            | Event::Locked { .. }
            | Event::TargetExceeded { .. }
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

    /// Leaves out what is no part of the run any more. Not at its turn but at once: forecast and screens need not count with
    /// what will never begin.
    pub(super) fn leave_out(&mut self) -> Result<(), Illegal> {
        while let Some(unit) = self.doubtful.pop_first() {
            if self.state.unit(unit).state == UnitState::Pending
                && let Some(why) = self.state.unselected(self.plan, unit)
                && !self.stands_on_what_goes_back(unit)
            {
                self.emit(Event::NotSelected { unit: self.id(unit), why })?;
            }
        }
        Ok(())
    }

    /// Whether something that a unit needs is being undone. Left out then, it would let others begin in the midst of it; its
    /// turn comes again once that is done anew.
    fn stands_on_what_goes_back(&self, unit: UnitIx) -> bool {
        self.plan.graph().upstream_of([unit]).into_iter().any(|need| self.state.unit(need).is_going_back())
    }

    /// All that a pending unit waits for is settled: it begins, or is no part of the run.
    pub(super) fn release(&mut self, unit: UnitIx) -> Result<(), Illegal> {
        let id = self.id(unit);
        if let Some(why) = self.state.unselected(self.plan, unit) {
            return self.emit(Event::NotSelected { unit: id, why });
        }
        let Some(when) = &self.plan.unit(unit).when else {
            return self.emit(Event::Eligible { unit: id });
        };
        let known = |name: &Name| self.knows(name);
        let (judged, saw) = (when.judge(&known), when.saw(&known));
        let holds = judged.as_ref().ok().copied();
        self.emit(Event::Judged { unit: id.clone(), holds, by: None, reason: String::new(), saw })?;
        match judged {
            Ok(true) => self.emit(Event::Eligible { unit: id }),
            Ok(false) => self.emit(Event::NotSelected { unit: id, why: Unselected::Condition }),
            Err(trouble) => {
                self.emit(Event::Eligible { unit: id })?;
                let trouble = words(&trouble);
                self.fail(unit, Cause { kind: CauseKind::Undecided, message: unjudged(&trouble) })
            }
        }
    }

    /// A unit that decides takes the first branch that holds; where none does, a person chooses.
    pub(super) fn decide_branch(&mut self, unit: UnitIx, decision: &Decision) -> Result<(), Illegal> {
        let (found, saw) = self.look(decision);
        let branch = match &found {
            Found::Taken(branch) => Some(branch.clone()),
            Found::Nothing(_) => None,
        };
        self.emit(Event::Decided { unit: self.id(unit), branch, by: None, reason: String::new(), saw })?;
        match found {
            Found::Taken(_) => self.step_done(unit, self.state.unit(unit).step + 1),
            Found::Nothing(why) => self.fail(unit, Cause { kind: CauseKind::Undecided, message: why }),
        }
    }

    /// Looks at the branches in order. What is seen is what was looked at: a branch behind the one taken is not.
    fn look(&self, decision: &Decision) -> (Found, Saw) {
        let known = |name: &Name| self.knows(name);
        let mut saw = Saw::new();
        for Branch { name, when, .. } in &decision.branches {
            let Some(when) = when else { return (Found::Taken(name.clone()), saw) };
            saw.extend(when.saw(&known));
            match when.judge(&known) {
                Ok(true) => return (Found::Taken(name.clone()), saw),
                Ok(false) => {}
                Err(trouble) => {
                    let trouble = words(&trouble);
                    let ko = format!("{name} 분기의 조건을 판단할 수 없습니다: {}", trouble.get(Lang::Ko));
                    let en = format!("the case {name} can not be judged: {}", trouble.get(Lang::En));
                    return (Found::Nothing(by_hand(&ko, &en)), saw);
                }
            }
        }
        (Found::Nothing(by_hand("성립하는 분기가 없습니다", "no case holds")), saw)
    }

    fn knows(&self, name: &Name) -> Option<Value> {
        self.state.known(self.plan, name)
    }

    /// A person takes the branch that the conditions could not.
    pub(super) fn choose(
        &mut self,
        actor: &Actor,
        unit: &UnitId,
        branch: BranchName,
        reason: String,
    ) -> Result<(), Stop> {
        let ix = self.known(unit)?;
        let reason = said(reason, "분기 선택", "choosing a branch")?;
        if self.is_unjudged(ix) && self.state.unit(ix).state.is_stuck() {
            return self.let_run(actor, ix, &branch, reason);
        }
        let Some(decision) = self.plan.unit(ix).decision() else {
            return refuse(
                "no_decision",
                format!("{unit} 단위는 분기를 선택하지 않습니다"),
                format!("{unit} decides nothing"),
            );
        };
        if decision.branch(&branch).is_none() {
            let all = decision.branches.iter().map(|branch| branch.name.as_str()).collect::<Vec<_>>().join(", ");
            return refuse(
                "no_such_branch",
                format!("{unit} 단위에 {branch} 분기가 없습니다. 고를 수 있는 분기: {all}"),
                format!("{unit} has no branch {branch}; choose one of {all}"),
            );
        }
        let run = self.state.unit(ix);
        // One that went back by itself has forgotten that it found none, and would find none again.
        let undecided = run.decided.as_ref().is_none_or(|decided| decided.branch.is_none());
        if !(run.state.is_stuck() && undecided) || self.state.unmet[ix.at()] > 0 {
            return refuse(
                "not_undecided",
                format!("{unit} 단위는 지금 사람의 선택을 기다리지 않습니다"),
                format!("{unit} does not wait for a person to choose now"),
            );
        }
        let saw = run.decided.as_ref().map(|decided| decided.saw.clone()).unwrap_or_default();
        let step = run.step;
        let words = Text::new(format!("{branch} 분기 선택"), format!("branch {branch} chosen"));
        self.emit(Event::Reset { unit: unit.clone(), step, by: actor.clone(), reason: words })?;
        let by = Some(actor.clone());
        self.emit(Event::Decided { unit: unit.clone(), branch: Some(branch), by, reason, saw })?;
        Ok(self.step_done(ix, step + 1)?)
    }

    /// A person lets a unit run whose condition nobody can judge. Without it there is `skip`, but never around a gate.
    fn let_run(&mut self, actor: &Actor, ix: UnitIx, branch: &BranchName, reason: String) -> Result<(), Stop> {
        let id = self.id(ix);
        if branch.as_str() != HOLDS {
            return refuse(
                "no_such_branch",
                format!(
                    "{id} 단위는 조건을 판단할 수 없습니다. 실행하려면 `{HOLDS}`을(를) 고르고, 아니면 건너뛰십시오"
                ),
                format!("the condition of {id} can not be judged: choose `{HOLDS}` to let it run, or skip the unit"),
            );
        }
        if self.state.unmet[ix.at()] > 0 {
            return refuse(
                "needs_not_ready",
                format!("{id}의 선행 단위를 다시 실행하는 중입니다. 기다리십시오"),
                format!("what {id} needs is being run again: wait for it"),
            );
        }
        let saw = self.state.unit(ix).judged.as_ref().map(|judged| judged.saw.clone()).unwrap_or_default();
        let by = Some(actor.clone());
        self.emit(Event::Rewound { unit: id.clone(), by: Some(actor.clone()) })?;
        // A decision may have taken another way since: then it is left out, whatever its own condition says.
        if self.state.unselected(self.plan, ix).is_some() {
            return Ok(());
        }
        self.emit(Event::Judged { unit: id.clone(), holds: Some(true), by, reason, saw })?;
        Ok(self.emit(Event::Eligible { unit: id })?)
    }

    /// Whether a unit failed because nobody could tell whether it is part of the run.
    pub(super) fn is_unjudged(&self, unit: UnitIx) -> bool {
        self.state.unit(unit).judged.as_ref().is_some_and(|judged| judged.holds.is_none())
    }
}

fn unjudged(trouble: &Text) -> Text {
    let (ko, en) = (trouble.get(Lang::Ko), trouble.get(Lang::En));
    Text::new(
        format!("이 단위의 조건을 판단할 수 없습니다: {ko}. 원인을 없애고 재시도하거나, 건너뛰거나 수동 확인하십시오"),
        format!("the condition of this unit can not be judged: {en}; mend that and retry, or skip or attest the unit"),
    )
}

fn by_hand(ko: &str, en: &str) -> Text {
    Text::new(
        format!("{ko}. 분기를 직접 선택하거나, 조건이 보는 값이 바뀐 뒤에 재시도하십시오"),
        format!("{en}; choose a branch by hand, or retry once what the conditions look at has changed"),
    )
}

fn words(trouble: &Trouble) -> Text {
    let ko = match trouble {
        Trouble::Undefined(name) => format!("`{name}`의 값이 없습니다"),
        Trouble::NotANumber(text) => format!("{text:?}을(를) 숫자로 읽을 수 없습니다"),
        Trouble::OutOfRange => "계산한 수를 비교할 수 없습니다".to_owned(),
        Trouble::Misfit => "값의 종류가 서로 맞지 않습니다".to_owned(),
    };
    Text::new(ko, trouble.to_string())
}
