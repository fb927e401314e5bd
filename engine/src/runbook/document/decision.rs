//! Choices: what is part of a run, and what is not.

use super::super::Spanned;
use super::super::read::shape;
use crate::base::{BranchName, Text};

shape! {
    /// A choice between several ways: the first case that holds is taken.
    pub struct Decision ["`decision`", "`decision`"] {
        /// The cases, looked at in the order written.
        (required) "cases" => cases: Vec<Case>,
        /// Units and stages that are part of the run where no case holds. Absent: the unit then fails, and a person chooses.
        "otherwise" => otherwise: Vec<Spanned<Box<str>>>,
    }
}

shape! {
    /// A case of a decision.
    pub struct Case ["a case", "분기"] {
        /// Its name, for the record and for those who choose by hand.
        (required) "name" => name: Spanned<BranchName>,
        /// Its name for people.
        "title" => title: Text,
        /// The condition.
        (required) "when" => when: Spanned<String>,
        /// Units and stages that are part of the run when this case is taken.
        (required) "select" => select: Vec<Spanned<Box<str>>>,
    }
}
