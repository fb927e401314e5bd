//! Whatever an inventory and a runbook say: no run opens a connection to a host that is not bound for its mode.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use engine::base::Mode;
use engine::plan::{Context, Plan, compile};
use engine::run::{CauseKind, Outcome, Purpose};
use engine::runbook::Source;
use harness::sshd::Sshd;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::files::inventory;
use crate::lab::{Hands, Host, Manners};

const MODES: [Mode; 3] = [Mode::Isolated, Mode::Drill, Mode::Real];

/// How the inventory speaks of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// The address alone: everything there belongs to it.
    Address,
    /// A database at a port.
    Postgres,
    /// A database whose server speaks first.
    Mysql,
    /// Another one.
    Mssql,
    /// A name server.
    Dns,
    /// An HTTP service, and no other address.
    Http,
    /// Commands go there over SSH.
    Ssh,
    /// A mail server, which speaks first.
    Mail,
    /// Messages are posted to it.
    Webhook,
}

#[derive(Debug, Clone)]
struct Drawn {
    says: Says,
    /// For each mode the host of the target that plays it, if any.
    hosts: [Option<usize>; 3],
    /// Whether its hosts listen on the address that such targets share; then their ports tell them apart.
    shared: bool,
    /// Whether its certificate is looked at: then the driver of a database is told a name.
    verified: bool,
    /// Whether commands go there through the jump host.
    jump: bool,
}

const HOSTS_EACH: usize = 2;

/// A key that none of the hosts shows: they speak no SSH, so a command comes as far as a connection.
const HOST_KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG6wHMcBVfPuyTLtbDfCKU5XlrxNu8yT1v2dLKOSNvV8";

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let says = prop_oneof![
        Just(Says::Address),
        Just(Says::Postgres),
        Just(Says::Mysql),
        Just(Says::Mssql),
        Just(Says::Dns),
        Just(Says::Http),
        Just(Says::Ssh),
        Just(Says::Mail),
        Just(Says::Webhook),
    ];
    let host = prop::option::of(0..HOSTS_EACH);
    let target = (says, [host.clone(), host.clone(), host], any::<[bool; 3]>());
    let target = target.prop_map(|(says, hosts, [shared, verified, jump])| Drawn {
        says,
        hosts,
        shared: shared && says != Says::Address,
        verified,
        jump,
    });
    prop::collection::vec(target, 1..5)
}

/// The listeners of a drawn world, with the target and the modes of each.
struct World {
    hosts: Vec<(usize, Vec<Mode>, Host)>,
    /// How the inventory speaks of each target.
    says: Vec<Says>,
    text: String,
}

async fn world(targets: &[Drawn], gate: &Sshd) -> World {
    let mut hosts = Vec::new();
    let mut text = format!(
        "inventory: x\nsecrets: {{gate: {{file: {}}}}}\ntargets:\n  gate: {{address: 127.0.0.1, ssh: {{user: {}, port: {}, \
         host_key: {}, key: gate}}, modes: [isolated, drill, real]}}\n",
        gate.path("client").display(),
        gate.user(),
        gate.port(),
        gate.host_key(),
    );
    for (number, target) in targets.iter().enumerate() {
        let mut own = Vec::new();
        for host in 0..HOSTS_EACH {
            let address =
                if target.shared { "127.0.20.1".to_owned() } else { format!("127.0.{}.{}", 21 + number, 1 + host) };
            // Every HTTP request is sent on to the host before, whoever may go there.
            let before = hosts.last().map(|(_, _, host): &(usize, Vec<Mode>, Host)| host.at);
            let modes = MODES.iter().zip(target.hosts).filter(|(_, it)| *it == Some(host)).map(|(mode, _)| *mode);
            let manners = match (target.says, before) {
                (Says::Mysql | Says::Mail, _) => Manners::Greets,
                (_, None) => Manners::Answers,
                (_, Some(before)) => Manners::SendsTo(before),
            };
            let listener = Host::with(&address, manners).await;
            own.push(listener.at);
            hosts.push((number, modes.collect(), listener));
        }
        writeln!(text, "  t{number}:\n    modes:{}", if target.hosts == [None; 3] { " {}" } else { "" }).unwrap();
        for (mode, host) in MODES.iter().zip(target.hosts) {
            let Some(at) = host.map(|host| own[host]) else { continue };
            let keys = match target.says {
                Says::Address => format!("address: {}", at.ip()),
                Says::Postgres | Says::Mysql | Says::Mssql => {
                    let engine = match target.says {
                        Says::Mysql => "mysql",
                        Says::Mssql => "mssql",
                        _ => "postgres",
                    };
                    let tls = if target.verified { "verify" } else { "prefer" };
                    format!("address: {}, sql: {{engine: {engine}, port: {}, tls: {tls}}}", at.ip(), at.port())
                }
                Says::Mail => {
                    let to = "from: a@b.test, to: {all: [c@d.test]}";
                    format!("address: {}, smtp: {{port: {}, tls: none, {to}}}", at.ip(), at.port())
                }
                Says::Webhook => format!("webhook: {{url: \"http://{at}/hook\"}}"),
                Says::Dns => format!("address: {}, dns: {{port: {}}}", at.ip(), at.port()),
                Says::Http => format!("http: {{base: \"http://{at}\"}}"),
                Says::Ssh => {
                    let jump = if target.jump { ", jump: gate" } else { "" };
                    let key = format!("host_key: {HOST_KEY}{jump}");
                    format!("address: {}, ssh: {{user: u, port: {}, {key}}}", at.ip(), at.port())
                }
            };
            writeln!(text, "      {}: {{{keys}}}", mode.keyword()).unwrap();
        }
    }
    World { hosts, says: targets.iter().map(|target| target.says).collect(), text }
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
        ways.push(format!("{{dns: x.test, resolvers: [\"{ip}:{port}\"], value: 192.0.2.1}}"));
        for name in &names {
            ways.push(format!("{{tcp: \":{port}\", on: t{name}}}"));
            ways.push(format!("{{check: {{tcp: \":{port}\", on: t{name}, from: [gate, local], attempts: 1}}}}"));
            ways.push(format!("{{http: \":{port}/\", on: t{name}, status: [200, 302]}}"));
        }
    }
    ways.extend(names.iter().map(|name| format!("{{http: /, on: t{name}, status: [200, 302]}}")));
    // Of others nobody listens at the usual port, and a datagram would be waited for in vain.
    let answering = names.iter().filter(|name| world.says[**name] == Says::Dns);
    ways.extend(answering.map(|name| format!("{{dns: x.test, resolvers: [t{name}], value: 192.0.2.1}}")));
    for name in &names {
        ways.push(format!("{{command: \"true\", on: t{name}}}"));
        ways.push(format!("{{check: {{command: \"true\", on: t{name}, attempts: 1}}}}"));
        ways.push(format!("{{command: \"true\", already_done: {{command: \"true\", on: t{name}}}}}"));
        ways.push(format!("{{file: /etc/hostname, on: t{name}}}"));
        ways.push(format!("{{process: init, on: t{name}}}"));
        ways.push(format!("{{service: ssh, on: t{name}}}"));
        ways.push(format!("{{disk: /, free: 1%, on: t{name}}}"));
        ways.push(format!("{{clock_offset: t{name}, max: 1s}}"));
        ways.push(format!("{{notify: {{channel: t{name}, subject: x}}}}"));
        ways.push(format!("{{sql: select 1, on: t{name}}}"));
        ways.push(format!("{{check: {{sql: select 1, on: t{name}, expect: 1, attempts: 1}}}}"));
        ways.push(format!("{{command: \"true\", already_done: {{sql: select 1, on: t{name}, expect: 1}}}}"));
    }
    ways
}

/// `None` where no mode opens this way: the compiler refuses it already. Nothing else is wrong with it.
fn plan(inventory: &engine::inventory::Inventory, step: &str) -> Option<Plan> {
    let source = Source::new("r.yaml", format!("runbook: r\nunits:\n  a: {{timeout: 5s, run: [{step}]}}\n"));
    assert!(compile(&source).plan.is_some(), "{step}");
    Context { inventory: Some(inventory) }.compile(&source).plan
}

async fn separated(hands: &Hands, gate: &Sshd, targets: &[Drawn], mode: Mode) -> Result<u32, TestCaseError> {
    let world = world(targets, gate).await;
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
            // Nobody there speaks SSH, nor a database's tongue.
            Outcome::Failed { cause, .. } if way.contains("notify") => cause.kind != CauseKind::Refused,
            Outcome::Failed { cause, .. } => {
                (way.contains("command") || way.contains("sql")) && cause.kind == CauseKind::Unreachable
            }
            Outcome::Unknown { .. } => false,
        };
        arrived.insert(way, came);
    }
    let mut reached = 0;
    for (target, modes, host) in &world.hosts {
        let (visitors, guests) = (host.visitors().await, host.guests().await);
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
            let from_afar = format!("{{check: {{tcp: \":{port}\", on: t{target}, from: [gate, local], attempts: 1}}}}");
            prop_assert!(open(&from_afar), "t{} is kept from its own {} from afar", target, ip);
            let by_command = format!("{{command: \"true\", on: t{target}}}");
            prop_assert!(open(&by_command), "t{} is kept from its own SSH", target);
            let by_statement = format!("{{sql: select 1, on: t{target}}}");
            prop_assert!(open(&by_statement), "t{} is kept from its own database", target);
            let by_message = format!("{{notify: {{channel: t{target}, subject: x}}}}");
            prop_assert!(open(&by_message), "t{} is kept from its own channel", target);
            prop_assert!(guests > 0 || targets[*target].says != Says::Dns, "t{} is kept from its own names", target);
            reached += 1;
        } else if !modes.is_empty() {
            let came = visitors + guests;
            prop_assert_eq!(came, 0, "a {} run came to {} of t{}\n{}", mode.keyword(), host.at, target, world.text);
        }
    }
    Ok(reached)
}

#[test]
fn no_run_opens_a_connection_to_a_host_that_is_not_bound_for_its_mode() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let hands = runtime.block_on(Hands::new());
    let gate = Sshd::start();
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() });
    let reached = std::cell::Cell::new(0);
    let outcome = runner.run(&(drawn(), prop::sample::select(MODES.to_vec())), |(targets, mode)| {
        let found = runtime.block_on(separated(&hands, &gate, &targets, mode))?;
        reached.set(reached.get() + found);
        Ok(())
    });
    outcome.unwrap();
    assert!(reached.get() > 20, "hardly any host was to be reached: the test shows nothing");
    runtime.block_on(async { drop(hands) });
}
