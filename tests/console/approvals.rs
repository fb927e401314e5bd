//! My approvals and the page of one gate: on whom a gate waits, what a vote is about, and showing again who votes.

use axum::http::StatusCode;
use engine::base::{Lang, Mode, Text, Timestamp};
use engine::identity::{Session, User};
use engine::store::{Changed, Query, add, find, list};
use engine::telling::{
    About, Address, Contact, ContactKind, GateLink, Key, Occasion, OccasionKind, Signer, Way, gate_link_path,
};
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
async fn a_gate_says_who_else_could_vote_and_how_they_are_reached_to_who_may_see_that() {
    let console = Console::open().await;
    let run = declared(&console).await;
    let contact = Contact {
        id: "choi".parse().unwrap(),
        name: Text::plain("Choi"),
        org: None,
        kind: ContactKind::Person { user: "choi".parse().ok() },
        class: "immediate".parse().unwrap(),
        roles: [].into(),
        ways: vec![
            Address { way: Way::InApp, to: String::new() },
            Address { way: Way::Sms, to: "010-1234-5678".to_owned() },
        ],
        deputy: None,
        modes: Mode::ALL.into(),
        lang: None,
        note: String::new(),
    };
    let added = console.store.change(Timestamp(1), vec![add(&contact).unwrap()], Vec::new()).await.unwrap();
    assert_eq!(added, Changed::Done);
    let (kim, choi) = (console.sign_in("kim").await, console.sign_in("choi").await);
    let here = format!("{run}/gates/go");
    // A contact of another organisation is told nothing of this gate, and is no way to reach anybody for it.
    let kept = find::<Contact>(&*console.store, "choi").await.unwrap().unwrap();
    let moved = kept.put(&Contact { org: "shop".parse().ok(), ..contact.clone() }).unwrap();
    assert_eq!(console.store.change(Timestamp(1), vec![moved], Vec::new()).await.unwrap(), Changed::Done);
    assert!(!kim.get(&here).await.has(".callees a"), "its number is nobody's way");
    let kept = find::<Contact>(&*console.store, "choi").await.unwrap().unwrap();
    let back = kept.put(&contact).unwrap();
    assert_eq!(console.store.change(Timestamp(1), vec![back], Vec::new()).await.unwrap(), Changed::Done);
    let page = kim.get(&here).await;
    assert_eq!(page.all(".callees strong"), ["choi", "lee"], "not kim, who declared, nor park, who audits");
    assert!(page.has(".callees a[href='tel:01012345678']"), "{}", page.text);
    let own = choi.get(&here).await;
    assert_eq!(own.all(".callees strong"), ["lee"], "the others");
    let lee = console.sign_in("lee").await;
    lee.submit(&lee.get(&here).await, FORM, &APPROVE).await.location();
    assert_eq!(kim.get(&here).await.all(".callees strong"), ["choi"], "who has voted is called no more");
    // Whoever else could vote is away: that is said before anybody waits for it.
    let found = find::<User>(&*console.store, "choi").await.unwrap().unwrap();
    let put = found.put(&User { disabled: true, ..found.value.clone() }).unwrap();
    assert_eq!(console.store.change(Timestamp(2), vec![put], Vec::new()).await.unwrap(), Changed::Done);
    assert!(kim.get(&here).await.one(".notice.bad").starts_with("Nobody could vote"));
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
        let now = engine::base::Clock::now(&engine::base::SystemClock).in_seoul();
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

#[tokio::test]
async fn what_a_broken_glass_gave_somebody_is_told_by_no_phone() {
    let console = Console::open().await;
    std::fs::write(console.folder.path().join("two-keys.yaml"), RUNBOOK).unwrap();
    for (name, role) in [("yoon", "situation-room"), ("han", "operator")] {
        console.add(name, &[role], Lang::En, false).await;
    }
    let (kim, lee, yoon) = (console.sign_in("kim").await, console.sign_in("lee").await, console.sign_in("yoon").await);
    let page = kim.get("/runbooks/two-keys/declare").await;
    let fields = [("mode", "real"), ("reason", "x"), ("confirm", "two-keys"), ("input.why", "flood")];
    let run = kim.submit(&page, "form.declare", &fields).await.location().to_owned();
    let page = lee.get(&run).await;
    assert_eq!(lee.submit(&page, "form:has([value=resume])", &[("verb", "resume")]).await.location(), run);
    // The one was broken long ago, the other is broken now.
    for until in [1, i64::MAX] {
        let found = find::<User>(&*console.store, "han").await.unwrap().unwrap();
        let put = found.put(&User { glass_until: Some(Timestamp(until)), ..found.value.clone() }).unwrap();
        assert_eq!(console.store.change(Timestamp(1), vec![put], Vec::new()).await.unwrap(), Changed::Done);
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        let page = yoon.get(&format!("{run}/gates/go")).await;
        let at = engine::base::Clock::now(&engine::base::SystemClock).in_seoul()[..19].replace(' ', "T");
        let fields =
            [("approver", "han"), ("witness", "park"), ("called_at", &at), ("approve", "no"), ("comment", "x")];
        assert_eq!(yoon.submit(&page, "details.phone form", &fields).await.status, StatusCode::CONFLICT, "{until}");
    }
    assert!(yoon.get(&format!("{run}/gates/go")).await.all(".votes li").is_empty());
}

/// Lets somebody stand in, by the form.
async fn give(browser: &Browser<'_>, fields: &[(&str, &str)]) -> Page {
    let page = browser.get("/me/delegations").await;
    browser.submit(&page, "form:has([name=to])", &[fields, &[("verb", "give")]].concat()).await
}

#[tokio::test]
async fn a_deputy_votes_once_for_whom_he_stands_in_and_that_person_no_more() {
    let console = Console::open().await;
    let run = declared(&console).await;
    console.add("han", &["tier-lead"], Lang::En, false).await;
    let (lee, han) = (console.sign_in("lee").await, console.sign_in("han").await);
    assert!(counted(&han).await.is_empty());
    let away = [("to", "han"), ("until", "2099-01-01T00:00"), ("reason", "a journey")];
    let long = give(&lee, &away).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody is away for so long");
    assert_eq!(long.attribute("#reason", "value"), "a journey", "what was written is still there");
    let until = engine::base::Clock::now(&engine::base::SystemClock).plus(engine::base::Millis::minutes(60)).to_iso();
    for (to, why) in [("lee", "oneself"), ("park", "who only looks on"), ("nobody-known", "no account")] {
        let refused = give(&lee, &[("to", to), ("until", &until), ("reason", "x")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
    }
    assert_eq!(
        give(&lee, &[("to", "han"), ("until", &until), ("reason", "a journey")]).await.location(),
        "/me/delegations"
    );
    assert_eq!(counted(&han).await, ["1"]);
    assert!(han.get("/approvals").await.text.contains("for lee"));

    let page = gate(&han).await;
    assert_eq!(page.all("select[name=for] option"), ["for lee"], "han has no vote of his own here");
    let forged = han.submit(&page, FORM, &[("approve", "yes"), ("comment", ""), ("for", "choi")]).await;
    assert_eq!(forged.status, StatusCode::CONFLICT, "nobody stands in for whom he was not asked by");
    let vote = [("approve", "yes"), ("comment", ""), ("for", "lee")];
    assert_eq!(han.submit(&page, FORM, &vote).await.location(), "/approvals");
    let here = format!("{run}/gates/go");
    assert!(han.get(&here).await.all(".votes li")[0].contains("han (for lee)"));
    assert!(lee.get(&here).await.all(".votes li")[0].contains("han (lee 대행)"));
    for spent in [&lee, &han] {
        assert!(counted(spent).await.is_empty(), "that vote is spent");
        assert!(!spent.get(&here).await.has(FORM));
    }
    let query = engine::store::DeedQuery { act: Some("gate.vote".into()), ..engine::store::DeedQuery::default() };
    let deeds = console.store.deeds(query).await.unwrap();
    let told = |deed: &engine::store::RecordedDeed| serde_json::from_str::<serde_json::Value>(&deed.entry).unwrap();
    let told: Vec<_> =
        deeds.iter().map(told).map(|deed| (deed["by"]["name"].clone(), deed["on_behalf_of"].clone())).collect();
    assert_eq!(told, [("han".into(), "choi".into()), ("han".into(), "lee".into())]);
}

#[tokio::test]
async fn a_delegation_that_was_taken_back_gives_nothing_and_is_not_handed_on() {
    let console = Console::open().await;
    let run = declared(&console).await;
    for name in ["han", "yoon"] {
        console.add(name, &["tier-lead"], Lang::En, false).await;
    }
    let (lee, han, yoon) = (console.sign_in("lee").await, console.sign_in("han").await, console.sign_in("yoon").await);
    let until = engine::base::Clock::now(&engine::base::SystemClock).plus(engine::base::Millis::minutes(60)).to_iso();
    give(&lee, &[("to", "han"), ("until", &until), ("reason", "a journey")]).await;
    give(&han, &[("to", "yoon"), ("until", &until), ("reason", "a journey")]).await;
    assert_eq!(counted(&han).await, ["1"]);
    assert!(counted(&yoon).await.is_empty(), "what was handed to han is not handed on");
    let shown = gate(&han).await;
    let page = lee.get("/me/delegations").await;
    let taken = lee.submit(&page, "form:has(button[value=take-back])", &[("verb", "take-back")]).await;
    assert_eq!(taken.location(), "/me/delegations");
    assert!(counted(&han).await.is_empty());
    let late = han.submit(&shown, FORM, &[("approve", "yes"), ("comment", ""), ("for", "lee")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text);
    assert!(lee.get(&format!("{run}/gates/go")).await.all(".votes li").is_empty());
    assert_eq!(counted(&lee).await, ["1"], "and lee votes himself");
}

/// A link to the gate `go` of a run, as a message to this person carries it.
async fn link_to(console: &Console, run: &str, (person, asked_at, now): (&str, Timestamp, Timestamp)) -> String {
    let run = run.rsplit('/').next().unwrap().parse().unwrap();
    let occasion = Occasion {
        key: Key::of_run(run, 1, OccasionKind::GateOpened, None),
        kind: OccasionKind::GateOpened,
        mode: Mode::Drill,
        at: asked_at,
        about: About { run: Some(run), unit: Some("go".parse().unwrap()), ..About::default() },
        phase: None,
        asks: std::collections::BTreeSet::new(),
        people: std::collections::BTreeSet::new(),
        headline: Text::plain("x"),
        detail: Text::plain("x"),
        path: "/".to_owned(),
    };
    let signer = Signer::open(&*console.store, now).await.unwrap();
    let link = GateLink::of(&occasion, &person.parse().unwrap(), now).unwrap();
    gate_link_path(&link.seal(&signer))
}

#[tokio::test]
async fn the_link_of_a_message_leads_its_person_to_the_gate_after_signing_in_and_casts_nothing() {
    let console = Console::open().await;
    let run = declared(&console).await;
    let now = engine::base::Clock::now(&engine::base::SystemClock);
    let link = link_to(&console, &run, ("lee", now, now)).await;
    let gate = format!("{run}/gates/go");

    let out = console.get(&link).await;
    let form = console.get(out.location()).await;
    let (_, hidden) = form.form("form:has([name=password])");
    assert!(hidden.contains(&("next".to_owned(), link.clone())), "{hidden:?}");
    let (lee, choi) = (console.sign_in("lee").await, console.sign_in("choi").await);
    assert_eq!(lee.get(&link).await.location(), gate);
    assert!(lee.get(&gate).await.all(".votes li").is_empty(), "following a link is no vote");

    let other = choi.get(&link).await;
    assert_eq!(other.status, StatusCode::FORBIDDEN);
    assert!(other.text.contains("sent to somebody else") && !other.text.contains(&gate), "{}", other.text);
    let query = engine::store::DeedQuery { act: Some("gate.link".into()), ..engine::store::DeedQuery::default() };
    assert_eq!(console.store.deeds(query).await.unwrap().len(), 1, "and it stands in the log");
}

#[tokio::test]
async fn a_link_that_is_old_changed_or_of_an_earlier_asking_leads_to_no_vote() {
    let console = Console::open().await;
    let run = declared(&console).await;
    let lee = console.sign_in("lee").await;
    let now = engine::base::Clock::now(&engine::base::SystemClock);
    let before = |minutes: i64| Timestamp(now.0 - minutes * 60_000);
    let good = link_to(&console, &run, ("lee", now, now)).await;
    let old = link_to(&console, &run, ("lee", now, before(24 * 60 + 2))).await;
    let earlier = link_to(&console, &run, ("lee", before(60), now)).await;
    let nowhere = link_to(&console, &uuid::Uuid::now_v7().to_string(), ("lee", now, now)).await;
    let mut changed = good.clone();
    let last = if changed.pop() == Some('A') { 'Q' } else { 'A' };
    changed.push(last);
    for (link, status, said) in [
        (old.as_str(), StatusCode::GONE, "유효 시간이 지난"),
        (earlier.as_str(), StatusCode::GONE, "다시 열렸습니다"),
        (changed.as_str(), StatusCode::NOT_FOUND, "손상되었거나"),
        (nowhere.as_str(), StatusCode::NOT_FOUND, "손상되었거나"),
        // Nothing of a link ever becomes part of an address.
        ("/g/https:%2F%2Fevil.example", StatusCode::NOT_FOUND, "손상되었거나"),
        ("/g/%2F%2Fevil.example%2Fg", StatusCode::NOT_FOUND, "손상되었거나"),
        ("/g/..%2F..%2Fsign-out", StatusCode::NOT_FOUND, "손상되었거나"),
    ] {
        let page = lee.get(link).await;
        assert_eq!(page.status, status, "{link}");
        let main = page.one("main");
        assert!(main.contains(said) && !main.contains("evil") && !page.has("[href*='//evil']"), "{link}: {main}");
        assert!(page.has("main a[href='/approvals']"), "{link}");
    }
    let choi = console.sign_in("choi").await;
    for approver in [&lee, &choi] {
        let page = approver.get(&format!("{run}/gates/go")).await;
        approver.submit(&page, FORM, &APPROVE).await;
    }
    let decided = lee.get(&good).await;
    assert_eq!(decided.status, StatusCode::GONE);
    assert_eq!(decided.attribute("main a.primary", "href"), format!("{run}/units/go"));
}
