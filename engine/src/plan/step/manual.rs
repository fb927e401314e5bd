//! Work of a person: what is done, what shows it, and who looks at it a second time.

use serde::{Deserialize, Serialize};

use crate::base::{Decimal, RoleName, Text};

/// Work of a person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Manual {
    /// What to do.
    pub instruction: Text,
    /// What must be seen afterwards.
    pub expected: Option<Text>,
    /// A command to copy; never executed by the engine.
    pub copy: Option<String>,
    /// Who may do it; empty means any operator.
    pub roles: Vec<RoleName>,
    /// What must come with the confirmation.
    pub evidence: Evidence,
    /// A number that is read off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<Measure>,
    /// What is gone through one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checklist: Vec<Item>,
    /// Another person must look at it before it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_checker: Option<SecondChecker>,
    /// Whether it may be said not to apply, with a reason.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_not_apply: bool,
}

impl Manual {
    /// Roles of which a second person must hold one; none named: whoever repairs units.
    pub fn checker_roles(&self) -> &[RoleName] {
        let own = self.second_checker.as_ref().map_or(&[][..], |second| &second.roles);
        if own.is_empty() { &self.roles } else { own }
    }
}

/// What must come with the confirmation of manual work. All of it may come anyway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// A text of at least so many characters; 0 asks for none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub text: u32,
    /// A file of any kind that is taken.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub file: bool,
    /// A picture.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub photo: bool,
    /// So many files and pictures in all, at least.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub files: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Evidence {
    /// A text, however short.
    pub const TEXT: Self = Self { text: 1, file: false, photo: false, files: 0 };
}

/// A number that a person reads off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Its unit, such as `ms` or `%`.
    pub unit: Text,
    /// The least that is good.
    pub min: Option<Decimal>,
    /// The most that is good.
    pub max: Option<Decimal>,
    /// Whether the work can not be confirmed without it.
    pub required: bool,
}

impl Measure {
    /// Whether a number is good.
    pub fn holds(&self, value: &Decimal) -> bool {
        self.min.as_ref().is_none_or(|min| value >= min) && self.max.as_ref().is_none_or(|max| value <= max)
    }

    /// The bounds as people write them: `10–20 ms`, `≤ 500 ms`.
    pub fn bounds(&self) -> Option<String> {
        match (&self.min, &self.max) {
            (Some(min), Some(max)) => Some(format!("{min}–{max}")),
            (Some(min), None) => Some(format!("≥ {min}")),
            (None, Some(max)) => Some(format!("≤ {max}")),
            (None, None) => None,
        }
    }
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What.
    pub title: Text,
    /// The work counts as done although this fails; it stays as a finding.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_fail: bool,
}

/// The person who looks at it a second time: never one who had a hand in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondChecker {
    /// Roles of which one is needed; empty means those of the work itself.
    pub roles: Vec<RoleName>,
}
