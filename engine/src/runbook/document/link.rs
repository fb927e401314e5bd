//! A linked start: a step that is a run of another runbook.

use super::super::Spanned;
use super::super::read::{Named, shape, words};
use super::{EnvValue, Mark};
use crate::base::{InputName, RunbookId, UnitId};

words! {
    /// What a call waits for.
    pub enum LinkWait {
        /// All units of the run that it declared that count for its recovery time, or its end.
        Ready = "ready",
        /// The milestone verified of that run, or its end.
        Verified = "verified",
        /// Nothing but its declaration.
        None = "none",
    }
}

words! {
    /// In which mode a linked run is declared.
    pub enum LinkMode {
        /// That of the run which declares it.
        Same = "same",
        /// Played, whatever the mode of the run which declares it.
        Mock = "mock",
    }
}

shape! {
    /// A run of another runbook.
    pub struct Link ["`call`", "`call`"] {
        /// The id of a runbook of the same library.
        (required) "runbook" => runbook: Spanned<RunbookId>,
        /// Values for its inputs: texts, {input: name} or {output: unit.name}.
        "inputs" => inputs: Vec<Named<InputName, EnvValue>>,
        /// What the step waits for: ready (default), verified or none.
        "wait" => wait: LinkWait,
        /// The mode of that run: same (default) or mock.
        "mode" => mode: LinkMode,
    }
}

words! {
    /// How far a unit of another run must be.
    pub enum StartState {
        /// Its first step has begun.
        Started = "started",
        /// Its post-checks passed, or a person vouches for it.
        Ready = "ready",
    }
}

shape! {
    /// Where another run must have come.
    pub struct StartsOn ["`starts_on`", "`starts_on`"] {
        /// The id of a runbook of the same library: of the same tree of calls, else the newest run in the same mode that is not over.
        (required) "run_of" => runbook: Spanned<RunbookId>,
        /// A unit of that runbook.
        "unit" => unit: Spanned<UnitId>,
        /// Beside unit: how far it must be, ready (default) or started.
        "state" => state: Spanned<StartState>,
        /// Instead of a unit: a milestone of that run.
        "mark" => mark: Spanned<Mark>,
    }
}
