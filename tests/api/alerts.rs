//! Alerts open assessments, and nothing else.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::app::Console;
use crate::program::Program;

async fn take(program: &Program<'_>, body: &Value) -> Value {
    let page = program.post("/api/v1/alerts", body).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    serde_json::from_str::<Value>(&page.text).unwrap()["alerts"].clone()
}

async fn cases(console: &Console) -> usize {
    console.store.entries("case", engine::store::Query::default()).await.unwrap().len()
}

#[tokio::test]
async fn an_alert_opens_one_assessment_and_joins_it_until_it_is_over() {
    let console = Console::open().await;
    let lee = Program::of(&console, "lee").await;
    let alert = json!({"summary": "Core DB does not answer", "fingerprint": "db-1", "mode": "drill"});
    let first = take(&lee, &alert).await;
    assert_eq!(first[0]["standing"], "opened");
    let again = take(&lee, &alert).await;
    assert_eq!((&again[0]["standing"], &again[0]["case"]), (&json!("joined"), &first[0]["case"]));
    let other = take(&lee, &json!({"summary": "Web is slow", "mode": "drill"})).await;
    assert_eq!(other[0]["standing"], "opened");
    assert_ne!(other[0]["case"], first[0]["case"]);
    let over = take(&lee, &json!({"summary": "Gone", "fingerprint": "never-seen", "resolved": true})).await;
    assert_eq!((&over[0]["standing"], &over[0]["case"]), (&json!("ignored"), &Value::Null));
    assert_eq!(cases(&console).await, 2);
    assert_eq!(lee.get("/api/v1/runs").await["runs"], json!([]), "no run was declared");
}

#[tokio::test]
async fn many_at_once_open_one_assessment() {
    let console = Console::open().await;
    let lee = Program::of(&console, "lee").await;
    let alert = json!({"summary": "Core DB does not answer", "fingerprint": "db-1", "mode": "drill"});
    let answers = futures::future::join_all((0..8).map(|_| take(&lee, &alert))).await;
    assert!(answers.iter().all(|answer| answer[0]["case"] == answers[0][0]["case"]), "{answers:?}");
    assert_eq!(cases(&console).await, 1);
}

#[tokio::test]
async fn a_webhook_of_alertmanager_is_understood() {
    let console = Console::open().await;
    let lee = Program::of(&console, "lee").await;
    // As Alertmanager 0.27 sends it.
    let webhook = |status: &str| {
        json!({
            "receiver": "relight", "status": status, "version": "4", "groupKey": "{}:{alertname=\"InstanceDown\"}",
            "truncatedAlerts": 0, "externalURL": "http://alertmanager:9093",
            "groupLabels": {"alertname": "InstanceDown"}, "commonLabels": {}, "commonAnnotations": {},
            "alerts": [{
                "status": status, "fingerprint": "c0ffee", "startsAt": "2026-01-01T00:00:00.123Z",
                "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "http://prometheus:9090/graph",
                "labels": {"alertname": "InstanceDown", "instance": "db1:9100", "class": "disaster"},
                "annotations": {"summary": "db1 is down"},
            }],
        })
    };
    let opened = take(&lee, &webhook("firing")).await;
    assert_eq!((&opened[0]["standing"], &opened[0]["fingerprint"]), (&json!("opened"), &json!("c0ffee")));
    let over = take(&lee, &webhook("resolved")).await;
    assert_eq!((&over[0]["standing"], &over[0]["case"]), (&json!("joined"), &opened[0]["case"]), "people close cases");
    let card = console.store.entry("case", opened[0]["case"].as_str().unwrap()).await.unwrap().unwrap();
    let card: Value = serde_json::from_str(&card.body).unwrap();
    assert_eq!((&card["what"], &card["class"]), (&json!("db1 is down"), &json!("disaster")));
}

#[tokio::test]
async fn who_may_not_open_a_case_opens_none_by_an_alert() {
    let console = Console::open().await;
    let park = Program::of(&console, "park").await;
    let page = park.post("/api/v1/alerts", &json!({"summary": "x", "mode": "drill"})).await;
    assert!(page.status == StatusCode::FORBIDDEN || page.status == StatusCode::CONFLICT, "{}", page.text);
    assert_eq!(cases(&console).await, 0);
    for body in
        [json!({}), json!({"summary": " "}), json!({"alerts": [{}]}), json!({"summary": "x", "organisation": "//"})]
    {
        assert_eq!(park.post("/api/v1/alerts", &body).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    }
}
