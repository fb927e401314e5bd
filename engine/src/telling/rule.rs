//! Who is told what: occasion × phase × mode → class and roles, at once or gathered.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Occasion, OccasionKind};
use crate::base::{ClassName, Millis, Mode, OrgId, RoleName, RuleName, reaches};

/// How soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// At once.
    Now,
    /// Gathered with others for so long, and told together.
    Digest(Millis),
}

impl Urgency {
    /// Longest time for which anything is held back.
    pub const LONGEST: Millis = Millis::minutes(24 * 60);
}

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whom {
    /// Those whom the occasion asks to do something, whatever their class, people without an entry in the contact tree
    /// included.
    Asked,
    /// Those of a class.
    Class {
        /// The class.
        class: ClassName,
        /// Only those of it who have one of these roles; empty: all of it.
        roles: BTreeSet<RoleName>,
    },
}

/// A rule. All that fit an occasion are followed; who is named by several is told once, as soon as the soonest says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its name.
    pub name: RuleName,
    /// Whether it is followed.
    pub enabled: bool,
    /// The organisation for which it is: it is followed for what happens there and below. `None`: everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org: Option<OrgId>,
    /// Which occasions; empty: all.
    pub on: BTreeSet<OccasionKind>,
    /// In which phases: stages of a run or states of a case; empty: in all.
    pub phases: BTreeSet<String>,
    /// In which modes; none: never.
    pub modes: BTreeSet<Mode>,
    /// Who is told.
    pub whom: Whom,
    /// How soon.
    pub urgency: Urgency,
}

impl Rule {
    /// Whether it is followed for an occasion.
    pub fn fits(&self, occasion: &Occasion) -> bool {
        let phase = || occasion.phase.as_ref().is_some_and(|phase| self.phases.contains(phase));
        self.enabled
            && reaches(self.org.as_ref(), occasion.about.organisation.as_ref())
            && (self.on.is_empty() || self.on.contains(&occasion.kind))
            && (self.phases.is_empty() || phase())
            && self.modes.contains(&occasion.mode)
    }
}
