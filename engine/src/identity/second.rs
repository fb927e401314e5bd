//! The second factor: codes of an authenticator, and recovery codes for the day on which it is lost.

use serde::{Deserialize, Serialize};

use crate::base::{Digest, Timestamp, UserName};
use crate::store::Kept;

/// A person's second factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// Whose.
    pub user: UserName,
    /// The shared secret of the authenticator, sealed where the installation has a key; hexadecimal.
    pub secret: String,
    /// Whether that is sealed.
    pub sealed: bool,
    /// Whether the person has shown that the authenticator works. Before that it is not asked for.
    pub confirmed: bool,
    /// The last time step whose code was taken. A code is good once: who looked over a shoulder comes too late.
    pub last_step: u64,
    /// SHA-256 of the recovery codes that are left. They are 80 random bits each, so nothing slower is needed.
    pub recovery: Vec<Digest>,
    /// When it was set up.
    pub since: Timestamp,
}

impl Kept for SecondFactor {
    const KIND: &'static str = "second_factor";

    fn id(&self) -> String {
        self.user.to_string()
    }
}
