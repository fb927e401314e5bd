use axum::http::StatusCode;

use crate::app::Console;
use crate::running::{is_over, until};

#[tokio::test]
async fn a_broken_runbook_is_shown_with_its_faults_and_can_not_be_declared() {
    let console = Console::open().await;
    std::fs::write(console.folder.path().join("broken.yaml"), "runbook: broken\nunitz: {}\n").unwrap();
    let kim = console.sign_in("kim").await;
    let page = kim.get("/runbooks").await;
    assert_eq!(page.all(".cards > li").len(), 2);
    assert!(page.has(".fault.bad"));
    let links = page.all(".cards h2 a");
    assert!(links.contains(&"broken.yaml".to_owned()), "{links:?}");
    let page = kim.get("/runbooks/file/broken.yaml").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.all(".fault.bad strong"), ["error E12", "error E11"]);
    assert!(page.has("li.hit.bad#L2 .word"), "the line is marked");
    assert!(page.has(".fault.bad strong a[href='/diagnostics/E12']"), "the code leads to what it means");
    assert!(kim.get("/diagnostics/E12").await.has("main code"));
    assert_eq!(kim.get("/diagnostics/E999").await.status, StatusCode::NOT_FOUND);
    assert!(!page.has("a[href$='/declare']"));
    assert_eq!(kim.get("/runbooks/broken/declare").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn of_two_runbooks_with_one_id_the_second_says_so_and_can_not_be_declared() {
    let console = Console::open().await;
    let text = "runbook: twin\nunits: {a: {timeout: 1s, run: [{wait: 1s}]}}\n";
    std::fs::write(console.folder.path().join("one.yaml"), text.replace("wait: 1s", "wait: 2s")).unwrap();
    std::fs::write(console.folder.path().join("two.yaml"), text).unwrap();
    let kim = console.sign_in("kim").await;
    let page = kim.get("/runbooks").await;
    assert_eq!(page.all(".fault.bad strong"), ["error E21"]);
    assert!(page.all(".fault.bad")[0].contains("one.yaml"), "{:?}", page.all(".fault.bad"));
    assert_eq!(page.all(".cards a[href='/runbooks/file/two.yaml']").len(), 2, "its card leads to its file");
    assert_eq!(page.all(".cards a[href='/runbooks/twin/declare']").len(), 1);
    let second = kim.get("/runbooks/file/two.yaml").await;
    assert!(second.has(".fault.bad") && !second.has("a[href$='/declare']"));
    let first = kim.get("/runbooks/twin").await;
    assert!(!first.has(".fault.bad") && first.has("a[href$='/declare']"));
    assert!(first.all(".source code").iter().any(|line| line.contains("wait: 2s")));
}

#[tokio::test]
async fn a_runbook_shows_its_graph_its_times_and_its_text() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let page = kim.get("/runbooks/drill-one").await;
    assert_eq!(page.all("svg.dag g[data-unit]").len(), 2);
    assert!(page.has("svg.dag .edge.critical"));
    assert!(page.all("table tbody th").iter().any(|name| name.contains("go-live")));
    assert!(page.all(".source code").iter().any(|line| line == "runbook: drill-one"));
}

#[tokio::test]
async fn a_runbook_shows_what_its_author_keeps_silent_and_why() {
    let console = Console::open().await;
    let text = "runbook: quiet\nunits:\n  a:\n    silence: [{lint: no-post-check, reason: Looked at by <b>hand</b>}]\n    \
                timeout: 1s\n    run: [{command: [./a.sh]}]\n    rollback: []\n";
    std::fs::write(console.folder.path().join("quiet.yaml"), text).unwrap();
    let kim = console.sign_in("kim").await;
    let page = kim.get("/runbooks/quiet").await;
    assert!(!page.has(".fault"));
    let cells = page.all("section[aria-labelledby='silences'] tbody td");
    assert_eq!(cells[..2], ["a", "Looked at by <b>hand</b>"]);
    assert!(cells[2].contains("has no post-check"), "{cells:?}");
}

#[tokio::test]
async fn a_runbook_that_should_have_been_read_again_says_so_and_when_it_is_to_be_run() {
    let console = Console::open().await;
    let text = "runbook: old\nkind: inspection\nreviewed: 2020-01-10\nreview_every: 180d\nschedule: [{cron: 0 6 * * mon-fri, \
                title: Daily}]\nunits:\n  a: {manual: Look}\n";
    std::fs::write(console.folder.path().join("old.yaml"), text).unwrap();
    let kim = console.sign_in("kim").await;
    let page = kim.get("/runbooks/old").await;
    assert_eq!(page.all(".fault.warn strong"), ["warning L16"]);
    let facts = page.all("dl.facts dd");
    assert!(facts.contains(&"2020-01-10, again by 2020-07-08".to_owned()), "{facts:?}");
    assert!(facts.iter().any(|fact| fact.starts_with("Daily (0 6 * * mon-fri)")), "{facts:?}");
}

#[tokio::test]
async fn markup_in_a_runbook_stays_text() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    for path in ["/runbooks", "/runbooks/drill-one", "/runbooks/drill-one/declare"] {
        let page = kim.get(path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.all("h1, h2").iter().any(|title| title.contains("<script>alert(1)</script>")), "{path}");
        assert!(!page.has("main script") && !page.has("main img") && !page.has("main b"), "{path}");
    }
}

#[tokio::test]
async fn an_auditor_sees_runbooks_and_declares_none() {
    let console = Console::open().await;
    let park = console.sign_in("park").await;
    let page = park.get("/runbooks/drill-one").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.has("a[href$='/declare']"));
    assert_eq!(park.get("/runbooks/drill-one/declare").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn components_show_who_uses_them_and_which_are_broken() {
    let console = Console::open().await;
    let write = |path: &str, text: &str| std::fs::write(console.folder.path().join(path), text).unwrap();
    std::fs::create_dir(console.folder.path().join("components")).unwrap();
    write("components/greet.yaml", "component: greet\nversion: 7\ntitle: <i>Greet</i>\nrun: [{manual: Greet}]\n");
    write("components/broken.yaml", "component: broken\nversion: 1\nrun: [{wait: soon}]\n");
    write("day.yaml", "runbook: day\nunits: {a: {run: [{uses: greet}]}}\n");
    let kim = console.sign_in("kim").await;
    let page = kim.get("/components").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.all("li#greet a[href='/runbooks/day']"), ["day"]);
    assert!(page.all("li#greet h2").iter().any(|title| title.contains("<i>Greet</i>")));
    assert!(page.all(".notice.bad").iter().any(|line| line.contains("components/broken.yaml")));
    assert!(!page.has("li#broken") && page.has("li#service\\.start details table"));
    assert_eq!(page.all("nav a[aria-current]").len(), 1);
}

#[tokio::test]
async fn a_plan_with_very_many_units_is_drawn_stage_by_stage_and_listed_unit_by_unit() {
    let console = Console::open().await;
    let unit =
        |stage: &str, n: usize| format!("      {stage}-{n}: {{target: 1m, run: [{{command: x, timeout: 1m}}]}}\n");
    let stages = ["net", "db", "web"].map(|stage| {
        let units: String = (0..100).map(|n| unit(stage, n)).collect();
        format!("  - stage: {stage}\n    units:\n{units}")
    });
    let text = format!("runbook: large\nstages:\n{}", stages.concat());
    std::fs::write(console.folder.path().join("large.yaml"), text).unwrap();
    let kim = console.sign_in("kim").await;
    let page = kim.get("/runbooks/large").await;
    assert_eq!(page.all("svg.dag .name"), ["net", "db", "web"]);
    assert_eq!(page.all("svg.dag .edge").len(), 2, "each stage after the one before it");
    assert_eq!(page.all("table tbody .id").len(), 300);

    let form = kim.get("/runbooks/large/declare").await;
    let fields = [("mode", "mock"), ("reason", "x"), ("speed", "0")];
    let run = kim.submit(&form, "form.declare", &fields).await.location().to_owned();
    let page = until(&kim, &run, is_over).await;
    assert_eq!(page.all("#dag .st-ready .time"), ["100/100", "100/100", "100/100"]);
    assert!(page.has("#dag a[href='#stage-db']") && page.has("#units #stage-db"), "a stage leads to its units");
    assert_eq!(page.all("#gantt .st-ready .name"), ["net", "db", "web"]);
    assert_eq!(page.all("#units tbody tr:not(.stage-row)").len(), 300);
}
