//! The inventory exactly as written: sites, secrets, targets and the modes in which they may be addressed.

mod channel;
mod reach;
mod replication;
mod secret;
mod top;

pub use channel::{HeaderText, LangWord, SmtpKeys, SmtpTlsWord, WebhookKeys};
pub use reach::{DnsKeys, HttpKeys, ModesKeys, ReachKeys, SqlKeys, SqlWord, SshKeys, TlsWord, WrittenModes};
pub use replication::{HeartbeatKeys, LinkKeys, LinkWord};
pub use secret::{SecretPlace, SecretRef};
pub use top::{InventoryDocument, Policy, RoleKeys, SiteKeys, SiteWord, TargetKeys};
