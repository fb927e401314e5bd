//! L4: the repository of documents: plans, manuals, records of drills, with owners, files, versions and a search that knows Korean.
//!
//! A document is one record, and each of its versions another one beside it. Nothing is ever lost by saving. What it is found by
//! stands in its record, so that all stores search alike.

mod desk;
mod model;
mod refusal;
mod search;

pub use desk::{DocumentError, document, file_report, past, save};
pub use model::{Document, DocumentId, Draft, Standing, Update};
pub use refusal::Unfit;
pub use search::{Asked, Found, search};
