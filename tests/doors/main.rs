#![cfg(test)]
//! Doors for people whose accounts somebody else keeps, with the real servers behind them.

mod console;
mod house;
#[path = "../console/idle.rs"]
mod idle;
mod ldap;
mod oidc;
