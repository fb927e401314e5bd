//! Changes of records, made by BIND.

use std::sync::Arc;

use engine::base::{Clock, Lang, SystemClock, Timestamp};
use engine::run::{CauseKind, Outcome};
use harness::named::{Key, Named};
use harness::ports::free_port;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, Done};

const KEY: &str = "c3dpdGNoZXMtdGhlLWJhbmstdG8tYnVzYW4tMjAyNg==";
const OTHER: &str = "c29tZS1vdGhlci1rZXktdGhhdC1pcy1ub3QtdGhlcmU=";
const ZONE: &str =
    "app 60 IN A 10.0.0.80\nmulti IN A 10.0.0.1\nmulti IN A 10.0.0.2\nmail IN A 10.0.0.25\nsip IN A 10.0.0.50";

async fn server() -> Named {
    let keys = [
        Key { name: "relight", algorithm: "hmac-sha256", secret: KEY },
        Key { name: "relight512", algorithm: "hmac-sha512", secret: KEY },
    ];
    tokio::task::spawn_blocking(move || Named::updated_by(ZONE, &keys)).await.unwrap()
}

fn targets(port: u16) -> String {
    format!("  ns: {{address: 127.0.0.1, dns: {{port: {port}}}, modes: [drill]}}\n")
}

const SECRETS: [(&str, &str); 3] = [("zone-key", KEY), ("other-key", OTHER), ("no-key", "not base64!")];
const TSIG: &str = "tsig: {name: relight, secret: zone-key}";

async fn bench(port: u16) -> Bench {
    Bench::new().await.with_targets(&targets(port), &SECRETS)
}

async fn update(bench: &Bench, rest: &str) -> Done {
    bench.run(&format!("{{dns_update: {rest}, on: ns, zone: bank.test}}")).await
}

/// The records of a name, as the server has them.
async fn records(bench: &Bench, name: &str, kind: &str) -> String {
    let said = bench.ask(&format!("{{dns: {name}, type: {kind}, resolvers: ns, value: nothing}}")).await;
    said.split_once("ns: ").map_or(said.clone(), |(_, said)| said.replace(", wanted nothing", ""))
}

#[tokio::test]
async fn a_set_of_records_is_replaced_added_to_and_removed() {
    let server = server().await;
    let bench = bench(server.address().port()).await;
    let made = |rest: String| {
        let bench = &bench;
        async move {
            let done = update(bench, &rest).await;
            assert!(done.succeeded(), "{rest}: {done:?}");
            done.summary().to_owned()
        }
    };
    let said = made(format!("app.bank.test, value: 10.0.1.80, ttl: 30s, {TSIG}")).await;
    assert_eq!(said, "app.bank.test A = 10.0.1.80 with a TTL of 30 s");
    assert!(
        bench.ask("{dns: app.bank.test, resolvers: ns, value: 10.0.1.80, ttl: {max: 30s}}").await.starts_with("up")
    );
    made(format!("multi.bank.test, change: add, value: [10.0.0.3, 10.0.0.3], ttl: 60s, {TSIG}")).await;
    assert_eq!(records(&bench, "multi.bank.test", "A").await, "10.0.0.1, 10.0.0.2, 10.0.0.3");
    made(format!("multi.bank.test, change: remove, value: [10.0.0.1, 10.0.0.9], {TSIG}")).await;
    assert_eq!(records(&bench, "multi.bank.test", "A").await, "10.0.0.2, 10.0.0.3");
    made(format!("multi.bank.test, value: [10.0.0.7, 10.0.0.8], ttl: 60s, was: [10.0.0.3, 10.0.0.2], {TSIG}")).await;
    assert_eq!(records(&bench, "multi.bank.test", "A").await, "10.0.0.7, 10.0.0.8");
    let said = made(format!("multi.bank.test, change: remove, {TSIG}")).await;
    assert_eq!(said, "multi.bank.test has no A any more");
    assert!(records(&bench, "multi.bank.test", "A").await.contains("no such record"));
    let long = "x".repeat(300);
    for (kind, value) in [
        ("AAAA", "fd00::80"),
        ("CNAME", "app.bank.test"),
        ("MX", "10 mail.bank.test"),
        ("NS", "ns.bank.test"),
        ("PTR", "app.bank.test"),
        ("SRV", "0 5 5060 sip.bank.test"),
        ("TXT", long.as_str()),
    ] {
        let name = format!("new-{}.bank.test", kind.to_lowercase());
        made(format!("{name}, type: {kind}, value: {value}, ttl: 60s, tsig: {{name: relight512, secret: zone-key, algorithm: hmac-sha512}}")).await;
        if kind != "NS" {
            let seen = bench.ask(&format!("{{dns: {name}, type: {kind}, resolvers: ns, value: {value}}}")).await;
            assert!(seen.starts_with("up"), "{kind}: {seen}");
        }
    }
}

#[tokio::test]
async fn what_the_name_server_refuses_is_said_with_what_helps_and_changes_nothing() {
    let server = server().await;
    let bench = bench(server.address().port()).await;
    let value = "value: 10.0.1.80, ttl: 60s";
    for (rest, why, helps) in [
        (format!("app.bank.test, {value}"), "REFUSED", "`tsig` is missing"),
        (format!("app.bank.test, {value}, tsig: {{name: relight, secret: other-key}}"), "BADSIG", "secret"),
        (
            format!("app.bank.test, {value}, tsig: {{name: nobody, secret: zone-key}}"),
            "BADKEY",
            "`name` and `algorithm`",
        ),
        (
            format!("app.bank.test, {value}, tsig: {{name: relight, secret: zone-key, algorithm: hmac-sha512}}"),
            "BADKEY",
            "`name` and `algorithm`",
        ),
        (format!("app.bank.test, {value}, was: 10.9.9.9, {TSIG}"), "NXRRSET", "look at them with `dns`"),
    ] {
        let done = update(&bench, &rest).await;
        let said = done.message();
        assert_eq!(done.cause().kind, CauseKind::Unexpected, "{said}");
        assert!(said.starts_with("dns_update app.bank.test on ns: "), "{said}");
        assert!(said.contains(why) && said.contains(helps), "{rest}: {said}");
        assert!(done.cause().message.get(Lang::Ko).contains(why), "{done:?}");
    }
    let foreign =
        bench.run(&format!("{{dns_update: app.other.test, zone: other.test, on: ns, {value}, {TSIG}}}")).await;
    assert!(foreign.message().contains("NOTAUTH") && foreign.message().contains("primary"), "{foreign:?}");
    assert_eq!(records(&bench, "app.bank.test", "A").await, "10.0.0.80");

    let broken = update(&bench, &format!("app.bank.test, {value}, tsig: {{name: relight, secret: no-key}}")).await;
    assert_eq!(broken.cause().kind, CauseKind::Refused);
    assert!(broken.message().contains("no-key") && !format!("{broken:?}").contains("not base64!"), "{broken:?}");

    // The server can not keep what it would change.
    std::fs::create_dir(server.folder().join("bank.test.jnl")).unwrap();
    let failed = update(&bench, &format!("app.bank.test, {value}, {TSIG}")).await;
    assert!(failed.message().contains("SERVFAIL") && failed.message().contains("its log"), "{failed:?}");
    assert_eq!(records(&bench, "app.bank.test", "A").await, "10.0.0.80");
}

/// A clock that is ten minutes slow.
#[derive(Debug)]
struct Slow;

impl Clock for Slow {
    fn now(&self) -> Timestamp {
        Timestamp(SystemClock.now().0 - 600_000)
    }
}

#[tokio::test]
async fn a_signature_of_another_time_is_refused_as_such() {
    let server = server().await;
    let bench = Bench::new().await.with_clock(Arc::new(Slow)).with_targets(&targets(server.address().port()), &SECRETS);
    let done = update(&bench, &format!("app.bank.test, value: 10.0.1.80, ttl: 60s, {TSIG}")).await;
    assert!(done.message().contains("BADTIME") && done.message().contains("clocks"), "{done:?}");
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_changed() {
    let bench = bench(free_port()).await;
    let done = update(&bench, &format!("app.bank.test, value: 10.0.1.80, ttl: 60s, {TSIG}")).await;
    assert_eq!(done.cause().kind, CauseKind::Unreachable);
    assert!(done.message().contains("connection refused"), "{done:?}");
}

/// A server that reads an update and does something else than answering it in order.
async fn stranger(answers: bool) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let length = stream.read_u16().await.unwrap();
            let mut message = vec![0; usize::from(length)];
            stream.read_exact(&mut message).await.unwrap();
            if answers {
                // "Made", without any section and without a signature.
                let answer = [message[0], message[1], 0b1010_1000, 0, 0, 0, 0, 0, 0, 0, 0, 0];
                stream.write_all(&[[0, 12].as_slice(), &answer].concat()).await.unwrap();
            }
        }
    });
    port
}

#[tokio::test]
async fn an_update_that_nobody_vouches_for_may_have_been_made() {
    for (answers, why) in [(false, "was sent and not answered"), (true, "the signature of the answer does not hold")] {
        let bench = bench(stranger(answers).await).await;
        let done = update(&bench, &format!("app.bank.test, value: 10.0.1.80, ttl: 60s, {TSIG}")).await;
        let Outcome::Unknown { why: said, .. } = &done.outcome else { panic!("{done:?}") };
        assert!(said.get(Lang::En).contains(why), "{done:?}");
    }
}

#[tokio::test]
async fn an_update_that_is_stopped_while_it_is_under_way_may_have_been_made() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let bench = bench(listener.local_addr().unwrap().port()).await;
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    let reader = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_u16().await.unwrap();
        stopping.cancel();
        stream
    });
    let step = format!("{{dns_update: app.bank.test, value: 10.0.1.80, ttl: 60s, on: ns, zone: bank.test, {TSIG}}}");
    let done = bench.run_until(&step, stop).await;
    assert!(matches!(done.outcome, Outcome::Unknown { .. }), "{done:?}");
    drop(reader.await.unwrap());
}
