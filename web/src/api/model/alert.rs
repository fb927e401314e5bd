//! Alerts of monitoring.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Mode;

/// An alert by itself, or a webhook of Prometheus Alertmanager (version 4).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Alert {
    /// Alertmanager's.
    Webhook(Webhook),
    /// One by itself.
    Plain(PlainAlert),
}

/// One alert by itself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlainAlert {
    /// What happened, in one line.
    #[schema(min_length = 1)]
    pub summary: String,
    /// What makes it the same alert when it comes again; made of summary and organisation where absent.
    pub fingerprint: Option<String>,
    /// What kind of thing: `failure` where absent.
    pub class: Option<AlertClass>,
    /// Whether it is real or of an exercise: `real` where absent.
    pub mode: Option<Mode>,
    /// Where in the organisation: `bank/it`; everywhere where absent.
    pub organisation: Option<String>,
    /// When it began; now where absent.
    #[schema(format = DateTime)]
    pub started_at: Option<String>,
    /// Whether it is over: it then opens nothing.
    #[serde(default)]
    pub resolved: bool,
}

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertClass {
    /// 재해.
    Disaster,
    /// 장애.
    Failure,
    /// 침해사고.
    Security,
}

/// What Alertmanager sends. Members that are not named here are not looked at.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Webhook {
    /// The alerts of a group.
    #[schema(max_items = 100)]
    pub alerts: Vec<WebhookAlert>,
}

/// One of Alertmanager's alerts. The label `organisation` says where, `class` what kind of thing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookAlert {
    /// Whether it goes on.
    pub status: WebhookStatus,
    /// What it is about.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// What is said of it; `summary` comes first.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
    /// When it began.
    #[schema(format = DateTime)]
    pub starts_at: Option<String>,
    /// What makes it the same alert when it comes again.
    pub fingerprint: Option<String>,
}

/// Where an alert stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookStatus {
    /// It goes on.
    Firing,
    /// It is over.
    Resolved,
}

/// What became of alerts, in the order in which they were sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertsTaken {
    /// One by one.
    pub alerts: Vec<AlertTaken>,
}

/// What became of an alert. No run is ever declared by one.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertTaken {
    /// What makes it the same alert when it comes again.
    pub fingerprint: String,
    /// What became of it.
    pub standing: AlertStanding,
    /// The case that it opened or joined.
    #[schema(format = "uuid")]
    pub case: Option<String>,
}

/// What became of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertStanding {
    /// It opened an assessment.
    Opened,
    /// It joined the one that is open.
    Joined,
    /// It is over and no case is open for it.
    Ignored,
}
