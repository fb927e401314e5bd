//! An application: reads through a cache that it warms when it comes up, writes through to the database.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use tokio::sync::RwLock;

use super::client::Peers;
use super::data::Ticket;
use super::db::{Draft, Proof};
use super::health::Health;
use super::{Error, Member};

/// How long it waits before it asks a database again that does not answer, and between two helpings of tickets.
const BEAT: Duration = Duration::from_millis(100);

#[derive(Debug)]
struct Ap {
    me: Member,
    peers: Peers,
    cache: RwLock<Cache>,
}

/// Tickets by number. They never change, so that what is here is right.
#[derive(Debug, Default)]
struct Cache {
    tickets: BTreeMap<u32, Ticket>,
    wanted: usize,
    warm: bool,
}

/// Its routes; begins to warm its cache.
pub(super) fn router(me: Member, peers: Peers) -> Router {
    let ap = Arc::new(Ap { me, peers, cache: RwLock::default() });
    tokio::spawn(warm(Arc::clone(&ap)));
    Router::new()
        .route("/health", get(health))
        .route("/tickets", get(latest))
        .route("/tickets", post(write))
        .route("/tickets/{id}", get(one))
        .with_state(ap)
}

async fn warm(ap: Arc<Ap>) {
    let mut beat = tokio::time::interval(BEAT);
    loop {
        beat.tick().await;
        match helping(&ap).await {
            Ok(true) => return tracing::info!("cache is warm"),
            Ok(false) => {}
            Err(error) => tracing::debug!(%error, "the database is asked again"),
        }
    }
}

/// Fetches the next tickets; `true` when none is missing.
async fn helping(ap: &Ap) -> Result<bool, Error> {
    if ap.cache.read().await.wanted == 0 {
        let proof: Proof = ap.peers.get(Member::Db, "/verify").await?;
        ap.cache.write().await.wanted = proof.tickets;
    }
    let after = ap.cache.read().await.tickets.len();
    let path = format!("/tickets?after={after}&limit={}", ap.me.pace());
    let tickets: Vec<Ticket> = ap.peers.get(Member::Db, &path).await?;
    let mut cache = ap.cache.write().await;
    cache.tickets.extend(tickets.into_iter().map(|ticket| (ticket.id, ticket)));
    cache.warm = cache.tickets.len() >= cache.wanted;
    Ok(cache.warm)
}

async fn health(State(ap): State<Arc<Ap>>) -> Health {
    let below = ap.peers.health(Member::Db).await;
    if !below.up {
        return Health::down(format!("its database is down: {}", below.detail));
    }
    let cache = ap.cache.read().await;
    let (held, wanted) = (cache.tickets.len(), cache.wanted);
    if cache.warm {
        Health::up(format!("{held} tickets in its cache"))
    } else {
        Health::down(format!("warming its cache: {held} of {wanted} tickets"))
    }
}

async fn latest(State(ap): State<Arc<Ap>>) -> Result<Json<Vec<Ticket>>, Error> {
    ap.peers.get(Member::Db, "/tickets?limit=10").await.map(Json)
}

async fn one(State(ap): State<Arc<Ap>>, Path(id): Path<u32>) -> Result<Json<Option<Ticket>>, Error> {
    if let Some(ticket) = ap.cache.read().await.tickets.get(&id) {
        return Ok(Json(Some(ticket.clone())));
    }
    ap.peers.get(Member::Db, &format!("/tickets/{id}")).await.map(Json)
}

async fn write(State(ap): State<Arc<Ap>>, Json(draft): Json<Draft>) -> Result<Response, Error> {
    let body = serde_json::json!({ "title": draft.title }).to_string();
    let ticket: Ticket = ap.peers.post(Member::Db, "/tickets", body).await?;
    Ok((StatusCode::CREATED, Json(ticket)).into_response())
}
