//! Whether this process can serve.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::app::App;

/// 200 while the store answers, 503 while it does not. Says nothing that an outsider may not know.
pub async fn show(State(app): State<App>) -> (StatusCode, Json<Value>) {
    match app.accounts.sweep_sessions(app.clock.now()).await {
        Ok(()) => (StatusCode::OK, Json(json!({ "status": "ok" }))),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": "store unavailable" }))),
    }
}
