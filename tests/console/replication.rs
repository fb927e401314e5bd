//! The pages of replication: what would be lost, over which time, and when nothing came over.

use axum::http::StatusCode;
use engine::base::{Millis, Text, Timestamp};
use engine::identity::Grant;
use engine::inventory::LinkKind;
use engine::plan::Mode;
use engine::replication::{Break, Level, Watched};
use engine::run::{Confidence, Flow, Method, Point, Reading};
use engine::store::{Changed, Sample, add};
use harness::page::Page;

use crate::app::Console;

/// So many milliseconds before an instant.
fn before(now: Timestamp, ago: Millis) -> Timestamp {
    Timestamp(now.0 - i64::try_from(ago.0).unwrap())
}

/// A link that is behind by four minutes of an RPO of five, was stopped for five minutes and never let go of a tag.
fn orders(now: Timestamp) -> Watched {
    let ago = |minutes| before(now, Millis::minutes(minutes));
    let point = Point { at: ago(4), method: Method::Heartbeat, confidence: Confidence::Measured };
    let reading = serde_json::json!({
        "link": "orders", "kind": "postgres", "source": "db-main", "standby": "db-dr", "at": now, "state": Flow::CatchingUp,
        "why": "behind", "point": point,
    });
    let reading: Reading = serde_json::from_value(reading).unwrap();
    let stop = Break {
        stopped_at: ago(30),
        state: Flow::Stopped,
        why: Text::plain("<i>no link</i>"),
        point_at: Some(ago(31)),
        transaction: Some("tx-7".to_owned()),
        resumed_at: Some(ago(25)),
    };
    Watched {
        link: "orders".parse().unwrap(),
        standby: "db-dr".parse().unwrap(),
        title: Text::new("주문 <b>복제</b>", "Orders <b>replica</b>"),
        kind: LinkKind::Postgres,
        source: Some("db-main".parse().unwrap()),
        services: vec!["ticket".parse().unwrap()],
        rpo: Some(Millis::minutes(5)),
        every: Millis::seconds(10),
        mode: Mode::Real,
        known: Some(point),
        seen_at: Some(now),
        reading: Some(reading),
        level: Level::Near,
        untold: false,
        breaks: vec![stop],
    }
}

/// A console on which that link was measured for two hours, a minute each; of five minutes nobody could say anything.
async fn measured() -> (Console, Timestamp) {
    let console = Console::open().await;
    let now = console.app.clock.now();
    let watched = orders(now);
    let series = watched.series();
    let changed = console.store.change(now, vec![add(&watched).unwrap()], Vec::new()).await.unwrap();
    assert!(matches!(changed, Changed::Done));
    let sample = |minutes: u64| Sample {
        series: series.clone(),
        at: before(now, Millis::minutes(minutes)),
        state: "streaming".to_owned(),
        lag: None,
        loss: (!(25..30).contains(&minutes)).then_some(Millis::seconds(if minutes == 90 { 600 } else { 60 })),
        point_at: None,
    };
    let samples = (0..120).map(sample).collect();
    console.store.observe(samples, Timestamp(0)).await.unwrap();
    (console, now)
}

/// The words of the picture.
fn words(page: &Page) -> String {
    page.one("figure.losses figcaption")
}

#[tokio::test]
async fn the_page_of_a_link_shows_how_it_stands_what_would_be_lost_and_when_it_stopped() {
    let (console, _) = measured().await;
    let kim = console.sign_in("kim").await;
    let listed = kim.get("/replication").await;
    assert!(listed.has("a[href='/replication/orders']"));
    let page = kim.get("/replication/orders").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.one("h1").starts_with("Orders <b>replica</b>") && !page.has("h1 b, figcaption i, main script"));
    let facts = page.all("dl.facts dd").join(" | ");
    for wanted in ["catching up", "4 m", "at 80 % of the RPO", "5 m"] {
        assert!(facts.contains(wanted), "{wanted}: {facts}");
    }
    let said = words(&page);
    for wanted in ["20 % of the RPO of 5:00", "nobody could say", "Stopped at", "resumed at"] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    let stops = page.all("table.rows tbody tr").join(" | ");
    assert!(stops.contains("<i>no link</i>") && stops.contains("tx-7"), "{stops}");
    let lee = console.sign_in("lee").await;
    let page = lee.get("/replication/orders").await;
    assert!(
        page.one("h1").starts_with("주문 <b>복제</b>") && words(&page).contains("RPO 5:00의 20 %"),
        "{}",
        words(&page)
    );
}

#[tokio::test]
async fn the_picture_covers_the_time_that_was_asked_for_and_has_a_shape_for_a_phone() {
    let (console, _) = measured().await;
    let kim = console.sign_in("kim").await;
    for (time, share) in [("hour", "20 % of the RPO"), ("day", "200 % of the RPO"), ("week", "200 % of the RPO")] {
        let page = kim.get(&format!("/replication/orders?time={time}")).await;
        assert!(words(&page).contains(share), "{time}: {}", words(&page));
        let here = page.attribute("nav.actions a[aria-current]", "href");
        assert!(here.ends_with(time), "{here}");
    }
    let page = kim.get("/replication/orders").await;
    for class in ["wide", "narrow"] {
        let label = page.attribute(&format!("figure.losses svg.{class}"), "aria-label");
        assert!(label.contains("What would have been lost"), "{class}: {label}");
        assert!(page.has(&format!("svg.{class} path.value")) && page.has(&format!("svg.{class} path.rpo")), "{class}");
    }
    let width: u32 = page.attribute("figure.losses svg.narrow", "width").parse().unwrap();
    assert!(width <= 340, "{width} and the page's margins are more than a phone has");
    for nonsense in ["/replication/orders?time=year", "/replication/%3Cb%3E", "/replication/other"] {
        let status = kim.status_of(nonsense).await;
        assert!(status.is_client_error(), "{nonsense}: {status}");
    }
    assert_eq!(console.get("/replication/orders").await.status, StatusCode::SEE_OTHER, "nobody is let in unnamed");
}

#[tokio::test]
async fn runs_of_that_time_are_named_to_those_who_may_see_them_and_to_nobody_else() {
    let (console, _) = measured().await;
    let text = crate::app::RUNBOOK.replace("runbook: drill-one", "runbook: drill-two\norganisation: bank/it");
    std::fs::write(console.folder.path().join("two.yaml"), text).unwrap();
    let there = |role: &str| Grant::in_all_modes(role.parse().unwrap(), Some("bank/it".parse().unwrap()));
    console.add_with("choi", vec![there("operator")], engine::base::Lang::En, false).await;
    console
        .add_with(
            "jung",
            vec![Grant::in_all_modes("operator".parse().unwrap(), Some("bank/hr".parse().unwrap()))],
            engine::base::Lang::En,
            false,
        )
        .await;
    let choi = console.sign_in("choi").await;
    let form = choi.get("/runbooks/drill-two/declare").await;
    let fields = [("mode", "drill"), ("reason", "정기"), ("input.why", "x"), ("confirm", "drill-two")];
    let run = choi.submit(&form, "form.declare", &fields).await.location().to_owned();
    let page = choi.get("/replication/orders").await;
    assert!(page.has(&format!("main a[href='{run}']")), "{}", page.text);
    assert!(words(&page).contains("A run was declared at") && page.has("svg.narrow path.event"), "{}", words(&page));
    let jung = console.sign_in("jung").await;
    let page = jung.get("/replication/orders").await;
    assert!(!page.has(&format!("a[href='{run}']")) && !words(&page).contains("A run was declared"), "{}", words(&page));
}
