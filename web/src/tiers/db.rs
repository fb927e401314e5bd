//! The database: serves tickets once its data file is read back.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::sync::RwLock;

use super::data::{Recovery, Table};
use super::health::Health;
use super::{Error, Member};

/// Tickets in one answer at most.
const PAGE: usize = 100;

/// Where the database stands.
#[derive(Debug)]
enum Phase {
    Recovering { read: usize, of: usize },
    Broken(String),
    Open(Table),
}

type Shared = Arc<RwLock<Phase>>;

/// What the database can say about its file.
#[derive(Debug, Serialize, Deserialize)]
pub struct Proof {
    /// Tickets held.
    pub tickets: usize,
    /// The first twelve digits of the file's digest.
    pub digest: String,
}

/// A ticket to be written.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Draft {
    /// What it is about.
    pub(super) title: String,
}

/// Which tickets are wanted.
#[derive(Debug, Deserialize)]
struct Range {
    /// Those after this one.
    after: Option<usize>,
    /// At most so many; counted from the end where `after` is absent.
    limit: usize,
}

/// Its routes; begins to recover, `pace` tickets in a tenth of a second.
pub(super) fn router(data: PathBuf, pace: usize) -> Router {
    let phase: Shared = Arc::new(RwLock::new(Phase::Recovering { read: 0, of: 0 }));
    tokio::spawn(recover(Arc::clone(&phase), data, pace));
    Router::new()
        .route("/health", get(health))
        .route("/verify", get(verify))
        .route("/tickets", get(list))
        .route("/tickets", post(write))
        .route("/tickets/{id}", get(one))
        .with_state(phase)
}

async fn recover(phase: Shared, data: PathBuf, pace: usize) {
    let end = match read_back(&phase, data, pace).await {
        Ok(table) => Phase::Open(table),
        Err(error) => {
            tracing::error!(%error, "recovery failed");
            Phase::Broken(error.to_string())
        }
    };
    *phase.write().await = end;
}

async fn read_back(phase: &Shared, data: PathBuf, pace: usize) -> Result<Table, Error> {
    let mut recovery = Recovery::begin(&data)?;
    let mut tick = tokio::time::interval(Duration::from_millis(100));
    while recovery.step(pace)? {
        let (read, of) = recovery.progress();
        *phase.write().await = Phase::Recovering { read, of };
        tick.tick().await;
    }
    recovery.finish().await
}

async fn health(State(phase): State<Shared>) -> Health {
    match &*phase.read().await {
        Phase::Recovering { read, of } => Health::down(format!("recovering its data file: {read} of {of} tickets")),
        Phase::Broken(why) => Health::down(why.clone()),
        Phase::Open(table) => Health::up(format!("{} tickets", table.tickets().len())),
    }
}

async fn verify(State(phase): State<Shared>) -> Response {
    with(&phase, |table| table.verify().map(|digest| Proof { tickets: table.tickets().len(), digest: digest.short() }))
        .await
}

async fn list(State(phase): State<Shared>, Query(range): Query<Range>) -> Response {
    with(&phase, |table| {
        let tickets = table.tickets();
        let limit = range.limit.min(PAGE);
        let from = range.after.unwrap_or_else(|| tickets.len().saturating_sub(limit)).min(tickets.len());
        Ok(tickets[from..].iter().take(limit).cloned().collect::<Vec<_>>())
    })
    .await
}

async fn one(State(phase): State<Shared>, Path(id): Path<u32>) -> Response {
    with(&phase, |table| Ok(table.tickets().iter().find(|ticket| ticket.id == id).cloned())).await
}

async fn write(State(phase): State<Shared>, Json(draft): Json<Draft>) -> Response {
    match &mut *phase.write().await {
        Phase::Open(table) => match table.append(&draft.title).await {
            Ok(ticket) => (StatusCode::CREATED, Json(ticket)).into_response(),
            Err(error) => error.into_response(),
        },
        Phase::Recovering { .. } | Phase::Broken(_) => closed().into_response(),
    }
}

/// Answers from the open table, or says that there is none.
async fn with<T: Serialize>(phase: &Shared, answer: impl FnOnce(&Table) -> Result<T, Error>) -> Response {
    match &*phase.read().await {
        Phase::Open(table) => answer(table).map(Json).into_response(),
        Phase::Recovering { .. } | Phase::Broken(_) => closed().into_response(),
    }
}

fn closed() -> Error {
    Error::Silent { member: Member::Db, why: "its data file is not recovered; ask /health".into() }
}
