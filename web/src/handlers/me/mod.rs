//! A person's own account: second factor, sessions, tokens for programs.

mod show;
mod update;

pub use show::show;
pub use update::update;
