//! The keeper: one small process a state folder that starts all commands, so that they outlive the engine.
//!
//! ```text
//!  engine ──── Ask: Claim, Spawn, Attach, Kill, Forget … ───▶ keeper ──▶ process group of attempt 1
//!         ◀─── Tell: Output, Ended, NeverSeen, Stale …  ────         ──▶ process group of attempt 2 …
//!          (unix socket in the state folder; many messages a write)
//! ```
//!
//! The engine may die at any point: the keeper goes on reading output and collecting exit statuses, and the next engine
//! finds it by its socket and asks for what it missed. The keeper knows nothing of plans, retries or time-outs.

mod beginning;
mod client;
mod connection;
mod door;
mod exchange;
mod fence;
mod finder;
mod frames;
mod kept;
mod main;
mod order;
mod processes;
mod protocol;
mod server;
mod spawn;
mod table;

pub use beginning::Beginning;
pub use client::{Keeper, TooLong, Watch};
pub use door::{Config, Error};
pub(super) use finder::Finder;
pub use main::main;
pub use order::Order;
pub use protocol::{Ending, How, Key, News, Stopped};
