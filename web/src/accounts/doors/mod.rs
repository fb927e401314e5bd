//! Doors beside our own accounts: what a directory or a provider says becomes an account here, with what its groups mean.
//!
//! Our own accounts never wait for any of this: their form asks nobody else.

mod denied;
mod directory;
mod outsider;
mod outsiders;
mod provider;
mod rules;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use engine::base::{Clock, Secret};
use engine::inventory::SecretSource;
use engine::secrets::Fault;

pub use denied::Denied;
pub use directory::{DirectoryDoor, Written};
pub use outsider::{Outsider, Source};
pub use outsiders::{Arrival, Outsiders};
pub use provider::{Brought, ProviderDoor};
pub use rules::Rules;
pub use watch::watch;

use crate::config;

/// Where secrets of doors are found. Reads files: called off the async threads.
pub type Secrets = Arc<dyn Fn(&SecretSource) -> Result<Secret, Fault> + Send + Sync>;

/// Questions to one door that may be open at the same time: whoever fills a form a thousand times keeps nobody else's
/// memory, and no directory, busy.
const AT_ONCE: usize = 16;

/// The doors of a console.
#[derive(Debug, Default)]
pub struct Doors {
    /// A directory.
    pub directory: Option<DirectoryDoor>,
    /// A provider of identity.
    pub provider: Option<ProviderDoor>,
}

impl Doors {
    /// As a file says.
    pub fn new(config: config::Doors, secrets: &Secrets, clock: &Arc<dyn Clock>) -> Self {
        let directory = config.ldap.map(|(door, recheck)| DirectoryDoor::new(door, recheck, Arc::clone(secrets)));
        let provider = config.oidc.map(|door| ProviderDoor::new(door, Arc::clone(secrets), Arc::clone(clock)));
        Self { directory, provider }
    }

    /// Whether each server of each door answers and lets us in: what was asked, and what is wrong with it.
    pub async fn examine(&self) -> Vec<(String, Result<(), String>)> {
        let mut all = Vec::new();
        if let Some(door) = &self.directory {
            let servers = door.directory.examine().await;
            all.extend(servers.into_iter().map(|(server, found)| (server, found.map_err(|why| why.to_string()))));
        }
        if let Some(door) = &self.provider {
            let found = door.provider.examine().await;
            all.push((door.issuer().to_owned(), found.map_err(|why| why.to_string())));
        }
        all
    }

    /// How often accounts of the directory are looked at again.
    pub fn recheck(&self) -> Option<Duration> {
        self.directory.as_ref().map(|door| door.recheck)
    }
}
