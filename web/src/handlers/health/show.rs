//! Whether this process can serve.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::app::App;

/// 200 while the store answers, 503 while it does not; whether runs are dispatched is said beside it. Only reads, and says
/// nothing that an outsider may not know.
pub async fn show(State(app): State<App>) -> (StatusCode, Json<Value>) {
    let (status, word) = match app.engine.store().change_counter().await {
        Ok(_) => (StatusCode::OK, "ok"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "store unavailable"),
    };
    let dispatch = if app.engine.health().trouble().is_none() { "on" } else { "stopped" };
    (status, Json(json!({ "status": word, "dispatch": dispatch })))
}
