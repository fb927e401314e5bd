//! What one diagnostic means: the same words as `relight explain`.

use askama::Template;
use axum::extract::Path;
use engine::runbook::Code;

use crate::error::Error;
use crate::explain::explain;
use crate::extract::{SignedIn, Visitor};
use crate::pages::{Html, Shell};

/// A piece of a paragraph: words, or something to be typed as it stands.
#[derive(Debug)]
struct Piece {
    code: bool,
    text: &'static str,
}

/// The page of a diagnostic.
#[derive(Debug, Template)]
#[template(path = "diagnostics/show.html")]
pub struct Page {
    shell: Shell,
    paragraphs: Vec<Vec<Piece>>,
}

/// Explains a code, or the name of one.
pub async fn show(visitor: Visitor, _: SignedIn, Path(code): Path<String>) -> Result<Html<Page>, Error> {
    let code = Code::called(&code).ok_or(Error::NotFound)?;
    let paragraphs = explain(code, visitor.words.0).map(pieces).collect();
    Ok(Html(Page { shell: Shell::new(&visitor, code.id()), paragraphs }))
}

/// The document marks code by backquotes, which come in pairs.
fn pieces(paragraph: &'static str) -> Vec<Piece> {
    let parts = paragraph.split('`').enumerate().filter(|(_, text)| !text.is_empty());
    parts.map(|(place, text)| Piece { code: place % 2 == 1, text }).collect()
}
