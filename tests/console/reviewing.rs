//! After the drill, on its pages: findings, comparison, trends, coverage, calendar.

use std::time::Duration;

use axum::http::StatusCode;
use engine::base::RunId;
use engine::identity::User;
use engine::review::{attend, facts_of, unsettled};
use engine::store::find;

use crate::app::{Browser, Console};

/// A mock run of the runbook, to its end; its id.
async fn played(console: &Console, kim: &Browser<'_>) -> RunId {
    let page = kim.get("/runbooks/drill-one/declare").await;
    let fields = [("mode", "mock"), ("reason", "정기"), ("input.why", "x"), ("people", "yes"), ("speed", "0")];
    let run = kim.submit(&page, "form.declare", &fields).await.location().to_owned();
    let run: RunId = run.rsplit('/').next().unwrap().parse().unwrap();
    loop {
        attend(std::sync::Arc::clone(&console.store), console.app.clock.now()).await.unwrap();
        if facts_of(&*console.store, run).await.unwrap().is_some() {
            return run;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_finding_is_raised_owned_waived_and_nowhere_closed_by_hand() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let run = played(&console, &kim).await;
    assert!(find::<User>(&*console.store, "kim").await.unwrap().is_some());
    let page = kim.get(&format!("/runs/{run}")).await;
    assert!(page.has(&format!("a[href='/findings/new?run={run}']")));
    let form = kim.get(&format!("/findings/new?run={run}")).await;
    let fields =
        [("what", "연락망 <b>누락</b>"), ("unit", "db"), ("severity", "high"), ("owner", "kim"), ("due", "2020-01-31")];
    let at = kim.submit(&form, "form.raise", &fields).await.location().to_owned();
    assert_eq!(kim.submit(&form, "form.raise", &fields).await.location(), at, "sent twice it is one");
    let page = kim.get(&at).await;
    assert_eq!(page.one("h1"), "연락망 <b>누락</b>");
    assert!(page.has("form.move") && !page.has("form.waive"), "who answers for it waives nothing");
    for step in ["closed", "close", "waived"] {
        assert_eq!(kim.submit(&page, "form.move", &[("step", step)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    for verb in ["close", "closed", "delete"] {
        assert_eq!(kim.submit(&page, "form.tend", &[("verb", verb)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    kim.submit(&page, "form.move", &[("step", "awaiting_retest")]).await.location();
    let listed = kim.get("/findings?owner=kim&overdue=yes").await;
    assert!(listed.has(&format!("a[href='{at}']")));
    assert!(!kim.get("/findings?status=open").await.has(&format!("a[href='{at}']")));
    assert!(kim.get("/tasks").await.has(&format!("a[href='{at}']")), "I answer for it");
    let lee = console.sign_in("lee").await;
    assert!(!lee.get("/tasks").await.has(&format!("a[href='{at}']")));
    let page = lee.get(&at).await;
    let fields = [("until", "2020-01-01"), ("reason", "교체 예정"), ("verb", "waive")];
    assert_eq!(lee.submit(&page, "form.waive", &fields).await.status, StatusCode::CONFLICT, "that day is over");
    let today = engine::base::Day::in_seoul(console.app.clock.now()).to_string();
    let fields = [("until", today.as_str()), ("reason", "교체 예정"), ("verb", "waive")];
    lee.submit(&page, "form.waive", &fields).await.location();
    assert!(lee.get(&at).await.text.contains("교체 예정"));
    assert!(!kim.get("/tasks").await.has(&format!("a[href='{at}']")), "nothing has to be done for the time being");
    let park = console.sign_in("park").await;
    let page = park.get(&at).await;
    assert!(!page.has("main form") && page.text.contains("waived it"));
    assert_eq!(park.get(&format!("/findings/new?run={run}")).await.status, StatusCode::FORBIDDEN);
    // A mock run that passes closes nothing.
    played(&console, &kim).await;
    assert_eq!(unsettled(&*console.store).await.unwrap().len(), 1);
}

#[tokio::test]
async fn two_runs_stand_beside_each_other_and_the_map_counts_mock_runs_apart() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let (then, now) = (played(&console, &kim).await, played(&console, &kim).await);
    let page = kim.get(&format!("/compare?then={then}&now={now}")).await;
    assert!(page.text.contains("Both runs followed the same plan") && page.text.contains("A mock run is among them"));
    kim.submit(&page, "form.note", &[("note", "<script>느림</script>")]).await.location();
    let page = kim.get(&format!("/compare?then={then}&now={now}")).await;
    assert!(page.text.contains("&lt;script&gt;느림") || page.text.contains("&#60;script&#62;느림"));
    let park = console.sign_in("park").await;
    assert!(!park.get(&format!("/compare?then={then}&now={now}")).await.has("form.note"));
    let map = kim.get("/runbooks/drill-one/coverage").await;
    assert!(map.text.contains("never") && map.has(&format!("a[href='/runs/{now}']")));
    let trend = kim.get("/trends/drill-one").await;
    assert!(trend.text.contains("2 mock apart") && !trend.has("svg.curve"), "nothing real was measured");
    assert!(!trend.has("form.stated"), "an operator names no baseline");
    let lee = console.sign_in("lee").await;
    let page = lee.get("/trends/drill-one").await;
    lee.submit(&page, "form.stated", &[("minutes", "210"), ("people", "25"), ("source", "2023 훈련")]).await.location();
    assert!(lee.get("/trends/drill-one").await.text.contains("2023 훈련"));
    assert_eq!(kim.get("/trends").await.status, StatusCode::OK);
    assert_eq!(kim.get("/trends/none").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_calendar_takes_profiles_plans_and_a_customer_s_file() {
    let console = Console::open().await;
    std::fs::write(
        console.folder.path().join("profiles.json"),
        r#"{"profiles": [{"profile": "inhouse", "title": "사내 규정", "source": "규정 7조", "rto": "1h",
            "duties": [{"duty": "switch", "title": "분기 전환", "months": 3, "modes": ["drill"]}]}],
            "holidays": [{"day": "2099-07-02", "title": "창립기념일"}]}"#,
    )
    .unwrap();
    let lee = console.sign_in("lee").await;
    let page = lee.get("/calendar").await;
    lee.submit(&page, "form.adopt", &[("profile", "inhouse"), ("organisation", ""), ("verb", "adopt")])
        .await
        .location();
    let page = lee.get("/calendar").await;
    assert!(page.text.contains("분기 전환"));
    let fields =
        [("day", "2099-07-02"), ("runbook", "drill-one"), ("mode", "drill"), ("note", "상반기"), ("verb", "plan")];
    lee.submit(&page, "form.plan", &fields).await.location();
    let page = lee.get("/calendar").await;
    assert!(page.text.contains("창립기념일") && page.text.contains("2099-07-03"), "the next working day is proposed");
    let (headers, file) = lee.file("/calendar.ics").await;
    assert_eq!(headers["content-type"], "text/calendar; charset=utf-8");
    let file = String::from_utf8(file).unwrap();
    assert!(file.contains("DTSTART;VALUE=DATE:20990702\r\n") && file.contains("SUMMARY:분기 전환"), "{file}");
    let kim = console.sign_in("kim").await;
    assert!(!kim.get("/calendar").await.has("main form"), "an operator plans nothing");
    let run = played(&console, &kim).await;
    let report = kim.get(&format!("/runs/{run}/report")).await;
    assert!(report.text.contains("사내 규정"), "the report cites the profile");
    std::fs::write(console.folder.path().join("profiles.json"), "{").unwrap();
    assert!(
        lee.get("/calendar").await.has(".notice.warn"),
        "a file that makes no sense is said, and the rest is shown"
    );
}
