//! Commands on other hosts over SSH, so that they outlive the link and the engine.
//!
//! ```text
//!  engine                                              host
//!  Remote ─▶ Pool ─▶ Link ══════ one connection ══════ sshd
//!    │                 └ channel: one errand ─────────  sh: reads script and data from its standard input
//!    │                                                   ├ start: ~/.relight/RUN/ATTEMPT, made once
//!    │                                                   │   └ supervisor ─▶ command, in a session of its own
//!    └ transcript ◀───── output from a byte on, end ──   └ follower of the files there
//! ```
//!
//! Whoever makes the folder of an attempt starts it: a second order for it only follows. Before that stands the token of
//! the run, so that an engine which lost the run can start nothing. A supervisor writes the exit status down; it holds a
//! lock as long as it lives, so that its end is noticed however it comes. The link may break at any point: the next one
//! goes on from the byte that was heard last.
//!
//! Nothing is ever put into the text of a script or of a command line: data are read, line by line, by the script.

mod attempt;
mod errand;
mod fault;
mod frames;
mod funnel;
mod host;
mod known_hosts;
mod link;
mod login;
mod look;
mod pool;
mod remote;
mod session;
mod trust;

pub use host::Settings;

pub(in crate::action) use errand::{Line, Work};
pub(in crate::action) use host::Host;
pub(in crate::action) use remote::{Found, Remote};
