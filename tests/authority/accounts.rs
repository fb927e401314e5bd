//! A person's own account: the second factor, recovery codes, tokens for programs.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use engine::base::{Clock as _, Millis, SystemClock};
use engine::identity::Scope;
use relight::accounts::{Authenticator, Enrolment};

use crate::app::{Browser, Console, PASSWORD};

async fn enrolled(console: &Console, browser: &Browser<'_>, name: &str) -> (Authenticator, Vec<String>, String) {
    let page = browser.get("/me").await;
    let csrf = page.form("form[action='/me']").1[0].1.clone();
    assert_eq!(browser.post("/me", &[("csrf", &csrf), ("verb", "second-begin")]).await.location(), "/me");
    let page = browser.get("/me").await;
    assert!(page.has("svg.qr path"), "{}", page.text);
    let user = console.app.sign_ins.person(&name.parse().unwrap()).await.unwrap().unwrap();
    let Enrolment::Begun(authenticator) = console.app.sign_ins.enrolment(&user).await.unwrap() else { panic!() };
    assert!(page.text.contains(&authenticator.base32()));
    let wrong = browser.post("/me", &[("csrf", &csrf), ("verb", "second-on"), ("code", "000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let code = authenticator.code(SystemClock.now());
    let on = browser.post("/me", &[("csrf", &csrf), ("verb", "second-on"), ("code", &code)]).await;
    let codes = on.all(".fresh code");
    assert_eq!(codes.len(), 10, "{}", on.text);
    (authenticator, codes, code)
}

#[tokio::test]
async fn a_code_is_asked_for_in_a_second_step_and_is_good_once() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let (authenticator, codes, used) = enrolled(&console, &kim, "kim").await;
    let page = console.post("/sign-in", &[("name", "kim"), ("password", PASSWORD), ("next", "/reports")]).await;
    assert_eq!(page.location(), "/sign-in/second?next=%2Freports");
    let half = console.enter(&page);
    assert!(half.get("/runs").await.location().starts_with("/sign-in/second"), "half a session opens nothing");
    let form = half.get("/sign-in/second?next=%2Freports").await;
    let again = half.submit(&form, "main form", &[("code", &used)]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "the code that turned it on is spent");
    let page = half.submit(&form, "main form", &[("code", &codes[0].to_uppercase())]).await;
    assert_eq!(page.location(), "/reports");
    let whole = console.enter(&page);
    assert_eq!(whole.get("/runs").await.status, StatusCode::OK);
    assert!(half.get("/runs").await.location().starts_with("/sign-in"), "the half session is over");
    // A recovery code is good once too; clocks may be a step ahead.
    let page = console.post("/sign-in", &[("name", "kim"), ("password", PASSWORD)]).await;
    let half = console.enter(&page);
    let form = half.get("/sign-in/second").await;
    let spent = half.submit(&form, "main form", &[("code", &codes[0])]).await;
    assert_eq!(spent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let ahead = authenticator.code(SystemClock.now().plus(Millis::seconds(30)));
    let page = half.submit(&form, "main form", &[("code", &ahead)]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    let kim = console.enter(&page);
    assert!(kim.get("/me").await.text.contains("9 recovery codes"));
}

#[tokio::test]
async fn a_token_is_shown_once_works_within_its_scope_and_ends_with_the_account() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let page = kim.get("/me").await;
    let csrf = page.form("form[action='/me']").1[0].1.clone();
    let fields =
        [("csrf", csrf.as_str()), ("verb", "token-add"), ("label", "watcher"), ("scope", "view"), ("days", "7")];
    let page = kim.post("/me", &fields).await;
    let token = page.one(".fresh code");
    assert!(token.starts_with("rlt_"), "{}", page.text);
    let page = kim.get("/me").await;
    assert!(!page.text.contains(&token) && page.text.contains("watcher"));
    let (kept, user) = console.app.sign_ins.program(&token).await.unwrap().unwrap();
    assert_eq!((kept.scope, kept.label.as_str(), user.name.as_str()), (Scope::View, "watcher", "kim"));
    for wrong in ["", "rlt_", &token[4..], "rlt_AAAA", &format!("{token}x")] {
        assert!(console.app.sign_ins.program(wrong).await.unwrap().is_none(), "{wrong}");
    }
    // A token opens no page: those take a session.
    let request = Request::get("/runs").header(header::AUTHORIZATION, format!("Bearer {token}"));
    let page = console.send(request.body(Body::empty()).unwrap()).await;
    assert!(page.location().starts_with("/sign-in"));
    kim.post("/me", &[("csrf", &csrf), ("verb", "session-all")]).await;
    assert!(console.app.sign_ins.program(&token).await.unwrap().is_none());
}
