//! Runbooks kept in spreadsheets: a table of tasks becomes a draft runbook, and what the table does not say comes back as
//! gaps. Nothing is guessed: where a sheet leaves room for doubt, the draft leaves the decision to a person.

mod cells;
mod columns;
mod draft;
mod gaps;
mod sheet;
mod written;

pub use columns::{Column, ColumnMap, MapError};
pub use draft::{Imported, import};
pub use gaps::{Gap, GapCode, Spot};
pub(crate) use sheet::decoded;
pub use sheet::{Sheet, SheetError};
