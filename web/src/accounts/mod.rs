//! Passwords, sign-in, sessions: what stands between an account kept by the engine and a browser.

mod argon2id;
pub mod doors;
pub mod ldap;
pub mod oidc;
mod outside;
pub mod passwords;
mod roster;
mod sign_in;
mod tokens;
mod tries;
mod trust;

pub use outside::{Profile, account_name};
pub use passwords::PasswordError;
pub use roster::Roster;
pub use sign_in::{NewUser, Refusal, SignIns, Started, new_user};
pub use tokens::Token;
pub use tries::Tries;
pub use trust::{Trust, TrustError};
