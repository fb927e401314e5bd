//! My approvals and the page of one gate: on whom a gate waits, what a vote is about, and showing again who votes.

use axum::http::StatusCode;
use engine::base::Lang;
use engine::identity::Session;
use engine::store::{Changed, Query, list};
use harness::page::Page;

use crate::app::{Browser, Console};

const RUNBOOK: &str = r#"
runbook: two-keys
title: Two keys
objectives: {rto: 30m}
inputs:
  why: {type: text}
  token: {type: secret, required: false}
units:
  go:
    title: Turn the <b>keys</b>
    gate: {question: "Cut <i>now</i>?", approvers: [commander, business-owner], quorum: 2, exclude: [requester], timeout: 10m}
  cut:
    needs: [go]
    title: Cut the line
    target: 5m
    point_of_no_return: true
    run: [{command: "true"}]
"#;

const APPROVE: [(&str, &str); 2] = [("approve", "yes"), ("comment", "")];
const FORM: &str = "form:has([name=digest])";

async fn declared(console: &Console) -> String {
    std::fs::write(console.folder.path().join("two-keys.yaml"), RUNBOOK).unwrap();
    console.add("choi", &["business-owner"], Lang::En, false).await;
    let kim = console.sign_in("kim").await;
    let page = kim.get("/runbooks/two-keys/declare").await;
    let fields = [
        ("mode", "drill"),
        ("reason", "x"),
        ("confirm", "two-keys"),
        ("input.why", "flood"),
        ("input.token", "s3cret"),
    ];
    kim.submit(&page, "form.declare", &fields).await.location().to_owned()
}

/// Forgets when anybody last showed who that is, as time does.
pub(crate) async fn forget_confirmations(console: &Console) {
    for found in list::<Session>(&*console.store, Query::default()).await.unwrap() {
        let put = found.put(&Session { confirmed_at: None, ..found.value.clone() }).unwrap();
        let changed = console.store.change(found.value.seen_at, vec![put], Vec::new()).await.unwrap();
        assert_eq!(changed, Changed::Done);
    }
}

async fn counted(browser: &Browser<'_>) -> Vec<String> {
    browser.get("/runbooks").await.all("nav .count")
}

async fn gate(browser: &Browser<'_>) -> Page {
    let cards = browser.get("/approvals").await;
    browser.get(&cards.attribute(".card a.button", "href")).await
}

#[tokio::test]
async fn a_gate_waits_for_those_whose_vote_it_takes_and_for_nobody_else() {
    let console = Console::open().await;
    let run = declared(&console).await;
    let (kim, lee) = (console.sign_in("kim").await, console.sign_in("lee").await);
    let (park, choi) = (console.sign_in("park").await, console.sign_in("choi").await);
    for other in [&kim, &park] {
        assert!(other.get("/approvals").await.all(".card").is_empty());
        assert!(counted(other).await.is_empty());
    }
    for approver in [&lee, &choi] {
        let page = approver.get("/approvals").await;
        assert_eq!(page.all(".card h2"), ["Turn the <b>keys</b>"]);
        assert!(!page.has(".card b") && !page.has(".card i"));
        assert_eq!(counted(approver).await, ["1"]);
    }
    let page = gate(&lee).await;
    let voted = lee.submit(&page, FORM, &APPROVE).await;
    assert_eq!(voted.location(), "/approvals");
    assert!(lee.get("/approvals").await.all(".card").is_empty(), "who has voted is not waited for");
    assert_eq!(counted(&choi).await, ["1"]);
    let page = gate(&choi).await;
    assert_eq!(page.all(".votes li").len(), 1);
    choi.submit(&page, FORM, &APPROVE).await;
    assert!(counted(&choi).await.is_empty());
    let gone = choi.get(&format!("{run}/gates/go")).await;
    assert_eq!(gone.location(), format!("{run}/units/go"), "a gate that is decided asks nobody");
}

#[tokio::test]
async fn the_page_of_a_gate_says_what_a_vote_is_about_and_keeps_secrets() {
    let console = Console::open().await;
    declared(&console).await;
    let choi = console.sign_in("choi").await;
    let page = gate(&choi).await;
    assert_eq!(page.all(".question"), ["Cut <i>now</i>?"]);
    assert!(!page.has("main i") && !page.has("main b"));
    let bound = page.all(".bound dd").join(" ");
    assert!(bound.contains("flood") && !page.text.contains("s3cret"), "{bound}");
    let (_, fields) = page.form(FORM);
    let digest = fields.iter().find(|(name, _)| name == "digest").unwrap();
    assert!(bound.contains(digest.1.as_str()), "the digest that is voted on is the one that is shown");
    assert!(page.text.contains("Cut the line"), "the point of no return is named");
    let refused = choi.submit(&page, FORM, &[("approve", "no"), ("comment", " ")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "a rejection needs a reason");
}

#[tokio::test]
async fn before_a_point_of_no_return_the_voter_shows_again_who_that_is() {
    let console = Console::open().await;
    let run = declared(&console).await;
    let choi = console.sign_in("choi").await;
    let before = gate(&choi).await;
    forget_confirmations(&console).await;
    let page = gate(&choi).await;
    assert!(!page.has("button[value=yes]") && page.has("button[value=no]"), "to stop needs no ceremony");
    let here = format!("{run}/gates/go");
    let confirm = page.attribute("a.primary", "href");
    // A page that was open for long still has its button.
    let late = choi.submit(&before, FORM, &APPROVE).await;
    assert_eq!((late.status, late.location()), (StatusCode::SEE_OTHER, confirm.as_str()));
    let form = choi.get(&confirm).await;
    let shown = choi.submit(&form, "form:has([name=password])", &[("password", crate::app::PASSWORD)]).await;
    assert_eq!(shown.location(), here);
    let page = choi.get(&here).await;
    assert!(page.all(".votes li").is_empty(), "what was refused does not count");
    assert_eq!(choi.submit(&page, FORM, &APPROVE).await.location(), "/approvals");
    let lee = console.sign_in("lee").await;
    assert_eq!(lee.get(&here).await.all(".votes li").len(), 1);
}

#[tokio::test]
async fn the_situation_room_enters_what_was_told_by_phone_with_a_witness() {
    let console = Console::open().await;
    let run = declared(&console).await;
    console.add("yoon", &["situation-room"], Lang::En, false).await;
    let yoon = console.sign_in("yoon").await;
    let here = format!("{run}/gates/go");
    let said = |approver: &'static str, witness: &'static str| {
        let now = engine::base::Clock::now(&engine::base::SystemClock).in_seoul().to_string();
        (now[..19].to_owned(), approver, witness)
    };
    let enter = async |(at, approver, witness): (String, &str, &str)| {
        let at = at.replace(' ', "T");
        // A form has a number: sent again it is answered as before.
        let page = yoon.get(&here).await;
        let fields = [("approver", approver), ("witness", witness), ("called_at", at.as_str()), ("approve", "yes")];
        yoon.submit(&page, "details.phone form", &fields).await
    };
    // The gate opened within this second; a call is told to the second.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    assert_eq!(enter(said("nobody", "park")).await.status, StatusCode::UNPROCESSABLE_ENTITY, "no such account");
    assert_eq!(enter(said("choi", "choi")).await.status, StatusCode::CONFLICT, "a witness is another person");
    assert_eq!(enter(said("park", "lee")).await.status, StatusCode::CONFLICT, "an auditor has no vote to tell");
    assert!(yoon.get(&here).await.all(".votes li").is_empty());
    assert_eq!(enter(said("choi", "park")).await.location(), here);
    let votes = yoon.get(&here).await.all(".votes li");
    assert!(votes[0].contains("choi (by phone") && votes[0].contains("entered by yoon, witness park"), "{votes:?}");
    let choi = console.sign_in("choi").await;
    assert!(choi.get("/approvals").await.all(".card").is_empty(), "choi has voted");
    let lee = console.sign_in("lee").await;
    assert!(!lee.get(&here).await.has("details.phone"), "whoever votes enters no calls");
}
