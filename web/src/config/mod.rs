//! Where things are kept, and who else keeps accounts: values read once, checked once, and passed on as types.

mod database;
mod doors;
mod folder;

pub use database::DatabaseUrl;
pub use doors::{Door, Doors, DoorsError, Rule};
pub use folder::{FolderError, StateFolder};
