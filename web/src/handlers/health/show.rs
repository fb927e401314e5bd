//! Whether this process can serve.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::app::App;

/// How well the process is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pulse {
    /// The store answers.
    pub(crate) store: bool,
    /// Runs are dispatched.
    pub(crate) dispatch: bool,
}

/// Asks the store. Only reads, and says nothing that an outsider may not know.
pub(crate) async fn state(app: &App) -> Pulse {
    Pulse {
        store: app.engine.store().change_counter().await.is_ok(),
        dispatch: app.engine.health().trouble().is_none(),
    }
}

/// 200 while the store answers, 503 while it does not; whether runs are dispatched is said beside it.
pub async fn show(State(app): State<App>) -> (StatusCode, Json<Value>) {
    let found = state(&app).await;
    let (status, word) =
        if found.store { (StatusCode::OK, "ok") } else { (StatusCode::SERVICE_UNAVAILABLE, "store unavailable") };
    let dispatch = if found.dispatch { "on" } else { "stopped" };
    (status, Json(json!({ "status": word, "dispatch": dispatch })))
}
