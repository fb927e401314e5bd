//! L5: runs are carried out here.
//!
//! ```text
//!              submit (store's inbox)            watch (journal, folded once a change)
//!                   │                                   ▲
//!   ┌───────────────▼──────────┐                ┌───────┴───────┐
//!   │ inbox: routes requests   │                │ feed, one a   │
//!   └───────────────┬──────────┘                │ watched run   │
//!                   ▼                           └───────▲───────┘
//!   ┌──────────────────────────┐  appends   ┌───────────┴───┐  one transaction   ┌───────┐
//!   │ dispatcher, one a run:   ├───────────►│ committer     ├───────────────────►│ store │
//!   │ decide → commit → act    │◄───────────┤ (group commit)│                    └───▲───┘
//!   └───────┬──────────▲───────┘  durable   └───────────────┘                        │
//!     start │          │ outcomes, output                    heartbeat: leases; recovery: orphans
//!   ┌───────▼──────────┴───────┐
//!   │ runner (keeper, http, …) │
//!   └──────────────────────────┘
//! ```
//!
//! A dispatcher owns the state of its run and performs nothing that is not durable. Ordering holds within one channel only.

mod claims;
mod committer;
mod declaration;
mod dispatcher;
mod engine;
mod feed;
mod followers;
mod health;
mod inbox;
mod linked;
mod loading;
mod preflight;
mod recovery;
mod refusals;
mod rehearsal;
mod starts;
mod targets;
mod tempo;
#[cfg(test)]
mod tests;

pub use declaration::{Declaration, DeclareError, InputFault};
pub use dispatcher::Settled;
pub use engine::{Adoption, Engine, Options};
pub use feed::{Recorded, View};
pub use health::{Health, Trouble};
pub use loading::{LoadError, Loaded, load};
pub use preflight::{Approver, Voters};
pub use refusals::{AdoptError, SubmitError};
pub use targets::TargetFault;
