//! A provider of identity (OpenID Connect) as a keeper of accounts beside our own.
//!
//! ```text
//!   browser          console                     provider
//!      │ sign in        │  its addresses and keys    │
//!      ├───────────────►├───────────────────────────►│
//!      │◄───────────────┤  cookie: the attempt       │
//!      ├────────────────────────────────────────────►│ state, nonce, challenge
//!      │◄────────────────────────────────────────────┤ code, state
//!      ├───────────────►│  code, verifier            │
//!      │                ├───────────────────────────►│
//!      │◄───────────────┤◄───────────────────────────┤ id token
//! ```
//!
//! Nothing is kept between two questions: addresses and keys are asked for each time, so that a provider that went away,
//! or has new keys, is noticed by the next sign-in and by nobody else.

mod attempt;
mod claims;
mod http;
mod keys;
mod provider;
mod settings;
mod trouble;

pub use attempt::Attempt;
pub use claims::Known;
pub use provider::{Provider, Secrets};
pub use settings::{BadAddress, Claims, Client, Settings, checked_address};
pub use trouble::{BadToken, Trouble};
