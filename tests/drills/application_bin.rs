//! An application for the drills, which writes orders to a MySQL database without pause and is told of failovers.
//!
//! `application-for-tests LISTEN DATABASE-HOST LEDGER`. Every order that the database has taken becomes a line of the
//! ledger: its number, from where the ledger ended, and the name of the server that took it. Beside it the application
//! renews `dr.heartbeat`.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a program for tests fails by ending")]

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};
use sqlx::{ConnectOptions as _, MySqlConnection};

/// Longer than any order takes on a server that is there.
const PATIENCE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(50);

/// What the application is told and what it knows.
#[derive(Debug, Default)]
struct Desk {
    read_from: Option<String>,
    writable: bool,
    reconnect: bool,
}

type Shared = Arc<Mutex<Desk>>;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().expect("LISTEN DATABASE-HOST LEDGER");
    let listener = tokio::net::TcpListener::bind(next()).await.unwrap();
    let database = MySqlConnectOptions::new().host(&next()).username("app").password("app");
    let mut ledger = File::options().create(true).read(true).append(true).open(next()).unwrap();
    let mut before = String::new();
    ledger.read_to_string(&mut before).unwrap();
    let last = before.lines().last().and_then(|line| line.split(' ').next()?.parse().ok()).unwrap_or(0);
    let desk = Shared::default();
    tokio::spawn(take_orders(database.ssl_mode(MySqlSslMode::Disabled), last, ledger, Arc::clone(&desk)));
    let app = Router::new()
        .route("/api/read-only", get(reads).put(read_elsewhere).delete(read_here))
        .route("/api/db-failover", post(failed_over))
        .route("/health/db", get(database_health))
        .route("/health", get(health))
        .with_state(desk);
    axum::serve(listener, app).await.unwrap();
}

async fn take_orders(database: MySqlConnectOptions, last: i64, mut ledger: File, desk: Shared) {
    let mut connection = None;
    for number in last + 1.. {
        if std::mem::take(&mut desk.lock().unwrap().reconnect) {
            connection = None;
        }
        let order = tokio::time::timeout(PATIENCE, order(&database, &mut connection, number)).await;
        let taken = order.is_ok_and(|order| order.is_ok());
        desk.lock().unwrap().writable = taken;
        match &connection {
            Some((_, server)) if taken => writeln!(ledger, "{number} {server}").unwrap(),
            _ => connection = None,
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn order(
    database: &MySqlConnectOptions,
    connection: &mut Option<(MySqlConnection, String)>,
    number: i64,
) -> Result<(), sqlx::Error> {
    if connection.is_none() {
        let mut new = database.connect().await?;
        let server = sqlx::query_scalar("SELECT @@hostname").fetch_one(&mut new).await?;
        *connection = Some((new, server));
    }
    if let Some((connection, _)) = connection {
        sqlx::query("INSERT INTO shop.orders VALUES (?)").bind(number).execute(&mut *connection).await?;
        sqlx::query("REPLACE INTO dr.heartbeat VALUES (1, NOW(6))").execute(connection).await?;
    }
    Ok(())
}

async fn reads(State(desk): State<Shared>) -> Json<Value> {
    Json(json!({ "read_from": desk.lock().unwrap().read_from }))
}

async fn read_elsewhere(State(desk): State<Shared>, Json(wish): Json<Value>) -> StatusCode {
    desk.lock().unwrap().read_from = wish["read_from"].as_str().map(str::to_owned);
    StatusCode::NO_CONTENT
}

async fn read_here(State(desk): State<Shared>) -> StatusCode {
    desk.lock().unwrap().read_from = None;
    StatusCode::NO_CONTENT
}

async fn failed_over(State(desk): State<Shared>) -> StatusCode {
    desk.lock().unwrap().reconnect = true;
    StatusCode::ACCEPTED
}

async fn database_health(State(desk): State<Shared>) -> Json<Value> {
    Json(json!({ "writable": desk.lock().unwrap().writable }))
}

async fn health(State(desk): State<Shared>) -> &'static str {
    let desk = desk.lock().unwrap();
    if desk.writable && desk.read_from.is_none() { "normal" } else { "reduced" }
}
