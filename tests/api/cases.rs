//! A case from its first news to its close, by programs alone.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use engine::base::Lang;
use engine::identity::Grant;
use serde_json::{Value, json};

use crate::app::Console;
use crate::program::Program;

async fn opened(program: &Program<'_>, body: &Value) -> String {
    let page = program.post("/api/v1/cases", body).await;
    assert_eq!(page.status, StatusCode::CREATED, "{}", page.text);
    let url = serde_json::from_str::<Value>(&page.text).unwrap()["url"].as_str().unwrap().to_owned();
    assert_eq!(page.headers[header::LOCATION], url);
    url
}

async fn act(program: &Program<'_>, case: &str, body: Value) -> Value {
    let page = program.post(&format!("{case}/acts"), &body).await;
    assert_eq!(page.status, StatusCode::OK, "{body}: {}", page.text);
    serde_json::from_str(&page.text).unwrap()
}

async fn refused(program: &Program<'_>, case: &str, body: Value) -> (StatusCode, Value) {
    let page = program.post(&format!("{case}/acts"), &body).await;
    (page.status, serde_json::from_str::<Value>(&page.text).unwrap()["code"].clone())
}

#[tokio::test]
async fn a_case_is_opened_declared_reported_and_stood_down_and_its_log_says_it() {
    let console = Console::open().await;
    let lee = Program::of(&console, "lee").await;
    let case = opened(
        &lee,
        &json!({"what": "주센터 전원 상실", "class": "disaster", "mode": "drill", "customers": "sensitive", "scope": "zone",
            "event_at": "2026-01-01T03:00:00+09:00", "source": "monitoring"}),
    )
    .await;
    let shown = lee.get(&case).await;
    assert_eq!((&shown["phase"], &shown["grade"]["holds"]), (&json!("assessing"), &json!(1)), "hours ago: {shown}");
    for body in [
        json!({"verb": "tick", "criterion": "unsafe", "holds": true}),
        json!({"verb": "note", "text": "발전기 기동 실패", "at": "2026-01-01T03:05:00+09:00"}),
        json!({"verb": "declare", "criteria": ["unreachable"], "reason": "no power"}),
        json!({"verb": "join", "name": "박 차장", "seat": "tech_support"}),
        json!({"verb": "support", "to": "vendor", "what": "generator"}),
        json!({"verb": "support_moved", "number": 1, "state": "arrived"}),
        json!({"verb": "report_every", "minutes": 30}),
        json!({"verb": "report"}),
        json!({"verb": "finding", "text": "generator was never tested"}),
    ] {
        act(&lee, &case, body).await;
    }
    let (status, code) = refused(&lee, &case, json!({"verb": "stand_down", "reason": "power is back"})).await;
    assert_eq!(status, StatusCode::CONFLICT, "{code}");
    assert_eq!(lee.get(&case).await["missing"][0]["en"], "finding 1 has no owner: name who answers for it");
    act(&lee, &case, json!({"verb": "own", "number": 1, "owner": "박 차장", "due": "2026-12-31"})).await;
    let stands = act(&lee, &case, json!({"verb": "stand_down", "reason": "power is back"})).await;
    let over = lee.get(&case).await;
    assert_eq!((&over["ending"], &over["seq"]), (&json!("stood_down"), &stands["seq"]));
    let log = over["log"].as_array().unwrap();
    let note = log.iter().find(|entry| entry["fact"]["event"] == "noted").unwrap();
    assert_eq!((&note["occurred_at"], &note["by"]), (&json!("2025-12-31T18:05:00.000Z"), &json!("lee")));
    assert!(log.iter().any(|entry| entry["fact"]["event"] == "escalated" && entry["by"].is_null()));
    assert_eq!(lee.get("/api/v1/cases").await["cases"], json!([]));
    assert_eq!(lee.get("/api/v1/cases?over=true").await["cases"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_opens_one_case_also_when_it_comes_twice_at_once() {
    let console = Console::open().await;
    let lee = Program::of(&console, "lee").await;
    let send = async |path: &str, body: Value| {
        let request = Request::post(path).header(header::COOKIE, lee.cookie()).header("x-csrf-token", lee.csrf());
        let request = request.header(header::CONTENT_TYPE, "application/json").header("idempotency-key", "k");
        lee.raw(request.body(Body::from(body.to_string())).unwrap()).await.text
    };
    let body = json!({"what": "x", "class": "failure", "mode": "mock"});
    let (first, again) = tokio::join!(send("/api/v1/cases", body.clone()), send("/api/v1/cases", body.clone()));
    assert_eq!(first, again);
    assert_eq!(lee.get("/api/v1/cases").await["cases"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn who_may_not_is_refused_and_who_may_not_look_finds_nothing() {
    let console = Console::open().await;
    let grant = Grant::usual("observer".parse().unwrap(), Some("other".parse().unwrap()));
    console.add_with("far", vec![grant], Lang::Ko, false).await;
    let (lee, park) = (Program::of(&console, "lee").await, Program::of(&console, "park").await);
    let far = Program::of(&console, "far").await;
    let case = opened(&lee, &json!({"what": "x", "class": "failure", "mode": "drill"})).await;
    assert_eq!(refused(&park, &case, json!({"verb": "note", "text": "x"})).await.0, StatusCode::FORBIDDEN);
    let opening = json!({"what": "x", "class": "failure", "mode": "drill"});
    assert_eq!(park.post("/api/v1/cases", &opening).await.status, StatusCode::FORBIDDEN);
    assert_eq!(refused(&far, &case, json!({"verb": "note", "text": "x"})).await.0, StatusCode::NOT_FOUND);
    assert_eq!(far.get("/api/v1/cases").await["cases"], json!([]));
    for body in [
        json!({"verb": "format_disk"}),
        json!({"verb": "note"}),
        json!({"verb": "tick", "criterion": "bored", "holds": true}),
        json!({"verb": "note", "text": "x", "more": 1}),
    ] {
        assert_eq!(refused(&lee, &case, body.clone()).await.0, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    }
    let late = refused(&lee, &case, json!({"verb": "note", "text": "x", "at": "yesterday"})).await;
    assert_eq!(late.0, StatusCode::UNPROCESSABLE_ENTITY, "{late:?}");
}
