//! What people are told about what was found.

use std::collections::BTreeSet;

use super::findings::Finding;
use crate::base::{RoleName, Timestamp};
use crate::run::{COMMANDER, DEPUTY};
use crate::store::{Change, Error};
use crate::telling::{About, Key, Occasion, OccasionKind, raise};

/// What makes the occasion that one: a finding is told of once, however grave it becomes again.
pub(super) fn occasion_key(finding: &Finding) -> Key {
    Key::of(OccasionKind::FindingRaised, finding.id.0)
}

/// The changes that tell of a grave finding, once.
pub(super) fn raised(finding: &Finding, now: Timestamp) -> Result<Vec<Change>, Error> {
    let roles: BTreeSet<RoleName> = [COMMANDER, DEPUTY].iter().filter_map(|role| role.parse().ok()).collect();
    raise(Occasion {
        key: occasion_key(finding),
        kind: OccasionKind::FindingRaised,
        mode: finding.mode,
        at: now,
        about: About {
            run: Some(finding.run),
            runbook: Some(finding.runbook.clone()),
            unit: finding.subject.unit().cloned(),
            case: finding.case,
            organisation: finding.organisation.clone(),
        },
        phase: None,
        asks: roles,
        people: finding.owner.iter().cloned().collect(),
        headline: finding.title.clone(),
        detail: finding.what.clone(),
        path: finding.path(),
    })
}
