//! Cases as records: one card a case, and one record an entry of its log.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Ending, Entry, Linked, Phase, State};
use crate::base::{CaseClass, CaseId, FacilityScope, Mode, OrgId, Timestamp, UserName};
use crate::store::Kept;

/// The group of cases that are open.
pub(super) const OPEN: &str = "open";
/// The group of those that are over.
pub(super) const OVER: &str = "over";

/// A case as lists show it. Made anew with every entry of the log, in the same transaction: its version is what two writers
/// meet at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Which.
    pub case: CaseId,
    /// Place of the last entry of the log.
    pub seq: u64,
    /// What happened.
    pub what: String,
    /// What kind of thing.
    pub class: CaseClass,
    /// Whether it is real or an exercise.
    pub mode: Mode,
    /// How much of the facility is hit.
    pub scope: Option<FacilityScope>,
    /// Where in the organisation; `None`: all of it.
    pub organisation: Option<OrgId>,
    /// Where it stands.
    pub phase: Phase,
    /// When it happened.
    pub event_at: Timestamp,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// How it ended, and when.
    pub ended: Option<(Ending, Timestamp)>,
    /// Who commands.
    pub commander: Option<UserName>,
    /// Its runs when they were last looked at.
    pub runs: Vec<Linked>,
    /// Glass that was broken while it was open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub glass: Vec<Uuid>,
    /// When something is due that nobody needs to ask for.
    pub next: Option<Timestamp>,
}

impl Card {
    /// Of a case as its log has it.
    pub fn of(state: &State) -> Self {
        Self {
            case: state.case(),
            seq: state.seq(),
            what: state.what().to_owned(),
            class: state.class(),
            mode: state.mode(),
            scope: state.scope(),
            organisation: state.organisation().clone(),
            phase: state.phase(),
            event_at: state.time(super::Moment::Event),
            opened_at: state.opened_at(),
            ended: state.ended(),
            commander: state.commander().clone(),
            runs: state.runs().to_vec(),
            glass: state.glass().iter().map(|broken| broken.glass).collect(),
            next: state.due(),
        }
    }
}

impl Kept for Card {
    const KIND: &'static str = "case";

    fn id(&self) -> String {
        self.case.to_string()
    }

    fn group(&self) -> String {
        if self.ended.is_none() { OPEN.to_owned() } else { OVER.to_owned() }
    }

    fn due(&self) -> Option<Timestamp> {
        self.next
    }
}

impl Kept for Entry {
    const KIND: &'static str = "case_entry";

    /// Padded, so that the order of ids is that of the log.
    fn id(&self) -> String {
        format!("{}/{:08}", self.case, self.seq)
    }

    fn group(&self) -> String {
        self.case.to_string()
    }
}
