//! Steps against the real world: processes through a real keeper, sockets, HTTP.

#![cfg(test)]

mod checks;
mod commands;
mod endings;
mod fencing;
mod limits;
mod requests;
mod secrets;
mod site;
mod survival;
