//! Whether this process can serve.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::model::Health;
use crate::app::App;
use crate::handlers::health;

/// Whether this process can serve. The only answer that needs no sign-in, besides this document.
#[utoipa::path(get, path = "/api/v1/health", tag = "about", security(()), responses(
    (status = 200, description = "The store answers.", body = Health),
    (status = 503, description = "The store does not answer.", body = Health),
))]
pub(super) async fn show(State(app): State<App>) -> (StatusCode, Json<Health>) {
    let state = health::state(&app).await;
    let status = if state.store { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Health { store: state.store, dispatch: state.dispatch }))
}
