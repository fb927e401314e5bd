//! Manual work done by programs: what waits, the files that show it, and what is never taken.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use engine::base::Digest;
use harness::page::Page;
use serde_json::{Value, json};

use crate::app::Console;
use crate::program::Program;

const RUNBOOK: &str = "
runbook: hands
units:
  plug:
    target: 5m
    title: Plug the line in
    manual:
      instruction: {ko: 회선을 꽂으십시오, en: Plug the line in}
      copy: ip link show
      evidence: {photo: required}
      measure: {unit: ms, max: 20}
      checklist: [the lamp is green]
      second_checker: true
";

/// A picture of one dot.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\x0bIDATx\x9cc\0\x01\0\0\x05\0\x01\r\n-\xb4\0\0\0\0IEND\xaeB`\x82";

fn read(page: &Page) -> Value {
    serde_json::from_str(&page.text).unwrap_or_else(|why| panic!("{why}: {}", page.text))
}

async fn declared(console: &Console, kim: &Program<'_>) -> String {
    std::fs::write(console.folder.path().join("hands.yaml"), RUNBOOK).unwrap();
    let digest = kim.get("/api/v1/runbooks/hands").await["digest"].clone();
    let body = json!({"runbook": "hands", "mode": "drill", "reason": "x", "confirm": "hands", "digest": digest});
    let page = kim.post("/api/v1/runs", &body).await;
    assert_eq!(page.status, StatusCode::CREATED, "{}", page.text);
    read(&page)["url"].as_str().unwrap().to_owned()
}

async fn hand_in(program: &Program<'_>, run: &str, query: &str, key: &str, file: &[u8]) -> Page {
    let request = Request::post(format!("{run}/units/plug/evidence?{query}"))
        .header(header::COOKIE, program.cookie())
        .header("x-csrf-token", program.csrf())
        .header("idempotency-key", key)
        .header(header::CONTENT_TYPE, "application/octet-stream");
    program.raw(request.body(Body::from(file.to_vec())).unwrap()).await
}

#[tokio::test]
async fn manual_work_is_found_shown_done_with_a_photo_and_checked_by_another_person() {
    let console = Console::open().await;
    let (kim, lee) = (Program::of(&console, "kim").await, Program::of(&console, "lee").await);
    let run = declared(&console, &kim).await;
    let waits = kim.get("/api/v1/tasks").await;
    assert_eq!((&waits["tasks"][0]["unit"], &waits["tasks"][0]["wants"]), (&json!("plug"), &json!("work")));
    let open = kim.get(&format!("{run}/units/plug")).await["manual"].clone();
    assert_eq!(open["instruction"], json!({"ko": "회선을 꽂으십시오", "en": "Plug the line in"}));
    assert_eq!(
        (&open["opening"], &open["photo"], &open["second_checker"]),
        (&json!(1), &json!(true), &json!(true)),
        "{open}"
    );

    let taken = hand_in(&kim, &run, "name=../x/lamp.png&opening=1", "one", PNG).await;
    assert_eq!(taken.status, StatusCode::CREATED, "{}", taken.text);
    let taken = read(&taken);
    assert_eq!((&taken["name"], &taken["media"]), (&json!("lamp.png"), &json!("image/png")));
    let again = hand_in(&kim, &run, "name=../x/lamp.png&opening=1", "one", PNG).await;
    assert_eq!(read(&again), taken, "the same key has no second effect");
    let files = kim.get(&format!("{run}/evidence")).await["files"].clone();
    assert_eq!(files.as_array().unwrap().len(), 1, "{files}");
    assert_eq!((&files[0]["digest"], &files[0]["by"]), (&taken["digest"], &json!("kim")));

    let requests = format!("{run}/requests");
    for body in [
        json!({"verb": "tick", "unit": "plug", "item": 0, "result": "done"}),
        json!({"verb": "manual", "unit": "plug", "result": "done", "evidence": "seen", "measure": "12.5"}),
    ] {
        let page = kim.post(&requests, &body).await;
        assert_eq!(page.status, StatusCode::OK, "{body}: {}", page.text);
    }
    assert_eq!(kim.get("/api/v1/tasks").await["tasks"], json!([]), "another person checks it");
    let waits = lee.get("/api/v1/tasks").await["tasks"][0].clone();
    assert_eq!((&waits["wants"], &waits["holder"]), (&json!("check"), &json!("kim")));
    // The view of a run follows its journal.
    let deadline = Instant::now() + Duration::from_mins(1);
    let shown = loop {
        let unit = lee.get(&format!("{run}/units/plug")).await;
        if !unit["manual"]["reported"].is_null() {
            break unit["manual"].clone();
        }
        assert!(Instant::now() < deadline, "waited in vain: {unit:#}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!((&shown["reported"]["measure"], &shown["checklist"][0]["by"]), (&json!("12.5"), &json!("kim")));
    let page = lee.post(&requests, &json!({"verb": "check", "unit": "plug", "accept": true})).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);

    let (headers, bytes) =
        console.sign_in("park").await.file(&format!("{run}/evidence/{}", taken["digest"].as_str().unwrap())).await;
    assert_eq!(bytes, PNG, "whoever may see the run may fetch it, also when the work is done");
    let of = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert_eq!((of("content-type").as_str(), of("x-content-type-options").as_str()), ("image/png", "nosniff"));
    assert!(of("content-disposition").starts_with("attachment; filename*=UTF-8''"));
    assert!(of("content-security-policy").contains("sandbox"));
}

#[tokio::test]
async fn a_declaration_names_a_preflight_of_ours_and_no_file_that_says_to_be_one() {
    let console = Console::open().await;
    let (kim, lee) = (Program::of(&console, "kim").await, Program::of(&console, "lee").await);
    let run = declared(&console, &kim).await;
    let found = read(&kim.post("/api/v1/runbooks/hands/preflight", &json!({"mode": "drill"})).await);
    assert_eq!((&found["mode"], &found["clear"]), (&json!("drill"), &json!(false)), "{found}");
    let lines = found["findings"].as_array().unwrap();
    assert!(lines.iter().any(|line| line["topic"] == "changed" && line["answer"] == "unknown"), "{found}");
    // As clean as it can be, and made by a person.
    let plan = found["plan"].as_str().unwrap();
    let forged = json!({"runbook": "hands", "plan": plan, "mode": "drill", "at": 0, "findings": []}).to_string();
    let handed = hand_in(&kim, &run, "name=notes.txt", "forged", forged.as_bytes()).await;
    let handed = read(&handed)["digest"].clone();
    for (preflight, wanted) in [(&found["digest"], found["digest"].clone()), (&handed, Value::Null)] {
        let body = json!({
            "runbook": "hands", "mode": "drill", "reason": "x", "confirm": "hands", "digest": plan, "preflight": preflight,
        });
        let page = lee.post("/api/v1/runs", &body).await;
        assert_eq!(page.status, StatusCode::CREATED, "{}", page.text);
        let url = read(&page)["url"].as_str().unwrap().to_owned();
        let declared = lee.get(&format!("{url}/events?limit=1")).await["events"][0]["event"].clone();
        assert_eq!(declared["preflight"], wanted, "{declared}");
    }
}

#[tokio::test]
async fn nothing_is_kept_of_what_is_refused() {
    let console = Console::open().await;
    let (kim, park) = (Program::of(&console, "kim").await, Program::of(&console, "park").await);
    let run = declared(&console, &kim).await;
    let large = vec![b'a'; (10 << 20) + 1];
    let hostile: [(&[u8], StatusCode); 5] = [
        (b"<html><script>alert(1)</script>", StatusCode::CONFLICT),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", StatusCode::CONFLICT),
        (b"PK\x03\x04 a bomb", StatusCode::CONFLICT),
        (b"", StatusCode::CONFLICT),
        (&large, StatusCode::PAYLOAD_TOO_LARGE),
    ];
    for (at, (file, status)) in hostile.into_iter().enumerate() {
        let page = hand_in(&kim, &run, "name=photo.png", &format!("hostile {at}"), file).await;
        assert_eq!(page.status, status, "{at}: {}", page.text);
    }
    assert_eq!(hand_in(&park, &run, "name=a.png", "park", PNG).await.status, StatusCode::FORBIDDEN);
    let lapsed = hand_in(&kim, &run, "name=a.png&opening=2", "late", PNG).await;
    assert_eq!((lapsed.status, &read(&lapsed)["code"]), (StatusCode::CONFLICT, &json!("manual_lapsed")));
    for query in ["", "name=a.png&size=3", "name=a.png&opening=first"] {
        let page = hand_in(&kim, &run, query, "query", PNG).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{query}: {}", page.text);
    }
    assert_eq!(kim.get(&format!("{run}/evidence")).await["files"], json!([]));
    let log = park.get("/api/v1/audit?act=manual.attach&outcome=refused").await["deeds"].clone();
    let by = |name: &str| log.as_array().unwrap().iter().filter(|row| row["deed"]["by"]["name"] == name).count();
    assert_eq!((by("kim"), by("park")), (5, 1), "what was too long to be looked at is no deed: {log:#}");
    let browser = console.sign_in("kim").await;
    let not_a_digest = "0".repeat(64);
    for name in [&*Digest::of(&large).to_string(), "..%2F..%2Fetc%2Fpasswd", &*not_a_digest] {
        assert_eq!(browser.status_of(&format!("{run}/evidence/{name}")).await, StatusCode::NOT_FOUND, "{name}");
    }
}
