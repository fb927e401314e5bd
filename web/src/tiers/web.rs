//! A web server: one page of tickets, served through any application that is up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};

use super::client::Peers;
use super::data::Ticket;
use super::db::Draft;
use super::health::Health;
use super::{Error, Member};

#[derive(Debug)]
struct Web {
    me: Member,
    peers: Peers,
    turn: AtomicUsize,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "tiers/tickets.html")]
struct TicketsPage<'a> {
    web: Member,
    ap: Member,
    tickets: &'a [Ticket],
}

/// Its routes.
pub(super) fn router(me: Member, peers: Peers) -> Router {
    let web = Arc::new(Web { me, peers, turn: AtomicUsize::new(0) });
    Router::new()
        .route("/", get(latest))
        .route("/health", get(health))
        .route("/tickets", post(write))
        .route("/tickets/{id}", get(one))
        .with_state(web)
}

async fn health(State(web): State<Arc<Web>>) -> Health {
    match application(&web).await {
        Ok(ap) => Health::up(format!("through {ap}")),
        Err(error) => Health::down(error.to_string()),
    }
}

async fn latest(State(web): State<Arc<Web>>) -> Result<Response, Error> {
    let ap = application(&web).await?;
    let mut tickets: Vec<Ticket> = web.peers.get(ap, "/tickets").await?;
    tickets.reverse();
    Ok(page(&TicketsPage { web: web.me, ap, tickets: &tickets }))
}

async fn one(State(web): State<Arc<Web>>, Path(id): Path<u32>) -> Result<Response, Error> {
    let ap = application(&web).await?;
    let ticket: Option<Ticket> = web.peers.get(ap, &format!("/tickets/{id}")).await?;
    Ok(match ticket {
        Some(ticket) => page(&TicketsPage { web: web.me, ap, tickets: &[ticket] }),
        None => (StatusCode::NOT_FOUND, "no such ticket").into_response(),
    })
}

async fn write(State(web): State<Arc<Web>>, headers: HeaderMap, Form(draft): Form<Draft>) -> Result<Response, Error> {
    // Browsers say where a form comes from; other sites have no business here.
    if headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        return Ok((StatusCode::FORBIDDEN, "this form was sent by another site").into_response());
    }
    let ap = application(&web).await?;
    let body = serde_json::json!({ "title": draft.title }).to_string();
    let ticket: Ticket = web.peers.post(ap, "/tickets", body).await?;
    Ok(Redirect::to(&format!("/tickets/{}", ticket.id)).into_response())
}

/// The next application that is up, in turn.
async fn application(web: &Web) -> Result<Member, Error> {
    let turn = web.turn.fetch_add(1, Ordering::Relaxed);
    let mut why = Vec::new();
    for at in 0..Member::APS.len() {
        let ap = Member::APS[(turn + at) % Member::APS.len()];
        let below = web.peers.health(ap).await;
        if below.up {
            return Ok(ap);
        }
        why.push(format!("{ap}: {}", below.detail));
    }
    Err(Error::NoApplication { why: why.join("; ") })
}

fn page(page: &TicketsPage<'_>) -> Response {
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
