//! The preflight against a real SSH server and a real PostgreSQL: what is up, what is down, and why.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::base::{Digest, Lang, Millis, Mode, SystemClock, SystemIds};
use engine::executor::{Adoption, Approver, Engine, Options, Voters};
use engine::run::{Answered, ClockBy, Preflight, Topic};
use engine::store::{Memory, Owner};
use harness::ports::free_port;
use harness::postgres::Cluster;
use harness::sshd::Sshd;

use crate::bench::Bench;

const RUNBOOK: &str = "
runbook: switch
reviewed: 2020-01-01
review_every: 365d
units:
  start:
    on: ap
    target: 1m
    pre: [{uses: host.config_drift, with: {host: ap, manifest: MANIFEST}}]
    run: [{command: systemctl start app}]
  promote:
    target: 1m
    lock: [pg-main]
    pre: [{sql: select pg_is_in_recovery(), on: db, expect: true}]
    run: [{sql: select pg_promote(), on: db}]
  other: {on: stranger, target: 1m, run: [{command: 'true'}]}
  wrong: {target: 1m, run: [{sql: select 2, on: intruder}]}
  go: {needs: [start], gate: {approvers: [commander], quorum: 2}}
";

fn engine(bench: &Bench) -> Engine {
    Engine::start(Options {
        store: Arc::new(Memory::new(Arc::new(SystemClock))),
        runner: bench.runner(),
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        owner: Owner("preflight".to_owned()),
        version: "test".to_owned(),
        base: BTreeMap::from([("PATH".to_owned(), "/usr/bin:/bin".to_owned())]),
        adoption: Adoption::OnlyAsked,
        lease_ttl: Millis::minutes(1),
    })
}

/// How a thing was found, and what was seen of it.
fn finding(found: &Preflight, topic: Topic, subject: &str) -> (Answered, String) {
    let of = found.findings.iter().find(|finding| finding.topic == topic && finding.subject == subject);
    let of = of.unwrap_or_else(|| panic!("nothing about {topic:?} {subject} in {found:#?}"));
    assert!(of.answer != Answered::Up || of.next_step.is_none(), "what is as it should be needs no help");
    (of.answer, of.seen.get(Lang::En).to_owned())
}

#[tokio::test]
async fn targets_are_really_logged_in_to_and_what_is_wrong_is_told_with_its_cause() {
    let port = free_port();
    let cluster = tokio::task::spawn_blocking(move || Cluster::on(port)).await.unwrap();
    let sshd = tokio::task::spawn_blocking(Sshd::start).await.unwrap();
    let (ssh, key) = (sshd.port(), sshd.host_key());
    let host = format!("address: {}, ssh: {{user: {}, port: {ssh}, host_key: '{key}'", sshd.address(), sshd.user());
    let db = format!("address: 127.0.0.1, sql: {{engine: postgres, port: {port}, database");
    let targets = format!(
        "  ap: {{{host}, key: ap-key}}, modes: [drill]}}\n  stranger: {{{host}, key: other-key}}, modes: [drill]}}\n  \
         db: {{{db}: postgres}}, modes: [drill]}}\n  intruder: {{{db}: nowhere}}, modes: [drill]}}\n"
    );
    let other = sshd.path("not-let-in");
    harness::sshd::keygen(&other, "ed25519", "");
    let other = std::fs::read_to_string(other).unwrap();
    let own = sshd.key();
    let bench = Bench::new().await.with_targets(&targets, &[("ap-key", &own), ("other-key", &other)]);
    let (configuration, manifest) = (sshd.path("app.conf"), sshd.path("manifest"));
    std::fs::write(&configuration, "port 80").unwrap();
    std::fs::write(&manifest, format!("{}  {}\n", Digest::of(b"port 80"), configuration.display())).unwrap();
    let runbook = RUNBOOK.replace("MANIFEST", &manifest.display().to_string());
    let (engine, plan) = (engine(&bench), bench.plan(&runbook));
    let lee = Approver { name: "lee".parse().unwrap(), roles: vec!["commander".parse().unwrap()], reached: true };
    let voters = Voters { requester: None, approvers: vec![lee] };
    let found = engine.preflight(&plan, Mode::Drill, &voters).await.unwrap();

    for topic in [Topic::Login, Topic::Clock, Topic::Disk] {
        assert_eq!(finding(&found, topic, "ap").0, Answered::Up, "{topic:?}: {found:#?}");
    }
    let [read] = found.clocks.as_slice() else { panic!("one host was got to: {:?}", found.clocks) };
    assert_eq!((read.host.as_str(), read.by), ("ap", ClockBy::Preflight), "of several readings the closest one");
    assert!((read.offset.least()..=read.offset.most()).contains(&0), "it is this machine: {read:?}");
    let (answer, seen) = finding(&found, Topic::Login, "stranger");
    assert_ne!(answer, Answered::Up, "{seen}");
    assert_eq!(finding(&found, Topic::Database, "db").0, Answered::Up);
    let (answer, seen) = finding(&found, Topic::Database, "intruder");
    assert!(answer != Answered::Up && seen.contains("nowhere"), "{seen}");
    assert_eq!(finding(&found, Topic::Unit, "promote").0, Answered::Down, "it is no standby");
    assert_eq!(finding(&found, Topic::Unit, "start").0, Answered::Up, "its configuration is as it was");
    assert_eq!(finding(&found, Topic::Secret, "ap-key").0, Answered::Up);
    assert_eq!(finding(&found, Topic::Lock, "pg-main").0, Answered::Up);
    assert_eq!(finding(&found, Topic::Approvers, "go").0, Answered::Down, "two are needed, one is there");
    assert_eq!(finding(&found, Topic::Review, "switch").0, Answered::Down);
    assert_eq!(finding(&found, Topic::Changed, "switch").0, Answered::Unknown, "it never ran");
    let text = serde_json::to_string(&found).unwrap();
    assert!(!text.contains(own.lines().nth(1).unwrap()), "no key stands in what is kept");
    let sorted = found.findings.is_sorted_by_key(|finding| finding.answer);
    assert!(sorted, "what is wrong comes first");

    cluster.stop_immediate();
    std::fs::write(&configuration, "port 81").unwrap();
    let found = engine.preflight(&plan, Mode::Drill, &Voters::default()).await.unwrap();
    assert_ne!(finding(&found, Topic::Database, "db").0, Answered::Up, "the database is gone");
    assert_eq!(finding(&found, Topic::Login, "ap").0, Answered::Up, "the others are asked all the same");
    assert_eq!(finding(&found, Topic::Unit, "start").0, Answered::Down, "the host has drifted");
    let real = engine.preflight(&plan, Mode::Real, &Voters::default()).await.unwrap();
    assert_eq!(finding(&real, Topic::Reach, "ap").0, Answered::Down, "it may not be addressed in that mode");
    let mock = engine.preflight(&plan, Mode::Mock, &Voters::default()).await.unwrap();
    assert!(mock.findings.iter().all(|finding| finding.topic != Topic::Login), "a mock run addresses nothing");
    engine.shut_down().await;
}
