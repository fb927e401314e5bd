//! The report as a workbook: the first sheet says what the report says in words and facts, then a sheet a table.
//!
//! | file | what it owns |
//! |---|---|
//! | `book` | sheets and their names |
//! | `cells` | one cell: numbers as numbers, and their formats |
//! | `totals` | sums, as formulas with their results |

mod book;
mod cells;
mod totals;

pub use book::{Error, xlsx};
