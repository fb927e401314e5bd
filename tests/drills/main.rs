//! Whole drills on real servers, through the real binary, read as an auditor reads them.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod backups;
mod desk;
mod dumps;
mod lab;
mod mysql_cluster;
mod mysql_failover;
#[expect(dead_code, reason = "the tests of the command line use more of it")]
#[path = "../cli/state.rs"]
mod state;
mod three_tier;
mod three_tier_ground;
