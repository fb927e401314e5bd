//! Choices between several ways.

use serde::{Deserialize, Serialize};

use crate::base::{BranchName, Text};
use crate::plan::{Expression, UnitIx};

/// A choice. Units that only branches name which are not taken are not part of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The branches in the order in which they are looked at: the first one that holds is taken. Never empty.
    pub branches: Vec<Branch>,
}

/// One of the ways.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// Its name, unique in its decision.
    pub name: BranchName,
    /// Its name for people.
    pub title: Text,
    /// When it is taken; `None` stands last and holds where no other did.
    pub when: Option<Expression>,
    /// The units it makes part of the run, stages already resolved to their units. Sorted.
    pub select: Vec<UnitIx>,
}

impl Decision {
    /// A branch by its name.
    pub fn branch(&self, name: &BranchName) -> Option<&Branch> {
        self.branches.iter().find(|branch| branch.name == *name)
    }
}
