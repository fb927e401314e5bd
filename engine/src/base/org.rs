//! Places in the tree of organisations.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::InvalidName;
use super::ids::check_name;

/// Levels of the tree, at most.
const DEEPEST: usize = 8;

/// An organisation: the names from the top of the tree down to it, as `bank/it/dr`. The top itself has no name; whoever
/// means it says `None`.
///
/// The tree is written down nowhere: an organisation is there as soon as a runbook or a grant names it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrgId(Arc<str>);

impl OrgId {
    /// The path as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `place` is this organisation or lies below it.
    pub fn covers(&self, place: &Self) -> bool {
        place.0.strip_prefix(&*self.0).is_some_and(|below| below.is_empty() || below.starts_with('/'))
    }

    /// The organisation directly above; `None` is the top of the tree.
    pub fn above(&self) -> Option<Self> {
        self.0.rsplit_once('/').map(|(above, _)| Self(above.into()))
    }

    /// How many organisations stand above it.
    pub fn depth(&self) -> usize {
        self.0.matches('/').count()
    }
}

/// Whether a grant or a filter for `held` reaches `place`; `None` is the top of the tree.
pub fn reaches(held: Option<&OrgId>, place: Option<&OrgId>) -> bool {
    match (held, place) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(held), Some(place)) => held.covers(place),
    }
}

impl FromStr for OrgId {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let mut levels = 0;
        for name in text.split('/') {
            check_name(name)?;
            levels += 1;
        }
        if levels > DEEPEST { Err(InvalidName::TooLong) } else { Ok(Self(text.into())) }
    }
}

impl TryFrom<String> for OrgId {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, InvalidName> {
        text.parse()
    }
}

impl From<OrgId> for String {
    fn from(org: OrgId) -> Self {
        org.0.as_ref().to_owned()
    }
}

impl fmt::Display for OrgId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for OrgId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn org(text: &str) -> OrgId {
        text.parse().unwrap()
    }

    #[test]
    fn an_organisation_covers_itself_and_what_lies_below_it() {
        let bank = org("은행/it");
        assert!(bank.covers(&bank));
        assert!(bank.covers(&org("은행/it/dr")));
        assert!(!bank.covers(&org("은행/it-security")), "a longer name is no child");
        assert!(!bank.covers(&org("은행")));
        assert!(reaches(None, Some(&bank)) && reaches(None, None));
        assert!(!reaches(Some(&bank), None), "a grant below says nothing about the top");
        assert_eq!((bank.above(), bank.depth()), (Some(org("은행")), 1));
        assert_eq!(org("은행").above(), None);
    }

    #[test]
    fn every_level_is_a_name() {
        for bad in ["", "/", "bank/", "/bank", "bank//it", "bank/../root", "a b", "1/2/3/4/5/6/7/8/9"] {
            assert!(bad.parse::<OrgId>().is_err(), "{bad:?}");
        }
        assert!("1/2/3/4/5/6/7/8".parse::<OrgId>().is_ok());
        assert!(serde_json::from_str::<OrgId>("\"bank/../root\"").is_err());
    }
}
