//! The file that says where people's accounts are kept beside our own.

mod check;
mod written;

pub use check::{Door, Doors, DoorsError, Rule};
