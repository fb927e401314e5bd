//! Ways on which people are told something.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Pem;
use crate::base::{ContactName, Lang, SecretName};

/// How mail is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Smtp {
    /// Host name or IP address of the mail server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether it is encrypted.
    pub tls: SmtpTls,
    /// Certificates of authorities to trust beside those of the system.
    pub ca: Option<Pem>,
    /// Who logs in; nobody where absent.
    pub user: Option<String>,
    /// The secret that holds the password.
    pub password: Option<SecretName>,
    /// The sender's address.
    pub from: String,
    /// The contact lists, none of them empty.
    pub to: BTreeMap<ContactName, Vec<String>>,
    /// The language of messages; both where absent.
    pub lang: Option<Lang>,
}

/// Whether mail is encrypted on its way to the server. The certificate is always checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpTls {
    /// After the greeting.
    Starttls,
    /// From the first byte.
    Implicit,
    /// Not at all.
    None,
}

impl SmtpTls {
    /// The port that servers listen on unless told otherwise.
    pub const fn usual_port(self) -> u16 {
        match self {
            Self::Starttls => 587,
            Self::Implicit => 465,
            Self::None => 25,
        }
    }
}

/// How messages are posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// The address.
    pub url: String,
    /// The secret that holds what follows it.
    pub path: Option<SecretName>,
    /// Extra headers.
    pub headers: BTreeMap<String, Header>,
    /// What is posted, as JSON with names in braces in its texts; the usual where absent.
    pub json: Option<String>,
    /// Certificates of authorities to trust beside those of the system.
    pub ca: Option<Pem>,
    /// The language of messages; both where absent.
    pub lang: Option<Lang>,
}

/// The value of a header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Header {
    /// A text.
    Text(String),
    /// That of a secret.
    Secret(SecretName),
}

impl Smtp {
    /// The secrets that are needed to send.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretName> {
        self.password.iter().chain(self.ca.as_ref().and_then(Pem::secret))
    }
}

impl Webhook {
    /// The secrets that are needed to post.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretName> {
        let headers = self.headers.values().filter_map(|header| match header {
            Header::Secret(name) => Some(name),
            Header::Text(_) => None,
        });
        headers.chain(&self.path).chain(self.ca.as_ref().and_then(Pem::secret))
    }
}

/// Whether a text is the address of a mailbox, so far as that can be said without asking: one `@` with something on both
/// sides, and nothing that could end the line or the address it is put into.
pub fn is_mailbox(text: &str) -> bool {
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && !"<>()[],;:\\\"@".contains(c);
    let part = |part: &str| !part.is_empty() && part.chars().all(plain);
    text.len() <= 254 && text.split_once('@').is_some_and(|(user, host)| part(user) && part(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_told_from_what_would_become_more_than_one() {
        for good in ["ops@bank.kr", "a.b+c@dr.bank.co.kr", "당직@은행.한국"] {
            assert!(is_mailbox(good), "{good}");
        }
        for bad in ["", "ops", "@bank.kr", "ops@", "a@b@c", "a b@c", "a@b>\r\nRCPT TO:<x@y", "a@b,c@d", "<a@b>"] {
            assert!(!is_mailbox(bad), "{bad}");
        }
    }
}
