//! Argon2id, off the async threads and only so many at once: each hashing takes 19 MiB.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use engine::base::Secret;
use tokio::sync::Semaphore;

/// Shortest password accepted for a new account, in characters.
const SHORTEST: usize = 8;
/// Longest password looked at at all, in bytes.
const LONGEST: usize = 1_024;
/// Hashings at the same time.
const AT_ONCE: usize = 2;

/// Why a password can not be taken or checked.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than eight characters, or more than 1,024 bytes.
    #[error("a password has at least {SHORTEST} characters and at most {LONGEST} bytes")]
    Length,
    /// The hasher refused.
    #[error("the password can not be hashed: {0}")]
    Hasher(String),
}

/// Hashes and checks passwords.
#[derive(Debug, Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

/// A hash that no password has been made for; checking against it takes as long as against a real one.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$cmVsaWdodC1ub2JvZHk$6vcqnhgEyEqyUBcCqY9C0Y/lELtUFfgj6h5FAQ3Jb2E";

impl Passwords {
    /// The hash of a new password, in PHC form.
    pub async fn hash(&self, password: Secret) -> Result<String, PasswordError> {
        let text = password.expose();
        if text.chars().count() < SHORTEST || text.len() > LONGEST {
            return Err(PasswordError::Length);
        }
        self.apart(move || {
            let hash = Argon2::default().hash_password(password.expose().as_bytes());
            hash.map(|hash| hash.to_string()).map_err(|why| PasswordError::Hasher(why.to_string()))
        })
        .await?
    }

    /// Whether a password fits a hash. Without one (no such account) it takes the same time and says no.
    pub async fn fits(&self, password: Secret, hash: Option<String>) -> Result<bool, PasswordError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        if password.expose().len() > LONGEST {
            return Ok(false);
        }
        let fits = self
            .apart(move || {
                let parsed = PasswordHash::new(&hash).map_err(|why| PasswordError::Hasher(why.to_string()))?;
                Ok(Argon2::default().verify_password(password.expose().as_bytes(), &parsed).is_ok())
            })
            .await??;
        Ok(fits && known)
    }

    async fn apart<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordError> {
        let _place = self.places.acquire().await.map_err(|why| PasswordError::Hasher(why.to_string()))?;
        tokio::task::spawn_blocking(work).await.map_err(|why| PasswordError::Hasher(why.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_and_no_other() {
        let passwords = Passwords::default();
        let hash = passwords.hash(Secret::new("correct horse")).await.unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(passwords.fits(Secret::new("correct horse"), Some(hash.clone())).await.unwrap());
        assert!(!passwords.fits(Secret::new("correct house"), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_s_hash_is_checked_and_never_fits() {
        let passwords = Passwords::default();
        assert!(PasswordHash::new(NOBODY).is_ok());
        assert!(!passwords.fits(Secret::new("relight-nobody"), None).await.unwrap());
    }

    #[tokio::test]
    async fn short_and_endless_passwords_are_refused() {
        let passwords = Passwords::default();
        for password in ["seven77".to_owned(), "x".repeat(1_025)] {
            assert!(matches!(passwords.hash(Secret::new(password)).await, Err(PasswordError::Length)));
        }
    }
}
