//! What many runs show together, asked and written by programs.

use axum::http::StatusCode;
use engine::base::{Clock as _, RunId, SystemClock};
use engine::review::keep;
use harness::page::Page;
use serde_json::{Value, json};

use crate::app::Console;
use crate::program::Program;

fn value(page: &Page) -> Value {
    serde_json::from_str(&page.text).unwrap()
}

#[tokio::test]
async fn a_drill_is_planned_once_a_key_and_cancelled() {
    let console = Console::open().await;
    let (lee, kim) = (Program::of(&console, "lee").await, Program::of(&console, "kim").await);
    let plan = json!({"verb": "plan", "runbook": "drill-one", "day": "2099-01-05", "mode": "drill", "note": "야간"});
    assert_eq!(
        kim.post("/api/v1/calendar/acts", &plan).await.status,
        StatusCode::FORBIDDEN,
        "an operator plans nothing"
    );
    let planned = value(&lee.post("/api/v1/calendar/acts", &plan).await);
    assert_eq!((&planned["planned"][0]["day"], &planned["planned"][0]["note"]), (&json!("2099-01-05"), &json!("야간")));
    let drill = planned["planned"][0]["drill"].clone();
    let gone = value(&lee.post("/api/v1/calendar/acts", &json!({"verb": "cancel", "drill": drill})).await);
    assert_eq!(gone["planned"], json!([]));
    let adopted = value(&lee.post("/api/v1/calendar/acts", &json!({"verb": "adopt", "profile": "kr-finance"})).await);
    let adoption = adopted["adoptions"][0]["adoption"].clone();
    let duty = adopted["duties"][0]["duty"].clone();
    let hold =
        json!({"verb": "hold", "adoption": adoption, "duty": duty, "day": "2026-01-05", "evidence": "결과 보고서 3호"});
    let held = value(&lee.post("/api/v1/calendar/acts", &hold).await);
    let own = held["duties"].as_array().unwrap().iter().find(|one| one["duty"] == duty).unwrap();
    assert_eq!((&own["last"], &own["run"]), (&json!("2026-01-05"), &Value::Null));
    let left = value(&lee.post("/api/v1/calendar/acts", &json!({"verb": "abandon", "adoption": adoption})).await);
    assert_eq!((&left["adoptions"], &left["duties"]), (&json!([]), &json!([])));
    for body in [
        json!({"verb": "forget"}),
        json!({"verb": "plan", "runbook": "drill-one"}),
        json!({"verb": "adopt", "profile": "x"}),
    ] {
        let refused = lee.post("/api/v1/calendar/acts", &body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    }
}

/// A mock run that is over.
async fn over(console: &Console, program: &Program<'_>) -> RunId {
    let body = json!({"runbook": "drill-one", "mode": "mock", "reason": "x", "inputs": {"why": "x"}, "simulation": {"speed": 0, "people": true}});
    let declared = value(&program.post("/api/v1/runs", &body).await);
    let run: RunId = declared["run"].as_str().unwrap().parse().unwrap();
    loop {
        if keep(&*console.store, run, SystemClock.now()).await.unwrap().is_some() {
            return run;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_baseline_is_named_and_a_difference_explained() {
    let console = Console::open().await;
    let (lee, park) = (Program::of(&console, "lee").await, Program::of(&console, "park").await);
    let (then, now) = (over(&console, &lee).await, over(&console, &lee).await);
    let stated = json!({"rta_ms": 8_640_000, "people": 105, "source": "수기 기록"});
    let to = "/api/v1/trends/drill-one/baseline";
    assert_eq!(park.post(to, &stated).await.status, StatusCode::FORBIDDEN, "an auditor names nothing");
    assert_eq!(lee.post(to, &stated).await.status, StatusCode::OK);
    let played = lee.post(to, &json!({"run": then})).await;
    assert_eq!(played.status, StatusCode::CONFLICT, "a mock run says nothing about the systems: {}", played.text);
    assert_eq!(lee.post("/api/v1/trends/none/baseline", &json!({"run": then})).await.status, StatusCode::NOT_FOUND);
    assert_eq!(lee.post(to, &json!({"people": 3})).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let compare = format!("/api/v1/compare?then={then}&now={now}");
    let unit = lee.get(&compare).await["units"][0]["unit"].clone();
    let note = json!({"then": then, "now": now, "unit": unit, "note": "디스크 교체"});
    assert_eq!(park.post("/api/v1/compare/notes", &note).await.status, StatusCode::FORBIDDEN);
    assert_eq!(lee.post("/api/v1/compare/notes", &note).await.status, StatusCode::OK);
    assert_eq!(lee.get(&compare).await["units"][0]["note"]["text"], "디스크 교체");
    let none = json!({"then": then, "now": now, "unit": "nothing", "note": "x"});
    assert_eq!(lee.post("/api/v1/compare/notes", &none).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_many_runs_show_and_what_is_to_be_expected_is_told() {
    let console = Console::open().await;
    let lee = Program::of(&console, "lee").await;
    over(&console, &lee).await;
    let trends = lee.get("/api/v1/trends").await;
    assert_eq!((&trends["trends"][0]["runbook"], &trends["trends"][0]["played"]), (&json!("drill-one"), &json!(1)));
    assert_eq!(lee.get("/api/v1/trends?organisation=shop").await["trends"], json!([]));
    let mean = lee.get("/api/v1/mttr?from=2026-01-01&until=2026-12-31").await;
    assert_eq!((&mean["measured"], &mean["from"]), (&json!(0), &json!("2026-01-01")));
    let forecast = lee.get("/api/v1/runbooks/drill-one/forecast").await;
    assert_eq!(
        (&forecast["runbook"], &forecast["past_runs"], &forecast["rto_ms"]),
        (&json!("drill-one"), &json!(0), &json!(1_800_000))
    );
    let late = lee.get("/api/v1/runbooks/drill-one/forecast?before_ms=600000&concurrency=1").await;
    assert_eq!(late["p50_ms"].as_u64().unwrap(), forecast["p50_ms"].as_u64().unwrap() + 600_000);
    let coverage = lee.get("/api/v1/runbooks/drill-one/coverage").await;
    assert_eq!((&coverage["units"][0]["part"], &coverage["units"][0]["done"]), (&json!("db"), &Value::Null));
    assert_eq!(
        (&coverage["units"][0]["played"]["mode"], &coverage["approvers"][0]["of"]),
        (&json!("mock"), &json!("go-live"))
    );
    let catalogue = lee.get("/api/v1/calendar/catalogue").await;
    assert!(catalogue["profiles"].as_array().unwrap().iter().any(|one| one["profile"] == "kr-finance"));
    let meant = lee.get("/api/v1/diagnostics/E01").await;
    assert!(meant["explained"]["ko"].as_str().unwrap().contains("예: "), "{meant}");
    for (path, status) in [
        ("/api/v1/runbooks/drill-one/forecast?concurrency=0", StatusCode::BAD_REQUEST),
        ("/api/v1/runbooks/drill-one/forecast?before_ms=31622400001", StatusCode::BAD_REQUEST),
        ("/api/v1/runbooks/none/forecast", StatusCode::NOT_FOUND),
        ("/api/v1/runbooks/none/coverage", StatusCode::NOT_FOUND),
        ("/api/v1/mttr?from=yesterday", StatusCode::BAD_REQUEST),
        ("/api/v1/trends?organisation=a//b", StatusCode::BAD_REQUEST),
        ("/api/v1/trends?limit=0", StatusCode::BAD_REQUEST),
        ("/api/v1/diagnostics/E999", StatusCode::NOT_FOUND),
        ("/api/v1/replication/none?time=day", StatusCode::NOT_FOUND),
        ("/api/v1/replication/none?time=year", StatusCode::BAD_REQUEST),
    ] {
        let refused = lee.call(&axum::http::Method::GET, path, None).await;
        assert_eq!(refused.status, status, "{path}: {}", refused.text);
    }
}
