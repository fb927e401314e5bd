//! A case: one declared event, from the first news of it to the return and the close.
//!
//! Its [`log`](Entry) is the only truth; [`State`] is the fold of it, through the one table in `phase`. [`decide`] says what
//! follows from what a person asks, [`follow`] from what its runs do, [`tick`] from time alone: all three are pure. The desk
//! keeps cases and the log of each as records: [`open_case`], [`act`], and [`attend`] for what nobody asks for. What people are
//! told about it is raised in the same transactions.

mod apply;
mod attending;
mod before;
mod brief;
mod closing;
mod command;
mod decide;
mod desk;
mod draft;
mod event;
mod follow;
mod grade;
mod kept;
mod parts;
mod phase;
mod phrases;
mod propose;
mod refusal;
mod sitrep;
mod state;
mod telling;
mod words;

#[cfg(test)]
mod tests;

pub use crate::run::CaseRight as Right;
pub use apply::{Illegal, replay};
pub use attending::watch;
pub use closing::{Missing, missing, unowned};
pub use command::Command;
pub use decide::{decide, open};
pub use desk::{Asker, Error, Loaded, act, admits, attend, attend_one, brief, load, open_cards, open_case, over_cards};
pub use event::{Criterion, Entry, Event, Moment, Opening, Proposal, Seat, Source, SupportState};
pub use follow::{Told, follow, tick, witness};
pub use grade::{Customers, Grade, Grading, NoGrade, Threshold, by_facility, by_service};
pub use kept::Card;
pub use parts::{
    Alternate, Brief, Broken, DeclaredBy, Ending, Finding, Handover, Linked, Member, Report, Support, Tick, TimeSaid,
    Turn,
};
pub use phase::{Move, Phase, next};
pub use phrases::phrase;
pub use propose::{Answers, Candidate, propose};
pub use refusal::Refusal;
pub use sitrep::compose;
pub use state::State;
