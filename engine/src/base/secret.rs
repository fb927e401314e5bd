//! Values that must never be seen again.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

/// A secret text: no `Display`, no `Serialize`, `Debug` shows nothing, and the memory is cleared when it is dropped.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes the text in.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The text itself. Every caller hands it to a process environment, a socket or a masker, never to a log.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
