//! Beside L4: telling people. Who is told what, over which channel, who has acknowledged it, and who is next.
//!
//! ```text
//! journal, case, door ──raise──▶ Occasion ──Rule × Contact──▶ Recipient ──▶ Call: rung by rung, until acknowledged
//!                       (once)                                   │            └─▶ a delivery over one channel
//!                                                                └─ low urgency ─▶ Digest, one delivery for many
//! ```
//!
//! What is pure stands here and is the same for every store: an [`Occasion`] has a key and is raised once; [`recipients`]
//! says who is told; a [`Call`] says which rung of its ladder is due.

mod call;
mod class;
mod contact;
mod defaults;
mod import;
mod ladder;
mod mark;
mod occasion;
mod routing;
mod rule;
mod template;

pub use call::{Acknowledged, By, Call, Stands, Told};
pub use class::Class;
pub use contact::{Address, Contact, ContactFault, ContactKind, Way};
pub use defaults::{classes, rules, settings, templates};
pub use import::{COLUMNS, Imported, RowFault, import};
pub use ladder::{Rung, ladder};
pub use mark::mark;
pub use occasion::{About, Key, Occasion, OccasionKind};
pub use routing::{Directory, Person, Recipient, Settings, Who, recipients};
pub use rule::{Rule, Urgency, Whom};
pub use template::{Message, Template, TemplateFault, Values};
