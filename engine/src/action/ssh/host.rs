//! A host and how to get there, with everything looked up that a connection needs.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::super::guard::Admission;
use crate::base::{Clock, Digest, Secret};
use crate::run::Cause;

/// What all connections of an engine share.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The socket of the engine's SSH agent.
    pub agent: Option<PathBuf>,
    /// Files with the keys of known hosts, as OpenSSH keeps them; asked about hosts whose keys the inventory does not give.
    pub known_hosts: Vec<PathBuf>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// A host, the values of its secrets among it.
#[derive(Clone)]
pub(in crate::action) struct Host {
    /// The target's name, for messages.
    pub(in crate::action) name: String,
    /// Host name or IP address of its SSH server.
    pub(in crate::action) address: String,
    /// The port of its SSH server.
    pub(in crate::action) port: u16,
    /// Who logs in.
    pub(in crate::action) user: String,
    /// Public keys of which it must show one. Empty: the files of known hosts decide.
    pub(in crate::action) host_keys: Vec<String>,
    /// The private key to log in with.
    pub(in crate::action) key: Option<Secret>,
    /// The passphrase of an encrypted key, or else the user's password.
    pub(in crate::action) password: Option<Secret>,
    /// Whether the engine's agent may be asked for keys.
    pub(in crate::action) agent: bool,
    /// The host through which it is reached.
    pub(in crate::action) jump: Option<Arc<Host>>,
    /// Who commands are run as, where it is another one than `user`.
    pub(in crate::action) run_as: Option<String>,
    /// Whether the run may go there, asked for every connection and every command.
    pub(in crate::action) admission: Admission,
}

impl Host {
    /// The host for messages: its name and where it is.
    pub(super) fn place(&self) -> String {
        let at = if self.address.contains(':') {
            format!("[{}]:{}", self.address, self.port)
        } else {
            format!("{}:{}", self.address, self.port)
        };
        if self.name == self.address { at } else { format!("{} ({at})", self.name) }
    }

    /// Whether the run may go there, and to every host on the way.
    pub(in crate::action) async fn allowed(&self) -> Result<(), Cause> {
        let mut host = Some(self);
        while let Some(here) = host {
            here.admission.allows().await?;
            host = here.jump.as_deref();
        }
        Ok(())
    }

    /// What two hosts have in common whose commands may share a connection. Whoever logs in by other means, would let another
    /// key pass, takes another way, or runs in another mode, gets a connection of his own; `run_as` is the matter of each command.
    pub(super) fn route(&self) -> String {
        let through = self.jump.as_ref().map_or_else(String::new, |jump| jump.route());
        let digest =
            |secret: &Option<Secret>| secret.as_ref().map(|secret| Digest::of(secret.expose().as_bytes()).short());
        let means = (digest(&self.key), digest(&self.password), self.agent);
        let mode = self.admission.mode().keyword();
        format!("{mode} {}@{}:{} {:?} {means:?} < {through}", self.user, self.address, self.port, self.host_keys)
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Host").field(&self.place()).finish()
    }
}
