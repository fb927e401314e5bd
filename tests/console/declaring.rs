use axum::http::StatusCode;
use harness::page::Page;

use crate::app::{Browser, Console};
use crate::running::until;

const FORM: &str = "form.declare";

async fn form(kim: &Browser<'_>) -> Page {
    kim.get("/runbooks/drill-one/declare").await
}

#[tokio::test]
async fn the_form_shows_what_will_be_touched() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let page = form(&kim).await;
    assert_eq!(page.all("input[name=mode]").len(), 4);
    assert!(page.all(".commands code").iter().any(|line| line.contains("echo")));
    assert!(page.text.contains("1 of commander"));
    assert!(page.has("input[name='input.token'][type=password]"));
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once_and_what_was_written_is_kept() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let page = form(&kim).await;
    let fields =
        [("mode", "drill"), ("event_at", "yesterday"), ("confirm", "drill-two"), ("input.token", "s3cret-value")];
    let page = kim.submit(&page, FORM, &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.all(".notice.bad li").len(), 3, "{:?}", page.all(".notice.bad li"));
    assert!(page.has("input[name=confirm][value='drill-two']"));
    assert!(page.has("input[name=mode][value=drill][checked]"));
    assert!(!page.text.contains("s3cret-value"), "a secret is never sent back");
}

#[tokio::test]
async fn the_same_form_sent_twice_declares_once() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let page = form(&kim).await;
    let fields = [("mode", "mock"), ("reason", "rehearsal"), ("input.why", "x"), ("speed", "0"), ("people", "yes")];
    let first = kim.submit(&page, FORM, &fields).await.location().to_owned();
    let second = kim.submit(&page, FORM, &fields).await.location().to_owned();
    assert_eq!(first, second);
    assert_eq!(kim.get("/runs").await.all("tbody tr").len(), 1);
}

#[tokio::test]
async fn a_runbook_edited_after_it_was_shown_is_shown_again() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let page = form(&kim).await;
    let edited = crate::app::RUNBOOK.replace("target: 1m", "target: 5m");
    std::fs::write(console.folder.path().join("one.yaml"), format!("{edited}\n")).unwrap();
    let fields = [("mode", "mock"), ("reason", "rehearsal"), ("input.why", "x")];
    assert_eq!(kim.submit(&page, FORM, &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!kim.get("/runs").await.has("tbody tr"));
}

#[tokio::test]
async fn faults_that_are_asked_for_are_played_and_shown() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let page = form(&kim).await;
    assert_eq!(page.all("datalist option").len(), 2, "the units to choose from");
    let fields = [
        ("mode", "mock"),
        ("reason", "rehearsal"),
        ("input.why", "x"),
        ("speed", "0"),
        ("fault.0.unit", "db"),
        ("fault.0.fault", "fail"),
        ("fault.0.times", "1"),
        ("fault.2.unit", "go-live"),
        ("fault.2.takes", "7m"),
    ];
    let run = kim.submit(&page, FORM, &fields).await.location().to_owned();
    let page = until(&kim, &run, |page| page.has("#wall .rs-failed")).await;
    let rows = page.all("#units tbody tr:not(.stage-row)");
    assert!(rows[0].contains("failed") && rows[0].contains("injected"), "{rows:?}");
    assert!(rows[0].contains("0:05.0"), "simulated time is shown, not that of the wall: {rows:?}");
    assert!(rows[1].contains("pending") && !rows[1].contains("on track"), "nothing is said of what has not begun");
    kim.submit(&page, ".choices form", &[("verb", "retry-step")]).await;
    let page = until(&kim, &run, |page| page.has("#asks .question")).await;
    assert!(page.has("#units .st-ready"), "the second attempt is a good one");
}

#[tokio::test]
async fn faults_that_can_not_be_played_are_named_and_kept_in_the_form() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let page = form(&kim).await;
    let fields = [
        ("mode", "mock"),
        ("reason", "x"),
        ("input.why", "x"),
        ("speed", "0"),
        ("fault.0.unit", "web"),
        ("fault.0.fault", "hang"),
    ];
    let page = kim.submit(&page, FORM, &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.one(".notice.bad li").starts_with("web:"), "{:?}", page.all(".notice.bad li"));
    assert!(page.has("details[open] input[name='fault.0.unit'][value=web]"));
    assert!(page.has("select[name='fault.0.fault'] option[value=hang][selected]"));
}

#[tokio::test]
async fn what_is_declared_for_real_waits_for_another_commander() {
    let console = Console::open().await;
    console.add("cho", &["commander"], engine::base::Lang::En, false).await;
    let (cho, kim, lee) = (console.sign_in("cho").await, console.sign_in("kim").await, console.sign_in("lee").await);
    let page = form(&cho).await;
    let fields = [("mode", "real"), ("reason", "fire"), ("confirm", "drill-one"), ("input.why", "x")];
    let run = cho.submit(&page, FORM, &fields).await.location().to_owned();
    until(&cho, &run, |page| page.has(".controls")).await;
    for waiting in [&cho, &kim] {
        let page = waiting.get(&run).await;
        assert!(page.one(".controls .notice").contains("another person"));
        assert!(!page.has("button[value=resume]"), "neither who declared it nor an operator confirms it");
        assert!(!page.has("button[value=pause]"));
    }
    // Who sends the form all the same is refused.
    let csrf = cho.get(&run).await.form("header form").1.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let key = "0193f3c0-0000-7000-8000-000000000009";
    let fields = [("csrf", csrf.as_str()), ("key", key), ("verb", "resume")];
    assert_eq!(cho.post(&format!("{run}/act"), &fields).await.status, StatusCode::CONFLICT);
    let page = lee.get(&run).await;
    lee.submit(&page, ".controls form", &[("verb", "resume")]).await;
    until(&lee, &run, |page| !page.has(".controls .notice")).await;
}
