//! Where a provider is and how it is asked.

use std::net::IpAddr;
use std::time::Duration;

use engine::inventory::SecretSource;
use reqwest::Url;

use crate::accounts::trust::Trust;

/// A provider.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its address, as it names itself in its tokens.
    pub issuer: String,
    /// By whom its certificate must be signed.
    pub trust: Trust,
    /// As whom we ask.
    pub client: Client,
    /// The address of this console as browsers see it.
    pub console: String,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// What its tokens call things.
    pub claims: Claims,
    /// How long one answer may take.
    pub patience: Duration,
}

/// As whom the console is known to the provider.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its id there.
    pub id: String,
    /// Where its secret is found, each time anew; `None` for a public client.
    pub secret: Option<SecretSource>,
}

/// Names of claims; `a.b` is `b` inside of `a`.
#[derive(Debug, Clone)]
pub struct Claims {
    /// The name of the account.
    pub name: String,
    /// The name as people write it.
    pub display: String,
    /// The mail address.
    pub mail: String,
    /// The groups.
    pub groups: String,
}

/// Why a text is no address for this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// Not an address of the web.
    #[error("{0:?} is no address: write https://HOST, with its port and path where it has them, and nothing behind")]
    Malformed(String),
    /// Tokens would be readable on the way.
    #[error("{0} is without TLS, and tokens would be readable on the way: write https://")]
    Clear(String),
}

/// An address of the web, as written: over TLS, or on this very host.
pub fn checked_address(text: &str) -> Result<String, BadAddress> {
    let malformed = || BadAddress::Malformed(text.to_owned());
    let url = Url::parse(text).map_err(|_| malformed())?;
    let host = url.host_str().ok_or_else(malformed)?;
    let bare = url.username().is_empty() && url.password().is_none() && url.query().is_none();
    if !bare || url.fragment().is_some() {
        return Err(malformed());
    }
    match url.scheme() {
        "https" => Ok(text.to_owned()),
        "http" if is_this_host(host) => Ok(text.to_owned()),
        "http" => Err(BadAddress::Clear(text.to_owned())),
        _ => Err(malformed()),
    }
}

fn is_this_host(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_go_nowhere_without_tls_but_to_this_host() {
        for fine in ["https://id.bank.example/realms/dr", "http://127.0.0.1:4593/api/oidc", "http://localhost:8080"] {
            assert_eq!(checked_address(fine).as_deref(), Ok(fine));
        }
        for clear in ["http://id.bank.example", "http://localhost.evil.example/"] {
            assert_eq!(checked_address(clear), Err(BadAddress::Clear(clear.to_owned())));
        }
        for bad in [
            "id.bank.example",
            "ftp://id.bank.example",
            "https://a:b@id.bank.example",
            "https://id?x=1",
            "https://id#x",
        ] {
            assert!(matches!(checked_address(bad), Err(BadAddress::Malformed(_))), "{bad}");
        }
    }
}
