//! Who belongs to one organisation sees and does nothing in another.

use axum::http::{StatusCode, header};
use engine::base::{Lang, OrgId};
use engine::identity::Grant;
use engine::plan::Mode;

use crate::app::{Browser, Console};

fn runbook(id: &str, organisation: &str) -> String {
    format!(
        "runbook: {id}\norganisation: {organisation}\nunits:\n  db: {{target: 1m, run: [{{command: [\"true\"], timeout: 5s}}]}}\n"
    )
}

async fn bank_and_shop() -> Console {
    let console = Console::open().await;
    for (id, organisation) in [("bank-db", "bank/it"), ("shop-db", "shop")] {
        std::fs::write(console.folder.path().join(format!("{id}.yaml")), runbook(id, organisation)).unwrap();
    }
    let shop = "shop/caller";
    let calls = format!(
        "runbook: shop-all\norganisation: {shop}\nunits:\n  db: {{target: 2m, run: [{{call: {{runbook: bank-db}}}}]}}\n"
    );
    std::fs::write(console.folder.path().join("shop-all.yaml"), calls).unwrap();
    let grant = |role: &str, org: &str, modes: &[Mode]| Grant {
        role: role.parse().unwrap(),
        org: Some(org.parse::<OrgId>().unwrap()),
        modes: modes.iter().copied().collect(),
    };
    let drills = [Mode::Mock, Mode::Isolated, Mode::Drill];
    console.add_with("banker", vec![grant("operator", "bank", &drills)], Lang::En, false).await;
    console.add_with("shopper", vec![grant("operator", "shop", &Mode::ALL)], Lang::En, false).await;
    console.add_with("nobody", vec![], Lang::En, false).await;
    console
}

async fn declare(browser: &Browser<'_>, id: &str, mode: &str) -> harness::page::Page {
    let form = browser.get(&format!("/runbooks/{id}/declare")).await;
    let fields = [("mode", mode), ("reason", "test"), ("confirm", id)];
    browser.submit(&form, "form[action$='declare']", &fields).await
}

#[tokio::test]
async fn lists_show_what_lies_at_or_below_a_grant() {
    let console = bank_and_shop().await;
    for (name, seen) in [
        ("banker", vec!["bank-db"]),
        ("shopper", vec!["shop-all", "shop-db"]),
        ("kim", vec!["bank-db", "drill-one", "shop-all", "shop-db"]),
        ("nobody", vec![]),
    ] {
        let browser = console.sign_in(name).await;
        let page = browser.get("/runbooks").await;
        let mut ids: Vec<_> = ["bank-db", "drill-one", "shop-all", "shop-db"]
            .into_iter()
            .filter(|id| page.has(&format!("a[href='/runbooks/{id}']")))
            .collect();
        ids.sort_unstable();
        assert_eq!(ids, seen, "{name}");
    }
}

#[tokio::test]
async fn for_others_there_is_nothing_at_the_address() {
    let console = bank_and_shop().await;
    let banker = console.sign_in("banker").await;
    let declared = declare(&banker, "bank-db", "drill").await;
    assert_eq!(declared.status, StatusCode::SEE_OTHER, "{}", declared.text);
    let run = declared.header(header::LOCATION).to_owned();
    assert_eq!(banker.get(&run).await.status, StatusCode::OK);
    for name in ["shopper", "nobody"] {
        let browser = console.sign_in(name).await;
        for path in [
            "/runbooks/bank-db".to_owned(),
            "/runbooks/file/bank-db.yaml".to_owned(),
            "/runbooks/bank-db/declare".to_owned(),
            run.clone(),
            format!("{run}/live"),
            format!("{run}/asks"),
            format!("{run}/units/db"),
            format!("{run}/report"),
            format!("{run}/report.html"),
            format!("{run}/report.json"),
            format!("{run}/report.md"),
        ] {
            assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{name} {path}");
        }
        for list in ["/runs", "/reports"] {
            assert!(!browser.get(list).await.has(&format!("a[href^='{run}']")), "{name} {list}");
        }
        // With the token of a session of theirs, which their own sign-out form carries.
        let page = browser.get("/runs").await;
        let (_, hidden) = page.form("form[action='/sign-out']");
        let csrf = hidden.iter().find(|(name, _)| name == "csrf").unwrap().1.clone();
        let key = "01930000-0000-7000-8000-000000000001";
        let asked = browser.post(&format!("{run}/act"), &[("csrf", &csrf), ("key", key), ("verb", "resume")]).await;
        assert_eq!(asked.status, StatusCode::NOT_FOUND, "{name}");
    }
}

#[tokio::test]
async fn a_mode_that_no_grant_names_can_not_be_declared() {
    let console = bank_and_shop().await;
    let banker = console.sign_in("banker").await;
    let form = banker.get("/runbooks/bank-db/declare").await;
    assert!(form.has("input[name='mode'][value='drill']") && !form.has("input[name='mode'][value='real']"));
    let refused = declare(&banker, "bank-db", "real").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text.contains("operator, commander, deputy"), "{}", refused.text);
}

#[tokio::test]
async fn a_runbook_that_calls_one_of_others_is_not_declared_without_them() {
    let console = bank_and_shop().await;
    let shopper = console.sign_in("shopper").await;
    assert_eq!(shopper.get("/runbooks/shop-all").await.status, StatusCode::OK);
    assert_eq!(shopper.get("/runbooks/shop-all/declare").await.status, StatusCode::FORBIDDEN);
    let kim = console.sign_in("kim").await;
    assert_eq!(kim.get("/runbooks/shop-all/declare").await.status, StatusCode::OK);
}
