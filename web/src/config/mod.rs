//! Where things are kept: values read once, checked once, and passed on as types.

mod database;
mod folder;

pub use database::DatabaseUrl;
pub use folder::{FolderError, StateFolder};
