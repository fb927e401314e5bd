use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use engine::base::{Digest, Lang, Timestamp};
use engine::identity::Session;
use engine::store::{self, Changed};

use crate::app::{Console, PASSWORD};

#[tokio::test]
async fn who_is_not_signed_in_goes_to_the_form_and_then_on_to_the_page() {
    let console = Console::open().await;
    let page = console.get("/runs?before=x").await;
    assert_eq!(page.location(), "/sign-in?next=%2Fruns%3Fbefore%3Dx");
    let form = console.get("/sign-in?next=%2Fruns").await;
    assert_eq!(form.form("main form").1, [("next".to_owned(), "/runs".to_owned())]);
    let page = console.post("/sign-in", &[("name", "kim"), ("password", PASSWORD), ("next", "/runs")]).await;
    assert_eq!(page.location(), "/runs");
}

#[tokio::test]
async fn nobody_is_sent_to_another_site() {
    let console = Console::open().await;
    for foreign in ["https://evil.example/", "//evil.example", "/\\evil.example"] {
        let page = console.post("/sign-in", &[("name", "kim"), ("password", PASSWORD), ("next", foreign)]).await;
        assert_eq!(page.location(), "/", "{foreign}");
    }
    let form = console.get("/sign-in?next=%2F%2Fevil.example").await;
    assert_eq!(form.form("main form").1, [("next".to_owned(), "/".to_owned())], "the form itself forgets it");
}

#[tokio::test]
async fn a_wrong_password_shows_the_form_again_and_many_ask_for_patience() {
    let console = Console::open().await;
    for _ in 0..6 {
        let page = console.post("/sign-in", &[("name", "kim"), ("password", "wrong")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.has("main .notice.bad"));
        assert!(!page.headers.contains_key(header::SET_COOKIE));
    }
    let page = console.post("/sign-in", &[("name", "kim"), ("password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_ne!(page.header(header::RETRY_AFTER), "");
    let other = console.post("/sign-in", &[("name", "lee"), ("password", PASSWORD)]).await;
    assert_eq!(other.status, StatusCode::SEE_OTHER, "another account is not locked out");
}

#[tokio::test]
async fn the_session_cookie_is_out_of_reach_and_secure_over_tls() {
    let console = Console::open().await;
    let request = Request::post("/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("x-forwarded-proto", "https")
        .body(Body::from(format!("name=kim&password={}", PASSWORD.replace(' ', "+"))));
    let page = console.send(request.unwrap()).await;
    let cookie = page.header(header::SET_COOKIE);
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
}

#[tokio::test]
async fn after_signing_out_the_session_is_gone() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let page = kim.get("/runs").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(kim.submit(&page, "form[action='/sign-out']", &[]).await.location(), "/sign-in");
    assert_eq!(kim.get("/runs").await.location(), "/sign-in?next=%2Fruns");
}

#[tokio::test]
async fn the_language_is_kept_before_and_after_sign_in() {
    let console = Console::open().await;
    let page = console.get("/sign-in").await;
    assert_eq!(page.one("h1"), "로그인");
    let page = console.get("/sign-in?lang=en").await;
    assert_eq!(page.one("h1"), "Sign in");
    assert!(page.header(header::SET_COOKIE).starts_with("relight_lang=en;"));
    let kim = console.sign_in("kim").await;
    let page = kim.get("/runs").await;
    assert_eq!(page.one("h1"), "Runs");
    let page = kim.submit(&page, "form[action='/language']", &[]).await;
    assert_eq!(page.location(), "/runs");
    assert_eq!(kim.get("/runs").await.one("h1"), "실행");
}

#[tokio::test]
async fn a_printed_password_opens_nothing_but_the_page_on_which_it_is_changed() {
    let console = Console::open().await;
    console.add("new", &["operator"], Lang::En, true).await;
    let new = console.sign_in("new").await;
    for path in ["/", "/runs", "/runbooks/drill-one/declare", "/reports"] {
        let page = new.get(path).await;
        assert!(page.location().starts_with("/password?next="), "{path}");
    }
    let page = new.get("/password?next=%2Freports").await;
    assert!(page.has(".notice.warn") && !page.has("header nav"), "{}", page.text);
    let post = new.submit(&page, "form[action='/language']", &[]).await;
    assert_eq!(post.location(), "/password?next=%2Freports", "the page can be read in either language");
    let fields = [("present", PASSWORD), ("chosen", "my own words"), ("repeated", "my own words")];
    let page = new.submit(&page, "main form", &fields).await;
    assert_eq!(page.location(), "/reports");
    assert!(new.get("/runs").await.location().starts_with("/sign-in"), "the old session has ended");
    let new = console.enter(&page);
    assert_eq!(new.get("/runs").await.status, StatusCode::OK);
    let page = console.post("/sign-in", &[("name", "new"), ("password", "my own words")]).await;
    assert_eq!(page.location(), "/");
}

#[tokio::test]
async fn a_new_password_is_written_twice_is_long_enough_and_another_one() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let page = kim.get("/password").await;
    for (present, chosen, repeated, said) in [
        ("wrong words", "my own words", "my own words", "The present password is wrong"),
        (PASSWORD, "my own words", "my own wards", "not written the same twice"),
        (PASSWORD, PASSWORD, PASSWORD, "is the present one"),
        (PASSWORD, "short", "short", "at least 8 characters"),
    ] {
        let fields = [("present", present), ("chosen", chosen), ("repeated", repeated)];
        let again = kim.submit(&page, "main form", &fields).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.one(".notice.bad").contains(said), "{}", again.text);
        assert!(!again.text.contains("my own"), "nothing that was written is sent back");
    }
    assert_eq!(kim.get("/runs").await.status, StatusCode::OK, "still signed in");
    console.sign_in("kim").await;
}

#[tokio::test]
async fn asking_after_health_changes_nothing_that_is_kept() {
    let console = Console::open().await;
    let over = Session {
        token: Digest::of(b"over"),
        user: "kim".parse().unwrap(),
        csrf: "x".to_owned(),
        created_at: Timestamp(0),
        expires_at: Timestamp(1),
        epoch: 0,
        confirmed_at: None,
        half: false,
        origin: "::1".to_owned(),
        agent: String::new(),
        seen_at: Timestamp(0),
    };
    let open = vec![store::add(&over).unwrap()];
    assert_eq!(console.store.change(Timestamp(0), open, Vec::new()).await.unwrap(), Changed::Done);
    let page = console.get("/healthz").await;
    let said: serde_json::Value = serde_json::from_str(&page.text).unwrap();
    assert_eq!((page.status, said), (StatusCode::OK, serde_json::json!({ "status": "ok", "dispatch": "on" })));
    let kept = store::find::<Session>(&*console.store, &over.token.to_string()).await.unwrap();
    assert_eq!(kept.map(|found| found.value), Some(over), "swept when somebody signs in, not when somebody looks");
}
