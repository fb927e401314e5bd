//! Passwords, which are hashed on one thread of their own: each hashing takes 19 MiB and a processor.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};

use engine::base::Secret;
use tokio::sync::oneshot;

use super::argon2id;

/// Shortest password accepted for a new account, in characters.
const SHORTEST: usize = 8;
/// Longest password looked at at all, in bytes.
const LONGEST: usize = 1_024;
/// Hashings that may wait; more at once are an attack, or a stampede.
const WAITING: usize = 64;

type Work = Box<dyn FnOnce() + Send>;

/// Why a password can not be taken or checked.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than eight characters, or more than 1,024 bytes.
    #[error("a password has at least {SHORTEST} characters and at most {LONGEST} bytes")]
    Length,
    /// The hasher refused.
    #[error("the password can not be hashed: {0}")]
    Hasher(String),
    /// Too many at once.
    #[error("too many passwords are being checked at the moment; try again shortly")]
    Busy,
}

/// A hash that no password has been made for; checking against it takes as long as against a real one.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$cmVsaWdodC1ub2JvZHk$6vcqnhgEyEqyUBcCqY9C0Y/lELtUFfgj6h5FAQ3Jb2E";

/// Hashes passwords, and knows how many it has hashed: what asking costs must not tell whether there is such an account.
#[derive(Debug, Clone, Default)]
pub struct Hasher {
    computed: Arc<AtomicU64>,
}

impl Hasher {
    /// How many hashes were computed.
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    /// The hash of a new password, in PHC form.
    pub async fn hash(&self, password: Secret) -> Result<String, PasswordError> {
        let text = password.expose();
        if text.chars().count() < SHORTEST || text.len() > LONGEST {
            return Err(PasswordError::Length);
        }
        self.apart(move || argon2id::hash(password.expose().as_bytes())).await?
    }

    /// Whether a password fits a hash. Without one (no such account) it takes the same time and says no.
    pub async fn fits(&self, password: Secret, hash: Option<String>) -> Result<bool, PasswordError> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        if password.expose().len() > LONGEST {
            return Ok(false);
        }
        let fits = self.apart(move || argon2id::fits(password.expose().as_bytes(), &hash)).await??;
        Ok(fits && known)
    }

    /// Does the work on the thread of the hasher, which is started when it is first needed.
    async fn apart<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordError> {
        static HASHER: OnceLock<SyncSender<Work>> = OnceLock::new();
        let hasher = HASHER.get_or_init(|| {
            let (sender, waiting) = sync_channel::<Work>(WAITING);
            std::thread::spawn(move || {
                for work in waiting {
                    // One password that breaks the hasher must not end it for all; its asker sees no answer.
                    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
                }
            });
            sender
        });
        let computed = Arc::clone(&self.computed);
        let (answer, done) = oneshot::channel();
        let work: Work = Box::new(move || {
            computed.fetch_add(1, Ordering::Relaxed);
            // Who asked may have gone away meanwhile.
            let _ = answer.send(work());
        });
        hasher.try_send(work).map_err(|_| PasswordError::Busy)?;
        done.await.map_err(|why| PasswordError::Hasher(why.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_and_no_other() {
        let hashed = Hasher::default().hash(Secret::new("correct horse")).await.unwrap();
        assert!(hashed.starts_with("$argon2id$"), "{hashed}");
        assert!(Hasher::default().fits(Secret::new("correct horse"), Some(hashed.clone())).await.unwrap());
        assert!(!Hasher::default().fits(Secret::new("correct house"), Some(hashed)).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_s_hash_is_checked_and_never_fits() {
        assert!(!Hasher::default().fits(Secret::new("relight-nobody"), None).await.unwrap());
    }

    #[tokio::test]
    async fn short_and_endless_passwords_are_refused() {
        for password in ["seven77".to_owned(), "x".repeat(1_025)] {
            assert!(matches!(Hasher::default().hash(Secret::new(password)).await, Err(PasswordError::Length)));
        }
    }
}
