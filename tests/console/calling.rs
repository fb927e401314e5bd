//! Runs that call runs: the pages lead to each other.

use crate::app::Console;
use crate::running::{is_over, until};

#[tokio::test]
async fn the_pages_of_a_run_and_of_the_one_that_it_called_lead_to_each_other() {
    let console = Console::open().await;
    let write = |name: &str, text: &str| std::fs::write(console.folder.path().join(name), text).unwrap();
    write("inner.yaml", "runbook: inner\nunits: {look: {target: 3m, manual: look}}\n");
    write(
        "nightly.yaml",
        "runbook: nightly\nunits: {restore: {run: [{call: {runbook: inner}}]}, last: {needs: [restore], target: 1m, manual: end}}\n",
    );
    let kim = console.sign_in("kim").await;
    let form = kim.get("/runbooks/nightly/declare").await;
    assert!(form.text.contains("inner: look"), "what is called is shown before it is declared");
    let fields = [("mode", "mock"), ("reason", "rehearsal"), ("speed", "0"), ("people", "yes")];
    let caller = kim.submit(&form, "form.declare", &fields).await.location().to_owned();
    let page = until(&kim, &caller, is_over).await;
    let called = page.attribute("#units a.called", "href");
    assert!(!page.has(".called-by"));
    let child = kim.get(&called).await;
    assert!(is_over(&child) && child.one("h1").contains("inner"));
    assert_eq!(child.attribute("a.called-by", "href"), format!("{caller}/units/restore"));
    let unit = kim.get(&format!("{caller}/units/restore")).await;
    assert_eq!(unit.attribute("a.called", "href"), called);
    let report = kim.get(&format!("{caller}/report")).await;
    assert!(report.text.contains(called.rsplit('/').next().unwrap()), "the report lists it");
    let json = kim.get(&format!("{caller}/report.json")).await;
    let json: serde_json::Value = serde_json::from_str(&json.text).unwrap();
    assert_eq!(json["linked"][0]["rta_ms"], 3 * 60_000);
    assert_eq!(json["linked"][0]["status"], "completed");
}
