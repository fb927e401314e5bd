//! The answer to "are you up?".

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::Error;

/// The header in which a member gives its name.
pub(super) const IDENTITY: &str = "x-relight-tier";

/// Whether a member can do its work, and what it has to say about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Whether it can.
    pub up: bool,
    /// For people.
    pub detail: String,
}

impl Health {
    pub(super) fn up(detail: impl Into<String>) -> Self {
        Self { up: true, detail: detail.into() }
    }

    pub(super) fn down(detail: impl Into<String>) -> Self {
        Self { up: false, detail: detail.into() }
    }
}

impl IntoResponse for Health {
    fn into_response(self) -> Response {
        let status = if self.up { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        (status, Json(self)).into_response()
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::Unfit(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Refused { status, .. } => StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY),
            Self::File { .. } => StatusCode::INSUFFICIENT_STORAGE,
            Self::Silent { .. }
            | Self::NoApplication { .. }
            | Self::Damaged { .. }
            | Self::Spawn { .. }
            | Self::Stillborn { .. }
            | Self::Unstoppable { .. }
            | Self::Disagree { .. } => StatusCode::SERVICE_UNAVAILABLE,
        };
        (status, self.to_string()).into_response()
    }
}
