//! Passwords, second factors, sign-in, sessions, tokens of programs, and the accounts themselves: what stands between the
//! records of the engine and a browser.

mod argon2id;
mod authenticator;
mod by;
pub mod doors;
mod failures;
mod glass;
mod guard;
pub mod ldap;
mod manage;
mod mandates;
pub mod oidc;
mod outside;
mod own;
pub mod passwords;
mod printed;
mod programs;
mod refusal;
mod roster;
mod second;
mod sign_in;
mod teams;
mod tokens;
mod told;
mod trust;

pub use authenticator::{Authenticator, qr_path};
pub use by::{By, Came};
pub use manage::{NewUser, new_user};
pub use mandates::NotGiven;
pub use outside::{Profile, account_name};
pub use passwords::PasswordError;
pub use printed::printed;
pub use refusal::Refusal;
pub use roster::{Roster, in_use};
pub use second::Enrolment;
pub use sign_in::{SignIns, Started};
pub use teams::NotKept;
pub use tokens::Token;
pub use trust::{Trust, TrustError};
