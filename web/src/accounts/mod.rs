//! Passwords, sign-in, sessions: what stands between an account kept by the engine and a browser.

mod argon2id;
pub mod passwords;
mod sign_in;
mod tokens;
mod tries;

pub use passwords::PasswordError;
pub use sign_in::{NewUser, Refusal, SignIns, Started, new_user};
pub use tokens::Token;
pub use tries::Tries;
