use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::app::Console;
use crate::program::Program;

fn code(text: &str) -> Value {
    serde_json::from_str::<Value>(text).unwrap()["code"].clone()
}

#[tokio::test]
async fn whatever_is_wrong_is_a_problem_with_its_status() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let post = |kind: &str, body: &str| {
        let request = Request::post("/api/v1/runs").header(header::COOKIE, kim.cookie());
        let request = request.header("x-csrf-token", kim.csrf()).header(header::CONTENT_TYPE, kind);
        request.body(Body::from(body.to_owned())).unwrap()
    };
    let unknown = r#"{"runbook": "drill-one", "mode": "mock", "reason": "x", "dry_run": true}"#;
    let long = format!("{{\"runbook\": \"{}\"}}", "x".repeat(300 * 1024));
    let cases = [
        (post("application/json", "{\"runbook\": "), StatusCode::BAD_REQUEST, "json"),
        (post("application/json", ""), StatusCode::BAD_REQUEST, "json"),
        (post("application/json", unknown), StatusCode::UNPROCESSABLE_ENTITY, "shape"),
        (post("application/json; charset=utf-8", "[]"), StatusCode::UNPROCESSABLE_ENTITY, "shape"),
        (post("text/plain", "{}"), StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type"),
        (post("application/json", &long), StatusCode::PAYLOAD_TOO_LARGE, "too-large"),
    ];
    for (request, status, wanted) in cases {
        let page = kim.raw(request).await;
        assert_eq!((page.status, code(&page.text)), (status, json!(wanted)), "{}", page.text);
    }
    let nowhere = "0190a8c0-0000-7000-8000-000000000009";
    let looks = [
        ("/api/v1/nowhere".to_owned(), StatusCode::NOT_FOUND, "not-found"),
        ("/api/v1".to_owned(), StatusCode::NOT_FOUND, "not-found"),
        ("/api/v1/runs/nothing".to_owned(), StatusCode::NOT_FOUND, "not-found"),
        ("/api/v1/runbooks/%FF".to_owned(), StatusCode::NOT_FOUND, "not-found"),
        ("/api/v1/files/..%2F..%2Fetc%2Fpasswd/faults".to_owned(), StatusCode::NOT_FOUND, "not-found"),
        (format!("/api/v1/runs/{nowhere}"), StatusCode::NOT_FOUND, "not-found"),
        (format!("/api/v1/runs/{nowhere}/events"), StatusCode::NOT_FOUND, "not-found"),
        (format!("/api/v1/runs/{nowhere}/report"), StatusCode::NOT_FOUND, "not-found"),
        (format!("/api/v1/runs/{nowhere}/requests/{nowhere}"), StatusCode::NOT_FOUND, "not-found"),
        ("/api/v1/runs?limit=0".to_owned(), StatusCode::BAD_REQUEST, "query"),
        ("/api/v1/runs?limit=many".to_owned(), StatusCode::BAD_REQUEST, "query"),
        ("/api/v1/runs?mode=quick".to_owned(), StatusCode::BAD_REQUEST, "query"),
        ("/api/v1/runs?stauts=open".to_owned(), StatusCode::BAD_REQUEST, "query"),
    ];
    for (path, status, wanted) in looks {
        let page = kim.call(&Method::GET, &path, None).await;
        assert_eq!((page.status, code(&page.text)), (status, json!(wanted)), "{path}: {}", page.text);
    }
    let page = kim.call(&Method::DELETE, "/api/v1/runs", None).await;
    assert_eq!((page.status, code(&page.text)), (StatusCode::METHOD_NOT_ALLOWED, json!("wrong-method")));
    assert!(page.header(header::ALLOW).contains("POST"), "{:?}", page.headers);
}

#[tokio::test]
async fn nobody_is_let_in_without_a_session_or_without_its_token() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let page = kim.raw(Request::get("/api/v1/runs").body(Body::empty()).unwrap()).await;
    assert_eq!((page.status, code(&page.text)), (StatusCode::UNAUTHORIZED, json!("signed-out")));
    assert!(page.header(header::WWW_AUTHENTICATE).starts_with("Bearer"));
    let body = || Body::from(json!({"runbook": "drill-one", "mode": "mock", "reason": "x"}).to_string());
    let post = || {
        let request = Request::post("/api/v1/runs").header(header::COOKIE, kim.cookie());
        request.header(header::CONTENT_TYPE, "application/json")
    };
    let without = post().body(body()).unwrap();
    let wrong = post().header("x-csrf-token", "guess").body(body()).unwrap();
    let foreign =
        post().header("x-csrf-token", kim.csrf()).header("sec-fetch-site", "cross-site").body(body()).unwrap();
    for request in [without, wrong, foreign] {
        let page = kim.raw(request).await;
        assert_eq!((page.status, code(&page.text)), (StatusCode::FORBIDDEN, json!("foreign-form")));
    }
    assert_eq!(kim.get("/api/v1/runs").await["runs"], json!([]));
}

#[tokio::test]
async fn who_may_not_on_the_pages_may_not_here() {
    let console = Console::open().await;
    let park = Program::of(&console, "park").await;
    let body = json!({"runbook": "drill-one", "mode": "mock", "reason": "x", "inputs": {"why": "x"}});
    let page = park.post("/api/v1/runs", &body).await;
    assert_eq!((page.status, code(&page.text)), (StatusCode::FORBIDDEN, json!("forbidden")));
}

#[tokio::test]
async fn a_declaration_is_held_to_the_rules_of_the_form() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let with = |more: Value| {
        let mut body = json!({"runbook": "drill-one", "mode": "mock", "reason": "x", "inputs": {"why": "x"}});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let digest = kim.get("/api/v1/runbooks/drill-one").await["digest"].clone();
    let cases = [
        (with(json!({"reason": " "})), "unfit"),
        (with(json!({"inputs": {"where": "x"}})), "unfit"),
        (with(json!({"inputs": {"token": "x"}})), "unfit"),
        (with(json!({"secrets": {"why": "x"}})), "unfit"),
        (with(json!({"event_at": "yesterday"})), "unfit"),
        (with(json!({"digest": "00"})), "unfit"),
        (with(json!({"mode": "real"})), "field"),
        (with(json!({"mode": "real", "digest": digest})), "unfit"),
        (with(json!({"simulation": {"speed": 0, "units": [{"unit": "nowhere", "fault": "fail"}]}})), "unfit"),
    ];
    for (body, wanted) in cases {
        let page = kim.post("/api/v1/runs", &body).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {}", page.text);
        assert_eq!(code(&page.text), wanted, "{body}");
    }
    let page = kim.post("/api/v1/runs", &with(json!({"runbook": "nowhere"}))).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert_eq!(kim.get("/api/v1/runs").await["runs"], json!([]));
}

#[tokio::test]
async fn problems_are_told_in_the_language_asked_for() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    for (asked, title) in [("ko-KR, en;q=0.5", "찾을 수 없습니다"), ("en", "Not found"), ("fr", "Not found")] {
        let request = Request::get("/api/v1/nowhere").header(header::COOKIE, kim.cookie());
        let page = kim.raw(request.header(header::ACCEPT_LANGUAGE, asked).body(Body::empty()).unwrap()).await;
        assert_eq!(serde_json::from_str::<Value>(&page.text).unwrap()["title"], title, "{asked}");
    }
}

#[tokio::test]
async fn who_asks_without_end_is_told_to_wait() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let mut answers = Vec::new();
    // More than a burst, and more than is let in beside it while they are sent.
    for _ in 0..20_000 {
        let page = kim.call(&Method::GET, "/api/v1/session", None).await;
        answers.push(page.status);
        if page.status == StatusCode::TOO_MANY_REQUESTS {
            assert!(page.header(header::RETRY_AFTER).parse::<u64>().unwrap() >= 1);
            assert_eq!(code(&page.text), "too-often");
            break;
        }
    }
    assert_eq!(answers.last(), Some(&StatusCode::TOO_MANY_REQUESTS));
}
