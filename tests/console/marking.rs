use axum::http::StatusCode;

use crate::app::Console;
use crate::running::{at_the_gate, is_over, until};

#[tokio::test]
async fn a_milestone_is_corrected_and_both_values_are_shown() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let run = at_the_gate(&kim).await;
    let page = kim.get(&run).await;
    assert_eq!(page.all("#marks dt"), ["event", "detection", "declaration", "start"]);
    let first = page.all("#marks time")[0].clone();
    let form = "form:has(select[name=mark])";
    let corrected =
        [("mark", "event"), ("at", "2026-01-02T03:04:05"), ("reason", "the <i>log</i> says so"), ("verb", "mark")];
    assert_eq!(kim.submit(&page, form, &corrected).await.location(), run);
    let page = kim.get(&run).await;
    assert_eq!(page.all("#marks time")[..2], ["2026-01-02 03:04:05".to_owned(), first.clone()], "without any waiting");
    assert_eq!(page.one("#marks del"), first);
    assert!(page.text.contains("the &#60;i&#62;log") && !page.has("#marks i"));
    assert!(page.all("#mark option")[0].contains("2026-01-02 03:04:05"), "the form shows the value so far");
}

#[tokio::test]
async fn a_milestone_can_be_set_after_the_end_and_the_report_follows_it() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let page = kim.get("/runbooks/drill-one/declare").await;
    let fields = [("mode", "mock"), ("reason", "x"), ("input.why", "x"), ("speed", "0"), ("people", "yes")];
    let run = kim.submit(&page, "form.declare", &fields).await.location().to_owned();
    let page = until(&kim, &run, is_over).await;
    let reported = async || kim.get(&format!("{run}/report")).await.text.contains("tellers confirmed");
    assert!(!reported().await && !reported().await);
    let at = page.all("#marks time")[2].replace(' ', "T");
    let fields = [("mark", "verified"), ("at", at.as_str()), ("reason", "tellers confirmed"), ("verb", "mark")];
    assert_eq!(kim.submit(&page, "form:has(select[name=mark])", &fields).await.location(), run);
    let page = kim.get(&run).await;
    assert!(page.all("#marks dt").contains(&"business check".to_owned()), "{:?}", page.all("#marks dt"));
    let report = kim.get(&format!("{run}/report.md")).await;
    assert!(report.text.contains("tellers confirmed"));
    assert!(reported().await, "what was made before the correction is not shown after it");
}

#[tokio::test]
async fn a_milestone_needs_a_reason_and_lies_in_the_past() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let run = at_the_gate(&kim).await;
    let page = kim.get(&run).await;
    let send = async |at: &str, reason: &str| {
        let fields = [("mark", "event"), ("at", at), ("reason", reason), ("verb", "mark")];
        kim.submit(&page, "form:has(select[name=mark])", &fields).await
    };
    let answer = send("2026-01-02T03:04:05", " ").await;
    assert_eq!((answer.status, answer.text.contains("The reason is empty")), (StatusCode::UNPROCESSABLE_ENTITY, true));
    let answer = send("soon", "x").await;
    assert_eq!((answer.status, answer.text.contains("The new value")), (StatusCode::UNPROCESSABLE_ENTITY, true));
    let answer = send("2999-01-02T03:04:05", "x").await;
    assert_eq!((answer.status, answer.text.contains("future")), (StatusCode::CONFLICT, true), "{}", answer.text);
    let park = console.sign_in("park").await;
    assert!(!park.get(&run).await.has("select[name=mark]"), "an auditor corrects nothing");
}
