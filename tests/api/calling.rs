//! The contact tree and what was told over it, by programs.

use axum::http::{Method, StatusCode};
use engine::telling::seed;
use serde_json::{Value, json};

use crate::app::Console;
use crate::program::Program;

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|why| panic!("{why}: {text}"))
}

async fn opened() -> Console {
    let console = Console::open().await;
    seed(&*console.store, console.app.clock.now()).await.unwrap();
    console
}

fn night(version: u64, to: &str) -> Value {
    json!({
        "version": version, "name": {"ko": "야간 당직", "en": "night duty"}, "class": "immediate", "account": "kim",
        "roles": ["operator"], "ways": [{"way": "in_app"}, {"way": "sms", "to": to}], "modes": ["drill", "real"],
    })
}

#[tokio::test]
async fn a_contact_is_kept_changed_by_its_version_seen_without_numbers_and_removed() {
    let console = opened().await;
    let (lee, park) = (Program::of(&console, "lee").await, Program::of(&console, "park").await);
    console.add("guest", &["observer"], engine::base::Lang::En, false).await;
    let guest = Program::of(&console, "guest").await;
    let at = "/api/v1/contacts/night";
    let made = lee.call(&Method::PUT, at, Some(&night(0, "010-1234-5678"))).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let version = read(&made.text)["version"].as_u64().unwrap();
    let stale = lee.call(&Method::PUT, at, Some(&night(0, "119"))).await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "nobody overwrites what they have not seen");
    let changed = lee.call(&Method::PUT, at, Some(&night(version, "119"))).await;
    assert_eq!(read(&changed.text)["ways"][1], json!({"way": "sms", "to": "119"}));
    let listed = park.get("/api/v1/contacts?class=immediate&limit=1").await;
    assert_eq!((&listed["contacts"][0]["name"]["en"], &listed["next"]), (&json!("night duty"), &json!("night")));
    assert_eq!(park.get("/api/v1/contacts?after=night").await["contacts"], json!([]));
    let hidden = guest.get(at).await;
    assert_eq!(hidden["ways"][1], json!({"way": "sms", "to": null}), "who only looks on sees no numbers");

    for (body, status) in [
        (night(2, "not a number"), StatusCode::CONFLICT),
        (json!({"version": 2}), StatusCode::UNPROCESSABLE_ENTITY),
        (night(2, "010\u{0}1"), StatusCode::CONFLICT),
    ] {
        let page = lee.call(&Method::PUT, at, Some(&body)).await;
        assert_eq!(page.status, status, "{body}: {}", page.text);
    }
    for other in [&park, &guest] {
        let page = other.call(&Method::PUT, at, Some(&night(2, "112"))).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.text);
    }
    assert_eq!(lee.call(&Method::DELETE, at, Some(&json!({}))).await.status, StatusCode::NO_CONTENT);
    assert_eq!(lee.call(&Method::DELETE, at, Some(&json!({}))).await.status, StatusCode::NOT_FOUND);
    let log = park.get("/api/v1/audit?act=contact.&oldest_first=true").await;
    let deeds = log["deeds"].as_array().unwrap().iter().map(|row| &row["deed"]);
    let told: Vec<_> = deeds.map(|deed| (deed["act"].as_str().unwrap(), deed["via"].as_str().unwrap())).collect();
    assert_eq!(told, [("contact.add", "api"), ("contact.change", "api"), ("contact.remove", "api")]);
    assert_eq!(log["deeds"][1]["deed"]["before"]["ways"][1]["to"], "010-1234-5678");
}

#[tokio::test]
async fn a_list_is_taken_in_whole_or_not_at_all_and_a_class_is_tried_out_once() {
    let console = opened().await;
    let lee = Program::of(&console, "lee").await;
    let wrong =
        lee.post("/api/v1/contact-imports", &json!({"list": "id,name,class,mail\na,A,immediate,a@b.kr\nb,,x,y"})).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
    assert!(!read(&wrong.text)["errors"].as_array().unwrap().is_empty());
    assert_eq!(lee.get("/api/v1/contacts").await["contacts"], json!([]));
    let list = "id,name,class,account,channels,modes\nduty,당직,immediate,lee,in_app,drill;real\n";
    let taken = lee.post("/api/v1/contact-imports", &json!({ "list": list })).await;
    assert_eq!((taken.status, &read(&taken.text)["contacts"]), (StatusCode::OK, &json!(["duty"])), "{}", taken.text);

    let called = lee.post("/api/v1/contact-tests", &json!({"class": "immediate"})).await;
    assert_eq!(called.status, StatusCode::CREATED, "{}", called.text);
    let key = read(&called.text)["occasion"].as_str().unwrap().to_owned();
    let at = called.header(axum::http::header::LOCATION);
    let shown = lee.get(at).await;
    assert_eq!((&shown["occasion"]["key"], &shown["occasion"]["kind"]), (&json!(key), &json!("test_call")));
    assert_eq!(lee.get("/api/v1/occasions").await["occasions"][0]["key"], key);
    for (path, body) in [
        ("/api/v1/acknowledgements", json!({"call": "run/none", "reason": "by phone"})),
        ("/api/v1/failed-deliveries", json!({"delivery": "no\u{0}ne"})),
        ("/api/v1/messages/read", json!({"message": "none"})),
    ] {
        assert_eq!(lee.post(path, &body).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(lee.get("/api/v1/messages").await["messages"], json!([]));
}
