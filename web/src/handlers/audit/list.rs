//! The audit log, newest first.

use askama::Template;
use axum::extract::{Query, State};
use engine::base::RunId;
use engine::run::Door;
use engine::store::{Deed, DeedOutcome, DeedQuery, RecordedDeed};

use super::filter::Filter;
use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell};
use crate::urls;

/// Rows on one page.
const PAGE: u32 = 100;

#[derive(Debug)]
struct Row {
    seq: u64,
    at: String,
    who: String,
    origin: String,
    act: String,
    object: String,
    href: Option<String>,
    outcome: String,
    class: &'static str,
    reason: String,
    before: Option<String>,
    after: Option<String>,
    hash: String,
    whole_hash: String,
}

/// The log.
#[derive(Debug, Template)]
#[template(path = "audit/list.html")]
pub struct Page {
    shell: Shell,
    filter: Filter,
    outcomes: [(&'static str, String); 3],
    misread: bool,
    rows: Vec<Row>,
    older: Option<String>,
    csv: String,
    json_lines: String,
}

/// Shows the log to who may read it.
pub async fn list(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Query(filter): Query<Filter>,
) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    person.must_audit(&app, w, Door::Console).await?;
    let query = filter.query();
    let misread = query.is_none();
    let found = match query {
        Some(query) => {
            let query = DeedQuery { after: filter.before, newest_first: true, limit: PAGE, ..query };
            app.engine.store().deeds(query).await?
        }
        None => Vec::new(),
    };
    let older = found.last().filter(|last| found.len() == PAGE as usize && last.seq > 1);
    let written = filter.written(None);
    Ok(Html(Page {
        shell: Shell::new(&visitor, &w.t("audit-title")),
        outcomes: ["done", "asked", "refused"].map(|outcome| (outcome, w.t(&format!("audit-outcome-{outcome}")))),
        misread,
        older: older.map(|last| urls::audit_with(&filter.written(Some(last.seq)))),
        rows: found.iter().map(|row| line(w, row)).collect(),
        csv: urls::audit_csv(&written),
        json_lines: urls::audit_json_lines(&written),
        filter,
    }))
}

fn line(w: Words, row: &RecordedDeed) -> Row {
    let hash = row.hash.to_string();
    let short = row.hash.short();
    match serde_json::from_str::<Deed>(&row.entry) {
        Ok(deed) => {
            let (class, outcome) = match &deed.outcome {
                DeedOutcome::Done => ("st-ready", w.t("audit-outcome-done")),
                DeedOutcome::Asked { .. } => ("st-running", w.t("audit-outcome-asked")),
                DeedOutcome::Refused { code } => ("st-failed", w.with("audit-refused", "code", code.as_str())),
            };
            let name = deed.by.name.as_str();
            let who = deed.on_behalf_of.as_ref().map_or_else(
                || name.to_owned(),
                |whom| w.with2("audit-on-behalf", ("name", name), ("whom", whom.as_str())),
            );
            let json = |value: &serde_json::Value| serde_json::to_string_pretty(value).unwrap_or_default();
            Row {
                seq: row.seq,
                at: w.moment(deed.at),
                who: format!("{who} · {}", door(w, deed.by.via)),
                origin: deed.origin,
                act: deed.act,
                href: run_of(&deed.object).map(urls::run),
                object: deed.object,
                outcome,
                class,
                reason: deed.reason,
                before: deed.before.as_ref().map(json),
                after: deed.after.as_ref().map(json),
                hash: short,
                whole_hash: hash,
            }
        }
        Err(_) => Row {
            seq: row.seq,
            at: String::new(),
            who: String::new(),
            origin: String::new(),
            act: w.t("audit-unreadable"),
            object: String::new(),
            href: None,
            outcome: String::new(),
            class: "st-failed",
            reason: String::new(),
            before: None,
            after: Some(row.entry.clone()),
            hash: short,
            whole_hash: hash,
        },
    }
}

fn door(w: Words, door: Door) -> String {
    w.t(match door {
        Door::Console => "audit-door-console",
        Door::Api => "audit-door-api",
        Door::CommandLine => "audit-door-command-line",
        Door::Simulation => "audit-door-simulation",
    })
}

fn run_of(object: &str) -> Option<RunId> {
    object.strip_prefix("run/")?.parse().ok()
}
