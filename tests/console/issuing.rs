//! A report is issued and signed by three people, and what was signed stays what it was.

use axum::http::{StatusCode, header};
use engine::base::Lang;
use engine::store::DeedQuery;

use crate::app::{Browser, Console};
use crate::approvals::forget_confirmations;
use crate::running::{is_over, until};

/// A mock run that is over.
async fn over(kim: &Browser<'_>) -> String {
    let page = kim.get("/runbooks/drill-one/declare").await;
    let fields = [("mode", "mock"), ("reason", "x"), ("input.why", "x"), ("speed", "0"), ("people", "yes")];
    let run = kim.submit(&page, "form.declare", &fields).await.location().to_owned();
    until(kim, &run, is_over).await;
    run
}

/// Sends the form that issues.
async fn issue(who: &Browser<'_>, issues: &str, reason: &str) {
    let page = who.get(issues).await;
    let answer = who.submit(&page, "form:has(input[value=issue])", &[("reason", reason)]).await;
    assert_eq!(answer.location(), issues);
}

/// Sends the form of the box that is next.
async fn sign(who: &Browser<'_>, issues: &str, comment: &str) {
    let page = who.get(issues).await;
    let answer = who.submit(&page, "form:has(input[value=sign])", &[("comment", comment)]).await;
    assert_eq!(answer.location(), issues);
}

#[tokio::test]
async fn three_people_sign_in_order_and_the_report_and_its_older_version_say_so() {
    let console = Console::open().await;
    console.add("choi", &["approver"], Lang::En, false).await;
    let (kim, lee) = (console.sign_in("kim").await, console.sign_in("lee").await);
    let (choi, park) = (console.sign_in("choi").await, console.sign_in("park").await);
    let run = over(&kim).await;
    let issues = format!("{run}/issues");
    assert!(kim.get(&format!("{run}/report")).await.text.contains(&issues), "the report leads there");
    assert!(!park.get(&issues).await.has("form[action$=issues]"), "an auditor reads");
    issue(&kim, &issues, "").await;
    assert!(!choi.get(&issues).await.has("input[value=sign]"), "not before the boxes in front of it");
    sign(&kim, &issues, "훈련 <b>결과</b>").await;
    let page = kim.get(&issues).await;
    assert!(!page.has("input[value=sign]"), "one person signs one box");
    assert!(!page.has("td b") && page.text.contains("&#60;b&#62;"));
    // A form sent past the page is held to the same.
    let digest = page.one("dd.digest");
    let csrf = page.attribute("input[name=csrf]", "value");
    let forged =
        [("csrf", csrf.as_str()), ("verb", "sign"), ("number", "1"), ("box", "reviewer"), ("digest", digest.as_str())];
    let refused = kim.post(&issues, &forged).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "an operator reviews nothing");
    sign(&lee, &issues, "").await;
    sign(&choi, &issues, "").await;
    let filed = park.get("/documents").await;
    assert_eq!(filed.all("tbody td:nth-of-type(1)"), ["published"], "what is approved counts among the documents");
    assert_eq!(
        park.get(&filed.attribute("tbody a", "href")).await.all("tbody th"),
        ["2", "1"],
        "issued, then approved"
    );
    let page = park.get(&issues).await;
    assert_eq!(page.all("tbody th"), ["Prepared", "Reviewed", "Approved"]);
    assert_eq!(page.all("tbody td:first-of-type").len(), 3);
    for name in ["kim", "lee", "choi"] {
        assert!(page.all("tbody td").iter().any(|cell| cell.starts_with(name)), "{name}");
    }
    let report = park.get(&format!("{run}/report.md")).await.text;
    assert!(report.contains("version 1") && report.contains("| Approved | choi | approver |"), "{report}");
    let first = park.get(&format!("{issues}/1")).await;
    assert_eq!(first.header(header::CONTENT_TYPE), "application/json");
    assert_eq!(first.text, park.get(&format!("{run}/report.json")).await.text);

    // The journal grows: what is shown now is no issued version any more, and the issued one is what it was.
    let page = kim.get(&run).await;
    let at = page.all("#marks time")[2].replace(' ', "T");
    let fields = [("mark", "verified"), ("at", at.as_str()), ("reason", "tellers"), ("verb", "mark")];
    assert_eq!(kim.submit(&page, "form:has(select[name=mark])", &fields).await.location(), run);
    let report = park.get(&format!("{run}/report.md")).await.text;
    assert!(report.contains("not an issued version") && !report.contains("| Approved | choi"), "{report}");
    issue(&kim, &issues, "영업 확인 시점 추가").await;
    let page = park.get(&issues).await;
    assert_eq!(page.all("section h2").len(), 2, "the older version stays");
    assert!(page.text.contains("영업 확인 시점 추가"));
    assert_eq!(park.get(&format!("{issues}/1")).await.text, first.text);
    let acts = DeedQuery { act: Some("report.".to_owned()), ..DeedQuery::default() };
    let deeds = console.store.deeds(acts).await.unwrap();
    let done = deeds.iter().filter(|deed| deed.entry.contains(r#""outcome":{"outcome":"done"}"#)).count();
    assert_eq!((deeds.len(), done), (6, 5), "two versions, three signatures, one refusal");
}

#[tokio::test]
async fn a_signature_is_asked_for_password_or_code_first_and_is_bound_to_what_was_shown() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let run = over(&kim).await;
    let issues = format!("{run}/issues");
    issue(&kim, &issues, "").await;
    let shown = kim.get(&issues).await;
    forget_confirmations(&console).await;
    let page = kim.get(&issues).await;
    assert!(!page.has("input[value=sign]") && page.has("a[href^='/confirm']"), "the way leads over showing it again");
    let late = kim.submit(&shown, "form:has(input[value=sign])", &[("comment", "")]).await;
    assert_eq!((late.status, late.location().starts_with("/confirm")), (StatusCode::SEE_OTHER, true));
    let page = kim.get(late.location()).await;
    let back = kim.submit(&page, "main form", &[("password", crate::app::PASSWORD)]).await;
    assert_eq!(back.location(), issues);
    let page = kim.get(&issues).await;
    let other = "0".repeat(64);
    let csrf = page.attribute("input[name=csrf]", "value");
    let fields = [("csrf", csrf.as_str()), ("verb", "sign"), ("number", "1"), ("box", "author"), ("digest", &other)];
    let refused = kim.post(&issues, &fields).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    sign(&kim, &issues, "").await;
    // The same form once more: it is signed already.
    let twice = kim.submit(&page, "form:has(input[value=sign])", &[("comment", "")]).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    let fields = [("csrf", csrf.as_str()), ("verb", "issue"), ("last", "0"), ("reason", "x")];
    let again = kim.post(&issues, &fields).await;
    assert_eq!(
        (again.status, again.text.contains("version 1 has been issued")),
        (StatusCode::CONFLICT, true),
        "{}",
        again.text
    );
}

#[tokio::test]
async fn a_run_that_goes_on_has_no_issued_report() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let run = crate::running::at_the_gate(&kim).await;
    let issues = format!("{run}/issues");
    let page = kim.get(&issues).await;
    assert!(!page.has("input[value=issue]"));
    let csrf = kim.get(&run).await.attribute("input[name=csrf]", "value");
    let refused = kim.post(&issues, &[("csrf", &csrf), ("verb", "issue"), ("last", "0"), ("reason", "")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(kim.get(&format!("{issues}/1")).await.status, StatusCode::NOT_FOUND);
    let no_key = kim.get(&format!("{run}/evidence.zip")).await;
    assert_eq!((no_key.status, no_key.text.contains("relight key new")), (StatusCode::CONFLICT, true));
}
