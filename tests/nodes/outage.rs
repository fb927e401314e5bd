use axum::http::StatusCode;
use harness::postgres::Cluster;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::node::{Site, until};
use crate::visitor::Visitor;

const BOOK: &str = r#"
runbook: outage
title: {ko: 저장소 장애, en: Store outage}
units:
  db:
    run: [{command: "echo db >> SITE/began; while test -d SITE && ! test -e SITE/go; do sleep 0.05; done", timeout: 10m}]
    # Decided upon while nothing can be recorded: once it can, all its time must still be before it.
    post: [{command: "sleep 0.3", timeout: 5s}]
  web:
    needs: [db]
    run: [{command: "echo web >> SITE/began", timeout: 10m}]
    post: [{command: "true", timeout: 5s}]
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_is_seen_on_every_page_and_work_goes_on_when_it_is_back() {
    let (site, cluster) = (Site::new(BOOK), Cluster::start());
    let node = site.serve("state", &cluster.database().await);
    let admin = Visitor::first(&node).await;
    let run = admin.declare(&node, "outage").await;
    until(async || site.lines("began") == ["db"]).await;
    let mut watching = admin.stream(&node, &run, None).await;
    watching.until("st-running").await;

    cluster.stop_immediate();
    let (message, stale) = watching.until("has not been renewed since").await;
    assert!(message.contains("st-running"), "what was known last stays on the page");
    let page = admin.get(&node, &run).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.has("[data-retry='/healthz']"), "it comes back by itself");
    assert_eq!(admin.get(&node, "/healthz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    // The step ends while nothing can be recorded, so what follows it is not started.
    site.make("go");
    drop(watching);

    cluster.restart();
    until(async || admin.get(&node, "/healthz").await.status == StatusCode::OK).await;
    // As a browser does by itself: from the message that it saw last.
    let mut watching = admin.stream(&node, &run, Some(&stale)).await;
    let (message, last) = watching.until("rs-completed").await;
    assert!(!message.contains("has not been renewed since"));
    assert!(watching.until("event: over").await.0.starts_with("event: over"));
    assert_eq!(site.lines("began"), ["db", "web"]);
    // Who has seen everything is sent nothing again.
    let mut again = admin.stream(&node, &run, Some(&last)).await;
    assert_eq!(again.next().await.as_deref(), Some("event: over\ndata: over"));
    assert_eq!(again.next().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_can_be_read_but_not_written_stops_dispatch_and_every_page_says_so() {
    let site = Site::new(BOOK);
    let database = format!("sqlite://{}", site.path("relight.db").display());
    let node = site.serve("state", &database);
    let admin = Visitor::first(&node).await;
    let run = admin.declare(&node, "outage").await;
    until(async || site.lines("began") == ["db"]).await;
    let mut watching = admin.stream(&node, &run, None).await;

    // Another program takes the file for itself, as a backup or a shell left open does.
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(site.path("relight.db"));
    let mut lock = options.connect().await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut lock).await.unwrap();
    site.make("go");
    watching.until("Nothing can be recorded since").await;
    for path in ["/runs", "/runbooks", "/reports"] {
        let page = admin.get(&node, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.one("body > .notice.bad[role=alert]").contains("Nothing can be recorded since"), "{path}");
    }
    assert!(admin.get(&node, "/healthz").await.text.contains(r#""dispatch":"stopped""#));
    assert_eq!(site.lines("began"), ["db"], "nothing is started that is not recorded");

    sqlx::raw_sql("ROLLBACK").execute(&mut lock).await.unwrap();
    lock.close().await.unwrap();
    watching.until("event: over").await;
    assert!(admin.get(&node, &run).await.has("#wall .rs-completed"));
    assert!(!admin.get(&node, "/runs").await.has("body > .notice.bad"));
    assert_eq!(site.lines("began"), ["db", "web"]);
}
