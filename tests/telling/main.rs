//! Telling people, against the servers that they are told by: nothing lost, nothing sent twice, whatever the other side does
//! and whoever dies.

#![cfg(test)]

mod anchors;
mod cases;
mod deputies;
mod following;
mod ground;
mod killed;
mod receiver;
mod sending;
