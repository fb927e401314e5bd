//! The links of the inventory, watched all the while: how each stands, what would be lost, when it stopped and went on again.
//!
//! ```text
//! inventory ─plans─▶ a plan of one step a standby ─Runner─▶ Reading ─advance─▶ Watched + Occasions ─one change─▶ store
//!                                                                └────────── Samples, one write a round ─────────▶ store
//! ```
//!
//! It is asked by the very step that a run asks by, so a page and a report can not disagree about what was measured. Of several
//! nodes one watches: who holds the lease. The lease is put forward in the same transaction as what was found, so a node that has
//! lost it writes nothing and tells nobody.

mod advance;
mod heartbeat;
mod history;
mod kept;
mod plans;
mod shelf;
mod watch;

pub use advance::{Level, advance};
pub use history::around;
pub use kept::{Break, Watched};
pub use shelf::Shelf;
pub use watch::{Means, watch};
