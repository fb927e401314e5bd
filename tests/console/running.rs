use std::time::{Duration, Instant};

use axum::http::StatusCode;
use engine::base::Lang;
use harness::page::Page;

use crate::app::{Browser, Console};

/// Declares a mock run that stops at its gate.
pub(crate) async fn at_the_gate(kim: &Browser<'_>) -> String {
    let page = kim.get("/runbooks/drill-one/declare").await;
    let fields = [("mode", "mock"), ("reason", "why <u>not</u>"), ("input.why", "<b>bold</b>"), ("speed", "0")];
    let run = kim.submit(&page, "form.declare", &fields).await.location().to_owned();
    until(kim, &format!("{run}/asks"), |page| page.text.contains("Open &#60;i&#62;now")).await;
    run
}

/// Asks for a page until it is as wanted.
pub(crate) async fn until(person: &Browser<'_>, path: &str, wanted: impl Fn(&Page) -> bool) -> Page {
    // Far beyond what anything here takes on a busy machine.
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        let page = person.get(path).await;
        if wanted(&page) {
            return page;
        }
        assert!(Instant::now() < deadline, "waited in vain: {:?}", page.all("#wall, #units tbody tr, .notice.bad"));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub(crate) fn is_over(page: &Page) -> bool {
    page.has("#feed[data-state=still]")
}

#[tokio::test]
async fn the_page_of_a_run_has_all_its_parts_without_any_script() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let run = at_the_gate(&kim).await;
    let page = kim.get(&run).await;
    assert_eq!(page.status, StatusCode::OK);
    for part in
        [".wall .big", ".stages li", "#dag svg.dag", "#gantt svg.gantt", "#units tbody tr", "#timeline li", "#asks"]
    {
        assert!(page.has(part), "{part}");
    }
    assert!(page.one(".banner strong").starts_with("Mock"));
    assert!(
        page.has("noscript meta[http-equiv=refresh]") || page.text.contains("<noscript><meta http-equiv=\"refresh\"")
    );
    assert!(!page.has("main script") && !page.has("main i") && !page.has("main u") && !page.has("main b"));
}

#[tokio::test]
async fn who_declared_sees_why_they_may_not_vote_and_the_approver_votes_once() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let run = at_the_gate(&kim).await;
    let asks = kim.get(&format!("{run}/asks")).await;
    assert!(!asks.has("button[name=approve]"), "the requester is excluded");
    let lee = console.sign_in("lee").await;
    let asks = lee.get(&format!("{run}/asks")).await;
    assert!(asks.has("button[name=approve]"));
    let refused = lee.submit(&asks, ".ask form", &[("approve", "no"), ("comment", " ")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let voted = lee.submit(&asks, ".ask form", &[("approve", "yes"), ("comment", "<s>go</s>")]).await;
    assert_eq!(voted.location(), run);
    let again = lee.submit(&asks, ".ask form", &[("approve", "yes"), ("comment", "<s>go</s>")]).await;
    assert_eq!(again.location(), run, "the same form again is answered as before");
    let page = until(&lee, &run, is_over).await;
    assert!(!page.has("main s"), "the comment stays text");
    assert!(page.text.contains("&#60;s&#62;go"));
}

#[tokio::test]
async fn a_vote_of_somebody_without_the_role_is_refused_in_their_language() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let run = at_the_gate(&kim).await;
    let lee = console.sign_in("lee").await;
    let (_, hidden) = lee.get(&format!("{run}/asks")).await.form(".ask form");
    let digest = hidden.iter().find(|(name, _)| name == "digest").unwrap().1.clone();
    console.add("choi", &["approver"], Lang::En, false).await;
    for (name, key, told) in [
        ("choi", "01890a5d-ac96-774b-bcce-b302099a8057", "holds none of these roles"),
        ("park", "01890a5d-ac96-774b-bcce-b302099a8058", "the roles observer, auditor and admin approve nothing"),
    ] {
        let browser = console.sign_in(name).await;
        let page = browser.get(&run).await;
        let csrf = page.form("form[action='/sign-out']").1[0].1.clone();
        let fields = [
            ("csrf", csrf.as_str()),
            ("key", key),
            ("verb", "vote"),
            ("unit", "go-live"),
            ("approve", "yes"),
            ("digest", &digest),
        ];
        let page = browser.post(&format!("{run}/act"), &fields).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(page.text.contains(told), "{name}: {}", page.text);
    }
}

#[tokio::test]
async fn what_was_done_is_rolled_back_from_the_page_and_the_whole_run_by_a_commander_alone() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let run = at_the_gate(&kim).await;
    let asks = kim.get(&format!("{run}/asks")).await;
    let scope = "#rollback-scope option";
    assert!(asks.has(&format!("{scope}[value='unit:db']")) && !asks.has(&format!("{scope}[value=run]")));
    let lee = console.sign_in("lee").await;
    let asks = lee.get(&format!("{run}/asks")).await;
    assert!(asks.has(&format!("{scope}[value=run]")));
    let fields = [("verb", "rollback"), ("scope", "run"), ("reason", "wrong site")];
    let answer = lee.submit(&asks, "form:has(#rollback-scope)", &fields).await;
    assert_eq!(answer.location(), run);
    // The unit has no rollback steps, so a person is asked; the gate and what it was built on wait no more.
    let asks = until(&lee, &format!("{run}/asks"), |page| page.has("#manual-db")).await;
    let fields = [("result", "done"), ("evidence", "stopped by hand")];
    lee.submit(&asks, ".ask:has(#manual-db) form[enctype]", &fields).await;
    until(&kim, &format!("{run}/asks"), |page| page.has("#stuck-db")).await;
    assert!(kim.get(&run).await.text.contains("rolled back"));
}

#[tokio::test]
async fn the_report_is_a_page_and_a_file_in_both_languages() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let run = at_the_gate(&kim).await;
    let lee = console.sign_in("lee").await;
    let asks = lee.get(&format!("{run}/asks")).await;
    lee.submit(&asks, ".ask form", &[("approve", "yes"), ("comment", "")]).await;
    until(&kim, &run, is_over).await;
    for (person, word) in [(&kim, "Disaster recovery run report"), (&lee, "재해복구 수행 결과 보고서")] {
        let page = person.get(&format!("{run}/report")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains(word));
        assert!(page.has(".report figure svg") && page.all(".report section").len() >= 10);
        assert!(!page.has(".report script") && !page.has(".report b:not(strong)"), "texts stay text");
        let file = person.get(&format!("{run}/report.html")).await;
        assert!(file.text.contains(word) && !file.has("script") && !file.has("link"), "it needs nothing else");
    }
    let json = kim.get(&format!("{run}/report.json")).await;
    let json: serde_json::Value = serde_json::from_str(&json.text).unwrap();
    assert_eq!(json["cover"]["runbook"], "drill-one");
    assert!(kim.get(&format!("{run}/report.md")).await.text.contains("drill-one"));
    assert_eq!(kim.get("/reports").await.all("tbody tr").len(), 1);
}

#[tokio::test]
async fn the_stream_of_a_run_that_is_over_brings_everything_and_ends() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let page = kim.get("/runbooks/drill-one/declare").await;
    let fields = [("mode", "mock"), ("reason", "x"), ("input.why", "x"), ("speed", "0"), ("people", "yes")];
    let run = kim.submit(&page, "form.declare", &fields).await.location().to_owned();
    until(&kim, &run, is_over).await;
    let stream = kim.get(&format!("{run}/live")).await;
    assert_eq!(stream.header(axum::http::header::CONTENT_TYPE), "text/event-stream");
    for part in ["#wall", "#stages", "#dag", "#gantt", "#units", "#output", "#timeline"] {
        assert!(stream.text.contains(&format!("hx-target=\"{part}\"")), "{part}");
    }
    assert!(!stream.text.contains("csrf"), "what is shared holds nobody's token");
    assert!(stream.text.contains("\nid: "));
}
