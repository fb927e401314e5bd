//! The repository of documents: who sees, keeps, publishes and finds what, with which files.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use engine::base::Lang;
use engine::identity::Grant;
use engine::plan::Mode;

use crate::app::{Browser, Console};
use crate::running::{is_over, until};

/// Sends a form with files, as browsers do.
async fn upload(who: &Browser<'_>, to: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> harness::page::Page {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(
            format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes(),
        );
    }
    for (name, bytes) in files {
        let head = format!("--edge\r\ncontent-disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n");
        body.extend(head.into_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    let request = Request::post(to).header(header::ORIGIN, "http://localhost").header(header::HOST, "localhost");
    let request = request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
    who.send(request, Body::from(body)).await
}

const DRAFT: [(&str, &str); 8] = [
    ("title", "통합재해복구훈련 <b>계획서</b>"),
    ("summary", "'); --"),
    ("standing", "draft"),
    ("owners", "김담당\n이담당"),
    ("organisation", "bank/it"),
    ("from", "2026-01-01"),
    ("until", "2026-12-31"),
    ("update_by", "2026-02-01"),
];

async fn saved(who: &Browser<'_>, page: &str, over: &[(&str, &str)], files: &[(&str, &[u8])]) -> harness::page::Page {
    let page = who.get(page).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let hidden = |name: &str| page.attribute(&format!("form.stack input[name={name}]"), "value");
    let (csrf, last) = (hidden("csrf"), hidden("last"));
    let mut fields = vec![("csrf", csrf.as_str()), ("last", last.as_str())];
    fields.extend(over);
    fields.extend(DRAFT.iter().filter(|(name, _)| !over.iter().any(|(known, _)| known == name)));
    upload(who, &page.attribute("form.stack", "action"), &fields, files).await
}

#[tokio::test]
async fn a_document_is_kept_with_its_files_found_by_korean_words_and_seen_by_its_organisation_alone() {
    let console = Console::open().await;
    let grant = |role: &str, org: &str| Grant {
        role: role.parse().unwrap(),
        org: Some(org.parse().unwrap()),
        modes: Mode::ALL.into_iter().collect(),
    };
    console.add_with("clerk", vec![grant("operator", "bank/it")], Lang::En, false).await;
    console.add_with("shop", vec![grant("commander", "shop")], Lang::En, false).await;
    let (clerk, shop) = (console.sign_in("clerk").await, console.sign_in("shop").await);
    let made = saved(&clerk, "/documents/new", &[], &[("../20190710.log", b"one line\n")]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let address = made.location().to_owned();
    let page = clerk.get(&address).await;
    assert!(!page.has("h1 b") && page.text.contains("통합재해복구훈련"));
    assert_eq!(page.one(".tag.bad"), "overdue");
    assert_eq!(page.all("dd .owner"), ["김담당", "이담당"]);
    let listed = page.one("#files ~ ul");
    assert!(listed.contains("20190710.log") && listed.contains("0.00 KB") && listed.contains("SHA-256"), "{listed}");
    let file = clerk.get(&page.attribute("ul.files a", "href")).await;
    assert_eq!((file.text.as_str(), file.header(header::CONTENT_TYPE)), ("one line\n", "text/plain; charset=utf-8"));
    assert!(file.header(header::CONTENT_DISPOSITION).starts_with("attachment"));
    let found = clerk.get("/documents?q=%EC%9E%AC%ED%95%B4%EB%B3%B5%EA%B5%AC").await;
    assert_eq!(found.all("tbody th").len(), 1, "재해복구");
    assert!(!clerk.get("/documents?q=%EC%97%86%EC%9D%8C").await.has("tbody"));
    for path in ["/documents", "/documents?q=%EC%9E%AC%ED%95%B4%EB%B3%B5%EA%B5%AC"] {
        assert!(!shop.get(path).await.has("tbody"), "{path}");
    }
    for path in [address.clone(), format!("{address}/edit"), page.attribute("ul.files a", "href")] {
        assert_eq!(shop.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn it_is_changed_in_versions_published_by_who_approves_and_takes_no_dangerous_file() {
    let console = Console::open().await;
    let (kim, lee, park) = (console.sign_in("kim").await, console.sign_in("lee").await, console.sign_in("park").await);
    let address = saved(&kim, "/documents/new", &[], &[("a.txt", b"first\n")]).await.location().to_owned();
    let edit = format!("{address}/edit");
    let refused = saved(&kim, &edit, &[("standing", "published")], &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    for (name, bytes) in [("page.html", b"<html><script>alert(1)</script>".as_slice()), ("run.exe", b"MZ\x90\0")] {
        let refused = saved(&kim, &edit, &[], &[(name, bytes)]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{name}: {}", refused.text);
    }
    // The file is not kept on, and another one comes.
    let done = saved(&lee, &edit, &[("standing", "published"), ("note", "확정")], &[("b.txt", b"second\n")]).await;
    assert_eq!(done.location(), address);
    let page = kim.get(&address).await;
    assert_eq!(page.all("tbody th"), ["2", "1"]);
    assert_eq!(page.all("ul.files a"), ["b.txt"]);
    assert!(page.text.contains("확정") && page.text.contains("a.txt"), "the first version stays");
    assert!(!page.has("a[href$='/edit']"), "what counts is changed by who approves");
    assert_eq!(park.get("/documents/new").await.status, StatusCode::FORBIDDEN, "an auditor reads");
    assert_eq!(park.get(&address).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_issued_report_is_filed_by_itself_once_a_run() {
    let console = Console::open().await;
    let kim = console.sign_in("kim").await;
    let page = kim.get("/runbooks/drill-one/declare").await;
    let fields = [("mode", "mock"), ("reason", "x"), ("input.why", "x"), ("speed", "0"), ("people", "yes")];
    let run = kim.submit(&page, "form.declare", &fields).await.location().to_owned();
    until(&kim, &run, is_over).await;
    let issues = format!("{run}/issues");
    for reason in ["", "again"] {
        let page = kim.get(&issues).await;
        let answer = kim.submit(&page, "form:has(input[value=issue])", &[("reason", reason)]).await;
        assert_eq!(answer.location(), issues);
    }
    let list = kim.get("/documents").await;
    assert_eq!(list.all("tbody th").len(), 1);
    let page = kim.get(&list.attribute("tbody a", "href")).await;
    assert_eq!(page.all("tbody th"), ["2", "1"]);
    assert_eq!(page.all("dl.facts dd")[0], "in review", "nobody has approved it yet");
    let file = kim.get(&page.attribute("ul.files li:last-child a", "href")).await;
    assert_eq!(file.text, kim.get(&format!("{issues}/2")).await.text);
    assert!(page.has(&format!("a[href='{issues}']")));
}
