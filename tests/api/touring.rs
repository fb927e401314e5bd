use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::app::Console;
use crate::program::Program;

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Declares a mock run that jumps to its gate, and gives its address.
pub(crate) async fn declare(kim: &Program<'_>) -> String {
    let body = json!({
        "runbook": "drill-one", "mode": "mock", "reason": "quarterly", "inputs": {"why": "because"},
        "secrets": {"token": "hush-hush"}, "simulation": {"speed": 0},
    });
    let page = kim.post("/api/v1/runs", &body).await;
    assert_eq!(page.status, StatusCode::CREATED, "{}", page.text);
    let declared = read(&page.text);
    assert_eq!(page.header(header::LOCATION), declared["url"]);
    declared["url"].as_str().unwrap().to_owned()
}

/// Asks for a run until it has a status.
pub(crate) async fn until(program: &Program<'_>, run: &str, status: &str) -> Value {
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        let found = program.get(run).await;
        if found["status"] == status {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain for {status}: {found:#}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn unit<'v>(run: &'v Value, id: &str) -> &'v Value {
    run["unit_lines"].as_array().unwrap().iter().find(|unit| unit["unit"] == id).unwrap()
}

#[tokio::test]
async fn the_catalogue_says_what_can_be_run_and_what_is_wrong() {
    let console = Console::open().await;
    std::fs::create_dir(console.folder.path().join("sub")).unwrap();
    std::fs::write(console.folder.path().join("sub/bad.yaml"), "runbook: bad\nunits: {a: {needs: [b]}}\n").unwrap();
    let kim = Program::of(&console, "kim").await;
    let catalogue = kim.get("/api/v1/runbooks").await;
    let ids: Vec<&Value> = catalogue["runbooks"].as_array().unwrap().iter().map(|runbook| &runbook["id"]).collect();
    assert_eq!(ids, [&json!("drill-one"), &Value::Null]);
    let one = kim.get("/api/v1/runbooks/drill-one").await;
    assert_eq!(one["inputs"][1]["kind"], "secret");
    assert!(one["source"].as_str().unwrap().contains("runbook: drill-one"));
    assert_eq!(kim.get("/api/v1/runbooks/drill-one/plan").await["digest"], one["digest"]);
    assert_eq!(kim.get("/api/v1/runbooks/drill-one/faults").await["file"], "one.yaml");
    let faults = kim.get("/api/v1/files/sub%2Fbad.yaml/faults").await;
    assert!(faults["faults"].as_array().unwrap().iter().any(|fault| fault["severity"] == "error"), "{faults:#}");
    for list in ["runbooks", "components"] {
        let files = |page: &Value| {
            let lines = page[list].as_array().unwrap().iter();
            lines.map(|line| line["file"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let whole = kim.get(&format!("/api/v1/{list}?limit=500")).await;
        assert_eq!(whole["next"], Value::Null);
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = kim.get(&format!("/api/v1/{list}?limit=1{after}")).await;
            seen.extend(files(&page));
            let Some(next) = page["next"].as_str() else { break };
            after = next.bytes().fold("&after=".to_owned(), |query, byte| format!("{query}%{byte:02X}"));
        }
        assert_eq!(seen, files(&whole), "{list}, a line at a time");
        assert!(seen.len() > 1, "{list}");
    }
    assert_eq!(kim.get("/api/v1/health").await, json!({"store": true, "dispatch": true}));
}

#[tokio::test]
async fn a_run_is_declared_approved_and_reported_by_programs() {
    let console = Console::open().await;
    let (kim, lee) = (Program::of(&console, "kim").await, Program::of(&console, "lee").await);
    let url = declare(&kim).await;
    let waiting = until(&kim, &url, "waiting").await;
    assert_eq!(waiting["inputs"], json!({"why": "because", "token": null}));
    assert!(!waiting.to_string().contains("hush"));
    let gate = &unit(&waiting, "go-live")["gate"];
    let vote = json!({"verb": "vote", "unit": "go-live", "approve": true, "digest": gate["digest"]});
    let requests = format!("{url}/requests");

    let own = kim.post(&requests, &vote).await;
    assert_eq!((own.status, &read(&own.text)["code"]), (StatusCode::CONFLICT, &json!("requester_excluded")));
    let page = lee.post(&requests, &vote).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let reply = read(&page.text);
    assert_eq!(reply["standing"], "accepted");
    let answer = lee.get(&format!("{requests}/{}", reply["request"].as_str().unwrap())).await;
    assert_eq!(answer["seq"], reply["seq"]);

    let over = until(&kim, &url, "completed").await;
    assert_eq!(over["verdict"], "simulated");
    let db = kim.get(&format!("{url}/units/db")).await;
    assert_eq!(db["tries"][0]["result"], "succeeded");
    let output = kim.get(&format!("{url}/attempts/{}/output", db["tries"][0]["attempt"])).await;
    assert_eq!(output["attempt"], db["tries"][0]["attempt"]);
    let report = kim.get(&format!("{url}/report")).await;
    assert_eq!(report["cover"]["status"], "completed");
}

#[tokio::test]
async fn events_are_read_to_their_end_page_by_page() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let url = declare(&kim).await;
    let seq = until(&kim, &url, "waiting").await["seq"].as_u64().unwrap();
    let (mut after, mut seen) = (0, Vec::new());
    loop {
        let page = kim.get(&format!("{url}/events?after={after}&limit=3")).await;
        let events = page["events"].as_array().unwrap();
        if events.is_empty() {
            break;
        }
        assert!(events.len() <= 3);
        seen.extend(events.iter().map(|event| event["seq"].as_u64().unwrap()));
        after = page["next"].as_u64().unwrap();
    }
    assert_eq!(seen, (1..=seq).collect::<Vec<_>>());
    assert_eq!(kim.get(&format!("{url}/events?after={}", i64::MAX)).await["events"], json!([]));
}

#[tokio::test]
async fn runs_are_listed_page_by_page_and_filtered() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let mut declared = Vec::new();
    for _ in 0..3 {
        declared.push(declare(&kim).await);
    }
    let (mut found, mut query) = (Vec::new(), "limit=2".to_owned());
    loop {
        let page = kim.get(&format!("/api/v1/runs?{query}")).await;
        let runs = page["runs"].as_array().unwrap().iter();
        found.extend(runs.map(|run| format!("/api/v1/runs/{}", run["run"].as_str().unwrap())));
        let Some(next) = page["next"].as_str() else { break };
        query = format!("limit=2&before={next}");
    }
    declared.reverse();
    assert_eq!(found, declared);
    assert_eq!(kim.get("/api/v1/runs?mode=real").await["runs"], json!([]));
    assert_eq!(kim.get("/api/v1/runs?runbook=other").await["runs"], json!([]));
    assert_eq!(
        kim.get("/api/v1/runs?mode=mock&open=true&runbook=drill-one").await["runs"].as_array().unwrap().len(),
        3
    );
}

#[tokio::test]
async fn the_same_declaration_sent_twice_is_one_run() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let body = json!({
        "runbook": "drill-one", "mode": "mock", "reason": "once", "inputs": {"why": "x"},
        "run": "0190a8c0-0000-7000-8000-000000000001", "simulation": {"speed": 0},
    });
    let (first, second) = (kim.post("/api/v1/runs", &body).await, kim.post("/api/v1/runs", &body).await);
    assert_eq!((first.status, second.status), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!(first.text, second.text);
    assert_eq!(kim.get("/api/v1/runs").await["runs"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn every_verb_is_taken_or_refused_in_the_words_of_the_document() {
    let console = Console::open().await;
    let (kim, lee) = (Program::of(&console, "kim").await, Program::of(&console, "lee").await);
    let url = declare(&kim).await;
    until(&kim, &url, "waiting").await;
    let requests = format!("{url}/requests");
    let taken = [
        json!({"verb": "pause", "reason": "look"}),
        json!({"verb": "resume"}),
        json!({"verb": "mark", "mark": "event", "at": "2026-01-01T00:00:00Z", "reason": "late news"}),
    ];
    for body in &taken {
        let page = lee.post(&requests, body).await;
        assert_eq!(page.status, StatusCode::OK, "{body}: {}", page.text);
    }
    let refused = [
        json!({"verb": "manual", "unit": "db", "result": "done"}),
        json!({"verb": "claim", "unit": "db"}),
        json!({"verb": "release", "unit": "db"}),
        json!({"verb": "assign", "unit": "db", "to": "kim"}),
        json!({"verb": "tick", "unit": "db", "item": 0, "result": "done"}),
        json!({"verb": "check", "unit": "db", "accept": true}),
        json!({"verb": "retry_step", "unit": "db"}),
        json!({"verb": "retry_unit", "unit": "db"}),
        json!({"verb": "rerun", "unit": "nowhere", "reason": "x"}),
        json!({"verb": "attest", "unit": "nowhere", "evidence": "x"}),
        json!({"verb": "choose", "unit": "db", "branch": "full", "reason": "x"}),
        json!({"verb": "stop", "unit": "db", "reason": "x"}),
        json!({"verb": "rollback", "stage": "nowhere", "reason": "x"}),
        json!({"verb": "skip", "unit": "go-live", "reason": "agreed by phone"}),
    ];
    for body in &refused {
        let page = lee.post(&requests, body).await;
        assert_eq!(page.status, StatusCode::CONFLICT, "{body}: {}", page.text);
    }
    let page = lee.post(&requests, &json!({"verb": "abort", "reason": "enough"})).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
}

#[tokio::test]
async fn what_a_caller_knows_already_is_not_sent_again() {
    let console = Console::open().await;
    let (kim, lee) = (Program::of(&console, "kim").await, Program::of(&console, "lee").await);
    let url = declare(&kim).await;
    until(&kim, &url, "waiting").await;
    lee.post(&format!("{url}/requests"), &json!({"verb": "abort", "reason": "enough"})).await;
    until(&kim, &url, "aborted").await;
    for path in [url.clone(), format!("{url}/report"), "/api/v1/runbooks/drill-one/plan".to_owned()] {
        let whole = kim.call(&Method::GET, &path, None).await;
        let tag = whole.header(header::ETAG).to_owned();
        assert!(!tag.is_empty(), "{path}");
        for (known, status) in [(tag, StatusCode::NOT_MODIFIED), ("\"other\"".to_owned(), StatusCode::OK)] {
            let request = Request::get(&path).header(header::COOKIE, kim.cookie()).header(header::IF_NONE_MATCH, known);
            assert_eq!(kim.raw(request.body(Body::empty()).unwrap()).await.status, status, "{path}");
        }
    }
}
