//! Who is told what, arranged by programs.

use axum::http::{Method, StatusCode};
use engine::store::DeedQuery;
use harness::page::Page;
use serde_json::{Value, json};

use crate::app::Console;
use crate::program::Program;

fn read(page: &Page) -> Value {
    serde_json::from_str(&page.text).unwrap()
}

async fn put(program: &Program<'_>, path: &str, body: &Value) -> Page {
    program.call(&Method::PUT, path, Some(body)).await
}

/// A console with the contact tree that is shipped, and an admin.
async fn console() -> Console {
    let console = Console::open().await;
    engine::telling::seed(&*console.store, console.app.clock.now()).await.unwrap();
    console.add("root", &["admin"], engine::base::Lang::En, false).await;
    console
}

#[tokio::test]
async fn a_rule_is_kept_changed_by_its_version_and_taken_away() {
    let console = console().await;
    let root = Program::of(&console, "root").await;
    let at = "/api/v1/telling/rules/night";
    let body = json!({
        "version": 0, "enabled": true, "on": ["rto_exceeded", "case_declared"], "phases": ["db", "web"],
        "modes": ["drill", "real"], "class": "immediate", "roles": ["commander"], "wait_ms": 600_000,
    });
    let made = put(&root, at, &body).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let made = read(&made);
    assert_eq!((&made["class"], &made["wait_ms"], &made["on"]), (&json!("immediate"), &json!(600_000), &body["on"]));
    // Looked at before somebody else changed it.
    let stale = put(&root, at, &body).await;
    assert_eq!((stale.status, &read(&stale)["code"]), (StatusCode::CONFLICT, &json!("changed-meanwhile")));
    let asked = json!({"version": made["version"], "enabled": false, "modes": ["real"]});
    let changed = read(&put(&root, at, &asked).await);
    assert_eq!((&changed["class"], &changed["enabled"], &changed["wait_ms"]), (&Value::Null, &json!(false), &json!(0)));
    let (mut names, mut path) = (Vec::new(), "/api/v1/telling/rules?limit=2".to_owned());
    loop {
        let page = root.get(&path).await;
        names.extend(page["rules"].as_array().unwrap().iter().map(|rule| rule["rule"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/telling/rules?limit=2&after={next}");
    }
    assert!(names.contains(&json!("night")) && names.len() > 2, "{names:?}");
    assert_eq!(root.call(&Method::DELETE, at, Some(&json!({}))).await.status, StatusCode::NO_CONTENT);
    assert_eq!(root.call(&Method::DELETE, at, Some(&json!({}))).await.status, StatusCode::NOT_FOUND);
    let query = DeedQuery { act: Some("telling-rule.".into()), ..DeedQuery::default() };
    assert_eq!(console.store.deeds(query).await.unwrap().len(), 3);
}

#[tokio::test]
async fn words_settings_and_classes_are_kept_under_the_same_bounds_as_at_the_console() {
    let console = console().await;
    let root = Program::of(&console, "root").await;
    let settings = root.get("/api/v1/telling/settings").await;
    let version = settings["version"].clone();
    let body = json!({
        "version": version, "address": "https://dr.bank.kr/", "quiet": ["mock"],
        "carriers": [{"way": "mail", "target": "mail-1"}],
    });
    let kept = read(&put(&root, "/api/v1/telling/settings", &body).await);
    assert_eq!((&kept["address"], &kept["carriers"]), (&json!("https://dr.bank.kr"), &body["carriers"]));

    let templates = root.get("/api/v1/telling/templates").await["templates"].clone();
    let sms = templates.as_array().unwrap().iter().find(|one| one["way"] == "sms").unwrap();
    let words = |body: &str, json: Value| {
        json!({"version": sms["version"], "subject": {"ko": "{headline}", "en": "{headline}"},
            "body": {"ko": body, "en": body}, "json": json})
    };
    let at = "/api/v1/telling/templates/sms";
    let kept = put(&root, at, &words("{detail}", Value::Null)).await;
    assert_eq!((kept.status, &read(&kept)["body"]["ko"]), (StatusCode::OK, &json!("{detail}")), "{}", kept.text);

    let class = json!({
        "version": 0, "title": {"ko": "교대", "en": "shift"}, "order": 4, "deadline_ms": 600_000, "patience_ms": 60_000,
    });
    let kept = read(&put(&root, "/api/v1/contact-classes/shift", &class).await);
    assert_eq!((&kept["name"], &kept["version"], &kept["order"]), (&json!("shift"), &json!(1), &json!(4)));
    let classes = root.get("/api/v1/contact-classes").await["classes"].clone();
    assert_eq!(classes.as_array().unwrap().last().unwrap()["name"], "shift");

    for (path, wrong, code) in [
        ("/api/v1/telling/settings", json!({"version": 2, "address": "javascript:alert(1)"}), "field"),
        (
            "/api/v1/telling/settings",
            json!({"version": 2, "address": "", "carriers": [{"way": "in_app", "target": "x"}]}),
            "field",
        ),
        (at, words("{no-such}", Value::Null), "template"),
        (at, words("{detail}", json!("{")), "template"),
        (at, words(" ", Value::Null), "shape"),
        (
            "/api/v1/contact-classes/hurry",
            json!({"version": 0, "title": {"ko": "x", "en": "x"}, "order": 1, "deadline_ms": 1, "patience_ms": 1}),
            "class",
        ),
        ("/api/v1/telling/rules/x", json!({"version": 0, "enabled": true, "modes": [], "class": "none"}), "field"),
        ("/api/v1/telling/rules/x", json!({"version": 0, "enabled": true, "modes": [], "roles": ["cio"]}), "shape"),
        (
            "/api/v1/telling/rules/x",
            json!({"version": 0, "enabled": true, "modes": [], "wait_ms": 86_400_001}),
            "field",
        ),
        ("/api/v1/telling/rules/x", json!({"version": 0, "enabled": true, "modes": [], "phases": [" "]}), "shape"),
    ] {
        let refused = put(&root, path, &wrong).await;
        assert_eq!(read(&refused)["code"], code, "{path} {wrong}: {}", refused.text);
    }
    assert_eq!(
        put(&root, "/api/v1/telling/templates/pigeon", &words("x", Value::Null)).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        root.call(&Method::DELETE, "/api/v1/contact-classes/shift", Some(&json!({}))).await.status,
        StatusCode::NO_CONTENT
    );
}

#[tokio::test]
async fn a_class_with_members_stays_and_who_may_not_arranges_nothing() {
    let console = console().await;
    let (root, park) = (Program::of(&console, "root").await, Program::of(&console, "park").await);
    let contact = json!({
        "version": 0, "name": {"ko": "김"}, "class": "immediate", "modes": ["drill"], "ways": [{"way": "mail", "to": "a@b.kr"}],
    });
    assert_eq!(put(&root, "/api/v1/contacts/kim", &contact).await.status, StatusCode::OK);
    let refused = root.call(&Method::DELETE, "/api/v1/contact-classes/immediate", Some(&json!({}))).await;
    assert_eq!((refused.status, &read(&refused)["code"]), (StatusCode::CONFLICT, &json!("class-in-use")));
    for (method, path) in [
        (Method::GET, "/api/v1/telling/settings"),
        (Method::GET, "/api/v1/telling/rules"),
        (Method::GET, "/api/v1/telling/templates"),
        (Method::DELETE, "/api/v1/contact-classes/vendors"),
    ] {
        let refused = park.call(&method, path, Some(&json!({}))).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
    }
}
