//! Programs with a token of their own.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use engine::identity::{Scope, User};
use engine::store::DeedQuery;
use harness::page::Page;
use relight::accounts::By;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::Console;
use crate::program::Program;

fn by(user: &User) -> By {
    By::oneself(user, std::net::Ipv4Addr::LOCALHOST.into())
}

async fn user(console: &Console, name: &str) -> User {
    console.app.sign_ins.person(&name.parse().unwrap()).await.unwrap().unwrap()
}

async fn token(console: &Console, name: &str, scope: Scope) -> String {
    let made = (String::from("night watch"), scope, 7);
    let user = user(console, name).await;
    let (_, token) = console.app.sign_ins.new_token(&user, made, &by(&user)).await.unwrap();
    token.expose().to_owned()
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
async fn a_token_for_alerts_sends_alerts_and_sees_nothing() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let token = token(&console, "kim", Scope::Alert).await;
    let alert = json!({"summary": "disk is full", "mode": "drill"});
    let taken = send(&kim, "POST", "/api/v1/alerts", &token, &alert).await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text);
    for (method, path) in [("GET", "/api/v1/session"), ("GET", "/api/v1/runs"), ("POST", "/api/v1/runs")] {
        let refused = send(&kim, method, path, &token, &declaration()).await;
        assert_eq!((refused.status, code(&refused)), (StatusCode::FORBIDDEN, json!("forbidden")), "{method} {path}");
    }
    // A token that only looks opens no case either.
    let looking = self::token(&console, "kim", Scope::View).await;
    let refused = send(&kim, "POST", "/api/v1/alerts", &looking, &alert).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
}

#[tokio::test]
async fn the_audit_log_names_the_token_and_what_it_was_refused_once_a_minute() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let (acting, looking) = (token(&console, "kim", Scope::Act).await, token(&console, "kim", Scope::View).await);
    send(&kim, "POST", "/api/v1/runs", &acting, &declaration()).await;
    for _ in 0..20 {
        send(&kim, "POST", "/api/v1/runs", &looking, &declaration()).await;
    }
    let deeds = console.store.deeds(DeedQuery::default()).await.unwrap();
    let all: Vec<Value> = deeds.iter().map(|deed| serde_json::from_str(&deed.entry).unwrap()).collect();
    let of = |act: &str| all.iter().filter(|deed| deed["act"] == act).collect::<Vec<_>>();
    let (declared, refused) = (of("run.declare"), of("token.use"));
    for (deed, token) in [(declared[0], &acting), (refused[0], &looking)] {
        let origin = deed["origin"].as_str().unwrap();
        assert!(origin.contains(" token ") && origin.ends_with(" night watch"), "{origin}");
        assert!(!deed.to_string().contains(&token[4..]), "{deed}");
    }
    assert_ne!(declared[0]["origin"], refused[0]["origin"], "each token has a name of its own");
    assert_eq!((refused.len(), &refused[0]["outcome"]["code"]), (1, &json!("token_scope")));
}

#[tokio::test]
async fn who_is_turned_away_from_people_or_from_the_log_stands_in_it() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    for path in ["/people", "/organisations", "/audit", "/audit.csv"] {
        assert_eq!(kim.status_of(path).await, StatusCode::FORBIDDEN, "{path}");
    }
    for (act, code) in [("people.manage", "needs_admin"), ("audit.read", "needs_auditor")] {
        let query = DeedQuery { act: Some(act.into()), ..DeedQuery::default() };
        let told = console.store.deeds(query).await.unwrap();
        let deed: Value = serde_json::from_str(&told[0].entry).unwrap();
        assert_eq!((told.len(), &deed["outcome"]["code"]), (1, &json!(code)), "{act}");
    }
}

#[tokio::test]
async fn programs_of_an_admin_manage_people_and_nobody_else_does() {
    let console = Console::open().await;
    console.add("root", &["admin"], engine::base::Lang::En, false).await;
    let kim = Program::of(&console, "kim").await;
    let managing = token(&console, "root", Scope::Admin).await;
    let added = send(&kim, "POST", "/api/v1/people", &managing, &json!({"name": "choi", "lang": "en"})).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    let password = serde_json::from_str::<Value>(&added.text).unwrap()["password"].as_str().unwrap().to_owned();
    let again = send(&kim, "POST", "/api/v1/people", &managing, &json!({"name": "choi"})).await;
    assert_eq!((again.status, code(&again)), (StatusCode::CONFLICT, json!("name_taken")));
    let acts = "/api/v1/people/choi/acts";
    let operator = json!({"verb": "grant", "role": "operator", "organisation": "bank", "modes": ["drill"]});
    let granted: Value = serde_json::from_str(&send(&kim, "POST", acts, &managing, &operator).await.text).unwrap();
    assert_eq!(granted["grants"][0]["organisation"], "bank");
    let locked: Value =
        serde_json::from_str(&send(&kim, "POST", acts, &managing, &json!({"verb": "disable"})).await.text).unwrap();
    assert_eq!(locked["disabled"], true);
    let reset: Value =
        serde_json::from_str(&send(&kim, "POST", acts, &managing, &json!({"verb": "reset"})).await.text).unwrap();
    assert_ne!(reset["password"].as_str().unwrap(), password);
    let all: Value =
        serde_json::from_str(&send(&kim, "GET", "/api/v1/people", &managing, &json!({})).await.text).unwrap();
    assert_eq!(all["people"].as_array().unwrap().len(), 5);
    // Nobody changes what the own account may do, and no role but the admin's manages.
    let own = send(&kim, "POST", "/api/v1/people/root/acts", &managing, &operator).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "{}", own.text);
    let others = token(&console, "kim", Scope::Admin).await;
    assert_eq!(send(&kim, "GET", "/api/v1/people", &others, &json!({})).await.status, StatusCode::FORBIDDEN);
    let log = console.store.deeds(DeedQuery::default()).await.unwrap();
    assert!(log.iter().all(|deed| !deed.entry.contains(&password)));
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
    console.app.sign_ins.break_glass(&kim, Uuid::now_v7(), "nobody answers".to_owned(), &by(&kim)).await.unwrap();
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
