//! Redis with a replica.

use std::net::Ipv4Addr;

use harness::link::Link;
use harness::ports::free_port;
use harness::redis::Server;
use harness::state::{State, until};

use crate::truth::{measured, now};

const REPLICA: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// A source, the way to it, and its replica at the same port of another address.
struct Pair {
    source: Server,
    link: Link,
    replica: Server,
    port: u16,
}

impl Pair {
    fn start() -> Self {
        let port = free_port();
        let source = Server::start(Ipv4Addr::LOCALHOST, port, &["--repl-ping-replica-period", "1"]);
        let link = Link::to(port);
        let way = format!("127.0.0.1 {}", link.port());
        let replica = Server::start(REPLICA, port, &["--replicaof", &way]);
        until(|| source.ask("WAIT 1 100").filter(|reply| reply == ":1"));
        Self { source, link, replica, port }
    }

    fn inventory(&self) -> String {
        format!(
            "inventory: lab\ntargets:\n  cache: {{address: 127.0.0.1, modes: [drill]}}\n  cache-dr: {{address: {REPLICA}, modes: \
             [drill]}}\nreplication:\n  orders: {{kind: redis, source: cache, standby: cache-dr, port: {}, mode: drill, \
             heartbeat: {{key: \"relight:heartbeat\"}}}}\n",
            self.port
        )
    }
}

#[test]
fn what_a_cut_link_loses_reaches_back_to_the_last_heartbeat_that_arrived() {
    let pair = Pair::start();
    let beat = now();
    pair.source.ask(&format!("SET relight:heartbeat {}", beat.0)).unwrap();
    until(|| pair.replica.ask("EXISTS relight:heartbeat").filter(|reply| reply == ":1"));
    pair.link.cut();
    pair.source.ask(&format!("SET relight:heartbeat {}", now().0)).unwrap();
    let event = now();
    let measured = measured(&State::new(), &pair.inventory(), event);
    assert_eq!(measured.point, beat);
    assert_eq!(measured.rpa_ms, event.0 - beat.0);
}

#[test]
fn a_replica_that_has_reached_the_offset_of_its_source_loses_nothing() {
    let pair = Pair::start();
    pair.source.ask("SET some thing").unwrap();
    until(|| pair.replica.ask("EXISTS some").filter(|reply| reply == ":1"));
    let event = now();
    let measured = measured(&State::new(), &pair.inventory(), event);
    assert_eq!(measured.rpa_ms, 0, "{}", measured.report["attempts"]);
}
