//! The own account: sessions, tokens, language.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use engine::base::Digest;
use engine::store::DeedQuery;
use harness::page::Page;
use serde_json::{Value, json};

use crate::app::Console;
use crate::program::Program;

fn read(page: &Page) -> Value {
    serde_json::from_str(&page.text).unwrap()
}

async fn with_token(program: &Program<'_>, token: &str, method: &str, path: &str, body: &Value) -> Page {
    let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    let request = request.header(header::CONTENT_TYPE, "application/json");
    program.raw(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn keyed(program: &Program<'_>, path: &str, key: &str, body: &Value) -> Page {
    let request = Request::post(path).header(header::COOKIE, program.cookie()).header("x-csrf-token", program.csrf());
    let request = request.header(header::CONTENT_TYPE, "application/json").header("idempotency-key", key);
    program.raw(request.body(Body::from(body.to_string())).unwrap()).await
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one_or_all() {
    let console = Console::open().await;
    let (kim, other) = (Program::of(&console, "kim").await, Program::of(&console, "kim").await);
    let listed = kim.get("/api/v1/sessions").await;
    let sessions = listed["sessions"].as_array().unwrap();
    let foreign = sessions.iter().find(|session| session["own"] == false).unwrap();
    assert_eq!((sessions.len(), sessions.iter().filter(|session| session["own"] == true).count()), (2, 1));
    let at = format!("/api/v1/sessions/{}", foreign["session"].as_str().unwrap());
    // Nobody ends what is somebody else's, and without the token of the session nobody ends anything.
    let lee = Program::of(&console, "lee").await;
    assert_eq!(lee.call(&Method::DELETE, &at, Some(&json!({}))).await.status, StatusCode::NOT_FOUND);
    assert_eq!(kim.call(&Method::DELETE, &at, None).await.status, StatusCode::FORBIDDEN);
    assert_eq!(kim.call(&Method::DELETE, &at, Some(&json!({}))).await.status, StatusCode::NO_CONTENT);
    assert_eq!(other.call(&Method::GET, "/api/v1/runs", None).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(kim.get("/api/v1/sessions").await["sessions"].as_array().unwrap().len(), 1);
    assert_eq!(kim.call(&Method::DELETE, "/api/v1/sessions", Some(&json!({}))).await.status, StatusCode::NO_CONTENT);
    assert_eq!(kim.call(&Method::GET, "/api/v1/runs", None).await.status, StatusCode::UNAUTHORIZED);
    let query = DeedQuery { act: Some("session.".into()), ..DeedQuery::default() };
    for deed in console.store.deeds(query).await.unwrap() {
        let deed: Value = serde_json::from_str(&deed.entry).unwrap();
        assert_eq!(deed["by"]["via"], "api", "{deed}");
    }
}

#[tokio::test]
async fn a_token_is_told_once_and_sent_again_makes_no_second_one() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let wanted = json!({"label": "night watch", "scope": "view", "days": 7});
    let first = keyed(&kim, "/api/v1/tokens", "one", &wanted).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);
    let (made, again) = (read(&first), read(&keyed(&kim, "/api/v1/tokens", "one", &wanted).await));
    let secret = made["secret"].as_str().unwrap();
    assert_eq!((&again["token"], again.get("secret")), (&made["token"], None));
    let kept = console.store.entries("api-once", engine::store::Query::default()).await.unwrap();
    assert!(kept.iter().all(|entry| !format!("{entry:?}").contains(secret)));
    assert_eq!(with_token(&kim, secret, "GET", "/api/v1/runs", &json!({})).await.status, StatusCode::OK);
    let listed = kim.get("/api/v1/tokens").await["tokens"].clone();
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["label"]), (1, &json!("night watch")));
    assert!(!listed.to_string().contains(secret));
    let at = format!("/api/v1/tokens/{}", made["token"].as_str().unwrap());
    assert_eq!(kim.call(&Method::DELETE, &at, Some(&json!({}))).await.status, StatusCode::NO_CONTENT);
    let gone = with_token(&kim, secret, "GET", "/api/v1/runs", &json!({})).await;
    assert_eq!((gone.status, &read(&gone)["code"]), (StatusCode::UNAUTHORIZED, &json!("no-token")));
}

#[tokio::test]
async fn no_token_widens_itself_or_locks_its_person_out() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let wanted = json!({"label": "robot", "scope": "act", "days": 1});
    let made = read(&kim.post("/api/v1/tokens", &wanted).await);
    let secret = made["secret"].as_str().unwrap();
    let own = format!("/api/v1/tokens/{}", made["token"].as_str().unwrap());
    let session = kim.get("/api/v1/sessions").await["sessions"][0]["session"].as_str().unwrap().to_owned();
    let session = format!("/api/v1/sessions/{session}");
    let wider = json!({"label": "wider", "scope": "admin", "days": 366});
    for (method, path, body) in [
        ("POST", "/api/v1/tokens", &wider),
        ("DELETE", own.as_str(), &json!({})),
        ("DELETE", session.as_str(), &json!({})),
        ("DELETE", "/api/v1/sessions", &json!({})),
        ("PUT", "/api/v1/language", &json!({"lang": "ko"})),
        ("POST", "/api/v1/break-glass", &json!({"reason": "nobody answers"})),
    ] {
        let refused = with_token(&kim, secret, method, path, body).await;
        assert_eq!((refused.status, &read(&refused)["code"]), (StatusCode::FORBIDDEN, &json!("forbidden")), "{path}");
    }
    assert_eq!(kim.get("/api/v1/tokens").await["tokens"].as_array().unwrap().len(), 1);
    assert_eq!(kim.get("/api/v1/session").await["lang"], "en");
    let query = DeedQuery { act: Some("token.use".into()), ..DeedQuery::default() };
    let told = console.store.deeds(query).await.unwrap();
    let deed: Value = serde_json::from_str(&told[0].entry).unwrap();
    assert_eq!(deed["outcome"]["code"], "token_own");
}

#[tokio::test]
async fn what_can_be_no_token_is_refused_and_so_are_too_many() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    for wrong in [
        json!({"label": " ", "scope": "view", "days": 1}),
        json!({"label": "x".repeat(81), "scope": "view", "days": 1}),
        json!({"label": "x", "scope": "all", "days": 1}),
        json!({"label": "x", "scope": "view", "days": 0}),
        json!({"label": "x", "scope": "view", "days": 367}),
    ] {
        assert_eq!(kim.post("/api/v1/tokens", &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let wanted = json!({"label": "x", "scope": "alert", "days": 1});
    for _ in 0..50 {
        assert_eq!(kim.post("/api/v1/tokens", &wanted).await.status, StatusCode::CREATED);
    }
    let full = kim.post("/api/v1/tokens", &wanted).await;
    assert_eq!((full.status, &read(&full)["code"]), (StatusCode::CONFLICT, &json!("tokens-full")));
    for none in ["x", Digest::ZERO.to_string().as_str()] {
        let at = format!("/api/v1/tokens/{none}");
        assert_eq!(kim.call(&Method::DELETE, &at, Some(&json!({}))).await.status, StatusCode::NOT_FOUND);
    }
    let chosen = kim.call(&Method::PUT, "/api/v1/language", Some(&json!({"lang": "ko"}))).await;
    assert_eq!(chosen.status, StatusCode::NO_CONTENT);
    assert_eq!(kim.get("/api/v1/session").await["lang"], "ko");
}
