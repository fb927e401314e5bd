use harness::page::Page;
use harness::postgres::Cluster;

use crate::node::{Site, until};
use crate::visitor::Visitor;

/// Two units that were at work when their engine died, one of which can be asked whether it is done, and one after them.
const BOOK: &str = r#"
runbook: two-nodes
title: {ko: 두 노드, en: Two nodes}
units:
  db:
    already_done: {command: "test -e SITE/db-is-up"}
    run: [{command: "echo db >> SITE/began; while test -d SITE && ! test -e SITE/go; do sleep 0.05; done; touch SITE/db-is-up", timeout: 10m}]
    post: [{command: "test -e SITE/db-is-up", timeout: 5s}]
  net:
    run: [{command: "echo net >> SITE/began; while test -d SITE && ! test -e SITE/go; do sleep 0.05; done", timeout: 10m}]
    post: [{command: "true", timeout: 5s}]
  web:
    needs: [db, net]
    run: [{command: "echo web >> SITE/began", timeout: 10m}]
    post: [{command: "true", timeout: 5s}]
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_node_takes_over_from_one_that_was_killed_and_starts_nothing_twice() {
    let (site, cluster) = (Site::new(BOOK), Cluster::start());
    let database = cluster.database().await;
    let first = site.serve("here", &database);
    let admin = Visitor::first(&first).await;
    let second = site.serve("there", &database);
    let run = admin.declare(&first, "two-nodes").await;
    until(async || site.lines("began") == ["db", "net"]).await;
    // Whoever looks at the other node sees it at work there too.
    admin.until(&second, &run, |page| page.all("#units .st-running").len() == 2).await;
    let mut watching = admin.stream(&second, &run, None).await;

    first.kill();
    // What the dead node had started goes on without it, and comes to its end unseen.
    site.make("go");
    until(async || site.path("db-is-up").exists()).await;

    // The steps are held by a keeper that the second node can not ask. What can be probed is known to be done; about the
    // other one a person is asked. Nothing was begun again meanwhile.
    watching.until("st-unknown").await;
    let known = |page: &Page| page.has("#asks .st-unknown .choices") && page.all("#units .st-ready").len() == 1;
    let page = admin.until(&second, &run, known).await;
    assert_eq!(site.lines("began"), ["db", "net"]);

    let fields = [("evidence", "the carrier shows the line up"), ("verb", "attest")];
    admin.submit(&second, &page, "#asks form:has(textarea[name=evidence])", &fields).await.location();
    watching.until("event: over").await;
    let page = admin.get(&second, &run).await;
    assert!(page.has("#wall .rs-completed"), "{}", page.one("#wall"));
    assert_eq!(site.lines("began"), ["db", "net", "web"]);
}
