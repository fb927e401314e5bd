//! What certificates servers show: nginx with certificates of an authority of the test's own, good ones and bad ones.

use std::sync::Arc;

use engine::base::{Clock, Lang, Millis, SystemClock, Timestamp};
use engine::run::CauseKind;
use harness::authority::Authority;
use harness::nginx::{Nginx, free_ports};
use harness::ports::free_port;

use crate::bench::Bench;

const EARLIER: &str = "20200101000000Z";
const LATER: &str = "20990101000000Z";

/// Servers that each show another certificate.
struct Ground {
    _nginx: Nginx,
    authority: Authority,
    good: u16,
    expired: u16,
    early: u16,
    own: u16,
    stranger: u16,
    rejecting: u16,
    plain: u16,
    asking: u16,
}

impl Ground {
    fn start() -> Self {
        let [authority, other] = ["Bank CA", "Other CA"].map(Authority::new);
        let names = "DNS:app.bank.test,DNS:*.wild.bank.test,IP:127.0.0.1";
        let good = authority.issue("app.bank.test", names, EARLIER, LATER);
        let certificates = [
            &good,
            &authority.issue("expired.bank.test", names, EARLIER, "20210101000000Z"),
            &authority.issue("early.bank.test", names, "20980101000000Z", LATER),
            &authority.signed_by_itself("own", "app.bank.test"),
            &other.issue("stranger.bank.test", names, EARLIER, LATER),
        ];
        let ports = free_ports::<8>();
        let mut blocks: String = certificates
            .iter()
            .zip(ports)
            .map(|(it, port)| format!("server {{ listen 127.0.0.1:{port} ssl; {} }}\n", it.for_nginx()))
            .collect();
        let [good_port, expired, early, own, stranger, rejecting, plain, asking] = ports;
        let ca = authority.certificate().display().to_string();
        blocks += &format!("server {{ listen 127.0.0.1:{rejecting} ssl; ssl_reject_handshake on; }}\n");
        blocks += &format!("server {{ listen 127.0.0.1:{plain}; }}\n");
        blocks += &format!(
            "server {{ listen 127.0.0.1:{asking} ssl; {} ssl_client_certificate {ca}; ssl_verify_client on; }}\n",
            good.for_nginx()
        );
        let nginx = Nginx::start(&blocks, &ports);
        Self { _nginx: nginx, authority, good: good_port, expired, early, own, stranger, rejecting, plain, asking }
    }

    /// A handshake with a port, with what stands beside it.
    async fn ask(&self, bench: &Bench, port: u16, rest: &str) -> String {
        let ca = self.authority.certificate().display().to_string();
        bench.ask(&format!("{{tls: \"127.0.0.1:{port}\", ca: {ca}{rest}}}")).await
    }
}

async fn ground() -> Ground {
    tokio::task::spawn_blocking(Ground::start).await.unwrap()
}

#[tokio::test]
async fn a_certificate_is_good_for_its_names_and_for_its_time() {
    let (ground, bench) = (ground().await, Bench::new().await);
    let said = ground.ask(&bench, ground.good, ", server_name: app.bank.test, valid_for: 30d").await;
    assert!(
        said.starts_with("up: valid until 2099-01-01T00:00:00.000Z, ") && said.ends_with("issued by CN=Bank CA"),
        "{said}"
    );
    for name in ["", ", server_name: one.wild.bank.test", ", server_name: APP.bank.test."] {
        assert!(ground.ask(&bench, ground.good, name).await.starts_with("up: "), "{name}");
    }
    // The client's certificate is another matter than the server's.
    assert!(ground.ask(&bench, ground.asking, "").await.starts_with("up: "));
    let done = bench
        .run(&format!("{{tls: \"127.0.0.1:{}\", ca: {}}}", ground.good, ground.authority.certificate().display()))
        .await;
    assert!(done.succeeded(), "{done:?}");
    assert_eq!(
        done.output,
        "CN=app.bank.test, issued by CN=Bank CA, 2020-01-01T00:00:00.000Z to 2099-01-01T00:00:00.000Z\n"
    );
}

#[tokio::test]
async fn each_thing_that_is_wrong_with_a_certificate_is_said() {
    let (ground, bench) = (ground().await, Bench::new().await);
    let said = ground.ask(&bench, ground.expired, "").await;
    assert!(said.starts_with("down: expired on 2021-01-01T00:00:00.000Z, ") && said.ends_with(" days ago"), "{said}");
    assert_eq!(ground.ask(&bench, ground.early, "").await, "down: not valid before 2098-01-01T00:00:00.000Z");
    assert_eq!(
        ground.ask(&bench, ground.good, ", server_name: web.bank.test").await,
        "down: not good for web.bank.test, only for app.bank.test, *.wild.bank.test, 127.0.0.1"
    );
    assert_eq!(
        ground.ask(&bench, ground.own, ", server_name: app.bank.test").await,
        "down: signed by itself, by no authority that is trusted"
    );
    let said = ground.ask(&bench, ground.stranger, "").await;
    assert!(said.starts_with("down: its issuer is not trusted: CN=Other CA"), "{said}");
    let all = ground.ask(&bench, ground.expired, ", server_name: web.bank.test").await;
    assert!(all.contains("expired on") && all.contains("; not good for web.bank.test"), "{all}");
    // Nobody has put the authority of a test among those of the system.
    let system = bench.ask(&format!("{{tls: \"127.0.0.1:{}\"}}", ground.good)).await;
    assert!(system.starts_with("down: its issuer is not trusted: CN=Bank CA"), "{system}");
}

/// A clock that has gone on.
#[derive(Debug)]
struct Ahead(Millis);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus(self.0)
    }
}

#[tokio::test]
async fn a_certificate_that_ends_soon_is_told_before_it_does() {
    let ground = ground().await;
    let end = Timestamp::parse_iso("2099-01-01T00:00:00Z").unwrap();
    let until = end.since(SystemClock.now());
    let twenty = Millis(until.0 - Millis::minutes(20 * 24 * 60 + 60).0);
    let bench = Bench::new().await.with_clock(Arc::new(Ahead(twenty)));
    assert!(ground.ask(&bench, ground.good, ", valid_for: 20d").await.starts_with("up: "));
    assert_eq!(
        ground.ask(&bench, ground.good, ", valid_for: 30d").await,
        "down: valid until 2099-01-01T00:00:00.000Z only, 20 days more, wanted 30d"
    );
}

#[tokio::test]
async fn who_shakes_no_hands_is_told_from_who_is_not_there() {
    let (ground, bench) = (ground().await, Bench::new().await);
    assert_eq!(ground.ask(&bench, ground.plain, "").await, "down: what answers there does not speak TLS");
    let said = ground.ask(&bench, ground.rejecting, "").await;
    assert!(said.starts_with("down: the server refuses the handshake: "), "{said}");
    assert_eq!(ground.ask(&bench, free_port(), "").await, "down: connection refused");
    let broken = bench.run(&format!("{{tls: \"127.0.0.1:{}\", ca: /no/such/file}}", ground.good)).await;
    assert_eq!(broken.cause().kind, CauseKind::Refused);
    assert!(broken.message().contains("/no/such/file can not be read"), "{broken:?}");
    let step = bench.run(&format!("{{tls: \"127.0.0.1:{}\"}}", ground.plain)).await;
    assert!(step.message().starts_with(&format!("tls 127.0.0.1:{}: what answers", ground.plain)), "{step:?}");
    assert!(step.cause().message.get(Lang::Ko).contains("TLS로 응답하지 않음"), "{step:?}");
}
