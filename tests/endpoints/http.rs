//! Requests to nginx: what parts of an answer must be, TLS as it is told, secret headers, redirects, times.

use std::time::Duration;

use engine::run::{CauseKind, Outcome};
use harness::authority::Authority;
use harness::nginx::{Nginx, free_ports};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::bench::Bench;

const TOKEN: &str = "Bearer 7f3a-switch-to-busan";

async fn nginx<const N: usize>(blocks: impl Fn([u16; N]) -> String + Send + 'static) -> (Nginx, [u16; N]) {
    let start = move || {
        let ports = free_ports::<N>();
        (Nginx::start(&blocks(ports), &ports), ports)
    };
    tokio::task::spawn_blocking(start).await.unwrap()
}

#[tokio::test]
async fn parts_of_an_answer_are_what_is_wanted_or_are_named() {
    let (_nginx, [port]) = nginx(|[port]| {
        let health =
            r#"{"status": "ok", "lag": 3.50, "ready": true, "nodes": [{"id": "a"}, {"id": "b"}], "error": null}"#;
        format!(
            "server {{ listen 127.0.0.1:{port}; default_type application/json;\n\
             location /health {{ return 200 '{health}'; }}\n\
             location /text {{ return 200 'all is well'; }} }}"
        )
    })
    .await;
    let bench = Bench::new().await;
    let ask = |rest: &'static str| {
        let question = format!("{{http: \"http://127.0.0.1:{port}/health\", json: {rest}}}");
        let bench = &bench;
        async move { bench.ask(&question).await }
    };
    for fits in [
        "[{path: $.status, equals: ok}, {path: $.lag, equals: 3.5}, {path: $.ready, equals: true}]",
        "{path: $.lag, equals: {gte: 3, lt: 5}}",
        "{path: $.error, equals: null}",
        "{path: '$.nodes[*].id'}",
        "{path: \"$.nodes[?@.id == 'b'].id\", equals: b}",
    ] {
        assert_eq!(ask(fits).await, "up: status 200", "{fits}");
    }
    for (differs, why) in [
        ("{path: $.status, equals: down}", "down: $.status is \"ok\", wanted \"down\""),
        ("{path: $.lag, equals: {lt: 3}}", "down: $.lag is 3.5, wanted < 3"),
        ("{path: $.lag, equals: '3.5'}", "down: $.lag is 3.5, wanted \"3.5\""),
        ("{path: $.none}", "down: there is nothing at $.none"),
        ("{path: $.none, equals: 1}", "down: there is nothing at $.none, wanted 1"),
        ("{path: '$.nodes[*].id', equals: a}", "down: there are 2 values at $.nodes[*].id, wanted one"),
    ] {
        assert_eq!(ask(differs).await, why);
    }
    let text = bench.ask(&format!("{{http: \"http://127.0.0.1:{port}/text\", json: {{path: $.status}}}}")).await;
    assert!(text.starts_with("down: status 200, but the body is no JSON: "), "{text}");
}

#[tokio::test]
async fn an_answer_that_is_too_long_to_be_read_whole_is_not_judged_as_json() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("long"), format!("[\"{}\"]", "x".repeat(2 << 20))).unwrap();
    let root = folder.path().display().to_string();
    let (_nginx, [port]) = nginx(move |[port]| format!("server {{ listen 127.0.0.1:{port}; root {root}; }}")).await;
    let bench = Bench::new().await;
    let said = bench.ask(&format!("{{http: \"http://127.0.0.1:{port}/long\", json: {{path: '$[0]'}}}}")).await;
    assert_eq!(said, "down: status 200, but the body is longer than 1 MiB and is not read as JSON");
}

#[tokio::test]
async fn tls_trusts_and_shows_what_it_is_told() {
    let made = || {
        let authority = Authority::new("Bank CA");
        let [earlier, later] = ["20200101000000Z", "20990101000000Z"];
        let own = authority.issue("app.bank.test", "IP:127.0.0.1", earlier, later);
        let client = authority.issue("relight", "DNS:relight", earlier, later);
        (authority, own, client)
    };
    let (authority, own, client) = tokio::task::spawn_blocking(made).await.unwrap();
    let ca = authority.certificate().display().to_string();
    let shown = own.for_nginx();
    let trusted = ca.clone();
    let (_nginx, [plain, mutual]) = nginx(move |[plain, mutual]| {
        format!(
            "server {{ listen 127.0.0.1:{plain} ssl; {shown} return 200 fine; }}\n\
             server {{ listen 127.0.0.1:{mutual} ssl; {shown} ssl_client_certificate {trusted}; ssl_verify_client on;\n\
             location / {{ return 200 '$ssl_client_s_dn'; }} }}"
        )
    })
    .await;
    let key = std::fs::read_to_string(&client.key).unwrap();
    let targets = format!(
        "  app: {{http: {{base: \"https://127.0.0.1:{plain}\", ca: {ca}}}, modes: [drill]}}\n\
         \x20 bare: {{address: 127.0.0.1, modes: [drill]}}\n"
    );
    let secrets = [
        ("client-key", key.as_str()),
        ("no-key", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"),
    ];
    let bench = Bench::new().await.with_targets(&targets, &secrets);
    let ask = |port: u16, tls: String| {
        let question = format!("{{http: \"https://127.0.0.1:{port}/\"{tls}}}");
        let bench = &bench;
        async move { bench.ask(&question).await }
    };
    let stranger = ask(plain, String::new()).await;
    assert!(stranger.starts_with("unknown: ") && stranger.to_lowercase().contains("certificate"), "{stranger}");
    assert_eq!(ask(plain, format!(", tls: {{ca: {ca}}}")).await, "up: status 200");
    assert_eq!(ask(plain, ", tls: {verify: false}".to_owned()).await, "up: status 200");
    // What the inventory says of a target holds for paths of it.
    assert_eq!(bench.ask("{http: /, on: app, contains: fine}").await, "up: status 200");

    assert_eq!(ask(mutual, format!(", tls: {{ca: {ca}}}")).await, "down: status 400, wanted 200 to 299");
    let certificate = client.certificate.display();
    let with = |key: &str| format!(", tls: {{ca: {ca}, client_cert: {{certificate: {certificate}, key: {key}}}}}");
    assert_eq!(ask(mutual, with("client-key") + ", contains: CN=relight").await, "up: status 200");
    let done = bench.run(&format!("{{http: \"https://127.0.0.1:{mutual}/\"{}}}", with("no-key"))).await;
    assert_eq!(done.cause().kind, CauseKind::Refused);
    assert!(done.message().contains("`client_cert` of `tls`") && !format!("{done:?}").contains("c2VjcmV0"), "{done:?}");
    let done = bench.run(&format!("{{http: \"https://127.0.0.1:{mutual}/\", tls: {{ca: /no/such}}}}")).await;
    assert!(done.message().contains("/no/such can not be read"), "{done:?}");
}

#[tokio::test]
async fn a_secret_in_a_header_arrives_and_is_told_to_nobody() {
    let (nginx, [port]) = nginx(|[port]| {
        format!(
            "server {{ listen 127.0.0.1:{port};\n\
             location / {{ if ($http_authorization != '{TOKEN}') {{ return 401; }} return 200 'you said $http_authorization'; }} }}"
        )
    })
    .await;
    let secrets = [("token", TOKEN), ("broken", "two\nlines of it")];
    let bench = Bench::new().await.with_targets("  none: {address: 127.0.0.9, modes: [drill]}\n", &secrets);
    let step = |secret: &str, rest: &str| {
        format!(
            "{{http: \"http://127.0.0.1:{port}/\", headers: {{Authorization: {{secret: {secret}}}, X-Drill: \"1\"}}{rest}}}"
        )
    };
    let done = bench.run(&step("token", "")).await;
    assert!(done.succeeded(), "{done:?}");
    assert!(nginx.requests(1).contains(TOKEN), "{}", nginx.requests(1));
    assert_eq!(done.output, "GET 200 OK\nyou said ***\n");
    // Not in a message either, where the answer is quoted.
    let failed = bench.run(&step("token", ", json: {path: $.x}")).await;
    assert!(!format!("{done:?}{failed:?}").contains("7f3a-switch"), "{failed:?}");
    let broken = bench.run(&step("broken", "")).await;
    assert_eq!(broken.cause().kind, CauseKind::Refused);
    assert!(broken.message().contains("Authorization") && !format!("{broken:?}").contains("lines of it"), "{broken:?}");
}

#[tokio::test]
async fn a_redirect_to_what_this_mode_may_not_address_is_an_answer_and_not_followed() {
    let (nginx, [front, vault]) = nginx(|[front, vault]| {
        format!(
            "server {{ listen 127.0.0.1:{front}; return 302 http://127.0.0.1:{vault}/opened; }}\n\
             server {{ listen 127.0.0.1:{vault}; return 200 opened; }}"
        )
    })
    .await;
    let targets = format!("  vault: {{http: {{base: \"http://127.0.0.1:{vault}\"}}}}\n");
    let bench = Bench::new().await.with_targets(&targets, &[]);
    let step = |rest: &str| format!("{{http: \"http://127.0.0.1:{front}/\"{rest}}}");
    let done = bench.run(&step("")).await;
    assert!(done.message().contains("status 302, wanted 200 to 299"), "{done:?}");
    let taken = bench.run(&step(", status: 302")).await;
    assert!(taken.succeeded(), "{taken:?}");
    assert_eq!(bench.ask(&step("")).await, "down: status 302, wanted 200 to 299");
    let direct = bench.run(&format!("{{http: \"http://127.0.0.1:{vault}/\"}}")).await;
    assert_eq!(direct.cause().kind, CauseKind::Refused, "{direct:?}");
    assert_eq!(nginx.requests(3).lines().count(), 3, "{}", nginx.requests(3));
    assert!(!nginx.requests(3).contains("opened"), "{}", nginx.requests(3));
}

/// A server that takes its time before every answer, in milliseconds, the last time for all that follow.
async fn slow(times: &'static [u64]) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        for number in 0.. {
            let (mut stream, _) = listener.accept().await.unwrap();
            let time = times[number.min(times.len() - 1)];
            let mut request = [0; 1_024];
            assert!(stream.read(&mut request).await.unwrap() > 0);
            tokio::time::sleep(Duration::from_millis(time)).await;
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";
            stream.write_all(answer).await.unwrap();
        }
    });
    port
}

#[tokio::test]
async fn answers_that_come_too_slowly_are_told_by_the_time_of_ninety_five_of_a_hundred() {
    let (nginx, [port]) = nginx(|[port]| format!("server {{ listen 127.0.0.1:{port}; return 200 ok; }}")).await;
    let bench = Bench::new().await;
    let ask = |port: u16, latency: &str| {
        let question = format!("{{http: \"http://127.0.0.1:{port}/\", latency: {latency}}}");
        let bench = &bench;
        async move { bench.ask(&question).await }
    };
    let quick = ask(port, "{p95: 20s, samples: 7}").await;
    assert!(quick.starts_with("up: status 200, p95 ") && quick.ends_with(" of 7"), "{quick}");
    assert_eq!(nginx.requests(7).lines().count(), 7);
    let late = ask(slow(&[120]).await, "{p95: 100ms, samples: 3}").await;
    assert!(late.starts_with("down: p95 ") && late.ends_with(" of 3, wanted at most 100ms"), "{late}");
    // One that is slow beyond all others of twenty is no rule.
    let once = ask(slow(&[6_000, 0]).await, "{p95: 5s}").await;
    assert!(once.starts_with("up: ") && once.ends_with(" of 20"), "{once}");
    let done = bench.run(&format!("{{http: \"http://127.0.0.1:{port}/\", latency: {{p95: 20s, samples: 2}}}}")).await;
    assert!(matches!(done.outcome, Outcome::Succeeded { .. }), "{done:?}");
    assert_eq!(done.output, "GET 200 OK\nok\n", "the last answer is shown");
}
