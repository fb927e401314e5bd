//! The JSON interface in-process. Every answer that these tests get is held against the served OpenAPI document.

#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "waits for the console")]

mod alerts;
#[path = "../console/app.rs"]
#[expect(dead_code, reason = "the console's tests use more of it")]
mod app;
mod arranging;
mod calling;
mod cases;
mod deputies;
mod documents;
mod evidence;
#[path = "../console/idle.rs"]
mod idle;
mod once;
mod overseeing;
mod own;
mod packs;
mod program;
mod refusing;
mod reviewing;
mod routes;
mod teams;
mod tokens;
mod touring;
