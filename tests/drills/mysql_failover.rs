//! `mysql-failover-vip` as it is shipped, on MariaDB servers in network namespaces that bear its names and addresses.

use std::collections::BTreeSet;

use crate::desk::Report;
use crate::mysql_cluster::{Cluster, PASSWORD, VIP, until};

const PEOPLE: [&str; 2] = ["dba-lead", "commander"];
/// Never asks for the VIP in these tests, so what it knows of it was told by others.
const WITNESS: &str = "dr2-probe";

#[track_caller]
fn refused_as_read_only(cluster: &Cluster, address: &str) {
    let order = cluster.order_at(address, 1_000_000_000);
    let said = String::from_utf8_lossy(&order.stderr);
    assert!(!order.status.success() && said.contains("--read-only"), "{said}");
}

/// The run stands still on account of a unit, and nothing after it has begun.
#[track_caller]
fn stands_still_at(report: &Report, unit: &str, after: &[&str]) {
    assert_eq!(report.in_state("failed"), [unit], "{}", report.told());
    for unit in after {
        assert_eq!(report.state(unit), "pending", "{}", report.told());
        assert!(report.unit(unit)["started_at"].is_null(), "{}", report.told());
    }
}

#[test]
fn the_replica_takes_over_with_the_vip_and_the_old_source_takes_no_writes() {
    let cluster = Cluster::start();
    cluster.lab.at(WITNESS, &format!("mysqladmin -h {VIP} -u probe ping"));
    assert_eq!(cluster.neighbour(WITNESS), cluster.hardware("db-master"));
    cluster.kill_source();
    let run = cluster.fail_over();
    let before = cluster.vote("g-go", &PEOPLE, true);
    assert!(cluster.holds_vip("db-master") && cluster.read_only("db-slave"), "{}", before.told());
    let done = run.wait();
    let report = cluster.desk.report().unwrap();
    assert_eq!(done.code(), 0, "{}\n{}", report.told(), done.err());
    assert_eq!(report.0["summary"]["verdict"], "met");
    assert_eq!(report.in_state("not_selected"), ["g-data-loss"], "{}", report.told());
    assert!(report.faults().is_empty(), "{}", report.told());

    assert!(cluster.holds_vip("db-slave") && !cluster.holds_vip("db-master"));
    assert_eq!(cluster.neighbour(WITNESS), cluster.hardware("db-slave"));
    // Orders that were taken by the new source are there, and at the replica that follows it now.
    until("orders come in again", || cluster.taken().iter().filter(|(_, by)| by == "db-slave").count() > 5);
    let new: BTreeSet<u64> = cluster.taken().into_iter().filter(|(_, by)| by == "db-slave").map(|(n, _)| n).collect();
    assert!(cluster.orders("db-slave").is_superset(&new));
    until("the second replica follows", || cluster.orders("db-slave2").is_superset(&new));

    // The old source comes back as its machine boots: it serves, and refuses to write.
    cluster.start_server("db-master");
    refused_as_read_only(&cluster, "10.0.1.11");
    let report = serde_json::to_string(&report.0).unwrap();
    assert!(!report.contains(PASSWORD), "the password is in the report");
}

#[test]
fn a_source_that_returns_with_the_vip_before_the_promotion_stops_the_run_before_it() {
    let cluster = Cluster::start();
    // Somebody reads on the replica, so that what was received is not applied until they are gone.
    cluster.hold_replica();
    until("an order was received and not applied", || cluster.behind());
    cluster.kill_source();
    let _run = cluster.fail_over();
    cluster.vote("g-go", &PEOPLE, true);
    cluster.desk.report_once("the drain waits", |report| report.state("drain") == "running");
    cluster.start_server("db-master");
    cluster.take_vip("db-master");
    cluster.release_replica();

    let report = cluster.desk.report_once("the run stands still", |report| report.status() == "paused");
    stands_still_at(&report, "promote", &["vip", "app-notify", "verify", "announce", "repoint-replicas"]);
    let [("promote", message)] = report.faults()[..] else { panic!("{}", report.told()) };
    assert!(message.to_lowercase().contains(&cluster.hardware("db-master")), "{message}");
    assert!(cluster.read_only("db-slave") && !cluster.holds_vip("db-slave"));
    refused_as_read_only(&cluster, VIP);
}

#[test]
fn a_source_that_takes_the_vip_again_after_it_was_moved_stops_the_run_before_any_client_is_told() {
    let cluster = Cluster::start();
    cluster.kill_source();
    let _run = cluster.fail_over();
    cluster.vote("g-go", &PEOPLE, true);
    cluster.desk.report_once("the VIP was taken away", |report| report.state("fence-master") == "ready");
    // It comes back while the new source announces itself.
    cluster.lab.at("db-master", &format!("until arping -q -f -w 1 -I bond0 {VIP}; do :; done"));
    cluster.take_vip("db-master");

    let report = cluster.desk.report_once("the run stands still", |report| report.status() == "paused");
    stands_still_at(&report, "vip", &["app-notify", "verify", "announce"]);
    let [("vip", message)] = report.faults()[..] else { panic!("{}", report.told()) };
    assert!(message.to_lowercase().contains(&cluster.hardware("db-master")), "{message}");
    assert!(cluster.holds_vip("db-slave") && cluster.holds_vip("db-master"));
}

/// The replicas have had nothing for 400 seconds when the source fails, while orders went on.
fn lagging() -> Cluster {
    let cluster = Cluster::start();
    cluster.stop_application();
    cluster.sql("db-master", "SET TIMESTAMP = UNIX_TIMESTAMP() - 400; REPLACE INTO dr.heartbeat VALUES (1, NOW(6))");
    let position = cluster.sql("db-master", "SELECT @@global.gtid_binlog_pos");
    for replica in ["db-slave", "db-slave2"] {
        let followed = cluster.sql(replica, &format!("SELECT MASTER_GTID_WAIT('{position}', 60)"));
        assert_eq!(followed, "0", "{replica}");
        cluster.sql(replica, "STOP SLAVE IO_THREAD");
    }
    let known = cluster.taken().len();
    cluster.start_application();
    until("orders come in that no replica ever sees", || cluster.taken().len() > known + 10);
    cluster.kill_source();
    cluster
}

#[test]
fn a_loss_beyond_the_rpo_is_accepted_by_people_and_the_failover_goes_on() {
    let cluster = lagging();
    let run = cluster.fail_over();
    cluster.vote("g-go", &PEOPLE, true);
    let asked = cluster.vote("g-data-loss", &["commander", "business-owner"], true);
    assert_eq!(asked.state("data-loss"), "skipped", "{}", asked.told());
    let [("data-loss", message)] = asked.faults()[..] else { panic!("{}", asked.told()) };
    let lost = message.split("the last ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
    let lost: u64 = lost.parse().unwrap();
    assert!(lost >= 400, "{message}");
    assert_eq!(asked.state("promote"), "pending", "{}", asked.told());

    let done = run.wait();
    let report = cluster.desk.report().unwrap();
    assert_eq!(done.code(), 0, "{}\n{}", report.told(), done.err());
    assert_eq!(report.state("g-data-loss"), "ready", "{}", report.told());
    let votes = report.0["gates"].as_array().unwrap().iter().find(|gate| gate["unit"] == "g-data-loss").unwrap();
    assert_eq!(votes["votes"].as_array().unwrap().len(), 2, "{votes}");
    // What was accepted is what happened: orders that the old source had taken are not there.
    let there = cluster.orders("db-slave");
    let gone = cluster.taken().iter().filter(|(n, by)| by == "db-master" && !there.contains(n)).count();
    assert!(gone > 10, "{gone}");
}

#[test]
fn a_loss_beyond_the_rpo_that_people_reject_aborts_the_run_before_the_promotion() {
    let cluster = lagging();
    let run = cluster.fail_over();
    cluster.vote("g-go", &PEOPLE, true);
    cluster.vote("g-data-loss", &["commander"], false);
    let done = run.wait();
    let report = cluster.desk.report().unwrap();
    assert_eq!((done.code(), report.status()), (1, "aborted"), "{}\n{}", report.told(), done.err());
    assert!(report.unit("promote")["started_at"].is_null(), "{}", report.told());
    assert!(cluster.read_only("db-slave") && !cluster.holds_vip("db-slave"));
    assert_eq!(cluster.sql("db-slave", "SHOW SLAVE STATUS").lines().count(), 1, "it is a replica still");
}
