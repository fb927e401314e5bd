//! What people ask of a case.

use super::{Brief, Criterion, Customers, Grade, Moment, Proposal, Seat, Source, SupportState};
use crate::base::{CaseClass, Day, FacilityScope, Millis, Timestamp, UserName};
use crate::run::CaseRight as Right;

/// One wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Write something down.
    Note {
        /// What.
        text: String,
        /// When it happened; `None`: now.
        occurred_at: Option<Timestamp>,
    },
    /// Correct an instant.
    CorrectTime {
        /// Which.
        moment: Moment,
        /// Its right value.
        value: Timestamp,
        /// How it is known.
        source: Source,
        /// Why.
        reason: String,
    },
    /// Say what is known of class, customers and scope.
    Assess {
        /// What kind of thing happened.
        class: CaseClass,
        /// Whose main service is out.
        customers: Option<Customers>,
        /// How much of the facility is hit.
        scope: Option<FacilityScope>,
    },
    /// Set the grade by hand, or give it back to the reckoning with `None`.
    SetGrade {
        /// The grade.
        grade: Option<Grade>,
        /// Why.
        reason: String,
    },
    /// Tick a criterion, or take the tick back.
    Tick {
        /// Which.
        criterion: Criterion,
        /// Whether it holds.
        holds: bool,
    },
    /// Declare.
    Declare {
        /// Criteria that hold, beside those ticked before.
        criteria: Vec<Criterion>,
        /// Why.
        reason: String,
        /// What was proposed at this moment.
        proposed: Option<Proposal>,
    },
    /// End it with nothing moved.
    StandDown {
        /// Why.
        reason: String,
    },
    /// Say that the services are there again.
    Restore {
        /// Since when.
        at: Timestamp,
        /// What shows it.
        evidence: String,
    },
    /// Bring somebody into the situation room.
    Join {
        /// Who.
        name: String,
        /// What for.
        seat: Seat,
    },
    /// Let somebody go.
    Leave {
        /// Who.
        name: String,
    },
    /// Ask for help.
    AskSupport {
        /// Of whom.
        to: String,
        /// What.
        what: String,
    },
    /// Say how far a support request is.
    MoveSupport {
        /// Which.
        number: u32,
        /// How far.
        state: SupportState,
        /// What is to be said; may be empty.
        note: String,
    },
    /// Set how often a situation report is written; `None`: only when asked.
    ReportEvery {
        /// The interval.
        every: Option<Millis>,
    },
    /// Write a situation report now.
    Report,
    /// Offer the command.
    OfferCommand {
        /// To whom.
        to: UserName,
        /// What is open.
        brief: Brief,
        /// In the commander's words.
        note: String,
    },
    /// Take the offer back.
    WithdrawOffer,
    /// Acknowledge it, as the one to whom it was made.
    TakeCommand,
    /// Say that services run in another way.
    BeginAlternate {
        /// Which.
        services: String,
        /// How, and what is reduced.
        how: String,
        /// Since when.
        from: Timestamp,
    },
    /// Say that they run as usual again.
    EndAlternate {
        /// Which window.
        number: u32,
        /// Since when.
        to: Timestamp,
    },
    /// Say what must be put right.
    RaiseFinding {
        /// What.
        text: String,
    },
    /// Say who answers for a finding.
    OwnFinding {
        /// Which.
        number: u32,
        /// Who.
        owner: String,
        /// Until when.
        due: Option<Day>,
    },
    /// Attest that it is protected again without a failback run.
    AttestReprotect {
        /// What shows it.
        evidence: String,
    },
    /// Close it.
    Close {
        /// What there is to say in the end.
        summary: String,
    },
}

impl Command {
    /// Which right it needs.
    pub const fn right(&self) -> Right {
        match self {
            Self::Note { .. }
            | Self::CorrectTime { .. }
            | Self::Assess { .. }
            | Self::Tick { .. }
            | Self::Join { .. }
            | Self::Leave { .. }
            | Self::AskSupport { .. }
            | Self::MoveSupport { .. }
            | Self::ReportEvery { .. }
            | Self::Report
            | Self::BeginAlternate { .. }
            | Self::EndAlternate { .. }
            | Self::RaiseFinding { .. }
            | Self::OwnFinding { .. } => Right::Keep,
            Self::SetGrade { .. }
            | Self::Declare { .. }
            | Self::StandDown { .. }
            | Self::Restore { .. }
            | Self::OfferCommand { .. }
            | Self::WithdrawOffer
            | Self::TakeCommand
            | Self::AttestReprotect { .. }
            | Self::Close { .. } => Right::Command,
        }
    }

    /// When it happened, of what is written down afterwards.
    pub const fn occurred_at(&self) -> Option<Timestamp> {
        match self {
            Self::Note { occurred_at, .. } => *occurred_at,
            Self::CorrectTime { .. }
            | Self::Assess { .. }
            | Self::SetGrade { .. }
            | Self::Tick { .. }
            | Self::Declare { .. }
            | Self::StandDown { .. }
            | Self::Restore { .. }
            | Self::Join { .. }
            | Self::Leave { .. }
            | Self::AskSupport { .. }
            | Self::MoveSupport { .. }
            | Self::ReportEvery { .. }
            | Self::Report
            | Self::OfferCommand { .. }
            | Self::WithdrawOffer
            | Self::TakeCommand
            | Self::BeginAlternate { .. }
            | Self::EndAlternate { .. }
            | Self::RaiseFinding { .. }
            | Self::OwnFinding { .. }
            | Self::AttestReprotect { .. }
            | Self::Close { .. } => None,
        }
    }

    /// Whether it would end the case.
    pub(super) const fn ends(&self) -> bool {
        matches!(self, Self::Close { .. } | Self::StandDown { .. })
    }

    /// The act of the audit log.
    pub const fn act(&self) -> &'static str {
        match self {
            Self::Note { .. } => "case.note",
            Self::CorrectTime { .. } => "case.time",
            Self::Assess { .. } => "case.assess",
            Self::SetGrade { .. } => "case.grade",
            Self::Tick { .. } => "case.tick",
            Self::Declare { .. } => "case.declare",
            Self::StandDown { .. } => "case.stand_down",
            Self::Restore { .. } => "case.restore",
            Self::Join { .. } => "case.join",
            Self::Leave { .. } => "case.leave",
            Self::AskSupport { .. } => "case.support",
            Self::MoveSupport { .. } => "case.support_moved",
            Self::ReportEvery { .. } => "case.report_every",
            Self::Report => "case.report",
            Self::OfferCommand { .. } => "case.offer",
            Self::WithdrawOffer => "case.withdraw",
            Self::TakeCommand => "case.take",
            Self::BeginAlternate { .. } => "case.alternate",
            Self::EndAlternate { .. } => "case.alternate_ended",
            Self::RaiseFinding { .. } => "case.finding",
            Self::OwnFinding { .. } => "case.own",
            Self::AttestReprotect { .. } => "case.reprotect",
            Self::Close { .. } => "case.close",
        }
    }
}
