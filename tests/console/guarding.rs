use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use crate::app::Console;

#[tokio::test]
async fn a_form_without_the_session_s_token_changes_nothing() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    for csrf in [None, Some("guess")] {
        let fields: Vec<_> = csrf.into_iter().map(|csrf| ("csrf", csrf)).collect();
        let page = kim.post("/sign-out", &fields).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert_eq!(page.one("h1"), "The form was not accepted");
    }
    assert_eq!(kim.get("/runs").await.status, StatusCode::OK, "still signed in");
}

#[tokio::test]
async fn a_form_of_another_site_is_refused_even_for_signing_in() {
    let console = Console::open().await;
    let request = Request::post("/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site")
        .body(Body::from("name=kim&password=battery+staple"));
    assert_eq!(console.send(request.unwrap()).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn every_answer_keeps_browsers_in_bounds() {
    let console = Console::open().await;
    for path in ["/sign-in", "/nowhere", "/healthz", "/runs"] {
        let page = console.get(path).await;
        let policy = page.header(header::CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'self';") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(page.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        assert_eq!(page.header(header::CACHE_CONTROL), "no-store", "{path}");
    }
}

#[tokio::test]
async fn no_page_has_anything_inline() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    for path in
        ["/", "/runs", "/runbooks", "/runbooks/drill-one", "/runbooks/drill-one/declare", "/reports", "/nowhere"]
    {
        let page = kim.get(path).await;
        assert!(!page.has("script:not([src])") && !page.has("style") && !page.has("[style]"), "{path}");
        for handler in ["onclick", "onload", "onerror", "onsubmit"] {
            assert!(!page.has(&format!("[{handler}]")), "{path} {handler}");
        }
    }
}

#[tokio::test]
async fn assets_are_kept_for_ever_and_unknown_ones_are_not_found() {
    let console = Console::open().await;
    let page = console.get("/sign-in").await;
    let at = page.text.find("/assets/").unwrap();
    let url: String = page.text[at..].chars().take_while(|c| *c != '"').collect();
    let asset = console.get(&url).await;
    assert_eq!(asset.status, StatusCode::OK);
    assert_eq!(asset.header(header::CACHE_CONTROL), "public, max-age=31536000, immutable");
    assert_eq!(console.get("/assets/000000000000/console.css").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn too_much_is_not_read() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let long = "x".repeat(300 * 1024);
    let page = kim.post("/sign-out", &[("csrf", &long)]).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(page.one("h1"), "Too large");
}

#[tokio::test]
async fn errors_are_pages_fragments_or_json_as_asked() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let page = kim.get("/runs/no-such-run").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.has("main a.button"), "a way onward");
    let json =
        console.send(Request::get("/nowhere").header("accept", "application/json").body(Body::empty()).unwrap()).await;
    assert_eq!(json.status, StatusCode::NOT_FOUND);
    let json: serde_json::Value = serde_json::from_str(&json.text).unwrap();
    assert_eq!(json["error"], "not-found");
    let part = console.send(Request::get("/nowhere").header("hx-request", "true").body(Body::empty()).unwrap()).await;
    assert!(!part.text.contains("<html"), "{}", part.text);
    let wrong = console.post("/runs", &[]).await;
    assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED);
}
