//! How far the clocks of hosts are from the engine's: read whenever it goes there, and what the report makes of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::base::{IdSource as _, Lang, Millis, RunId, SystemClock, SystemIds};
use engine::executor::{Adoption, Declaration, Engine, Options};
use engine::plan::{Mode, Plan};
use engine::report::{Aside, Clocks, Limit, RunReport, markdown};
use engine::run::{Actor, ClockBy, ClockOffset, Door, HostClock, Outcome, RunStatus};
use engine::store::Owner;
use harness::attempt::Done;
use harness::recompute;
use harness::sshd::Sshd;

use crate::ground::{Ground, There};

/// A clock that is five minutes ahead.
const AHEAD: i64 = 300;

/// A target that is a server with a key of its own.
fn there<'n>(name: &'n str, server: &Sshd) -> (&'n str, There) {
    let key = format!("{name}-key");
    (name, There::of(server).but(|ssh| ssh.key = Some(key.parse().unwrap())).secret(&key, server.key()))
}

/// The clocks that an attempt read.
fn clocks(done: &Done) -> &[HostClock] {
    match done.outcome() {
        Outcome::Succeeded { seen } | Outcome::Failed { seen, .. } | Outcome::Unknown { seen, .. } => &seen.clocks,
    }
}

/// That a clock is so many seconds ahead is possible by what was read of it.
#[track_caller]
fn allows(offset: ClockOffset, ahead: i64) {
    let range = offset.least()..=offset.most();
    assert!(range.contains(&(ahead * 1_000)), "{ahead} s are not within {range:?}");
    assert!(offset.doubt < Millis::minutes(1), "{offset:?}");
}

#[tokio::test]
async fn each_attempt_tells_the_clock_of_the_host_that_it_went_to() {
    let (late, right) = (Sshd::with_clock(), Sshd::start());
    late.set_clock(AHEAD);
    let ground = Ground::with(&[there("late", &late), there("right", &right)]).await;
    for step in [
        "{command: 'true', on: late}",
        "{command: 'exit 3', on: late}",
        "{check: {command: 'true', on: late}}",
        "{file: /etc/passwd, on: late}",
    ] {
        let done = ground.run(step).await;
        let [read] = clocks(&done) else { panic!("{step}: {done:?}") };
        assert_eq!((read.host.as_str(), read.by), ("late", ClockBy::Ssh), "{step}");
        allows(read.offset, AHEAD);
    }
    let done = ground.run("{check: {command: 'true', from: [late, right], quorum: 2}}").await;
    let read: Vec<(&str, i64)> =
        clocks(&done).iter().zip([AHEAD, 0]).map(|(read, ahead)| (read.host.as_str(), ahead)).collect();
    assert_eq!(read, [("late", AHEAD), ("right", 0)], "{done:?}");
    clocks(&done).iter().zip([AHEAD, 0]).for_each(|(read, ahead)| allows(read.offset, ahead));
    assert!(clocks(&ground.run("{command: 'true'}").await).is_empty(), "the engine's own host has the engine's clock");
}

#[tokio::test]
async fn a_host_without_a_clock_that_can_be_read_is_worked_on_all_the_same() {
    let server = Sshd::with_clock();
    let ground = Ground::with(&[("db", There::of(&server))]).await;
    for (said, grain) in [("exit 1", None), ("echo 1763780400.N", Some(1_000)), ("echo tomorrow", None)] {
        std::fs::write(server.path("bin/date"), format!("#!/bin/sh\n{said}\n")).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(server.path("bin/date"), mode).unwrap();
        let done = ground.run("{check: {command: 'true', on: db}}").await;
        let read = clocks(done.succeeded());
        assert_eq!(read.len(), usize::from(grain.is_some()), "{said}: {read:?}");
        assert!(read.iter().all(|read| Some(read.offset.doubt.0 * 2) >= grain), "{said}: {read:?}");
    }
}

async fn run(ground: &Ground, plan: Plan) -> RunReport {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("db").display());
    let engine = Engine::start(Options {
        store: engine::store::open(&url).await.unwrap().store,
        runner: Arc::clone(&ground.actions) as _,
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        owner: Owner("here/1".to_owned()),
        version: "test".to_owned(),
        base: BTreeMap::new(),
        adoption: Adoption::OnlyAsked,
        lease_ttl: Millis::minutes(5),
    });
    let run = RunId(SystemIds.fresh());
    let frozen = plan.freeze().unwrap();
    let declared = Declaration {
        run,
        plan: Arc::new(plan),
        source: String::new(),
        mode: Mode::Drill,
        inputs: BTreeMap::new(),
        secrets: BTreeMap::new(),
        requester: Actor {
            name: "kim".parse().unwrap(),
            roles: ["operator", "commander"].map(|role| role.parse().unwrap()).into(),
            via: Door::Console,
        },
        reason: "test".to_owned(),
        concurrency: None,
        simulation: None,
        event_at: None,
        detect_at: None,
        parent: None,
        case: None,
        part: None,
        preflight: None,
        deeds: Vec::new(),
    };
    engine.declare(declared).await.unwrap();
    let settled = engine.settled(run).await.unwrap();
    let rows = engine.store().load(run).await.unwrap().rows;
    let report = RunReport::of(run, &frozen, "", &rows, settled.state.last_at()).unwrap();
    assert_eq!(settled.state.status(), RunStatus::Failed, "one host is gone");
    let beside = tempfile::tempdir().unwrap();
    recompute::lay(beside.path(), &report, &frozen, "", &rows);
    let (status, said) = recompute::recompute(&[beside.path()]);
    assert_eq!(status, 0, "{said:#?}");
    engine.shut_down().await;
    report
}

#[tokio::test]
async fn the_report_tells_each_clock_names_those_that_were_not_read_and_sees_one_that_was_set() {
    let (ahead, set, mut gone) = (Sshd::with_clock(), Sshd::with_clock(), Sshd::start());
    ahead.set_clock(AHEAD);
    set.set_clock(-AHEAD);
    let ground = Ground::with(&[there("ahead", &ahead), there("set", &set), there("gone", &gone)]).await;
    gone.stop();
    let put_right = set.path("bin/date").display().to_string();
    let text = format!(
        "runbook: clocks\nunits:\n  a: {{on: ahead, target: 1m, run: [{{command: 'true'}}, {{command: 'true'}}]}}\n  \
         b: {{on: set, target: 1m, run: [{{command: 'rm {put_right}'}}, {{command: 'true'}}]}}\n  \
         c: {{on: gone, target: 1m, run: [{{command: 'true'}}]}}\n"
    );
    let report = run(&ground, ground.plan(&text)).await;
    let Clocks { hosts, unmeasured, engines_apart } = report.clocks.as_ref().unwrap();
    let [line, changed] = hosts.as_slice() else { panic!("{hosts:?}") };
    assert_eq!((line.host.as_str(), line.readings, line.drifted, line.matters), ("ahead", 2, false, true));
    allows(line.offset, AHEAD);
    assert_eq!((changed.host.as_str(), changed.readings, changed.drifted, changed.matters), ("set", 2, true, true));
    for ahead in [0, -AHEAD] {
        assert!((changed.offset.least()..=changed.offset.most()).contains(&(ahead * 1_000)), "{changed:?}");
    }
    assert_eq!(unmeasured.iter().map(|host| host.as_str()).collect::<Vec<_>>(), ["gone"]);
    assert_eq!(*engines_apart, None, "one machine held the run");
    assert!(report.engines[0].clock.is_some_and(|clock| !clock.matters()), "{:?}", report.engines);
    assert!(report.limits.contains(&Limit::ClockOffset));
    let said = markdown(&report, &Aside::default(), Lang::Ko);
    for wanted in ["측정하지 못함: gone. 측정함: ahead, set.", "실행 중에 바뀜, 시각에 주의", "서버 시계의 차이"]
    {
        assert!(said.contains(wanted), "{wanted} is not in {said}");
    }
}
