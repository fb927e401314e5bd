//! Where a directory is and how it is asked.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use engine::inventory::SecretSource;
use reqwest::Url;

use super::Filter;
use crate::accounts::trust::Trust;

/// A directory.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its servers, the first one that answers is asked.
    pub servers: Vec<Server>,
    /// By whom the certificates of the servers must be signed.
    pub trust: Trust,
    /// As whom people are looked up; `None` where the directory lets everybody look.
    pub bind: Option<Bind>,
    /// How people are found.
    pub people: People,
    /// How their groups are found; `None` where their entries say it.
    pub groups: Option<Groups>,
    /// What the entries' attributes are called.
    pub attributes: Attributes,
    /// How long a server may take for one answer.
    pub patience: Duration,
}

/// An account of the directory that may look others up.
#[derive(Debug, Clone)]
pub struct Bind {
    /// The name of its entry.
    pub dn: String,
    /// Where its password is found, each time anew.
    pub password: SecretSource,
}

/// Where people are in the tree.
#[derive(Debug, Clone)]
pub struct People {
    /// Below this entry.
    pub base: String,
    /// Which of the entries are those of a person with a name.
    pub filter: Filter,
}

/// Where groups are in the tree.
#[derive(Debug, Clone)]
pub struct Groups {
    /// Below this entry.
    pub base: String,
    /// Which of the entries are groups with a person in them.
    pub filter: Filter,
}

/// Names of attributes.
#[derive(Debug, Clone)]
pub struct Attributes {
    /// The name of the account.
    pub name: String,
    /// The name as people write it.
    pub display: String,
    /// The mail address.
    pub mail: String,
    /// The names of the groups' entries, where the person's own entry has them.
    pub groups: String,
}

/// A server of a directory: over TLS, or on this very host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    url: String,
    starttls: bool,
}

/// Why a text is no server of a directory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadServer {
    /// Not an address of one.
    #[error(
        "{0:?} is no address of a directory: write ldaps://HOST or ldap://HOST, with :PORT where it is another one"
    )]
    Malformed(String),
    /// Passwords would be readable on the way.
    #[error("{0} is without TLS, and passwords would be readable on the way: write ldaps://, or `starttls: true`")]
    Clear(String),
    /// Both kinds of TLS.
    #[error("{0} has TLS from its first byte: leave `starttls` out, or write ldap://")]
    Twice(String),
}

impl Server {
    /// Reads an address. Without TLS only a server on this host is accepted.
    pub fn parse(text: &str, starttls: bool) -> Result<Self, BadServer> {
        let malformed = || BadServer::Malformed(text.to_owned());
        let url = Url::parse(text).map_err(|_| malformed())?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(malformed)?;
        let bare = url.username().is_empty() && url.password().is_none() && matches!(url.path(), "" | "/");
        if !bare || url.query().is_some() || url.fragment().is_some() {
            return Err(malformed());
        }
        match (url.scheme(), starttls) {
            ("ldaps", true) => Err(BadServer::Twice(text.to_owned())),
            ("ldap", false) if !is_this_host(host) => Err(BadServer::Clear(text.to_owned())),
            ("ldap" | "ldaps", _) => Ok(Self { url: text.trim_end_matches('/').to_owned(), starttls }),
            _ => Err(malformed()),
        }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    pub(super) const fn starttls(&self) -> bool {
        self.starttls
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

/// Whether a host of an address is the one that this runs on. Names are believed to be what they say only where they are
/// fixed: `localhost`.
fn is_this_host(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_go_nowhere_without_tls_but_to_this_host() {
        for fine in [
            "ldaps://dc1.bank.example",
            "ldaps://10.0.0.1:3269",
            "ldap://127.0.0.1:389",
            "ldap://[::1]",
            "ldap://localhost/",
        ] {
            assert!(Server::parse(fine, false).is_ok(), "{fine}");
        }
        assert!(Server::parse("ldap://dc1.bank.example", true).is_ok());
        for clear in ["ldap://dc1.bank.example", "ldap://10.0.0.1", "ldap://localhost.evil.example"] {
            assert_eq!(Server::parse(clear, false), Err(BadServer::Clear(clear.to_owned())));
        }
        assert!(matches!(Server::parse("ldaps://dc1.bank.example", true), Err(BadServer::Twice(_))));
    }

    #[test]
    fn other_addresses_are_refused() {
        for bad in [
            "dc1.bank.example",
            "https://dc1",
            "ldapi:///run/slapd",
            "ldaps://",
            "ldaps://cn=x:pw@dc1",
            "ldaps://dc1/dc=bank",
            "ldaps://dc1?x",
        ] {
            assert!(matches!(Server::parse(bad, false), Err(BadServer::Malformed(_))), "{bad}");
        }
    }
}
