//! What a command found before it changed it: the audit log keeps it beside what came of it.

use serde_json::{Value, json};

use super::{Command, State};
use crate::base::Timestamp;

/// What of a case a command would change, as it is; `None` where it only adds to it.
pub(super) fn before(state: &State, command: &Command, now: Timestamp) -> Option<Value> {
    let of = |value: Value| Some(value);
    match command {
        Command::CorrectTime { moment, .. } => of(json!({ "moment": moment, "value": state.time(*moment) })),
        Command::Assess { .. } => {
            of(json!({ "class": state.class(), "customers": state.customers(), "scope": state.scope() }))
        }
        Command::SetGrade { .. } => of(json!({ "set": state.set_grade(), "holds": state.grading(now).holds })),
        Command::Tick { criterion, .. } => of(json!({ "criterion": criterion, "holds": state.holds(*criterion) })),
        Command::Declare { .. } | Command::StandDown { .. } | Command::Close { .. } => {
            of(json!({ "phase": state.phase() }))
        }
        Command::Restore { .. } => of(json!({ "restored_at": state.restored_at() })),
        Command::Leave { name } => {
            let there = state.members().iter().find(|member| member.name == *name && member.until.is_none());
            there.and_then(|member| of(json!({ "name": member.name, "seat": member.seat, "since": member.since })))
        }
        Command::MoveSupport { number, .. } => {
            let found = state.support().iter().find(|support| support.number == *number);
            found.and_then(|support| of(json!({ "number": number, "state": support.state, "note": support.note })))
        }
        Command::ReportEvery { .. } => of(json!({ "every": state.reports_every() })),
        Command::OfferCommand { .. } | Command::WithdrawOffer | Command::TakeCommand => {
            let offered = state.offered().map(|offer| &offer.to);
            of(json!({ "commander": state.commander(), "offered": offered }))
        }
        Command::EndAlternate { number, .. } => {
            let window = state.alternates().iter().find(|window| window.number == *number);
            window.and_then(|window| of(json!({ "number": number, "from": window.from, "to": window.to })))
        }
        Command::OwnFinding { number, .. } => {
            let found = state.findings().iter().find(|finding| finding.number == *number);
            found.and_then(|finding| of(json!({ "number": number, "owner": finding.owner, "due": finding.due })))
        }
        Command::AttestReprotect { .. } => {
            of(json!({ "phase": state.phase(), "attested": state.reprotected().as_ref().map(|(at, _)| at) }))
        }
        Command::Note { .. }
        | Command::Join { .. }
        | Command::AskSupport { .. }
        | Command::Report
        | Command::BeginAlternate { .. }
        | Command::RaiseFinding { .. } => None,
    }
}
