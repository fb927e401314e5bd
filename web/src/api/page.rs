//! The API on one page, for people.

use askama::Template;
use utoipa::openapi::path::PathItem;

use super::document;
use crate::extract::{SignedIn, Visitor};
use crate::pages::{Html, Shell};
use crate::urls;

#[derive(Debug)]
struct Operation {
    method: &'static str,
    path: String,
    summary: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "api/page.html")]
pub struct Page {
    shell: Shell,
    document: &'static str,
    operations: Vec<Operation>,
}

/// Lists all operations of the API.
pub async fn show(visitor: Visitor, _: SignedIn) -> Html<Page> {
    let operations = document().open_api.paths.paths.iter().flat_map(|(path, item)| operations(path, item));
    Html(Page {
        shell: Shell::new(&visitor, &visitor.words.t("api-title")),
        document: urls::api_document(),
        operations: operations.collect(),
    })
}

fn operations(path: &str, item: &PathItem) -> Vec<Operation> {
    let methods = [
        ("GET", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    let known = methods.into_iter().filter_map(|(method, operation)| {
        let summary = operation.as_ref()?.summary.clone().unwrap_or_default();
        Some(Operation { method, path: path.to_owned(), summary })
    });
    known.collect()
}
