//! Whole drills on real servers, through the real binary, read as an auditor reads them.

#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "waits for servers, and asks the clock that an onlooker would")]

mod backups;
mod desk;
mod dns_switch;
mod dumps;
mod lab;
mod mysql_cluster;
mod mysql_failover;
mod three_tier;
mod three_tier_ground;
