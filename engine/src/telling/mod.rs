//! Beside L4: telling people. Who is told what, over which channel, who has acknowledged it, and who is next.
//!
//! ```text
//! journal, case, door ──raise──▶ Occasion ──Rule × Contact──▶ Recipient ──▶ Call: rung by rung, until acknowledged
//!                       (once)                                   │            └─▶ a delivery over one channel
//!                                                                └─ low urgency ─▶ Digest, one delivery for many
//! ```
//!
//! What is pure is the same for every store: an [`Occasion`] has a key and is raised once; [`recipients`] says who is told; a
//! [`Call`] says which rung of its ladder is due; a [`Delivery`] says when it is sent and by whom. [`work`] does it.

mod answer;
mod call;
mod carry;
mod class;
mod contact;
mod defaults;
mod delivery;
mod desk;
mod follow;
mod gate_link;
mod gathering;
mod import;
mod kept;
mod ladder;
mod mark;
mod note;
mod occasion;
mod raised;
mod reading;
mod routing;
mod rule;
mod settle;
mod template;
mod token;
mod wording;

pub use answer::{Answered, acknowledge, deliveries_of, retry};
pub use call::{Acknowledged, By, Call, Stands, Told};
pub use carry::{Carrier, Channels};
pub use class::Class;
pub use contact::{Address, Contact, ContactFault, ContactKind, Way};
pub use defaults::{classes, rules, settings, templates};
pub use delivery::{CLAIM, Delivery, Progress};
pub use desk::{Means, People, work};
pub use follow::follow;
pub use gate_link::{GateLink, gate_link_path};
pub use gathering::{Gathering, Line};
pub use import::{COLUMNS, Imported, RowFault, import};
pub use kept::{contacts, directory, kept_settings, kept_templates, seed};
pub use ladder::{Rung, ladder};
pub use mark::mark;
pub use note::Note;
pub use occasion::{About, Key, Occasion, OccasionKind};
pub use raised::{Outreach, Raised, raise, raise_for};
pub use routing::{Directory, Person, Reached, Recipient, Settings, Who, recipients};
pub use rule::{Rule, Urgency, Whom};
pub use settle::settled;
pub use template::{Message, Template, TemplateFault, Values};
pub use token::Signer;
pub use wording::acknowledge_path;
