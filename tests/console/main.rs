//! The console in-process: its router is called, its HTML is parsed.

mod app;
mod catalogue;
mod declaring;
mod guarding;
mod idle;
mod marking;
mod running;
mod signing_in;
