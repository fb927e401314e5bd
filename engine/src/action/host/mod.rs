//! Looks at hosts: small fixed scripts, carried out by the same way on which commands get there.
//!
//! A script only measures; what was measured is weighed here. What an author wrote reaches it as arguments and is never
//! part of its text.

mod clock;
mod disk;
mod file;
mod process;
mod reach;
mod script;
mod service;

pub(super) use clock::ask as ask_clock;
pub(super) use disk::ask as ask_disk;
pub(super) use file::ask as ask_file;
pub(super) use process::ask as ask_process;
pub(super) use reach::ask as ask_reach;
pub(super) use script::Host;
pub(super) use service::ask as ask_service;
