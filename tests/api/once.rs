//! Requests that take effect once.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use harness::page::Page;
use serde_json::{Value, json};

use crate::app::Console;
use crate::program::Program;

fn declaration(reason: &str) -> Value {
    json!({"runbook": "drill-one", "mode": "mock", "reason": reason, "inputs": {"why": "x"}, "simulation": {"speed": 0}})
}

async fn send(program: &Program<'_>, path: &str, key: &str, body: &Value) -> Page {
    let request = Request::post(path).header(header::COOKIE, program.cookie()).header("x-csrf-token", program.csrf());
    let request = request.header(header::CONTENT_TYPE, "application/json").header("idempotency-key", key);
    program.raw(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn runs(program: &Program<'_>) -> usize {
    program.get("/api/v1/runs").await["runs"].as_array().unwrap().len()
}

#[tokio::test]
async fn the_same_key_gets_the_first_answer_and_has_no_second_effect() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let first = send(&kim, "/api/v1/runs", "a", &declaration("one")).await;
    let again = send(&kim, "/api/v1/runs", "a", &declaration("one")).await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!(
        (first.text, first.headers[header::LOCATION].clone()),
        (again.text, again.headers[header::LOCATION].clone())
    );
    assert!(!first.headers.contains_key("idempotency-replayed") && again.headers.contains_key("idempotency-replayed"));
    assert_eq!(runs(&kim).await, 1);
}

#[tokio::test]
async fn a_key_belongs_to_one_request_of_one_person() {
    let console = Console::open().await;
    let (kim, lee) = (Program::of(&console, "kim").await, Program::of(&console, "lee").await);
    assert_eq!(send(&kim, "/api/v1/runs", "a", &declaration("one")).await.status, StatusCode::CREATED);
    let other = send(&kim, "/api/v1/runs", "a", &declaration("two")).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(serde_json::from_str::<Value>(&other.text).unwrap()["code"], "key-reused");
    assert_eq!(send(&lee, "/api/v1/runs", "a", &declaration("two")).await.status, StatusCode::CREATED);
    assert_eq!(runs(&kim).await, 2);
    for wrong in [String::new(), "x".repeat(256)] {
        assert_eq!(send(&kim, "/api/v1/runs", &wrong, &declaration("one")).await.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn many_at_once_with_one_key_have_one_effect_and_one_answer() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let body = declaration("all at once");
    let answers = futures::future::join_all((0..12).map(|_| send(&kim, "/api/v1/runs", "a", &body))).await;
    for answer in &answers {
        assert_eq!((answer.status, &answer.text), (StatusCode::CREATED, &answers[0].text));
    }
    assert_eq!(runs(&kim).await, 1);
}

#[tokio::test]
async fn what_failed_can_be_mended_and_sent_with_another_key_or_repeated_with_its_own() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let wrong = send(&kim, "/api/v1/runs", "a", &declaration(" ")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let again = send(&kim, "/api/v1/runs", "a", &declaration(" ")).await;
    assert_eq!((again.status, again.text), (wrong.status, wrong.text), "judged anew, at once");
    assert_eq!(send(&kim, "/api/v1/runs", "b", &declaration("mended")).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn the_values_of_secrets_stand_in_no_record() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let mut body = declaration("one");
    body["secrets"] = json!({"token": "hush-hush"});
    assert_eq!(send(&kim, "/api/v1/runs", "a", &body).await.status, StatusCode::CREATED);
    let kept = console.store.entries("api-once", engine::store::Query::default()).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert!(!kept[0].body.contains("hush"), "{}", kept[0].body);
    let deeds = console.store.deeds(engine::store::DeedQuery::default()).await.unwrap();
    assert!(deeds.iter().all(|deed| !deed.entry.contains("hush")));
    let declared = deeds.iter().find(|deed| deed.entry.contains("run.declare")).unwrap();
    assert!(declared.entry.contains("token"), "{}", declared.entry);
}
