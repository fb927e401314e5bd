//! Whether the key that a host shows is its own.

use russh::keys::{Algorithm, HashAlg, PublicKey, PublicKeyOrCertificate};

use super::fault::Fault;
use super::host::{Host, Settings};
use super::known_hosts;
use crate::base::Text;

/// Which keys a host may show.
#[derive(Debug, Clone)]
pub(super) struct Trust {
    place: String,
    known: Vec<PublicKey>,
    revoked: Vec<PublicKey>,
    /// Where they are written down, for messages.
    source: String,
}

impl Trust {
    /// Reads what is known of a host: the keys of the inventory, and where it gives none, the files of known hosts.
    pub(super) fn of(host: &Host, settings: &Settings) -> Result<Self, Fault> {
        let place = host.place();
        let (mut known, mut revoked, mut sources) = (Vec::new(), Vec::new(), Vec::new());
        for path in &settings.known_hosts {
            // A file that is not there says nothing.
            let Ok(text) = std::fs::read_to_string(path) else { continue };
            let said = known_hosts::about(&text, &host.address, host.port);
            if host.host_keys.is_empty() && !said.known.is_empty() {
                sources.push(path.display().to_string());
                known.extend(said.known);
            }
            revoked.extend(said.revoked);
        }
        if !host.host_keys.is_empty() {
            sources = vec!["host_key".to_owned()];
            for line in &host.host_keys {
                known.push(line.trim().parse().map_err(|error| Fault::Credentials {
                    place: place.clone(),
                    why: Text::new(
                        format!("인벤토리의 host_key 를 읽을 수 없습니다 ({error}). ssh-ed25519 AAAA… 꼴로 적으십시오"),
                        format!("its host_key in the inventory can not be read ({error}): write ssh-ed25519 AAAA…"),
                    ),
                })?);
            }
        }
        Ok(Self { place, known, revoked, source: sources.join(", ") })
    }

    /// Kinds of keys that it makes sense to ask the host for; empty when nothing is known.
    pub(super) fn algorithms(&self) -> Vec<Algorithm> {
        let mut kinds: Vec<Algorithm> = Vec::new();
        for key in &self.known {
            if !kinds.contains(&key.algorithm()) {
                kinds.push(key.algorithm());
            }
        }
        kinds
    }

    /// Refuses every key but those that are known. Certificates are refused: nobody is named who could issue them.
    pub(super) fn judge(&self, shown: &PublicKeyOrCertificate) -> Result<(), Fault> {
        let key = match shown {
            PublicKeyOrCertificate::PublicKey { key, .. } => key,
            PublicKeyOrCertificate::Certificate(certificate) => {
                let shown = certificate.public_key().fingerprint(HashAlg::Sha256).to_string();
                return Err(self.changed(shown));
            }
        };
        let (place, shown) = (self.place.clone(), fingerprint(key));
        let is_it = |other: &PublicKey| other.key_data() == key.key_data();
        if self.revoked.iter().any(is_it) {
            return Err(Fault::RevokedKey { place, shown, source: "known_hosts".to_owned() });
        }
        if self.known.iter().any(is_it) {
            return Ok(());
        }
        if self.known.is_empty() {
            let mut key = key.clone();
            key.set_comment("");
            let line = key.to_openssh().unwrap_or_default().trim().to_owned();
            return Err(Fault::UnknownKey { place, shown, line });
        }
        Err(self.changed(shown))
    }

    /// The host has no key of the kinds that are known of it.
    pub(super) fn other_kind(&self, offered: &[String]) -> Option<Fault> {
        (!self.known.is_empty()).then(|| self.changed(offered.join(" ")))
    }

    fn changed(&self, shown: String) -> Fault {
        let known = self.known.iter().map(fingerprint).collect();
        Fault::ChangedKey { place: self.place.clone(), shown, known, source: self.source.clone() }
    }
}

fn fingerprint(key: &PublicKey) -> String {
    format!("{} {}", key.algorithm(), key.fingerprint(HashAlg::Sha256))
}
