//! The repository of documents, by programs.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use engine::base::{Digest, Lang};
use engine::identity::Grant;
use harness::page::Page;
use serde_json::{Value, json};

use crate::app::Console;
use crate::program::Program;

fn draft(title: &str) -> Value {
    json!({"title": title, "standing": "draft", "organisation": "bank/it", "owners": ["김담당", "이담당"],
        "from": "2026-01-01", "until": "2026-12-31", "update_by": "2026-02-01", "summary": "모의훈련의 기록"})
}

fn value(page: &Page) -> Value {
    serde_json::from_str(&page.text).unwrap()
}

async fn kept(program: &Program<'_>, title: &str) -> String {
    let page = program.post("/api/v1/documents", &draft(title)).await;
    assert_eq!(page.status, StatusCode::CREATED, "{}", page.text);
    let address = page.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert!(address.ends_with(value(&page)["document"].as_str().unwrap()));
    address
}

async fn attach(program: &Program<'_>, to: &str, key: &str, bytes: &[u8]) -> Page {
    let request = Request::post(to).header(header::COOKIE, program.cookie()).header("x-csrf-token", program.csrf());
    let request = request.header(header::CONTENT_TYPE, "application/octet-stream").header("idempotency-key", key);
    program.raw(request.body(Body::from(bytes.to_vec())).unwrap()).await
}

#[tokio::test]
async fn a_document_is_kept_changed_given_files_and_found_by_words() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let address = kept(&kim, "통합재해복구훈련의 계획서").await;
    let versions = format!("{address}/versions");
    let late = kim.post(&versions, &draft("다른 제목")).await;
    assert_eq!((late.status, value(&late)["code"].clone()), (StatusCode::CONFLICT, json!("moved_on")));
    let to = format!("{address}/files?name=20190710.log&last=1&note=log");
    let bytes = vec![b'x'; 3 << 20];
    let (first, again) = (attach(&kim, &to, "a", &bytes).await, attach(&kim, &to, "a", &bytes).await);
    assert_eq!((first.status, &first.text), (StatusCode::CREATED, &again.text), "once, and above the limit of forms");
    let file = value(&first)["files"][0].clone();
    assert_eq!(
        (&file["name"], &file["size"], &file["media"]),
        (&json!("20190710.log"), &json!(3 << 20), &json!("text/plain"))
    );
    assert_eq!(file["digest"], Digest::of(&bytes).to_string());
    let mut next = draft("새 제목");
    next["last"] = json!(2);
    next["files"] = json!([]);
    assert_eq!(value(&kim.post(&versions, &next).await)["number"], 3);
    let shown = kim.get(&address).await;
    assert_eq!((&shown["document"]["files"], &shown["versions"].as_array().unwrap().len()), (&json!([]), &3));
    let handed = format!("{address}/files/{}", file["digest"].as_str().unwrap());
    let request = Request::get(handed).header(header::COOKIE, kim.cookie()).body(Body::empty()).unwrap();
    let handed = console.send(request).await;
    assert_eq!((handed.status, handed.text.len()), (StatusCode::OK, bytes.len()), "the file of an older version too");
    assert!(handed.header(header::CONTENT_DISPOSITION).starts_with("attachment"));
    for (query, found) in [("훈련", 1), ("통합재해복구", 0), ("새%20제목", 1), ("", 1)] {
        let list = kim.get(&format!("/api/v1/documents?q={query}")).await;
        assert_eq!(list["documents"].as_array().unwrap().len(), found, "{query}");
        assert_eq!(list["next"], Value::Null);
    }
}

#[tokio::test]
async fn a_page_ends_where_the_next_one_goes_on() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    for n in 0..101 {
        kept(&kim, &format!("문서 {n}")).await;
    }
    let first = kim.get("/api/v1/documents?q=%EB%AC%B8%EC%84%9C").await;
    assert_eq!(first["documents"].as_array().unwrap().len(), 100);
    let next = first["next"].as_str().unwrap();
    let rest = kim.get(&format!("/api/v1/documents?q=%EB%AC%B8%EC%84%9C&before={next}")).await;
    assert_eq!((rest["documents"][0]["title"].clone(), rest["next"].clone()), (json!("문서 0"), Value::Null));
}

#[tokio::test]
async fn pages_and_programs_are_not_taken_and_nobody_reaches_into_another_house() {
    let console = Console::open().await;
    let grant = |role: &str, org: &str| Grant::usual(role.parse().unwrap(), Some(org.parse().unwrap()));
    console.add_with("far", vec![grant("commander", "shop")], Lang::Ko, false).await;
    let (kim, park, far) =
        (Program::of(&console, "kim").await, Program::of(&console, "park").await, Program::of(&console, "far").await);
    let address = kept(&kim, "계획서").await;
    let to = format!("{address}/files?name=a.txt&last=1");
    let page = b"<!doctype html><script>1</script>".as_slice();
    for (key, bytes) in
        [("page", page), ("picture", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), ("program", b"MZ\x90\0")]
    {
        assert_eq!(attach(&kim, &to, key, bytes).await.status, StatusCode::CONFLICT, "{key}");
    }
    let large = attach(&kim, &to, "l", &vec![b'x'; (10 << 20) + 2]).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(attach(&park, &to, "k", b"text\n").await.status, StatusCode::FORBIDDEN, "an auditor reads");
    for (path, body) in [(format!("{address}/versions"), draft("x")), ("/api/v1/documents".to_owned(), draft("x"))] {
        assert_eq!(far.post(&path, &body).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(attach(&far, &to, "k", b"text\n").await.status, StatusCode::NOT_FOUND);
    assert_eq!(far.get("/api/v1/documents").await["documents"], json!([]));
    for body in [json!({"title": "x"}), json!({"title": "x", "standing": "burnt", "owners": ["kim"]})] {
        assert_eq!(kim.post("/api/v1/documents", &body).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    }
    let mut unfit = draft("x");
    unfit["owners"] = json!([" "]);
    assert_eq!(value(&kim.post("/api/v1/documents", &unfit).await)["code"], "no_owner");
    let mut published = draft("x");
    published["standing"] = json!("published");
    assert_eq!(kim.post("/api/v1/documents", &published).await.status, StatusCode::FORBIDDEN);
}
