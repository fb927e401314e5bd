//! Broken glass.

use engine::identity::Glass;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::iso;

/// One page of broken glass.
#[derive(Debug, Serialize, ToSchema)]
pub struct GlassList {
    /// Who broke it, the newest first.
    pub broken: Vec<GlassLine>,
    /// What to give as `before` for the next page; `null` where this is the last one.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub next: Option<Uuid>,
}

/// That a person acted without the usual approvals.
#[derive(Debug, Serialize, ToSchema)]
pub struct GlassLine {
    /// What it is reviewed by.
    #[schema(value_type = String, format = "uuid")]
    pub glass: Uuid,
    /// Who broke it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Until when it gives that person what it gives; a review ends it.
    #[schema(format = DateTime)]
    pub until: String,
    /// What another person found; `null` until then.
    pub review: Option<GlassReview>,
}

/// What another person found.
#[derive(Debug, Serialize, ToSchema)]
pub struct GlassReview {
    /// Who.
    pub by: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// What was found.
    pub finding: String,
}

impl GlassLine {
    /// As it is told.
    pub fn of(glass: &Glass) -> Self {
        Self {
            glass: glass.id,
            by: glass.by.to_string(),
            reason: glass.reason.clone(),
            at: iso(glass.at),
            until: iso(glass.until),
            review: glass.review.as_ref().map(|review| GlassReview {
                by: review.by.to_string(),
                at: iso(review.at),
                finding: review.finding.clone(),
            }),
        }
    }
}

/// Why the glass is broken.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakGlass {
    /// Why.
    #[schema(min_length = 1, max_length = 4096)]
    pub reason: String,
}

/// What somebody found about broken glass.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewGlass {
    /// What was found.
    #[schema(min_length = 1, max_length = 4096)]
    pub finding: String,
}
