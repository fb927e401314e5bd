//! Stages and units.

use super::super::Spanned;
use super::super::read::{Count, Named, OrShort, Short, shape, words};
use super::each::{BesideForeach, Grouped, Repeated};
use super::{Call, Decision, Gate, Instruction, Silence, StartsOn, Step, Wait};
use crate::base::{LockName, Millis, Mode, OutputName, Percent, StageId, TargetName, Text, TierName, UnitId};

shape! {
    /// A named group of units.
    pub struct Stage ["a stage", "단계"] {
        /// Its id, unique among stages and units.
        (required) "stage" => id: Spanned<StageId>,
        /// Its name for people.
        "title" => title: Text,
        /// parallel (default): units start as soon as what they need is ready; sequential: one after another.
        "mode" => flow: Flow,
        /// Units of this stage at work at the same time, at most.
        "max_parallel" => max_parallel: Count<1, 10_000>,
        /// Stages that must be complete first. Absent: the stage written before. Empty: none.
        "needs" => needs: Vec<Spanned<Box<str>>>,
        /// Lints that are kept silent in it, each with a reason.
        "silence" => silence: Vec<Silence>,
        /// Its units.
        (required) "units" => units: Vec<Named<UnitId, Unit>>,
    }
}

words! {
    /// Order inside a stage.
    pub enum Flow {
        /// As soon as what they need is ready.
        Parallel = "parallel",
        /// In the order written.
        Sequential = "sequential",
    }
}

shape! {
    /// The thing that is started and timed: checks before, the work, checks after.
    pub struct Unit ["a unit", "기동 단위"] {
        /// Its name for people.
        "title" => title: Text,
        /// Who looks after it, for people.
        "owner" => owner: String,
        /// Its tier label, such as db, ap or web.
        "tier" => tier: TierName,
        /// The target that its steps address; absent or local is the engine's own host.
        "on" => on: Spanned<TargetName>,
        /// Units or stages that must be ready first.
        "needs" => needs: Vec<Spanned<Box<str>>>,
        /// A condition; where it does not hold, the unit is not part of the run.
        "when" => when: Spanned<String>,
        /// The modes in which it is part of a run; all where absent.
        "modes" => modes: Vec<Mode>,
        /// What no other run may touch from its start until this run is over.
        "lock" => lock: Vec<LockName>,
        /// Where a run of another runbook must have come before it starts.
        "starts_on" => starts_on: Spanned<Box<StartsOn>>,
        /// How long it may take from eligible to ready.
        "target" => target: Millis,
        /// How long after the origin of the clock it must be ready.
        "recover_by" => recover_by: Spanned<Millis>,
        /// What part of the whole capacity is there once it is ready.
        "capacity" => capacity: Spanned<Percent>,
        /// Longest time of one attempt of each of its steps that says nothing else.
        "timeout" => timeout: Millis,
        /// How often its run steps are tried: attempts in all, or {attempts, every}.
        "retry" => retry: OrShort<Retry>,
        /// Whether repeating its run steps does no harm.
        "idempotent" => idempotent: bool,
        /// A question whose answer tells that the work of the whole unit is already done.
        "already_done" => already_done: Box<AlreadyDone>,
        /// What its failure leads to: hold (default), pause, skip, abort or rollback.
        "on_fail" => on_fail: OnFail,
        /// Whether there is no simple way back after it.
        "point_of_no_return" => point_of_no_return: bool,
        /// exclude: housekeeping that is not part of the recovery time.
        "rto" => rto: RtoWord,
        /// How a mock run plays it.
        "mock" => mock: Mock,
        /// Lints that are kept silent about it and its steps, each with a reason.
        "silence" => silence: Vec<Silence>,
        /// Checks before anything is touched.
        "pre" => pre: Vec<Step>,
        /// The work.
        "run" => run: Vec<Step>,
        /// The same as run, of a unit that says with stop how it is stopped.
        "start" => start: Vec<Step>,
        /// Checks that make it ready.
        "post" => post: Vec<Step>,
        /// How it is stopped: no part of this runbook's runs, but of the one that `relight derive stop` makes of it.
        "stop" => stop: Vec<Step>,
        /// The way back: what undoes the unit, after what undoes its single steps.
        "rollback" => rollback: Vec<Step>,
        /// Makes a unit for each item of a list, or for each target with some labels.
        "foreach" => foreach: Repeated,
        /// Beside foreach: units at work at the same time, at most.
        "max_parallel" => max_parallel: BesideForeach<Count<1, 10_000>>,
        /// Beside foreach: one unit after another.
        "sequential" => sequential: BesideForeach<bool>,
        /// Units that come in the place of this one; what else stands beside it holds for each of them.
        "group" => group: Grouped,
        /// Short for a run step that waits for people's consent.
        "gate" => gate: Spanned<Box<Gate>>,
        /// Short for a run step that a person does.
        "manual" => manual: Spanned<Box<Instruction>>,
        /// Short for a run step that lets time pass.
        "wait" => wait: Spanned<Box<Wait>>,
        /// A unit whose only work is to choose what is part of the run.
        "decision" => decision: Spanned<Box<Decision>>,
    }
}

words! {
    /// What a failed unit leads to.
    pub enum OnFail {
        /// What needs it waits; an operator decides.
        Hold = "hold",
        /// Nothing new starts anywhere.
        Pause = "pause",
        /// It counts as skipped.
        Skip = "skip",
        /// The run is aborted.
        Abort = "abort",
        /// What it did is undone.
        Rollback = "rollback",
    }
}

words! {
    /// The only word that `rto` of a unit takes.
    pub enum RtoWord {
        /// Not part of the recovery time.
        Exclude = "exclude",
    }
}

shape! {
    /// How a mock run plays a unit.
    pub struct Mock ["`mock`", "`mock`"] {
        /// Simulated duration of the whole unit; its target where absent.
        "takes" => takes: Millis,
        /// What its steps say.
        "outputs" => outputs: Vec<Named<OutputName, String>>,
    }
}

shape! {
    /// How often and how far apart something is tried.
    pub struct Retry ["`retry`", "`retry`"] {
        /// Attempts in all, the first included.
        (required) "attempts" => attempts: Count<1, 1_000>,
        /// Wait between two attempts.
        "every" => every: Millis,
    }
}

impl Short for Retry {
    type Written = Count<1, 1_000>;

    fn from_short(attempts: Self::Written) -> Self {
        Self { attempts: Some(attempts), every: None }
    }
}

/// A question without side effects that tells whether work is already done.
#[derive(Debug, Clone)]
pub struct AlreadyDone(
    /// The question.
    pub Call,
);
