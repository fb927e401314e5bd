//! Two hundred hosts in one run: each does its own work once, over a link of its own that is kept.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use engine::base::{IdSource as _, Lang, Millis, RunId, SystemClock, SystemIds};
use engine::executor::{Adoption, Declaration, Engine, Options, Settled};
use engine::plan::{Mode, Plan};
use engine::run::{Actor, CauseKind, Door, RunStatus, UnitRun, UnitState};
use engine::store::Owner;
use harness::attempt::until;
use harness::sshd::Sshd;

use crate::ground::{Ground, There};

const HOSTS: u16 = 200;
/// Those that are switched off, and those that were installed anew: they show another key than the inventory says.
const DEAD: std::ops::Range<usize> = 40..44;
const CHANGED: std::ops::Range<usize> = 120..123;

/// Hosts, an engine that reaches them, and what it is made of.
struct Fleet {
    hosts: Vec<Sshd>,
    ground: Ground,
    engine: Engine,
    folder: tempfile::TempDir,
}

impl Fleet {
    async fn new() -> Self {
        // A line in the log for every login.
        let hosts = tokio::task::spawn_blocking(|| Sshd::fleet(HOSTS, &["LogLevel INFO"])).await.unwrap();
        for (place, host) in hosts.iter().enumerate() {
            std::fs::write(host.home().join("name"), format!("host-{place}\n")).unwrap();
        }
        let names: Vec<String> = (0..hosts.len()).map(unit).collect();
        let targets: Vec<(&str, There)> =
            names.iter().zip(&hosts).map(|(name, host)| (name.as_str(), There::of(host))).collect();
        let ground = Ground::with(&targets).await;
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("db").display());
        let engine = Engine::start(Options {
            store: engine::store::open(&url).await.unwrap().store,
            runner: Arc::clone(&ground.actions) as _,
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds),
            owner: Owner("fleet".to_owned()),
            version: "test".to_owned(),
            base: BTreeMap::new(),
            adoption: Adoption::OnlyAsked,
            lease_ttl: Millis::minutes(5),
        });
        Self { hosts, ground, engine, folder }
    }

    /// Every host has something to do, to say, and to be asked.
    fn plan(&self) -> Plan {
        let mut text = format!("runbook: fleet\nconcurrency: {HOSTS}\nunits:\n");
        for place in 0..self.hosts.len() {
            let unit = unit(place);
            write!(
                text,
                "  {unit}:\n    on: {unit}\n    timeout: 1m\n    run:\n\
                 \x20     - command: 'echo \"$RELIGHT_RUN $RELIGHT_UNIT\" >> times; cat name; cat name >&2'\n\
                 \x20       outputs: {{name: stdout}}\n\
                 \x20     - command: 'head -c 30000 /dev/zero | tr \"\\0\" a'\n\
                 \x20   post: [{{check: {{command: 'test -s times'}}}}]\n"
            )
            .unwrap();
        }
        self.ground.plan(&text)
    }

    async fn run(&self) -> (RunId, Settled) {
        let run = RunId(SystemIds.fresh());
        let declared = Declaration {
            run,
            plan: Arc::new(self.plan()),
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
        self.engine.declare(declared).await.unwrap();
        (run, self.engine.settled(run).await.unwrap())
    }

    /// That a host did in this run what was its own, once, and said so.
    async fn has_done_its_work(&self, run: RunId, place: usize, found: &UnitRun) {
        assert_eq!(found.state, UnitState::Ready, "{place}: {:?}", found.cause);
        let done = std::fs::read_to_string(self.hosts[place].home().join("times")).unwrap();
        let ours: Vec<&str> = done.lines().filter(|line| line.starts_with(&run.to_string())).collect();
        assert_eq!(ours, [format!("{run} {}", unit(place))]);
        let name = format!("host-{place}");
        assert_eq!(found.outputs.values().collect::<Vec<_>>(), [&name]);
        assert_eq!(found.attempts.len(), 3);
        let said = self.engine.store().output(run, found.attempts[0].attempt).await.unwrap();
        assert_eq!(said, format!("{name}\n{name}\n"));
        let long = self.engine.store().output(run, found.attempts[1].attempt).await.unwrap();
        assert_eq!(long, "a".repeat(30_000));
    }

    /// How often somebody logged in to each host so far.
    fn logins(&self) -> Vec<usize> {
        self.hosts.iter().map(|host| host.log().matches("Accepted publickey").count()).collect()
    }
}

/// Descriptors that other tests of this process may come to have open meanwhile. A leak would be one a host, at least.
const OTHERS: usize = 100;
/// Memory that they may come to use, in bytes.
const MEMORY_OF_OTHERS: usize = 64 << 20;

fn unit(place: usize) -> String {
    format!("h{place:03}")
}

fn dead(place: usize) -> bool {
    DEAD.contains(&place) || CHANGED.contains(&place)
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Memory of this process that is in use, in bytes.
fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("RssAnon:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_hosts_do_their_work_side_by_side_and_those_that_can_not_hold_nobody_up() {
    let before = descriptors();
    let mut fleet = Fleet::new().await;
    for host in &mut fleet.hosts[DEAD] {
        host.stop();
    }
    for host in &mut fleet.hosts[CHANGED] {
        host.stop();
        host.change_host_key();
        host.resume();
    }
    let fleet = fleet;
    let mut held = None;
    for round in 1..=2 {
        let (run, Settled { state, plan }) = fleet.run().await;
        assert_eq!(state.status(), RunStatus::Failed);
        for (place, ix) in plan.unit_ixs().enumerate() {
            let found = state.unit(ix);
            if !dead(place) {
                fleet.has_done_its_work(run, place, found).await;
                continue;
            }
            assert_eq!(found.state, UnitState::Failed);
            let cause = found.cause.as_ref().unwrap();
            let (kind, words) = if DEAD.contains(&place) {
                (CauseKind::Unreachable, "no SSH connection")
            } else {
                (CauseKind::Refused, "its host key has changed")
            };
            let message = cause.message.get(Lang::En);
            assert!(cause.kind == kind && message.contains(words) && message.contains(&unit(place)), "{cause:?}");
            assert!(!fleet.hosts[place].home().join("times").exists());
        }
        // One link to each host, which the next run finds open.
        for (place, logins) in fleet.logins().into_iter().enumerate() {
            assert_eq!(logins, usize::from(!dead(place)), "{place}, round {round}");
        }
        if let Some((open, used)) = held {
            assert!(descriptors() <= open + OTHERS, "{} descriptors, {open} a run before", descriptors());
            assert!(memory() <= used + MEMORY_OF_OTHERS, "{} bytes, {used} a run before", memory());
        }
        held = Some((descriptors(), memory()));
    }
    let Fleet { hosts, ground, engine, folder } = fleet;
    engine.shut_down().await;
    drop((engine, ground));
    until("its links are closed", || hosts.iter().all(|host| host.connections().is_empty())).await;
    drop((hosts, folder));
    until("no descriptor is left", || descriptors() <= before + OTHERS).await;
}
