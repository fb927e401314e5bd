//! A directory (LDAP, Active Directory) as a keeper of accounts beside our own.
//!
//! Each question opens its own connection: a directory that went away between two sign-ins is noticed by the next one and
//! by nobody else, and nothing of a person's password outlives the answer.

mod connection;
mod directory;
mod filter;
mod person;
mod settings;
mod trouble;

pub use directory::{Answer, Directory, Secrets};
pub use filter::{BadFilter, Filter};
pub use person::Barred;
pub use settings::{Attributes, BadServer, Bind, Groups, People, Server, Settings};
pub use trouble::Trouble;
