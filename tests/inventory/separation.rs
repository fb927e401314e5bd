//! Whatever an inventory and a runbook say: no run opens a connection to a host that is not bound for its mode.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use engine::base::Mode;
use engine::plan::{Context, Plan, compile};
use engine::run::{CauseKind, Outcome, Purpose};
use engine::runbook::Source;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::files::inventory;
use crate::lab::{Hands, Host};

const MODES: [Mode; 3] = [Mode::Isolated, Mode::Drill, Mode::Real];

/// How the inventory speaks of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// The address alone: everything there belongs to it.
    Address,
    /// A database at a port.
    Sql,
    /// An HTTP service, and no other address.
    Http,
    /// Commands go there over SSH.
    Ssh,
}

#[derive(Debug, Clone)]
struct Drawn {
    says: Says,
    /// For each mode the host of the target that plays it, if any.
    hosts: [Option<usize>; 3],
    /// Whether its hosts listen on the address that such targets share; then their ports tell them apart.
    shared: bool,
}

const HOSTS_EACH: usize = 2;

/// A key that none of the hosts shows: they speak no SSH, so a command comes as far as a connection.
const HOST_KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG6wHMcBVfPuyTLtbDfCKU5XlrxNu8yT1v2dLKOSNvV8";

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let says = prop_oneof![Just(Says::Address), Just(Says::Sql), Just(Says::Http), Just(Says::Ssh)];
    let host = prop::option::of(0..HOSTS_EACH);
    let target = (says, [host.clone(), host.clone(), host], any::<bool>()).prop_map(|(says, hosts, shared)| Drawn {
        says,
        hosts,
        shared: shared && says != Says::Address,
    });
    prop::collection::vec(target, 1..5)
}

/// The listeners of a drawn world, with the target and the modes of each.
struct World {
    hosts: Vec<(usize, Vec<Mode>, Host)>,
    text: String,
}

async fn world(targets: &[Drawn]) -> World {
    let mut hosts = Vec::new();
    let mut text = "inventory: x\ntargets:\n".to_owned();
    for (number, target) in targets.iter().enumerate() {
        let mut own = Vec::new();
        for host in 0..HOSTS_EACH {
            let address =
                if target.shared { "127.0.20.1".to_owned() } else { format!("127.0.{}.{}", 21 + number, 1 + host) };
            // Every HTTP request is sent on to the host before, whoever may go there.
            let before = hosts.last().map(|(_, _, host): &(usize, Vec<Mode>, Host)| host.at);
            let modes = MODES.iter().zip(target.hosts).filter(|(_, it)| *it == Some(host)).map(|(mode, _)| *mode);
            let listener = Host::at(&address, before).await;
            own.push(listener.at);
            hosts.push((number, modes.collect(), listener));
        }
        writeln!(text, "  t{number}:\n    modes:{}", if target.hosts == [None; 3] { " {}" } else { "" }).unwrap();
        for (mode, host) in MODES.iter().zip(target.hosts) {
            let Some(at) = host.map(|host| own[host]) else { continue };
            let keys = match target.says {
                Says::Address => format!("address: {}", at.ip()),
                Says::Sql => format!("address: {}, sql: {{engine: postgres, port: {}}}", at.ip(), at.port()),
                Says::Http => format!("http: {{base: \"http://{at}\"}}"),
                Says::Ssh => {
                    format!("address: {}, ssh: {{user: u, port: {}, host_key: {HOST_KEY}}}", at.ip(), at.port())
                }
            };
            writeln!(text, "      {}: {{{keys}}}", mode.keyword()).unwrap();
        }
    }
    World { hosts, text }
}

/// One step each: every way there is to lead to a host, by any name or none.
fn ways(world: &World) -> Vec<String> {
    let names: BTreeSet<usize> = world.hosts.iter().map(|(target, ..)| *target).collect();
    let mut ways = Vec::new();
    for (_, _, host) in &world.hosts {
        let (ip, port) = (host.at.ip(), host.at.port());
        ways.push(format!("{{tcp: \"{ip}:{port}\"}}"));
        ways.push(format!("{{tcp: \"[::ffff:{ip}]:{port}\"}}"));
        ways.push(format!("{{http: \"http://{ip}:{port}/\", status: [200, 302]}}"));
        for name in &names {
            ways.push(format!("{{tcp: \":{port}\", on: t{name}}}"));
            ways.push(format!("{{http: \":{port}/\", on: t{name}, status: [200, 302]}}"));
        }
    }
    ways.extend(names.iter().map(|name| format!("{{http: /, on: t{name}, status: [200, 302]}}")));
    for name in &names {
        ways.push(format!("{{command: \"true\", on: t{name}}}"));
        ways.push(format!("{{check: {{command: \"true\", on: t{name}, attempts: 1}}}}"));
        ways.push(format!("{{command: \"true\", already_done: {{command: \"true\", on: t{name}}}}}"));
        ways.push(format!("{{file: /etc/hostname, on: t{name}}}"));
        ways.push(format!("{{process: init, on: t{name}}}"));
        ways.push(format!("{{service: ssh, on: t{name}}}"));
        ways.push(format!("{{disk: /, free: 1%, on: t{name}}}"));
        ways.push(format!("{{clock_offset: t{name}, max: 1s}}"));
    }
    ways
}

/// `None` where no mode opens this way: the compiler refuses it already. Nothing else is wrong with it.
fn plan(inventory: &engine::inventory::Inventory, step: &str) -> Option<Plan> {
    let source = Source::new("r.yaml", format!("runbook: r\nunits:\n  a: {{timeout: 5s, run: [{step}]}}\n"));
    assert!(compile(&source).plan.is_some(), "{step}");
    Context { inventory: Some(inventory) }.compile(&source).plan
}

async fn separated(hands: &Hands, targets: &[Drawn], mode: Mode) -> Result<u32, TestCaseError> {
    let world = world(targets).await;
    let inventory = inventory(&world.text);
    let mut arrived = BTreeMap::new();
    for way in ways(&world) {
        let Some(plan) = plan(&inventory, &way) else { continue };
        let plan = plan.into();
        if way.contains("already_done") {
            hands.carry_out(&plan, 0, mode, Purpose::Probe).await;
        }
        let outcome = hands.carry_out(&plan, 0, mode, Purpose::Act).await;
        let came = match outcome {
            Outcome::Succeeded { .. } => true,
            // Nobody there speaks SSH.
            Outcome::Failed { cause, .. } => way.contains("command") && cause.kind == CauseKind::Unreachable,
            Outcome::Unknown { .. } => false,
        };
        arrived.insert(way, came);
    }
    let mut reached = 0;
    for (target, modes, host) in &world.hosts {
        let visitors = host.visitors().await;
        if modes.contains(&mode) {
            let (ip, port) = (host.at.ip(), host.at.port());
            let open = |way: &str| arrived.get(way).copied() != Some(false);
            let by_port = format!("{{tcp: \":{port}\", on: t{target}}}");
            let by_path = format!("{{http: /, on: t{target}, status: [200, 302]}}");
            prop_assert!(open(&by_port), "t{} is kept from its own {}", target, ip);
            prop_assert!(
                open(&by_path) || targets[*target].says != Says::Http,
                "t{} is kept from its own base",
                target
            );
            let by_command = format!("{{command: \"true\", on: t{target}}}");
            prop_assert!(open(&by_command), "t{} is kept from its own SSH", target);
            reached += 1;
        } else if !modes.is_empty() {
            prop_assert_eq!(visitors, 0, "a {} run came to {} of t{}\n{}", mode.keyword(), host.at, target, world.text);
        }
    }
    Ok(reached)
}

#[test]
fn no_run_opens_a_connection_to_a_host_that_is_not_bound_for_its_mode() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let hands = runtime.block_on(Hands::new());
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() });
    let reached = std::cell::Cell::new(0);
    let outcome = runner.run(&(drawn(), prop::sample::select(MODES.to_vec())), |(targets, mode)| {
        let found = runtime.block_on(separated(&hands, &targets, mode))?;
        reached.set(reached.get() + found);
        Ok(())
    });
    outcome.unwrap();
    assert!(reached.get() > 20, "hardly any host was to be reached: the test shows nothing");
    runtime.block_on(async { drop(hands) });
}
