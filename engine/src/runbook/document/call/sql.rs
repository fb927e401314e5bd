//! `sql`: one statement.

use super::command::EnvValue;
use super::host::Range;
use super::kind::{Call, CallKeys};
use crate::base::TargetName;
use crate::runbook::Spanned;
use crate::runbook::read::{OrShort, Typed, Wish, shape};

shape! {
    /// A statement for a database, and what must come of it.
    pub struct Sql ["`sql`", "`sql`"] {
        /// A statement for the database of a target.
        (required) "sql" => statement: Spanned<String>,
        /// Beside sql: the target whose database it is.
        "on" => on: Spanned<TargetName>,
        /// Beside sql: what stands for the parameters of the statement, texts, {input: name} or {output: unit.name}.
        "args" => args: Vec<EnvValue>,
        /// Beside sql: one row whose first value is this, or {eq, ne, gt, gte, lt, lte}; true where a question says nothing.
        "expect" => expect: Spanned<Wish>,
        /// Beside sql: how many rows there must be, a number or {min, max}.
        "rows" => rows: Spanned<OrShort<Range>>,
        /// Beside sql: the rows there must be, in this order.
        "expect_rows" => expect_rows: Spanned<Vec<Vec<Typed>>>,
        /// Beside sql: true where the database must refuse changes, as it does in questions.
        "read_only" => read_only: bool,
    }
}

impl CallKeys for Sql {
    const ASKS: bool = true;

    fn call(self) -> Option<Call> {
        self.statement.is_some().then(|| Call::Sql(Box::new(self)))
    }
}
