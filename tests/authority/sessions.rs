//! What sessions withstand: fixation, theft, forged forms, guessing, and asking who is there.

use std::net::{IpAddr, Ipv4Addr};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use engine::base::{Lang, Secret};
use engine::identity::Tries;
use engine::plan::Mode;
use engine::store::{self, DeedQuery, Query};
use engine::telling::{OccasionKind, Raised};
use relight::accounts::{Came, Refusal, SignIns};
use serde_json::Value;

use crate::app::{Console, PASSWORD};
use crate::stage::{BANK, Stage, Verdict, grant};

fn came(last: u8) -> Came {
    Came::new(IpAddr::V4(Ipv4Addr::new(10, 0, 0, last)), "tests")
}

#[tokio::test]
async fn a_session_that_somebody_else_chose_is_never_taken() {
    let console = Console::open().await;
    let fixed = "relight_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let request = Request::post("/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, fixed)
        .body(Body::from(format!("name=kim&password={}", PASSWORD.replace(' ', "+"))));
    let page = console.send(request.unwrap()).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert!(!page.header(header::SET_COOKIE).starts_with(fixed));
    let with_fixed = Request::get("/runs").header(header::COOKIE, fixed).body(Body::empty()).unwrap();
    assert!(console.send(with_fixed).await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn a_stolen_session_is_worth_nothing_once_it_is_revoked() {
    let console = Console::open().await;
    let (thief, kim) = (console.sign_in("kim").await, console.sign_in("kim").await);
    let page = kim.get("/me").await;
    assert_eq!(page.all("#me-sessions ~ table tbody tr").len(), 2, "{}", page.text);
    let user = console.app.sign_ins.person(&"kim".parse().unwrap()).await.unwrap().unwrap();
    let sessions = console.app.sign_ins.sessions(&user).await.unwrap();
    // Both look alike here; the own one is marked on the page.
    let own = page.attribute("tr:has(.tag) input[name='id']", "value");
    let other = sessions.iter().map(|session| session.token.to_string()).find(|id| *id != own).unwrap();
    let (_, hidden) = page.form("form[action='/me']");
    let csrf = hidden.iter().find(|(name, _)| name == "csrf").unwrap().1.clone();
    let done = kim.post("/me", &[("csrf", &csrf), ("verb", "session-revoke"), ("id", &other)]).await;
    assert_eq!(done.location(), "/me");
    assert!(thief.get("/runs").await.location().starts_with("/sign-in"));
    assert_eq!(kim.get("/runs").await.status, StatusCode::OK);
    // Somebody else's session is nobody's to revoke.
    let lee = console.sign_in("lee").await;
    let page = lee.get("/me").await;
    let csrf = page.form("form[action='/me']").1[0].1.clone();
    let refused = lee.post("/me", &[("csrf", &csrf), ("verb", "session-revoke"), ("id", &own)]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    assert_eq!(kim.get("/runs").await.status, StatusCode::OK);
}

#[tokio::test]
async fn ending_all_ends_every_session_with_the_same_commit() {
    let console = Console::open().await;
    let (one, two) = (console.sign_in("kim").await, console.sign_in("kim").await);
    let page = one.get("/me").await;
    let csrf = page.form("form[action='/me']").1[0].1.clone();
    one.post("/me", &[("csrf", &csrf), ("verb", "session-all")]).await;
    for browser in [one, two] {
        assert!(browser.get("/runs").await.location().starts_with("/sign-in"));
    }
}

#[tokio::test]
async fn a_person_who_is_disabled_or_reset_is_out_at_once() {
    let stage = Stage::set().await;
    let admin = stage.person("boss", vec![grant("admin", "", &[])]).await;
    for verb in ["disable", "reset"] {
        let clerk = stage.person(verb, vec![grant("operator", BANK, &Mode::ALL)]).await;
        assert_eq!(stage.ask("GET /runs", &clerk, &[]).await, Verdict::Yes);
        assert_eq!(stage.ask(&format!("POST /people/{verb}"), &admin, &[("verb", verb)]).await, Verdict::Yes);
        assert_eq!(stage.ask("GET /runs", &clerk, &[]).await, Verdict::SignIn, "{verb}");
    }
    let deeds =
        stage.console.store.deeds(DeedQuery { act: Some("user.".into()), ..DeedQuery::default() }).await.unwrap();
    let acts: Vec<String> = deeds
        .iter()
        .map(|deed| serde_json::from_str::<Value>(&deed.entry).unwrap())
        .filter(|deed| deed["by"]["name"] == "boss")
        .map(|deed| deed["act"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(acts, ["user.disable", "user.reset"]);
    // Who gave out a password could vote with it: its owner and everybody of the first class hear of it.
    let told = store::list::<Raised>(&*stage.console.store, Query::default()).await.unwrap();
    let told: Vec<_> = told.iter().map(|raised| &raised.value.occasion).collect();
    assert_eq!(told.len(), 1, "disabling gives nobody a way in");
    assert_eq!(told[0].kind, OccasionKind::AccountReset);
    assert!(told[0].people.contains("reset") && told[0].headline.get(Lang::En).starts_with("boss"));
    assert!(deeds.iter().all(|deed| !deed.entry.contains("argon2id")), "no deed tells a password");
}

#[tokio::test]
async fn nobody_gives_roles_to_oneself_nor_beyond_the_own_organisation() {
    let stage = Stage::set().await;
    let boss = stage.person("boss", vec![grant("admin", "bank", &[])]).await;
    stage.person("clerk", vec![grant("operator", BANK, &Mode::ALL)]).await;
    stage.person("seller", vec![grant("operator", "shop", &Mode::ALL)]).await;
    let role = |org: &'static str| [("verb", "grant"), ("role", "commander"), ("org", org), ("mode", "real")];
    assert_eq!(stage.ask("POST /people/clerk", &boss, &role("bank/it/dr")).await, Verdict::Yes);
    assert_eq!(
        stage.ask("POST /people/clerk", &boss, &role("")).await,
        Verdict::Nothing,
        "everything is not the bank's"
    );
    assert_eq!(stage.ask("POST /people/clerk", &boss, &role("shop")).await, Verdict::Nothing);
    assert_eq!(stage.ask("POST /people/seller", &boss, &role("bank")).await, Verdict::Nothing);
    assert_eq!(stage.ask("POST /people/boss", &boss, &role("bank")).await, Verdict::No, "not to oneself");
    let clerk = stage.console.app.sign_ins.person(&"clerk".parse().unwrap()).await.unwrap().unwrap();
    let held: Vec<String> = clerk.grants().map(|grant| format!("{} {:?}", grant.role, grant.org)).collect();
    assert_eq!(held, ["commander Some(\"bank/it/dr\")", "operator Some(\"bank/it\")"]);
}

#[tokio::test]
async fn a_hundred_wrong_passwords_end_in_a_wait_that_a_restart_does_not_shorten() {
    let console = Console::open().await;
    let sign_ins = &console.app.sign_ins;
    let (mut wrong, mut waits) = (0, 0);
    for _ in 0..100 {
        match sign_ins.begin("kim", Secret::new("not it at all"), &came(1)).await {
            Err(Refusal::Wrong) => wrong += 1,
            Err(Refusal::Wait(_)) => waits += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(wrong < 12 && waits > 88, "{wrong} were judged, {waits} had to wait");
    let right = async |last| sign_ins.begin("kim", Secret::new(PASSWORD), &came(last)).await;
    assert!(matches!(right(1).await, Err(Refusal::Wait(_))));
    // Another node, or this one after a restart: the count stands in the store.
    let again = SignIns::new(console.store.clone(), console.app.clock.clone(), None);
    let refused = again.begin("kim", Secret::new(PASSWORD), &came(1)).await;
    assert!(matches!(refused, Err(Refusal::Wait(_))), "{refused:?}");
    // Nobody locks another person out: from elsewhere the right password is taken.
    assert!(right(2).await.is_ok());
}

#[tokio::test]
async fn many_guesses_at_once_are_no_more_than_many_in_turn() {
    let console = Console::open().await;
    let guess = |_| {
        let sign_ins = console.app.sign_ins.clone();
        async move { sign_ins.begin("kim", Secret::new("not it at all"), &came(1)).await }
    };
    let answers = futures::future::join_all((0..30).map(guess)).await;
    let judged = answers.iter().filter(|answer| matches!(answer, Err(Refusal::Wrong))).count();
    assert!(judged <= 6, "{judged} of 30 were judged");
}

/// Failures in the audit log, oldest first.
async fn failures(console: &Console) -> Vec<Value> {
    let refused = DeedQuery { outcome: Some("refused".into()), ..DeedQuery::default() };
    let deeds = console.store.deeds(refused).await.unwrap();
    deeds.iter().map(|deed| serde_json::from_str(&deed.entry).unwrap()).collect()
}

#[tokio::test]
async fn the_log_tells_of_guessing_and_of_the_lock_and_is_not_filled_by_it() {
    let console = Console::open().await;
    for _ in 0..100 {
        let _ = console.app.sign_ins.begin("kim", Secret::new("not it at all"), &came(1)).await.unwrap_err();
    }
    let told = failures(&console).await;
    assert!((1..=2).contains(&told.len()), "once a minute: {told:?}");
    assert_eq!(
        (&told[0]["act"], &told[0]["object"], &told[0]["origin"]),
        (&"user.sign_in".into(), &"user/kim".into(), &"10.0.0.1".into())
    );
    let locks = DeedQuery { act: Some("user.lock".into()), ..DeedQuery::default() };
    let locks = console.store.deeds(locks).await.unwrap();
    assert_eq!(locks.len(), 1, "one when it begins");
    let lock: Value = serde_json::from_str(&locks[0].entry).unwrap();
    assert_eq!((&lock["object"], &lock["after"]["from"]), (&"user/kim".into(), &"10.0.0.1".into()));
    // Ever new names from ever new addresses.
    for last in 2..82 {
        let name = format!("guess-{last}");
        let _ = console.app.sign_ins.begin(&name, Secret::new("not it at all"), &came(last)).await.unwrap_err();
    }
    let told = failures(&console).await;
    assert!(told.len() <= 62, "{} of 180 in a minute, two where one has just ended", told.len());
}

#[tokio::test]
async fn for_a_name_that_nobody_has_the_same_work_is_done() {
    let console = Console::open().await;
    let mut work = Vec::new();
    for name in ["kim", "nobody-of-this-name"] {
        let before = (console.app.sign_ins.hasher().computed(), failures(&console).await.len());
        let refused = console.app.sign_ins.begin(name, Secret::new("not it at all"), &came(1)).await;
        assert!(matches!(refused, Err(Refusal::Wrong)), "{name}");
        let after = (console.app.sign_ins.hasher().computed(), failures(&console).await.len());
        work.push((after.0 - before.0, after.1 - before.1));
    }
    assert_eq!(work, [(1, 1); 2], "hashes computed and failures written down");
    // What is nobody's name may be a password in the wrong field.
    assert!(failures(&console).await.iter().all(|deed| !deed.to_string().contains("nobody-of-this-name")));
    let tries = store::list::<Tries>(&*console.store, Query::default()).await.unwrap();
    assert_eq!(tries.len(), 4, "both names are counted, from this address and from all");
}

#[tokio::test]
async fn forms_of_others_and_frames_are_refused_on_every_new_page() {
    let stage = Stage::set().await;
    let boss = stage.person("boss", vec![grant("admin", "", &[]), grant("operator", "", &Mode::ALL)]).await;
    for path in ["/me", "/people", "/people/boss", "/organisations", "/confirm", "/break-glass", "/sign-in/second"] {
        let request = Request::get(path).header(header::COOKIE, &boss.cookie).body(Body::empty()).unwrap();
        let page = stage.console.send(request).await;
        assert_eq!(page.header(header::X_FRAME_OPTIONS), "DENY", "{path}");
        assert_eq!(page.header(header::CACHE_CONTROL), "no-store", "{path}");
        assert!(!page.has("[style]") && !page.has("style") && !page.has("script:not([src])"), "{path}");
    }
    for path in ["/me", "/people", "/people/boss", "/confirm", "/break-glass"] {
        for (name, value, csrf) in [("x-none", "x", "guess"), ("sec-fetch-site", "cross-site", boss.csrf.as_str())] {
            let request = Request::post(path)
                .header(header::COOKIE, &boss.cookie)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(name, value)
                .body(Body::from(format!("csrf={csrf}&verb=session-all&name=evil&password=x&reason=x")));
            let page = stage.console.send(request.unwrap()).await;
            assert_eq!(
                (page.status, page.one("h1").as_str()),
                (StatusCode::FORBIDDEN, "The form was not accepted"),
                "{path}"
            );
        }
    }
    let kim = stage.console.sign_in("kim").await;
    let (_, hidden) = kim.get("/confirm").await.form("main form");
    let csrf = &hidden.iter().find(|(name, _)| name == "csrf").unwrap().1;
    for foreign in ["https://evil.example/", "//evil.example", "/\\evil.example"] {
        let page = kim.post("/confirm", &[("csrf", csrf), ("password", PASSWORD), ("next", foreign)]).await;
        assert_eq!(page.location(), "/", "{foreign}");
    }
}
