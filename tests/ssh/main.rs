//! Commands on other hosts, through real OpenSSH servers.

#![cfg(test)]

mod becoming;
mod clocks;
mod ending;
mod finding;
mod fleet;
mod ground;
mod letting_in;
mod losing;
mod running;
mod secrets;
