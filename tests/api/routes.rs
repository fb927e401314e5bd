//! The document and the router are one.

use std::path::Path;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::Value;

use crate::app::Console;
use crate::program::Program;

/// Operations that need no sign-in.
const OPEN: [&str; 2] = ["/api/v1/health", "/api/v1/openapi.json"];

fn operations(document: &Value) -> Vec<(String, String)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(move |method| (method.to_uppercase(), path.clone()))
        })
        .collect()
}

fn sources(folder: &Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.push_str(&sources(&path));
        } else {
            all.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
    all
}

#[tokio::test]
async fn every_operation_of_the_document_is_routed_and_asks_who_calls() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    for (method, template) in operations(kim.document()) {
        let id = "0190a8c0-0000-7000-8000-000000000009";
        let path = template.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect::<Vec<_>>();
        let request = Request::builder().method(method.as_str()).uri(path.join("/")).body(Body::empty()).unwrap();
        let page = kim.raw(request).await;
        let wanted = if OPEN.contains(&template.as_str()) { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
        assert_eq!(page.status, wanted, "{method} {template}: {}", page.text);
    }
}

#[tokio::test]
async fn every_operation_has_a_name_of_its_own() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let items = kim.document()["paths"].as_object().unwrap().values();
    let operations: Vec<&Value> = items.flat_map(|item| item.as_object().unwrap().values()).collect();
    let names: std::collections::BTreeSet<&str> =
        operations.iter().map(|operation| operation["operationId"].as_str().unwrap()).collect();
    assert_eq!(names.len(), operations.len(), "{names:?}");
    assert!(names.contains("delete_sessions") && names.contains("post_runs_run_requests"), "{names:?}");
}

/// The router is built of pages, by `.route`, and of the operations of the document, which the macro of utoipa registers
/// together with what it says about them. So a route in neither can only come about by `.route` below the API.
#[tokio::test]
async fn every_route_is_a_page_or_in_the_document() {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/src");
    let router = std::fs::read_to_string(web.join("router.rs")).unwrap();
    let pages: Vec<&str> = router.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(pages.len() > 20 && pages.iter().all(|path| !path.starts_with("/api/")), "{pages:?}");
    let api = sources(&web.join("api"));
    assert!(!api.contains(".route(") && !api.contains(".fallback"));
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    assert_eq!(api.matches("#[utoipa::path(").count(), operations(kim.document()).len());
}

#[tokio::test]
async fn the_page_lists_every_operation() {
    let console = Console::open().await;
    let kim = Program::of(&console, "kim").await;
    let page = console.sign_in("kim").await.get("/api").await;
    let listed = page.all("table.rows tbody th code");
    for (method, path) in operations(kim.document()) {
        assert!(listed.contains(&format!("{method} {path}")), "{method} {path} in {listed:?}");
    }
    assert!(!page.has("main script") && !page.has("[src^=http]"));
}
