//! Teams, kept by programs.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use engine::base::Lang;
use engine::identity::Grant;
use harness::page::Page;
use serde_json::{Value, json};

use crate::app::Console;
use crate::program::Program;

fn read(page: &Page) -> Value {
    serde_json::from_str(&page.text).unwrap_or_else(|why| panic!("{why}: {}", page.text))
}

fn body(version: u64, org: &str, members: &[&str]) -> Value {
    json!({
        "version": version, "title": {"ko": "사령부", "en": "Command"}, "organisation": org, "members": members,
        "roles": [{"role": "commander", "modes": ["drill"]}], "note": "first call",
    })
}

async fn bank() -> Console {
    let console = Console::open().await;
    let at = |role: &str, org: &str| vec![Grant::in_all_modes(role.parse().unwrap(), org.parse().ok())];
    console.add_with("boss", at("admin", "bank"), Lang::En, false).await;
    console.add_with("other", at("admin", "shop"), Lang::En, false).await;
    console.add_with("han", at("observer", "bank/it"), Lang::En, false).await;
    console
}

async fn put(program: &Program<'_>, team: &str, body: &Value) -> Page {
    program.call(&Method::PUT, &format!("/api/v1/teams/{team}"), Some(body)).await
}

#[tokio::test]
async fn a_team_is_kept_listed_changed_and_removed_with_what_its_members_hold() {
    let console = bank().await;
    let boss = Program::of(&console, "boss").await;
    for id in ["command", "response", "support"] {
        let kept = put(&boss, id, &body(0, "bank/it", &["han"])).await;
        assert_eq!(kept.status, StatusCode::OK, "{}", kept.text);
        let kept = read(&kept);
        assert_eq!((&kept["team"], &kept["version"], &kept["title"]["en"]), (&json!(id), &json!(1), &json!("Command")));
    }
    let ids = |page: &Value| -> Vec<Value> {
        page["teams"].as_array().unwrap().iter().map(|one| one["team"].clone()).collect()
    };
    let first = boss.get("/api/v1/teams?limit=2").await;
    assert_eq!((ids(&first), &first["next"]), (vec![json!("command"), json!("response")], &json!("response")));
    let second = boss.get("/api/v1/teams?limit=2&after=response").await;
    assert_eq!((ids(&second), &second["next"]), (vec![json!("support")], &Value::Null));
    let held = boss.get("/api/v1/people/han").await["grants"].clone();
    assert_eq!(held[0]["team"], Value::Null, "{held}");
    assert_eq!((&held[1]["team"], &held[1]["role"]), (&json!("command"), &json!("commander")));
    assert_eq!(Program::of(&console, "han").await.get("/api/v1/session").await["grants"], held);
    let tree = boss.get("/api/v1/organisations").await;
    assert_eq!(tree["organisations"][1]["people"][1]["team"], "command", "{tree}");

    let stale = put(&boss, "command", &body(0, "bank/it", &[])).await;
    assert_eq!((stale.status, &read(&stale)["code"]), (StatusCode::CONFLICT, &json!("team_taken")));
    assert_eq!(read(&put(&boss, "command", &body(1, "bank/it", &[])).await)["version"], 2);
    let stale = put(&boss, "command", &body(1, "bank/it", &["han"])).await;
    assert_eq!((stale.status, &read(&stale)["code"]), (StatusCode::CONFLICT, &json!("changed-meanwhile")));
    let gone = boss.call(&Method::DELETE, "/api/v1/teams/response", Some(&json!({}))).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    let again = boss.call(&Method::DELETE, "/api/v1/teams/response", Some(&json!({}))).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let held = boss.get("/api/v1/people/han").await["grants"].clone();
    assert_eq!((held.as_array().unwrap().len(), &held[1]["team"]), (2, &json!("support")));
}

#[tokio::test]
async fn a_request_sent_again_with_its_key_keeps_a_team_once() {
    let console = bank().await;
    let boss = Program::of(&console, "boss").await;
    let send = async || {
        let request = Request::put("/api/v1/teams/command")
            .header(header::COOKIE, boss.cookie())
            .header("x-csrf-token", boss.csrf())
            .header("idempotency-key", "once")
            .header(header::CONTENT_TYPE, "application/json");
        boss.raw(request.body(Body::from(body(0, "bank", &["han"]).to_string())).unwrap()).await
    };
    let (first, again) = (send().await, send().await);
    assert_eq!((first.status, again.status), (StatusCode::OK, StatusCode::OK), "{}", again.text);
    assert_eq!(read(&first), read(&again));
    assert_eq!(boss.get("/api/v1/teams/command").await["version"], 1);
}

#[tokio::test]
async fn what_can_not_be_is_refused_with_its_reason_and_changes_nothing() {
    let console = bank().await;
    let (boss, other) = (Program::of(&console, "boss").await, Program::of(&console, "other").await);
    assert_eq!(put(&boss, "command", &body(0, "bank", &["han"])).await.status, StatusCode::OK);
    let mut silent = body(1, "bank", &[]);
    silent["roles"][0]["modes"] = json!([]);
    let mut twice = body(1, "bank", &[]);
    twice["roles"] = json!([{"role": "operator", "modes": ["mock"]}, {"role": "operator", "modes": ["real"]}]);
    let crowd: Vec<String> = (0..101).map(|n| format!("p{n}")).collect();
    let crowd: Vec<&str> = crowd.iter().map(String::as_str).collect();
    for (wrong, status, code) in [
        (body(1, "bank", &["boss"]), StatusCode::FORBIDDEN, "own-account"),
        (body(1, "bank", &["kim"]), StatusCode::CONFLICT, "team_person"),
        (body(1, "bank", &["nobody"]), StatusCode::CONFLICT, "team_person"),
        (body(1, "bank", &crowd), StatusCode::CONFLICT, "team_members"),
        (body(1, "shop", &["han"]), StatusCode::FORBIDDEN, "forbidden"),
        (silent, StatusCode::CONFLICT, "team_role_without_mode"),
        (twice, StatusCode::UNPROCESSABLE_ENTITY, "shape"),
        (body(1, "bank/../shop", &[]), StatusCode::UNPROCESSABLE_ENTITY, "shape"),
    ] {
        let refused = put(&boss, "command", &wrong).await;
        assert_eq!((refused.status, &read(&refused)["code"]), (status, &json!(code)), "{wrong}");
    }
    // An absent organisation is the top, which is not the bank's.
    let mut top = body(0, "bank", &[]);
    top.as_object_mut().unwrap().remove("organisation");
    assert_eq!(put(&boss, "all", &top).await.status, StatusCode::FORBIDDEN);
    assert_eq!(put(&boss, "not%20an%20id", &body(0, "bank", &[])).await.status, StatusCode::NOT_FOUND);
    // For who manages another place there is none.
    assert_eq!(put(&other, "command", &body(1, "shop", &[])).await.status, StatusCode::NOT_FOUND);
    let delete = other.call(&Method::DELETE, "/api/v1/teams/command", Some(&json!({}))).await;
    assert_eq!(delete.status, StatusCode::NOT_FOUND);
    assert_eq!(other.get("/api/v1/teams").await["teams"], json!([]));
    let kept = boss.get("/api/v1/teams/command").await;
    assert_eq!((&kept["version"], &kept["members"]), (&json!(1), &json!(["han"])));
}
