//! How much would be lost, and was lost: measured by Relight on real servers, and held against what somebody outside knows who
//! wrote all the while.

#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "starts programs of the machine that the tests run on")]

mod host;
mod mariadb;
mod postgres;
mod redis;
mod truth;
mod watching;
