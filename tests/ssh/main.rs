//! Commands on other hosts, through real OpenSSH servers.

mod becoming;
mod ending;
mod finding;
mod fleet;
mod ground;
mod letting_in;
mod losing;
mod running;
mod secrets;
