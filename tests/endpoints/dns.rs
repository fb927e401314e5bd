//! What name servers answer: against BIND, two of them with different zones.

use harness::named::Named;
use harness::ports::free_port;

use crate::bench::Bench;

/// A name server that has switched already, and one that still tells the old address for an hour.
async fn servers() -> (Named, Named, Bench) {
    let start = |zone: &'static str| tokio::task::spawn_blocking(move || Named::start(zone));
    let new = start(
        "app 60 IN A 10.0.1.80\nmulti IN A 10.0.0.2\nmulti IN A 10.0.0.1\nwww IN CNAME app\nnote IN TXT \"a\" \"b\"",
    );
    let old = start("app 3600 IN A 10.0.0.80");
    let (new, old) = (new.await.unwrap(), old.await.unwrap());
    let target = |name: &str, server: &Named| {
        format!("  {name}: {{address: 127.0.0.1, dns: {{port: {}}}, modes: [drill]}}\n", server.address().port())
    };
    let targets = target("new", &new) + &target("old", &old);
    let bench = Bench::new().await.with_targets(&targets, &[]);
    (new, old, bench)
}

#[tokio::test]
async fn a_record_is_told_by_its_values_and_its_time_to_live() {
    let (new, _old, bench) = servers().await;
    let at = new.address();
    let ask = |rest: &str| {
        let question = format!("{{dns: {rest}, resolvers: \"{at}\"}}");
        let bench = &bench;
        async move { bench.ask(&question).await }
    };
    assert_eq!(ask("app.bank.test, value: 10.0.1.80, ttl: {max: 60s}").await, "up: 1 of 1 name servers");
    assert_eq!(
        ask("APP.bank.test., value: 10.0.0.80").await,
        format!("down: 0 of 1 name servers; {at}: 10.0.1.80, wanted 10.0.0.80")
    );
    assert_eq!(
        ask("app.bank.test, ttl: {max: 30s}").await,
        format!("down: 0 of 1 name servers; {at}: 10.0.1.80 with a TTL of 60 s, wanted at most 30 s")
    );
    assert!(ask("multi.bank.test, value: [10.0.0.1, 10.0.0.2]").await.starts_with("up: "));
    assert!(ask("multi.bank.test, value: 10.0.0.1").await.starts_with("down: "), "one of two is not all");
    assert!(ask("www.bank.test, type: CNAME, value: App.bank.test").await.starts_with("up: "));
    assert!(ask("note.bank.test, type: TXT, value: ab").await.starts_with("up: "));
    let none = ask("none.bank.test").await;
    assert!(none.contains("no such record"), "{none}");
    let foreign = ask("app.other.test").await;
    assert!(foreign.starts_with("unknown: 0 of 1 name servers"), "it refuses what it is not asked for: {foreign}");
}

#[tokio::test]
async fn a_switch_is_done_when_a_quorum_of_name_servers_has_seen_it() {
    let (_new, _old, bench) = servers().await;
    let dead = free_port();
    let ask = |resolvers: String| {
        let question = format!("{{dns: app.bank.test, value: 10.0.1.80, resolvers: {resolvers}}}");
        let bench = &bench;
        async move { bench.ask(&question).await }
    };
    assert!(ask("[new, old]".to_owned()).await.starts_with("down: 1 of 2 name servers; old: 10.0.0.80, wanted "));
    assert_eq!(
        ask("[new, old], quorum: 1".to_owned()).await,
        "up: 1 of 2 name servers; old: 10.0.0.80, wanted 10.0.1.80"
    );
    let silent = ask(format!("[new, \"127.0.0.1:{dead}\"]")).await;
    assert!(silent.starts_with("unknown: 1 of 2 name servers"), "nobody knows what the silent one has: {silent}");
    let against = ask(format!("[old, \"127.0.0.1:{dead}\"]")).await;
    assert!(against.starts_with("down: 0 of 2 name servers"), "the silent one can not save it: {against}");
}

#[tokio::test]
async fn each_name_servers_answer_stands_in_the_output() {
    let (_new, _old, bench) = servers().await;
    let done = bench.run("{dns: app.bank.test, value: 10.0.1.80, resolvers: [new, old]}").await;
    assert!(!done.succeeded());
    assert!(
        done.output.starts_with("new up: 10.0.1.80 with a TTL of 60 s\nold down: 10.0.0.80, wanted 10.0.1.80\n"),
        "{done:?}"
    );
    assert!(done.message().starts_with("dns app.bank.test: 1 of 2 name servers; old: "), "{done:?}");
}
