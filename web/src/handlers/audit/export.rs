//! The audit log as a file, oldest first, of any length: it is written while it is read.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use engine::run::Door;
use engine::store::{Deed, DeedQuery, RecordedDeed, Store};
use futures::StreamExt as _;
use serde_json::json;

use super::filter::Filter;
use crate::app::App;
use crate::deeds::Doer;
use crate::error::{Error, Unreadable};
use crate::extract::{SignedIn, Visitor};

/// Rows read at once.
const ROWS: u32 = 1_000;

/// For spreadsheets.
pub async fn csv(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Query(filter): Query<Filter>,
) -> Result<Response, Error> {
    let by = person.must_audit(&app, visitor.words, Door::Console).await?;
    // Spreadsheet programs take a file without this mark for one in the country's old encoding.
    let head = format!("\u{feff}{}\r\n", COLUMNS.join(","));
    file(&app, Doer::new(by.actor, &person), &filter, ("csv", "text/csv; charset=utf-8"), head, csv_row).await
}

/// For programs: each row as it stands in the log, byte for byte, with its hash.
pub async fn json_lines(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Query(filter): Query<Filter>,
) -> Result<Response, Error> {
    let by = person.must_audit(&app, visitor.words, Door::Console).await?;
    let kind = ("jsonl", "application/x-ndjson");
    file(&app, Doer::new(by.actor, &person), &filter, kind, String::new(), json_row).await
}

async fn file(
    app: &App,
    doer: Doer,
    filter: &Filter,
    (end, kind): (&'static str, &'static str),
    head: String,
    row: fn(&RecordedDeed) -> String,
) -> Result<Response, Error> {
    let unfit = || Error::Unreadable(Unreadable::Query, filter.written(None));
    let query = filter.query().ok_or_else(unfit)?;
    // Who took the log away is part of the log.
    let mut deed = doer.deed(app.clock.now(), "audit.export", "audit");
    deed.after = Some(json!({ "format": end, "filter": filter.written(None) }));
    app.record(deed).await?;
    let pages = futures::stream::unfold(Some((Arc::clone(app.engine.store()), query, 0)), move |state| async move {
        let (store, query, after) = state?;
        match page(&*store, &query, after).await {
            Ok(rows) => {
                let last = rows.last()?.seq;
                let text: String = rows.iter().map(row).collect();
                Some((Ok(Bytes::from(text)), Some((store, query, last))))
            }
            // The file ends here, and the broken connection says that it is not whole.
            Err(why) => Some((Err(why), None)),
        }
    });
    let first = futures::stream::once(async move { Ok(Bytes::from(head)) });
    let mut response = Response::new(Body::from_stream(first.chain(pages)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"relight-audit.{end}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

async fn page(store: &dyn Store, query: &DeedQuery, after: u64) -> Result<Vec<RecordedDeed>, engine::store::Error> {
    store.deeds(DeedQuery { after: Some(after), limit: ROWS, ..query.clone() }).await
}

fn json_row(row: &RecordedDeed) -> String {
    // Numbers and texts can always be written.
    serde_json::to_string(row).map_or_else(|_| String::new(), |line| line + "\n")
}

const COLUMNS: [&str; 13] = [
    "seq",
    "at",
    "by",
    "roles",
    "via",
    "on_behalf_of",
    "origin",
    "act",
    "object",
    "outcome",
    "reason",
    "entry",
    "hash",
];

fn csv_row(row: &RecordedDeed) -> String {
    let deed = serde_json::from_str::<Deed>(&row.entry).ok();
    let via = |deed: &Deed| serde_json::to_value(deed.by.via).ok().and_then(|via| via.as_str().map(str::to_owned));
    let roles = |deed: &Deed| deed.by.roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let cells = [
        row.seq.to_string(),
        deed.as_ref().map(|deed| deed.at.to_iso()).unwrap_or_default(),
        deed.as_ref().map(|deed| deed.by.name.to_string()).unwrap_or_default(),
        deed.as_ref().map(roles).unwrap_or_default(),
        deed.as_ref().and_then(via).unwrap_or_default(),
        deed.as_ref().and_then(|deed| deed.on_behalf_of.as_ref()).map(ToString::to_string).unwrap_or_default(),
        deed.as_ref().map(|deed| deed.origin.clone()).unwrap_or_default(),
        deed.as_ref().map(|deed| deed.act.clone()).unwrap_or_default(),
        deed.as_ref().map(|deed| deed.object.clone()).unwrap_or_default(),
        deed.as_ref().map(|deed| deed.outcome.keyword().to_owned()).unwrap_or_default(),
        deed.as_ref().map(|deed| deed.reason.clone()).unwrap_or_default(),
        row.entry.clone(),
        row.hash.to_string(),
    ];
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    cells.join(",") + "\r\n"
}

/// A cell that a spreadsheet takes for text, whatever a person wrote: one that begins like a formula is marked.
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if formula { "'" } else { "" }, cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_text_whatever_stands_in_it() {
        assert_eq!(quoted("plain"), "\"plain\"");
        assert_eq!(quoted("say \"yes\", twice"), "\"say \"\"yes\"\", twice\"");
        assert_eq!(quoted("=1+1"), "\"'=1+1\"");
        assert_eq!(quoted("@SUM(A1)"), "\"'@SUM(A1)\"");
    }
}
