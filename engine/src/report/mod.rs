//! L3: the report on a run as data, made of its plan and journal alone, and its plain renderings. Pure.

mod aside;
mod capacity;
mod clocks;
mod collect;
mod compose;
mod document;
mod format;
mod gates;
mod issued;
mod json;
mod linked;
mod losses;
mod manual;
mod markdown;
mod measured;
mod model;
mod names;
mod phrases;
mod registers;
mod replication;
mod rise;
mod tables;
mod timeline;
mod together;
mod words;

pub use crate::run::Corrupt as Error;
pub use aside::{Aside, LossSeries, OpenBefore, Profile, Regulation};
pub use capacity::{Capacity, CapacityStep};
pub use clocks::{ClockError, ClockLine, Clocks};
pub use document::{Block, Cell, Column, Document, Extent, Section, Table, Value};
pub use issued::{Issued, SignBox, Signature};
pub use json::json;
pub use linked::LinkedEntry;
pub use losses::{LossLine, LossMark, LossPlot};
pub use markdown::markdown;
pub use model::{
    Basis, Cover, ExclusionEntry, Executive, GlassLine, InputEntry, Integrity, Limit, MarkEntry, OutOfScope, OutReason,
    Overrun, RunReport, Scope, Source, StageEntry, Tally,
};
pub use names::Names;
pub use phrases::{Weight, phrase, weight};
pub use registers::{
    Attempt, AttemptOutcome, CheckEntry, ChoiceEntry, ChoiceOutcome, Deviation, DeviationKind, EngineChange, Fault,
    FileEntry, GateEntry, GateOutcome, ItemEntry, ManualEntry, MeasureEntry, TimelineEntry, VoteEntry,
};
pub use replication::{DataSetLine, LinkLine, ReadingLine};
pub use rise::{CapacityLine, CapacityPlot, GoalMark};
pub use tables::{
    ActualPath, Approver, ExceptionEntry, Hop, Person, PlanLine, PlannedPath, PointLine, RecoverBy, RecoveryLine,
    ServiceLine, StageLine, Tier, TierLine, UnitLine,
};
pub use together::GroupLedger;
pub use words::Word;

#[cfg(test)]
mod tests;
