//! HTTP requests against a small real server.

use std::collections::BTreeMap;

use engine::base::Lang;
use engine::plan::{Action, EnvValue, Http};
use engine::run::{CauseKind, Outcome};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::site::Site;

/// A server that gives the same raw answer to one request and then goes away. Gives its address and what it was sent.
async fn server(answer: &'static str) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 4_096];
        let length = stream.read(&mut request).await.unwrap();
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(request[..length].to_vec()).unwrap()
    });
    (address, served)
}

fn get(url: String) -> Http {
    let url = engine::plan::Url::Written(url);
    Http {
        method: "GET".to_owned(),
        url,
        headers: BTreeMap::new(),
        body: None,
        status: vec![],
        contains: None,
        json: vec![],
        tls: None,
        latency: None,
    }
}

#[tokio::test]
async fn a_fitting_answer_succeeds_and_is_shown() {
    let site = Site::new().await;
    let (address, served) = server("HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\nstatus: healthy").await;
    let mut request = get(format!("{address}/health"));
    request.contains = Some("healthy".to_owned());
    request.headers.insert("x-drill".to_owned(), EnvValue::Literal("yes".to_owned()));
    let done = site.run(Action::Http(request)).await;
    let Outcome::Succeeded { seen } = done.outcome() else { panic!("{done:?}") };
    assert_eq!(seen.summary.get(Lang::En), "status 200");
    assert_eq!(done.output, "GET 200 OK\nstatus: healthy\n");
    let sent = served.await.unwrap();
    assert!(sent.starts_with("GET /health HTTP/1.1\r\n") && sent.contains("x-drill: yes"), "{sent}");
}

#[tokio::test]
async fn another_answer_than_wanted_fails_with_what_came() {
    let site = Site::new().await;
    let (address, _served) = server("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n").await;
    let done = site.run(Action::Http(get(address.clone()))).await;
    assert_eq!(done.cause().kind, CauseKind::Unexpected);
    assert_eq!(done.message(), format!("GET {address}: status 503, wanted 200 to 299"));

    let (address, _served) = server("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno").await;
    let mut request = get(address);
    request.contains = Some("ready".to_owned());
    let done = site.run(Action::Http(request)).await;
    assert!(done.message().ends_with("status 200, but the body does not contain \"ready\""));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let site = Site::new().await;
    let (address, _served) =
        server("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n").await;
    let done = site.run(Action::Http(get(address))).await;
    assert!(done.message().contains("status 302"), "{}", done.message());
}

#[tokio::test]
async fn a_refused_connection_is_unreachable() {
    let site = Site::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let done = site.run(Action::Http(get(address.clone()))).await;
    assert_eq!(done.cause().kind, CauseKind::Unreachable);
    assert_eq!(done.message(), format!("GET {address}: connection refused"));
}

#[tokio::test]
async fn a_request_that_changes_things_and_gets_no_answer_is_unknown() {
    let site = Site::new().await;
    let (address, _served) = server("").await;
    let mut request = get(address);
    request.method = "POST".to_owned();
    request.body = Some("promote".to_owned());
    let done = site.run(Action::Http(request)).await;
    let Outcome::Unknown { why, .. } = done.outcome() else { panic!("{done:?}") };
    assert!(why.get(Lang::En).ends_with("it may have been carried out"), "{why:?}");
}
