//! An application server for the drills: writes what it is given into a database and says how it is.
//!
//! `ap-for-tests PORT DATABASE-URL`. `POST /write/N` keeps the number N and answers 200 when it is committed;
//! `GET /health` answers `UP` when the database takes writes.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a program for tests fails by ending")]

use std::net::Ipv4Addr;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().expect("PORT DATABASE-URL");
    let port: u16 = next().parse().unwrap();
    let pool =
        PgPoolOptions::new().max_connections(4).acquire_timeout(Duration::from_secs(2)).connect_lazy(&next()).unwrap();
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    let app = Router::new().route("/write/{n}", post(write)).route("/health", get(health)).with_state(pool);
    axum::serve(listener, app).await.unwrap();
}

async fn write(State(pool): State<PgPool>, Path(n): Path<i64>) -> StatusCode {
    let kept = sqlx::query("insert into ticket (n) values ($1)").bind(n).execute(&pool).await;
    if kept.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

async fn health(State(pool): State<PgPool>) -> (StatusCode, &'static str) {
    match sqlx::query_scalar("select not pg_is_in_recovery()").fetch_one(&pool).await {
        Ok(true) => (StatusCode::OK, "UP"),
        Ok(false) => (StatusCode::SERVICE_UNAVAILABLE, "READ-ONLY"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "DOWN"),
    }
}
