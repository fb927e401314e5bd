//! A name is switched at its authoritative server and seen through two caches that users ask, all of them BIND.

use std::os::unix::fs::PermissionsExt as _;

use harness::named::{Key, Named};
use harness::state::{Beside, until};
use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::desk::Desk;

const RUNBOOK: &str = include_str!("dns_switch.yaml");
const KEY: Key =
    Key { name: "relight", algorithm: "hmac-sha256", secret: "c3dpdGNoZXMtdGhlLWJhbmstdG8tYnVzYW4tMjAyNg==" };
/// How long a cache keeps the old address: long beside what the drill needs until it asks the caches again.
const ZONE: &str = "app 15 IN A 10.0.0.80";

/// The servers, and an operator who knows them.
struct Ground {
    authority: Named,
    _caches: [Named; 2],
    desk: Desk,
}

impl Ground {
    fn start() -> Self {
        let authority = Named::updated_by(ZONE, &[KEY]);
        let caches = [Named::caching(authority.address()), Named::caching(authority.address())];
        let desk = Desk::new();
        let target = |name: &str, server: &Named| {
            let port = server.address().port();
            format!("  {name}: {{address: 127.0.0.1, dns: {{port: {port}}}, modes: [drill]}}\n")
        };
        let key = desk.path("zone-key");
        std::fs::write(&key, KEY.secret).unwrap();
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
        let inventory = format!("inventory: names\nsecrets:\n  zone-key: {{file: {}}}\ntargets:\n", key.display())
            + &target("authority", &authority)
            + &target("cache-seoul", &caches[0])
            + &target("cache-busan", &caches[1]);
        std::fs::write(desk.path("inventory.yaml"), inventory).unwrap();
        Self { authority, _caches: caches, desk }
    }

    /// Begins the drill. The update is signed and tried again for minutes, or neither.
    fn declare(&self, signed: bool) -> Beside {
        let word = self.desk.path("go").display().to_string();
        let text = RUNBOOK.replace("GO", &word);
        let text = if signed {
            text.replace("TSIG", "tsig: {name: relight, secret: zone-key}")
        } else {
            text.replace(", TSIG", "").replace("    retry: {attempts: 600, every: 200ms}\n", "")
        };
        std::fs::write(self.desk.path("dns-switch.yaml"), text).unwrap();
        self.desk.beside(&["run", "dns-switch.yaml", "--mode", "drill", "--format", "json"])
    }

    /// Gives the word that the switch waits for.
    fn go(&self) {
        std::fs::write(self.desk.path("go"), "").unwrap();
    }

    /// What the attempts of a unit said, one after the other.
    async fn said(&self, report: &Value, unit: &str) -> String {
        let file = self.desk.path("state").join("relight.db");
        let mut store = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
        let attempts = report["attempts"].as_array().unwrap().iter().filter(|attempt| attempt["unit"] == unit);
        let mut said = String::new();
        for attempt in attempts {
            let number = attempt["attempt"].as_i64().unwrap();
            let query = sqlx::query_scalar("SELECT bytes FROM output WHERE attempt = $1 ORDER BY place").bind(number);
            let pieces: Vec<Vec<u8>> = query.fetch_all(&mut store).await.unwrap();
            said += &String::from_utf8(pieces.concat()).unwrap();
        }
        store.close().await.unwrap();
        said
    }
}

fn outcomes(report: &Value, unit: &str) -> Vec<String> {
    let attempts = report["attempts"].as_array().unwrap().iter().filter(|attempt| attempt["unit"] == unit);
    attempts.map(|attempt| attempt["outcome"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn ground() -> Ground {
    tokio::task::spawn_blocking(Ground::start).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switched_name_is_not_called_switched_while_a_cache_still_tells_the_old_address() {
    let ground = ground().await;
    ground.go();
    let done = ground.declare(true).wait();
    let report = ground.desk.report().unwrap();
    assert_eq!(done.code(), 0, "{}\n{}", report.told(), done.err());
    assert!(report.faults().is_empty(), "{}", report.told());

    let said = ground.said(&report.0, "arrived").await;
    let first = said.lines().find(|line| line.starts_with("1/")).unwrap_or_else(|| panic!("{said}"));
    assert!(first.contains(" down: 0 of 2 name servers; cache-seoul: 10.0.0.80, wanted 10.0.1.80"), "{first}");
    for cache in ["cache-seoul", "cache-busan"] {
        let of: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix(cache)).collect();
        let old = of.iter().filter(|line| line.starts_with(" down: 10.0.0.80")).count();
        assert!(old > 0, "{cache} had the old address: {said}");
        assert!(of[..old].iter().all(|line| line.starts_with(" down: 10.0.0.80")), "first old, then new: {said}");
        assert!(of[old..].iter().all(|line| line.starts_with(" up: 10.0.1.80 with a TTL of ")), "{said}");
    }
    let last = said.lines().last().unwrap();
    assert!(last.contains(" up: 2 of 2 name servers | "), "{last}");
    let everything = serde_json::to_string(&report.0).unwrap() + &said + &done.out() + &done.err();
    assert!(!everything.contains(KEY.secret), "the key is told");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_that_is_not_signed_is_refused_and_nobody_waits_for_the_caches() {
    let ground = ground().await;
    ground.go();
    let _run = ground.declare(false);
    let report = ground.desk.report_once("the switch has failed", |report| report.state("switch") == "failed");
    let [("switch", message)] = report.faults()[..] else { panic!("{}", report.told()) };
    assert!(message.contains("REFUSED") && message.contains("`tsig` is missing"), "{message}");
    assert_eq!(report.state("arrived"), "pending", "{}", report.told());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_server_that_dies_over_an_update_leaves_it_unknown_and_is_asked_again_when_it_is_back() {
    let mut ground = ground().await;
    let run = ground.declare(true);
    ground.desk.report_once("the word is waited for", |report| report.state("word") == "running");
    ground.authority.freeze();
    ground.go();
    until(|| ground.authority.has_unread().then_some(()));
    ground.authority.stop();
    ground.desk.report_once("nobody listens", |report| outcomes(&report.0, "switch").iter().any(|it| it == "failed"));
    ground.authority.run();

    let done = run.wait();
    let report = ground.desk.report().unwrap();
    assert_eq!(done.code(), 0, "{}\n{}", report.told(), done.err());
    let came = outcomes(&report.0, "switch");
    assert_eq!(came[0], "unknown", "{came:?}");
    assert_eq!(came.iter().filter(|it| *it == "unknown").count(), 1, "{came:?}");
    let said = ground.said(&report.0, "arrived").await;
    assert!(said.lines().last().unwrap().contains(" up: 2 of 2 name servers | "), "{said}");
}
