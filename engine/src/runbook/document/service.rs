//! Business functions.

use super::super::Spanned;
use super::super::read::{Count, Date, shape};
use super::{RecoverySource, Silence};
use crate::base::{Millis, Text};

shape! {
    /// A business function and the units without which it is not there.
    pub struct Service ["a service", "업무"] {
        /// Its name for people.
        "title" => title: Text,
        /// Recovery priority, 1 first.
        "tier" => tier: Count<1, 99>,
        /// The system that it is a function of, where several functions share one.
        "system" => system: String,
        /// The recovery time objective of the business impact analysis.
        "rto" => rto: Spanned<Millis>,
        /// Tolerated loss of data.
        "rpo" => rpo: Millis,
        /// The outputs, as `unit.name`, that say when the last recovered transaction was committed: one for each data set.
        "recovery_points" => recovery_points: Vec<Spanned<Box<str>>>,
        /// Where its lost data can come back from, the best source first.
        "recovers_from" => recovers_from: Vec<RecoverySource>,
        /// The units or stages that it needs.
        (required) "needs" => needs: Spanned<Vec<Spanned<Box<str>>>>,
        /// Lints that are kept silent about it, each with a reason.
        "silence" => silence: Vec<Silence>,
        /// A longer objective that somebody accepted for this scenario.
        "exception" => exception: Exception,
    }
}

shape! {
    /// A gap between the scenario and the objective that somebody accepted.
    pub struct Exception ["`exception`", "`exception`"] {
        /// The objective of this scenario.
        (required) "rto" => rto: Millis,
        /// Who accepted the gap.
        (required) "approved_by" => approved_by: String,
        /// Why.
        (required) "reason" => reason: Text,
        /// Until when, YYYY-MM-DD.
        (required) "expires" => expires: Date,
    }
}
