//! L2: which sites, hosts and endpoints there are, and in which modes each may be addressed.
//!
//! ```text
//! inventory.yaml ──runbook::parse_inventory──▶ InventoryDocument ──resolve──▶ Inventory
//!                                                                    └─ bound ─▶ Bound, frozen into the plan
//! ```
//!
//! A target has one [`Binding`] for each mode in which it may be addressed, and none for the others: that a drill can
//! not reach a host bound for `real` alone is not a rule somebody has to remember but an address that is not there.
//! [`judge`] answers the same question for addresses that somebody wrote out.

mod bound;
mod channel;
mod check;
mod claims;
mod endpoint;
mod find;
mod link;
mod model;
mod resolve;
mod target;

pub use bound::Bound;
pub use channel::{Header, Smtp, SmtpTls, Webhook, is_mailbox};
pub use check::{Checked, check};
pub use claims::{Claim, Judgement, judge, same_host};
pub(crate) use endpoint::of_url as host_and_port;
pub use find::{FILE, find, is_inventory};
pub use link::{Gauge, Heartbeat, Link, LinkKind};
pub use model::{Inventory, Policy, Role, SecretSource, Site, SiteKind};
pub use target::{Binding, Dns, HttpBase, Pem, Sql, SqlEngine, SqlTls, Ssh, Target};

/// The engine's own host: always there, in all modes.
pub const LOCAL: &str = "local";
