//! Telling people, against the servers that they are told by: nothing lost, nothing sent twice, whatever the other side does
//! and whoever dies.

#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "ids of the tests are drawn as they are needed")]

mod anchors;
mod cases;
mod deputies;
mod following;
mod ground;
mod killed;
mod receiver;
mod sending;
