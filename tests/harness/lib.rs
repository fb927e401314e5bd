//! What the tests stand on: real databases, made for a test and gone with it.

pub mod postgres;
