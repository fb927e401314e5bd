//! Consent of people.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::UnitIx;
use crate::base::{Millis, RoleName, Text};

/// Consent of people before going on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// What is being asked.
    pub question: Text,
    /// Roles of which one is needed to vote; never empty.
    pub approvers: Vec<RoleName>,
    /// Approvals needed; at least 1.
    pub quorum: u32,
    /// How many of them must come from each role; empty where any role will do. Escalation roles stand in for any.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub seats: BTreeMap<RoleName, u32>,
    /// Each approval must come from another person. Without it one person may fill several roles' votes.
    pub distinct: bool,
    /// Each approval must come from another role.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub distinct_roles: bool,
    /// Who may not vote although the role would allow it.
    pub exclude: Vec<Exclusion>,
    /// After this the gate is overdue; after half of it its approvers are reminded.
    pub timeout: Option<Millis>,
    /// Who may vote as well, and from when on; earlier levels first.
    pub escalate: Vec<Escalation>,
    /// What becomes of the gate once it is overdue.
    #[serde(default)]
    pub on_timeout: OnTimeout,
    /// What a rejection leads to.
    pub on_reject: OnReject,
}

/// A level of escalation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// So long after the gate opened.
    #[serde(rename = "after_ms")]
    pub after: Millis,
    /// Roles that may vote as well from then on; never empty.
    pub roles: Vec<RoleName>,
}

/// Persons kept from voting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    /// Who declared the run.
    Requester,
    /// The authors that the runbook names.
    Author,
}

/// What becomes of a gate whose time ran out. That silence is consent can not be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnTimeout {
    /// It goes on asking.
    #[default]
    Wait,
    /// Its unit fails.
    Fail,
    /// It is rejected.
    Reject,
}

/// What a rejected gate does.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnReject {
    /// The unit fails; the operator decides what follows.
    #[default]
    Fail,
    /// The run is aborted.
    Abort,
    /// The run goes back to its last safe point.
    Rollback,
    /// The run goes on with these units instead of what else comes after the gate. Sorted, never empty.
    Branch(Vec<UnitIx>),
}

impl Gate {
    /// When its approvers are reminded, counted from its opening: at half time.
    pub fn reminds_after(&self) -> Option<Millis> {
        self.timeout.map(|timeout| Millis(timeout.0 / 2)).filter(|half| half.0 > 0)
    }

    /// All roles that may ever vote, each once: approvers first, then level by level.
    pub fn all_roles(&self) -> Vec<&RoleName> {
        let mut all: Vec<&RoleName> = Vec::new();
        for role in self.approvers.iter().chain(self.escalate.iter().flat_map(|level| &level.roles)) {
            if !all.contains(&role) {
                all.push(role);
            }
        }
        all
    }

    /// The units that a rejection leads to.
    pub fn branch(&self) -> Option<&[UnitIx]> {
        match &self.on_reject {
            OnReject::Branch(units) => Some(units),
            OnReject::Fail | OnReject::Abort | OnReject::Rollback => None,
        }
    }
}
