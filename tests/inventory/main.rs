//! The inventory: what it may say, what of it a plan freezes, and what keeps a run from addressing what it must not.

mod files;
mod schema;
mod text;
