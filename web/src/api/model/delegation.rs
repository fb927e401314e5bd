//! That one person votes in another's place for a time.

use engine::base::Timestamp;
use engine::identity::Mandate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::iso;
use crate::extract::Fields;

/// The caller's delegations.
#[derive(Debug, Serialize, ToSchema)]
pub struct Delegations {
    /// Those that the caller gave: in force or to come first, then those that are over, each the newest first.
    pub given: Vec<DelegationLine>,
    /// Those that others gave to the caller, in force or to come.
    pub received: Vec<DelegationLine>,
}

/// One page of who stands in for whom.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deputies {
    /// By who gave them.
    pub delegations: Vec<DelegationLine>,
    /// What to give as `after` for the next page; `null` where this is the last one.
    pub next: Option<String>,
}

/// How a delegation stands.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DelegationStanding {
    /// It will be in force.
    ToCome,
    /// It is in force.
    InForce,
    /// Its time is over.
    Over,
    /// It was taken back.
    TakenBack,
}

/// A delegation.
#[derive(Debug, Serialize, ToSchema)]
pub struct DelegationLine {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    pub delegation: Uuid,
    /// Who is stood in for, and gave it.
    pub from: String,
    /// The deputy.
    pub to: String,
    /// How it stands.
    pub standing: DelegationStanding,
    /// From when on.
    #[schema(format = DateTime)]
    pub since: String,
    /// Until when.
    #[schema(format = DateTime)]
    pub until: String,
    /// Why.
    pub reason: String,
    /// Only at this organisation and below it; `null`: everywhere.
    pub organisation: Option<String>,
    /// Only these roles; none named: all.
    pub roles: Vec<String>,
    /// Only runs of these runbooks; none named: of all.
    pub runbooks: Vec<String>,
    /// When it was taken back.
    #[schema(format = DateTime)]
    pub taken_back_at: Option<String>,
}

impl DelegationLine {
    /// As it stands at an instant.
    pub fn of(mandate: &Mandate, now: Timestamp) -> Self {
        Self {
            delegation: mandate.id,
            from: mandate.from.to_string(),
            to: mandate.to.to_string(),
            standing: if mandate.revoked_at.is_some() {
                DelegationStanding::TakenBack
            } else if mandate.holds(now) {
                DelegationStanding::InForce
            } else if mandate.lasts(now) {
                DelegationStanding::ToCome
            } else {
                DelegationStanding::Over
            },
            since: iso(mandate.since),
            until: iso(mandate.until),
            reason: mandate.reason.clone(),
            organisation: mandate.org.as_ref().map(ToString::to_string),
            roles: mandate.roles.iter().map(ToString::to_string).collect(),
            runbooks: mandate.runbooks.iter().map(ToString::to_string).collect(),
            taken_back_at: mandate.revoked_at.map(iso),
        }
    }
}

/// A delegation that is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDelegation {
    /// The account of the deputy.
    #[schema(max_length = 64)]
    pub to: String,
    /// From when on; from now on where absent.
    #[schema(format = DateTime)]
    pub since: Option<String>,
    /// Until when: at most 92 days.
    #[schema(format = DateTime)]
    pub until: String,
    /// Why.
    #[schema(min_length = 1, max_length = 4096)]
    pub reason: String,
    /// Only at this organisation and below it; everywhere where absent.
    pub organisation: Option<String>,
    /// Only these roles of the caller; all where none is named.
    #[serde(default)]
    #[schema(max_items = 32)]
    pub roles: Vec<String>,
    /// Only runs of these runbooks; of all where none is named.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub runbooks: Vec<String>,
}

impl NewDelegation {
    /// As the console's form sends it.
    pub fn fields(self, id: Uuid) -> Fields {
        let one = |name: &str, value: String| (name.to_owned(), value);
        let mut fields = vec![
            one("key", id.to_string()),
            one("to", self.to),
            one("since", self.since.unwrap_or_default()),
            one("until", self.until),
            one("reason", self.reason),
            one("org", self.organisation.unwrap_or_default()),
            one("runbooks", self.runbooks.join(" ")),
        ];
        fields.extend(self.roles.into_iter().map(|role| one("roles", role)));
        Fields(fields)
    }
}
