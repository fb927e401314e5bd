//! The inventory: what it may say, what of it a plan freezes, and what keeps a run from addressing what it must not.

#![cfg(test)]

mod compiling;
mod declaring;
mod files;
mod guarding;
mod lab;
mod schema;
mod secrets;
mod separation;
mod text;
