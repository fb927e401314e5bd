//! Who may do what, through every door: a table of every route, and what sessions withstand.

#![cfg(test)]

#[path = "../console/app.rs"]
#[expect(dead_code, reason = "the console's tests use more of it")]
mod app;
#[path = "../console/idle.rs"]
mod idle;

mod accounts;
mod api;
mod crawler;
mod glass;
mod routes;
mod sessions;
mod stage;
mod table;
mod teams;
