//! Programs with a token of their own.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use engine::identity::{Scope, User};
use engine::store::DeedQuery;
use harness::page::Page;
use relight::accounts::Came;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::Console;
use crate::program::Program;

fn came() -> Came {
    Came::new(std::net::Ipv4Addr::LOCALHOST.into(), "tests")
}

async fn user(console: &Console, name: &str) -> User {
    console.app.sign_ins.person(&name.parse().unwrap()).await.unwrap().unwrap()
}

async fn token(console: &Console, name: &str, scope: Scope) -> String {
    let made = (String::from("night watch"), scope, 7);
    console.app.sign_ins.new_token(&user(console, name).await, made, &came()).await.unwrap()
}

fn declaration() -> Value {
    json!({"runbook": "drill-one", "mode": "mock", "reason": "by a program", "inputs": {"why": "x"}, "simulation": {"speed": 0}})
}

/// Sends with a token alone, and holds the answer against the document.
async fn send(program: &Program<'_>, method: &str, path: &str, token: &str, body: &Value) -> Page {
    let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    let request = request.header(header::CONTENT_TYPE, "application/json");
    program.raw(request.body(Body::from(body.to_string())).unwrap()).await
}

fn code(page: &Page) -> Value {
    serde_json::from_str::<Value>(&page.text).unwrap()["code"].clone()
}

#[tokio::test]
async fn a_token_for_acting_does_what_its_person_may_without_cookie_or_form_token() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let token = token(&console, "kim", Scope::Act).await;
    let made = send(&kim, "POST", "/api/v1/runs", &token, &declaration()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let run = made.header(header::LOCATION).to_owned();
    let pause = json!({"verb": "pause", "reason": "by a program"});
    let asked = send(&kim, "POST", &format!("{run}/requests"), &token, &pause).await;
    assert!(asked.status.is_success() || asked.status == StatusCode::CONFLICT, "{}", asked.text);
    let me: Value = serde_json::from_str(&send(&kim, "GET", "/api/v1/session", &token, &json!({})).await.text).unwrap();
    assert_eq!((&me["user"], &me["scope"], me.get("csrf")), (&json!("kim"), &json!("act"), None));
    let declared = DeedQuery { act: Some("run.declare".into()), ..DeedQuery::default() };
    let declared = console.store.deeds(declared).await.unwrap();
    let deed: Value = serde_json::from_str(&declared[0].entry).unwrap();
    assert_eq!((&deed["by"]["name"], &deed["by"]["via"]), (&json!("kim"), &json!("api")));
}

#[tokio::test]
async fn other_scopes_look_and_do_nothing() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    for scope in [Scope::View, Scope::Admin] {
        let token = token(&console, "kim", scope).await;
        assert_eq!(send(&kim, "GET", "/api/v1/runs", &token, &json!({})).await.status, StatusCode::OK);
        let refused = send(&kim, "POST", "/api/v1/runs", &token, &declaration()).await;
        assert_eq!((refused.status, code(&refused)), (StatusCode::FORBIDDEN, json!("forbidden")), "{scope:?}");
        assert!(refused.text.contains("scope"), "{}", refused.text);
    }
    assert_eq!(kim.get("/api/v1/runs").await["runs"], json!([]));
}

#[tokio::test]
async fn a_token_never_does_more_than_its_person() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let token = token(&console, "park", Scope::Act).await;
    let refused = send(&kim, "POST", "/api/v1/runs", &token, &declaration()).await;
    assert_eq!((refused.status, code(&refused)), (StatusCode::FORBIDDEN, json!("forbidden")));
}

#[tokio::test]
async fn a_token_that_is_not_good_is_no_sign_in_whatever_cookie_comes_along() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    for wrong in ["", "rlt_none", "Bearer"] {
        let request = Request::get("/api/v1/runs").header(header::COOKIE, kim.cookie());
        let request = request.header(header::AUTHORIZATION, format!("Bearer {wrong}"));
        let page = kim.raw(request.body(Body::empty()).unwrap()).await;
        assert_eq!((page.status, code(&page)), (StatusCode::UNAUTHORIZED, json!("no-token")), "{wrong}");
        assert!(page.header(header::WWW_AUTHENTICATE).contains("invalid_token"));
    }
}

#[tokio::test]
async fn what_a_broken_glass_gives_no_program_gets() {
    let console = Console::open().await;
    let token = token(&console, "kim", Scope::Act).await;
    let kim = user(&console, "kim").await;
    console.app.sign_ins.break_glass(&kim, Uuid::now_v7(), "nobody answers".to_owned(), &came()).await.unwrap();
    assert!(user(&console, "kim").await.glass_until.is_some());
    let (_, acts_for) = console.app.sign_ins.program(&token).await.unwrap().unwrap();
    assert_eq!(acts_for.glass_until, None);
}

#[tokio::test]
async fn the_document_offers_a_token_for_every_operation_that_needs_a_sign_in() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let document = kim.document();
    assert_eq!(document["components"]["securitySchemes"]["token"]["scheme"], "bearer");
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let ways = operation["security"].as_array().unwrap();
            let open = ways.iter().all(|way| way.as_object().unwrap().is_empty());
            assert!(open || ways.contains(&json!({"token": []})), "{method} {path}: {ways:?}");
        }
    }
}
