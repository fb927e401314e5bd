//! Delegations by programs, and votes cast under them.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use engine::base::Millis;
use engine::identity::Scope;
use relight::accounts::By;
use serde_json::{Value, json};

use crate::app::Console;
use crate::program::Program;

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|why| panic!("{why}: {text}"))
}

/// The answer to a request of a program with a token.
async fn with_token(console: &Console, token: &str, method: &str, path: &str, body: &Value) -> StatusCode {
    let request = axum::http::Request::builder().method(method).uri(path);
    let request = request.header(axum::http::header::AUTHORIZATION, format!("Bearer {token}"));
    let request = request.header(axum::http::header::CONTENT_TYPE, "application/json");
    console.send(request.body(axum::body::Body::from(body.to_string())).unwrap()).await.status
}

#[tokio::test]
async fn a_deputy_votes_while_the_delegation_is_in_force_and_never_after_it_was_taken_back() {
    let console = Console::open().await;
    console.add("choi", &["tier-lead"], engine::base::Lang::En, false).await;
    let (kim, lee, choi) =
        (Program::of(&console, "kim").await, Program::of(&console, "lee").await, Program::of(&console, "choi").await);
    let until = console.app.clock.now().plus(Millis::minutes(60)).to_iso();
    let wanted = json!({"to": "choi", "until": until, "reason": "on the road", "roles": ["commander"]});
    let given = lee.post("/api/v1/delegations", &wanted).await;
    assert_eq!(given.status, StatusCode::CREATED, "{}", given.text);
    let given = read(&given.text);
    assert_eq!((&given["from"], &given["standing"]), (&json!("lee"), &json!("in_force")));
    assert_eq!(choi.get("/api/v1/delegations").await["received"][0]["delegation"], given["delegation"]);

    let run = kim
        .post(
            "/api/v1/runs",
            &json!({"runbook": "drill-one", "mode": "mock", "reason": "x", "inputs": {"why": "x"}, "simulation": {"speed": 0}}),
        )
        .await;
    let url = read(&run.text)["url"].as_str().unwrap().to_owned();
    let gate = loop {
        let waiting = choi.get("/api/v1/approvals").await;
        if let Some(gate) = waiting["gates"].get(0) {
            break gate.clone();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!((&gate["for"], &gate["role"]), (&json!("lee"), &json!("commander")));
    let at = format!("/api/v1/delegations/{}", given["delegation"].as_str().unwrap());
    assert_eq!(
        choi.call(&Method::DELETE, &at, Some(&json!({}))).await.status,
        StatusCode::NOT_FOUND,
        "not the deputy's"
    );
    assert_eq!(lee.call(&Method::DELETE, &at, Some(&json!({}))).await.status, StatusCode::NO_CONTENT);
    let digest = kim.get(&format!("{url}/units/go-live")).await["gate"]["digest"].clone();
    let vote = json!({"verb": "vote", "unit": "go-live", "approve": true, "digest": digest, "for": "lee"});
    let late = choi.post(&format!("{url}/requests"), &vote).await;
    assert_eq!((late.status, &read(&late.text)["code"]), (StatusCode::CONFLICT, &json!("not_delegated")));
    assert_eq!(choi.get("/api/v1/approvals").await["gates"], json!([]));

    let again = read(&lee.post("/api/v1/delegations", &wanted).await.text);
    let vote = choi.post(&format!("{url}/requests"), &vote).await;
    assert_eq!(vote.status, StatusCode::OK, "{}", vote.text);
    let standing = lee.get("/api/v1/delegations").await["given"].clone();
    assert_eq!(standing[0]["delegation"], again["delegation"]);
    assert_eq!(standing[1]["standing"], "taken_back");
}

#[tokio::test]
async fn no_token_gives_a_delegation_and_what_can_not_be_one_is_refused() {
    let console = Console::open().await;
    let lee = Program::of(&console, "lee").await;
    let until = console.app.clock.now().plus(Millis::minutes(60)).to_iso();
    let wanted = json!({"to": "kim", "until": until, "reason": "on the road"});
    let user = console.app.sign_ins.person(&"lee".parse().unwrap()).await.unwrap().unwrap();
    let by = By::oneself(&user, std::net::Ipv6Addr::LOCALHOST.into());
    let (_, token) = console.app.sign_ins.new_token(&user, ("robot".to_owned(), Scope::Act, 1), &by).await.unwrap();
    let token = token.expose().to_owned();
    assert_eq!(with_token(&console, &token, "POST", "/api/v1/delegations", &wanted).await, StatusCode::FORBIDDEN);
    for (change, code) in [
        (json!({"to": "lee"}), "own_delegate"),
        (json!({"to": "nobody"}), "no_such_person"),
        (json!({"until": "2000-01-01T00:00:00Z"}), "delegation_period"),
        (json!({"until": "2999-01-01T00:00:00Z"}), "delegation_too_long"),
        (json!({"reason": " "}), "reason_missing"),
        (json!({"until": "tomorrow"}), "field"),
        (json!({"roles": ["no role!"]}), "field"),
    ] {
        let mut body = wanted.clone();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let page = lee.post("/api/v1/delegations", &body).await;
        assert_eq!(read(&page.text)["code"], code, "{body}: {}", page.text);
    }
    assert_eq!(lee.get("/api/v1/delegations").await["given"], json!([]));
}
