//! The audit log on the console.

use axum::http::{StatusCode, header};
use engine::base::Lang;
use engine::store::{DeedChain, DeedQuery, RecordedDeed};

use crate::app::Console;
use crate::running::at_the_gate;

#[tokio::test]
async fn what_people_did_and_what_they_were_refused_is_in_the_log() {
    let console = Console::open().await;
    let (kim, park) = (console.sign_in("kim").await, console.sign_in("park").await);
    let run = at_the_gate(&kim).await;
    let page = kim.get(&run).await;
    let asked = kim.submit(&page, "form:has(#abort-reason)", &[("verb", "abort"), ("reason", "<b>enough</b>")]).await;
    assert_eq!(asked.location(), run);

    let abort = DeedQuery { act: Some("run.abort".into()), ..DeedQuery::default() };
    let abort = console.store.deeds(abort).await.unwrap();
    let abort: serde_json::Value = serde_json::from_str(&abort[0].entry).unwrap();
    assert_eq!((&abort["before"]["status"], &abort["after"]["verb"]), (&"waiting".into(), &"abort".into()));

    let log = park.get("/audit?act=run.").await;
    assert_eq!(log.status, StatusCode::OK);
    let acts = log.all("tbody td:nth-of-type(4)");
    assert_eq!(acts, ["run.abort", "run.declare"], "newest first");
    assert!(log.all("tbody td:nth-of-type(2)").iter().all(|who| who == "kim · console"));
    assert!(log.has("tbody details pre") && !log.has("tbody summary b"), "what people wrote is text");
    assert!(log.text.contains(&format!("href=\"{run}\"")));
    for (query, rows) in [
        ("act=run.", 2),
        ("act=run.abort", 1),
        ("by=kim", 3),
        ("by=kim&act=user.sign_in", 1),
        ("by=lee", 0),
        ("by=no+such+name%21", 0),
        ("outcome=refused", 0),
        ("outcome=asked", 1),
        ("until=2020-01-01T00%3A00", 0),
        ("from=yesterday", 0),
    ] {
        let found = park.get(&format!("/audit?{query}")).await;
        assert_eq!(found.all("tbody tr").len(), rows, "{query}");
    }
}

#[tokio::test]
async fn only_who_audits_opens_the_log_and_who_takes_it_away_is_in_it() {
    let console = Console::open().await;
    console.add("admin", &["admin"], Lang::En, false).await;
    for (name, status) in [("kim", StatusCode::FORBIDDEN), ("admin", StatusCode::OK), ("park", StatusCode::OK)] {
        let person = console.sign_in(name).await;
        for path in ["/audit", "/audit.csv", "/audit.jsonl"] {
            assert_eq!(person.get(path).await.status, status, "{name} {path}");
        }
        assert_eq!(person.get("/runs").await.has("nav a[href='/audit']"), status == StatusCode::OK, "{name}");
    }
    let park = console.sign_in("park").await;
    assert_eq!(
        park.get("/audit?act=audit.").await.all("tbody td:nth-of-type(4)"),
        [&["audit.export"; 4][..], &["audit.read"]].concat()
    );
}

#[tokio::test]
async fn the_exported_rows_prove_themselves() {
    let console = Console::open().await;
    let (kim, park) = (console.sign_in("kim").await, console.sign_in("park").await);
    at_the_gate(&kim).await;
    let lines = park.get("/audit.jsonl").await;
    assert_eq!(lines.header(header::CONTENT_TYPE), "application/x-ndjson");
    let mut chain = DeedChain::START;
    for line in lines.text.lines() {
        let row: RecordedDeed = serde_json::from_str(line).unwrap();
        chain.accept(&row).unwrap();
    }
    assert_eq!(chain.seq, 7, "three accounts, two that signed in, the declaration, and this very export");

    let csv = park.get("/audit.csv?act=run.").await;
    assert!(csv.header(header::CONTENT_DISPOSITION).contains("relight-audit.csv"));
    let rows: Vec<&str> = csv.text.lines().collect();
    assert_eq!(rows.len(), 2);
    assert!(rows[0].starts_with("\u{feff}seq,at,by,") && rows[1].starts_with("\"6\",\""), "{}", csv.text);
    assert_eq!(park.get("/audit.csv?from=yesterday").await.status, StatusCode::BAD_REQUEST);
}
