//! The outermost map.

use super::super::Spanned;
use super::super::read::{Count, Named, OrShort, Short, shape, words};
use super::{Kind, Occasion, RecoverySource, Service, Silence, Stage, Unit};
use crate::base::{
    CaseClass, CasePart, Day, FacilityScope, InputName, Millis, Mode, OrgId, Percent, RunbookId, ServiceId, Text,
    UnitId, UserName,
};

shape! {
    /// A disaster-recovery runbook.
    pub struct Document ["a runbook", "런북"] open "x-" {
        /// The id of the runbook, unique in its library.
        (required) "runbook" => id: Spanned<RunbookId>,
        /// Its name for people.
        "title" => title: Text,
        /// What it is for.
        "description" => description: Text,
        /// The author's version of it.
        "version" => version: String,
        /// Who looks after it.
        "owner" => owner: String,
        /// The organisation that it belongs to, as a path such as bank/it; absent: the top of the tree.
        "organisation" => organisation: OrgId,
        /// The persons who wrote or changed it lately, by their account names. Gates may exclude them.
        "authors" => authors: Vec<UserName>,
        /// recovery (default), or inspection: one that only looks.
        "kind" => kind: Kind,
        /// The day on which somebody last read it from beginning to end, YYYY-MM-DD.
        "reviewed" => reviewed: Spanned<Day>,
        /// How often that is to be done.
        "review_every" => review_every: Spanned<Millis>,
        /// When it is to be run.
        "schedule" => schedule: Vec<Occasion>,
        /// What it promises as a whole.
        "objectives" => objectives: Objectives,
        /// How many units may be at work at the same time: a number, or {run, per_target}.
        "concurrency" => concurrency: OrShort<Concurrency>,
        /// The modes in which it may be run; absent: in all. It may always be played (mock).
        "modes" => modes: Vec<Spanned<Mode>>,
        /// For which events it is written: cases propose it by that.
        "answers" => answers: Answers,
        /// What is asked when a run is declared.
        "inputs" => inputs: Vec<Named<InputName, Input>>,
        /// The business functions and the units that they need.
        "services" => services: Vec<Named<ServiceId, Service>>,
        /// Lints that are kept silent in all of it, each with a reason.
        "silence" => silence: Vec<Silence>,
        /// Groups of units, one after another. Either this or units.
        "stages" => stages: Vec<Stage>,
        /// The units, where there is only one stage. Either this or stages.
        "units" => units: Vec<Named<UnitId, Unit>>,
    }
}

shape! {
    /// What a runbook promises as a whole.
    pub struct Objectives ["`objectives`", "`objectives`"] {
        /// Recovery time objective.
        "rto" => rto: Spanned<Millis>,
        /// The least capacity with which the recovery time objective counts as met.
        "min_capacity" => min_capacity: Spanned<Percent>,
        /// Capacities that are to be there in time, such as {reach: 95%, within: 14h30m}.
        "capacity" => capacity: Vec<Spanned<CapacityGoal>>,
        /// Recovery point objective.
        "rpo" => rpo: Millis,
        /// The outputs, as `unit.name`, that say when the last recovered transaction was committed: one for each data set.
        "recovery_points" => recovery_points: Vec<Spanned<Box<str>>>,
        /// Where lost data can come back from, the best source first.
        "recovers_from" => recovers_from: Vec<RecoverySource>,
        /// The mark from which the recovery time is reckoned: event (default), detect or declare.
        "clock" => clock: Spanned<Origin>,
    }
}

shape! {
    /// A capacity that is to be there in time.
    pub struct CapacityGoal ["a goal of capacity", "용량 목표"] {
        /// How much of all there is.
        (required) "reach" => reach: Percent,
        /// How long after the origin of the clock, at most.
        (required) "within" => within: Millis,
    }
}

shape! {
    /// For which events a runbook is written.
    pub struct Answers ["`answers`", "`answers`"] {
        /// What it is in a case; absent, what its steps tell.
        "part" => part: CasePart,
        /// Classes of events; absent: any.
        "classes" => classes: Vec<CaseClass>,
        /// How much of the facility is hit; absent: any.
        "scopes" => scopes: Vec<FacilityScope>,
    }
}

words! {
    /// The mark from which the recovery time is reckoned.
    pub enum Origin {
        /// When it happened.
        Event = "event",
        /// When it was noticed.
        Detect = "detect",
        /// When it was declared.
        Declare = "declare",
    }
}

shape! {
    /// Bounds on what is at work at the same time.
    pub struct Concurrency ["`concurrency`", "`concurrency`"] {
        /// Units of the run, at most.
        "run" => run: Count<1, 10_000>,
        /// Units on one target, at most.
        "per_target" => per_target: Count<1, 10_000>,
    }
}

impl Short for Concurrency {
    type Written = Count<1, 10_000>;

    fn from_short(run: Self::Written) -> Self {
        Self { run: Some(run), per_target: None }
    }
}

shape! {
    /// A value that is asked for when a run is declared.
    pub struct Input ["an input", "입력 항목"] {
        /// text, secret, enum, datetime or bool.
        (required) "type" => kind: InputType,
        /// Its label for people.
        "title" => title: Text,
        /// Whether a value must be given.
        "required" => required: bool,
        /// Taken where no value is given. A secret has none.
        "default" => default: Spanned<String>,
        /// What an enum offers.
        "options" => options: Vec<Spanned<String>>,
    }
}

words! {
    /// What an input may hold.
    pub enum InputType {
        /// Any text.
        Text = "text",
        /// A text that is never shown again.
        Secret = "secret",
        /// One of a few texts.
        Enum = "enum",
        /// An instant with its offset.
        Datetime = "datetime",
        /// True or false.
        Bool = "bool",
    }
}
