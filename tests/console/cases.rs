use axum::http::StatusCode;
use engine::base::{Clock as _, Lang, SystemClock};
use engine::cases::attend;
use engine::identity::Grant;
use harness::page::Page;

use crate::app::{Browser, Console};
use crate::running::{is_over, until};

/// Opens a mock case with the three answers that are enough.
async fn opened(person: &Browser<'_>) -> String {
    let page = person.get("/cases/new").await;
    let fields = [("what", "Power <script>alert(1)</script> lost"), ("class", "disaster"), ("mode", "mock")];
    person.submit(&page, "form.open-case", &fields).await.location().to_owned()
}

async fn ask(person: &Browser<'_>, case: &str, fields: &[(&str, &str)]) -> Page {
    let page = person.get(case).await;
    person.submit(&page, "main form", fields).await
}

/// The commander declares with one criterion.
async fn declared(lee: &Browser<'_>, case: &str) {
    let fields = [("verb", "declare"), ("criterion.unsafe", "yes"), ("reason", "smoke")];
    assert_eq!(ask(lee, case, &fields).await.location(), case);
}

/// Declares the runbook in the case and plays it to its end.
async fn played(lee: &Browser<'_>, console: &Console, case: &str, part: &str) -> String {
    let id = case.rsplit('/').next().unwrap();
    let page = lee.get(&format!("/runbooks/drill-one/declare?case={id}&part={part}")).await;
    assert!(page.has(".in-case"), "the form says to which case the run will belong");
    assert!(page.has("input[name=event_at][value^='20']"), "the recovery is reckoned from the event of the case");
    let fields = [("mode", "mock"), ("reason", "x"), ("input.why", "x"), ("speed", "0"), ("people", "yes")];
    let run = lee.submit(&page, "form.declare", &fields).await.location().to_owned();
    until(lee, &run, is_over).await;
    attend(&*console.store, SystemClock.now()).await.unwrap();
    run
}

#[tokio::test]
async fn three_answers_on_the_first_page_s_button_open_a_case() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let home = kim.get("/").await;
    assert!(home.has("a[href='/cases/new']"));
    let page = kim.submit(&kim.get("/cases/new").await, "form.open-case", &[("mode", "real")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.all(".notice.bad li").len(), 2, "{:?}", page.all(".notice.bad li"));
    assert!(page.has("input[name=mode][value=real][checked]"), "what was answered is kept");
    let case = opened(&kim).await;
    let page = kim.get(&case).await;
    assert_eq!(page.one("h1"), "Power <script>alert(1)</script> lost");
    assert!(!page.text.contains("<script>alert"));
    assert!(page.one(".banner strong").starts_with("Mock"));
    assert!(kim.get("/cases").await.has(&format!("a[href='{case}']")));
}

#[tokio::test]
async fn who_may_only_look_sees_no_form_and_is_refused() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let park = console.sign_in("park").await;
    let case = opened(&kim).await;
    assert!(!park.get("/").await.has("a[href='/cases/new']"));
    assert_eq!(park.get("/cases/new").await.status, StatusCode::FORBIDDEN);
    let page = park.get(&case).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.has("main form"), "an auditor changes nothing");
    let csrf = page.form("header form").1.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let key = "0193f3c0-0000-7000-8000-000000000001";
    let fields = [("csrf", csrf.as_str()), ("key", key), ("verb", "note"), ("text", "x")];
    assert_eq!(park.post(&format!("{case}/act"), &fields).await.status, StatusCode::FORBIDDEN);
    assert_eq!(park.get("/cases/none").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_case_goes_from_its_declaration_to_its_close_on_its_page() {
    let console = Console::open().await;
    let lee = console.sign_in("lee").await;
    let case = opened(&lee).await;
    let without = ask(&lee, &case, &[("verb", "declare"), ("reason", "smoke")]).await;
    assert_eq!(without.status, StatusCode::CONFLICT, "no criterion holds");
    declared(&lee, &case).await;
    assert!(lee.get(&case).await.has(".wall .cp-declared"));
    let run = played(&lee, &console, &case, "failover").await;
    let page = lee.get(&case).await;
    assert!(page.has(".wall .cp-running_on_dr") && page.has(&format!("a[href='{run}']")));
    let close = [("verb", "close"), ("summary", "done")];
    assert_eq!(ask(&lee, &case, &close).await.status, StatusCode::CONFLICT, "nothing says that it is protected");
    assert_eq!(page.all(".close .notice.warn li").len(), 1, "{:?}", page.all(".close li"));
    played(&lee, &console, &case, "failback").await;
    assert!(lee.get(&case).await.has(".wall .cp-normal"));
    ask(&lee, &case, &[("verb", "finding"), ("text", "스위치 예비품")]).await.location();
    assert_eq!(ask(&lee, &case, &close).await.status, StatusCode::CONFLICT, "nobody answers for the finding");
    ask(&lee, &case, &[("verb", "own"), ("number", "1"), ("owner", "park"), ("due", "2027-01-31")]).await.location();
    assert_eq!(ask(&lee, &case, &close).await.location(), case);
    let page = lee.get(&case).await;
    assert!(!page.has("main form"), "a case that is over takes nothing any more");
    assert!(page.all(".case-log li").len() >= 8);
}

#[tokio::test]
async fn what_is_written_afterwards_keeps_both_times_and_a_form_sent_twice_is_one_entry() {
    let console = Console::open().await;
    let lee = console.sign_in("lee").await;
    let case = opened(&lee).await;
    let page = lee.get(&case).await;
    let fields = [("text", "통신 두절"), ("at", "2026-01-02T03:04"), ("verb", "note")];
    for _ in 0..2 {
        lee.submit(&page, "form.note", &fields).await.location();
    }
    let lines: Vec<_> =
        lee.get(&case).await.all(".case-log li").into_iter().filter(|line| line.contains("통신 두절")).collect();
    assert_eq!(lines.len(), 1);
    assert!(lines[0].starts_with("2026-01-02 03:04:00") && lines[0].contains("입력"), "{lines:?}");
    ask(&lee, &case, &[("verb", "report")]).await.location();
    assert!(lee.get(&case).await.one("pre.copy").starts_with("[훈련] 경과보고 1: Power"));
}

#[tokio::test]
async fn the_command_is_handed_over_on_the_pages_of_both() {
    let console = Console::open().await;
    console.add("choi", &["deputy"], Lang::En, false).await;
    let lee = console.sign_in("lee").await;
    let choi = console.sign_in("choi").await;
    let case = opened(&lee).await;
    declared(&lee, &case).await;
    let page = lee.get(&case).await;
    lee.submit(&page, "form.offer", &[("to", "choi"), ("note", "교대"), ("verb", "offer")]).await.location();
    let page = choi.get(&case).await;
    assert!(page.has("form.take"));
    assert!(!lee.get(&case).await.has("form.take"), "only the successor acknowledges");
    choi.submit(&page, "form.take", &[("verb", "take")]).await.location();
    let page = choi.get(&case).await;
    assert!(page.all(".wall .big").contains(&"choi".to_owned()), "{:?}", page.all(".wall .big"));
    assert!(!page.has("form.take"));
}

#[tokio::test]
async fn a_case_of_another_organisation_is_not_there() {
    let console = Console::open().await;
    let at = |role: &str, org: &str| Grant::in_all_modes(role.parse().unwrap(), Some(org.parse().unwrap()));
    console.add_with("na", vec![at("commander", "bank/it")], Lang::En, false).await;
    console.add_with("ma", vec![at("commander", "card")], Lang::En, false).await;
    let na = console.sign_in("na").await;
    let ma = console.sign_in("ma").await;
    let case = opened(&na).await;
    declared(&na, &case).await;
    assert_eq!(ma.get(&case).await.status, StatusCode::NOT_FOUND);
    assert!(!ma.get("/cases").await.has(&format!("a[href='{case}']")));
    let lee = console.sign_in("lee").await;
    assert!(lee.get(&case).await.has(".wall .cp-declared"), "who commands the whole sees all of it");
}
