//! Messages to people: through Exim as users have it, and to a receiver of HTTP.

use std::sync::{Arc, Mutex};

use engine::run::{CauseKind, Outcome};
use harness::certificates::Authority;
use harness::exim::Exim;
use harness::ports::free_port;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::bench::Bench;

/// A mail server, and a bench that knows it by several names.
async fn ground() -> (Exim, Bench) {
    let authority = Authority::new();
    let signed = authority.sign("localhost");
    let exim = tokio::task::spawn_blocking(move || Exim::start(&signed)).await.unwrap();
    // Read when a message is sent, so it has to stay.
    let kept = tempfile::tempdir().unwrap().keep().join("ca.pem");
    std::fs::copy(authority.certificate(), &kept).unwrap();
    let (ca, user) = (kept.display(), Exim::USER);
    let mail = |name: &str, rest: String| {
        format!("  {name}: {{address: localhost, modes: [drill], smtp: {{from: relight@bank.test, {rest}}}}}\n")
    };
    let (plain, tls) = (exim.port(), exim.tls_port());
    let lists = "to: {duty: [ops@bank.test, kim@bank.test], board: [ops@bank.test, cio@bank.test]}";
    let login = format!("user: {user}, password: mail");
    let targets = [
        mail("ops", format!("port: {plain}, ca: \"{ca}\", {login}, {lists}, lang: en")),
        mail("implicit", format!("port: {tls}, tls: implicit, ca: \"{ca}\", {login}, {lists}")),
        mail("open", format!("port: {plain}, tls: none, {lists}")),
        mail("distrusted", format!("port: {plain}, {lists}")),
        mail("stranger", format!("port: {plain}, ca: \"{ca}\", user: {user}, password: wrong, {lists}")),
        mail("partly", format!("port: {plain}, tls: none, to: {{all: [ops@bank.test, nobody@bank.test]}}")),
        mail("none", format!("port: {plain}, tls: none, to: {{all: [nobody@bank.test]}}")),
        mail("slow", format!("port: {plain}, tls: none, to: {{all: [slow@bank.test]}}")),
        mail("absent", format!("port: {}, tls: none, {lists}", free_port())),
    ];
    let secrets = [("mail", Exim::PASSWORD), ("wrong", "not-the-password")];
    (exim, Bench::new().await.with_targets(&targets.concat(), &secrets))
}

fn step(channel: &str) -> String {
    format!(
        "{{notify: {{channel: {channel}, subject: {{ko: 전환 시작, en: Failover begins}}, body: {{ko: '지연 \"{{lag}}\" 초', \
         en: \"Lag {{lag}} s in {{unit}}, mode {{mode}}.\"}}, values: {{lag: \"{{mode}}\\nBcc: x@y\"}}}}}}"
    )
}

#[tokio::test]
async fn a_message_reaches_everybody_once_over_tls_and_is_marked_as_a_drill() {
    let (exim, bench) = ground().await;
    let sent = bench.run(&step("ops")).await;
    assert!(sent.succeeded(), "{sent:?}\n{}", exim.said());
    assert!(sent.summary().starts_with("accepted for 3: "), "{sent:?}");
    let mail = exim.arrived(1).await;
    assert_eq!(mail.len(), 1);
    let mail = &mail[0];
    for wanted in [
        "Subject: [Drill] Failover begins\n",
        "From: relight@bank.test\n",
        "Auto-Submitted: auto-generated\n",
        "\n[Drill] This is an exercise.\n",
        // What stands in a value is never looked at again, and no value becomes a header.
        "\nLag {mode}\nBcc: x@y s in unit, mode drill.\n",
    ] {
        assert!(mail.contains(wanted), "{wanted:?} in {mail}");
    }
    let (head, _) = mail.split_once("\n\n").unwrap();
    assert!(!head.contains("x@y") && head.contains("@bank.test>\n"), "{head}");
    for person in ["ops", "kim", "cio"] {
        assert!(head.split("Envelope-to:").nth(1).unwrap().contains(&format!("{person}@bank.test")), "{head}");
    }
    assert!(exim.said().contains("X=TLS") && exim.said().contains("A=plain:relight"), "{}", exim.said());
    assert!(!format!("{sent:?}").contains(Exim::PASSWORD));

    let both = bench.run(&step("implicit")).await;
    assert!(both.succeeded(), "{both:?}");
    assert!(
        both.output.starts_with("[훈련] 전환 시작 / [Drill] Failover begins\n\n[훈련] 실제 상황이 아닙니다."),
        "{both:?}"
    );
    let mail = exim.arrived(2).await;
    assert!(mail[1].contains("Subject: =?utf-8?b?"), "{}", mail[1]);
    let id = |mail: &str| mail.lines().find(|line| line.starts_with("Message-ID: <")).unwrap().to_owned();
    assert_ne!(id(&mail[0]), id(&mail[1]));
}

#[tokio::test]
async fn only_the_named_lists_are_written_to() {
    let (exim, bench) = ground().await;
    let sent = bench.run("{notify: {channel: open, to: duty, subject: hello}}").await;
    assert!(sent.summary().starts_with("accepted for 2: "), "{sent:?}");
    let mail = exim.arrived(1).await;
    assert!(mail[0].contains("kim@bank.test") && !mail[0].contains("cio@bank.test"), "{}", mail[0]);
}

#[tokio::test]
async fn what_the_server_does_not_take_has_failed_and_says_for_whom() {
    let (exim, bench) = ground().await;
    for (channel, kind, why) in [
        ("distrusted", CauseKind::Unreachable, "certificate"),
        ("stranger", CauseKind::Unexpected, "the mail server refused it: 535"),
        ("none", CauseKind::Unexpected, "the server takes it for nobody: nobody@bank.test (550 no such person here)"),
        ("absent", CauseKind::Unreachable, "no way to the mail server: Connection refused"),
        ("partly", CauseKind::Unexpected, "sent to 1 of 2 only; refused: nobody@bank.test (550 "),
    ] {
        let failed = bench.run(&step(channel)).await;
        assert_eq!(failed.cause().kind, kind, "{channel}: {failed:?}\n{}", exim.said());
        assert!(failed.message().contains(why), "{channel}: {failed:?}");
        assert!(!format!("{failed:?}").contains("not-the-password"));
    }
    assert_eq!(exim.arrived(1).await.len(), 1, "what went to one of two");
}

#[tokio::test]
async fn what_was_handed_over_and_not_answered_is_unknown() {
    let (exim, bench) = ground().await;
    let stop = CancellationToken::new();
    let stopping = async {
        // The server has the message once it waits before its answer.
        while !exim.waits() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        stop.cancel();
    };
    let slow = step("slow");
    let (lost, ()) = tokio::join!(bench.run_until(&slow, stop.clone()), stopping);
    assert!(matches!(lost.outcome, Outcome::Unknown { .. }), "it may arrive: {lost:?}");
}

/// Listens for HTTP, keeps what comes, and answers with this status; with none, never.
async fn receiver(status: Option<u16>) -> (u16, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard: Arc<Mutex<String>> = Arc::default();
    let noted = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (mut request, mut piece) = (Vec::new(), [0; 4_096]);
            let whole = |request: &[u8]| {
                let text = String::from_utf8_lossy(request).into_owned();
                let (head, body) = text.split_once("\r\n\r\n")?;
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
                (body.len() >= length.parse().unwrap()).then_some(text)
            };
            while whole(&request).is_none() {
                let read = stream.read(&mut piece).await.unwrap();
                request.extend_from_slice(&piece[..read]);
            }
            noted.lock().unwrap().push_str(&whole(&request).unwrap());
            if let Some(status) = status {
                let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        }
    });
    (port, heard)
}

#[tokio::test]
async fn a_webhook_is_told_in_json_that_no_value_can_break() {
    let (port, heard) = receiver(Some(200)).await;
    let (refusing, _) = receiver(Some(503)).await;
    let json = r#"json: '{"text": "{subject}: {body}", "from": ["{unit}", 7]}'"#;
    let rest = format!("path: hook, headers: {{Authorization: {{secret: token}}, X-Team: dr}}, {json}, lang: en");
    let targets = format!(
        "  chat: {{webhook: {{url: \"http://localhost:{port}/services\", {rest}}}, modes: [drill]}}\n  \
         plain: {{webhook: {{url: \"http://127.0.0.1:{port}\"}}, modes: [drill]}}\n  \
         refusing: {{webhook: {{url: \"http://127.0.0.1:{refusing}\"}}, modes: [drill]}}\n  \
         absent: {{webhook: {{url: \"http://127.0.0.1:{}\"}}, modes: [drill]}}\n",
        free_port()
    );
    let secrets = [("hook", "T0/B0/s3cr3t-path"), ("token", "Bearer t0ken-word")];
    let bench = Bench::new().await.with_targets(&targets, &secrets);
    let trap = "\\\"}, \\\"admin\\\": true, {{x\\n";
    let message = format!("subject: start, body: \"lag {{lag}}\", values: {{lag: \"{trap}\"}}");
    let sent = bench.run(&format!("{{notify: {{channel: chat, {message}}}}}")).await;
    assert!(sent.succeeded(), "{sent:?}");
    let request = heard.lock().unwrap().split_off(0);
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /services/T0/B0/s3cr3t-path HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("authorization: Bearer t0ken-word\r\n") && head.contains("x-team: dr\r\n"), "{head}");
    assert!(head.contains("idempotency-key: "), "{head}");
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["from"], serde_json::json!(["unit", 7]));
    assert_eq!(body["text"], "[Drill] start: [Drill] This is an exercise.\n\nlag \"}, \"admin\": true, {{x");
    let said = format!("{sent:?}");
    assert!(!said.contains("s3cr3t") && !said.contains("t0ken"), "{said}");

    assert!(bench.run("{notify: {channel: plain, subject: hello}}").await.succeeded());
    let request = heard.lock().unwrap().split_off(0);
    let body: serde_json::Value = serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!((&body["subject"], &body["mode"]), (&"[훈련] hello / [Drill] hello".into(), &"drill".into()));

    let refused = bench.run("{notify: {channel: refusing, subject: hello}}").await;
    assert!(refused.message().contains("status 503: not taken"), "{refused:?}");
    assert_eq!(bench.run("{notify: {channel: absent, subject: hello}}").await.cause().kind, CauseKind::Unreachable);
}

#[tokio::test]
async fn a_webhook_that_took_a_message_and_says_nothing_leaves_it_unknown() {
    let (port, heard) = receiver(None).await;
    let targets = format!("  chat: {{webhook: {{url: \"http://127.0.0.1:{port}\"}}, modes: [drill]}}\n");
    let bench = Bench::new().await.with_targets(&targets, &[]);
    // The receiver closes the connection without a word.
    let lost = bench.run("{notify: {channel: chat, subject: hello}}").await;
    assert!(matches!(lost.outcome, Outcome::Unknown { .. }), "it was taken: {lost:?}");
    assert!(heard.lock().unwrap().contains("hello"));
}
