//! What keeps a directory from answering, in the words of who runs it.

use engine::secrets::Fault;
use ldap3::{LdapError, LdapResult};

use crate::accounts::trust::TrustError;

/// Why a directory has said nothing about a person.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Nobody answers there.
    #[error("{server} can not be reached: {cause}; is the directory up, and is the way to it open?")]
    Unreachable {
        /// The server.
        server: String,
        /// What the system said.
        cause: String,
    },
    /// It did not answer in time.
    #[error("{server} did not answer in time; is the directory up? `timeout` says how long it may take")]
    Late {
        /// The server.
        server: String,
    },
    /// Its certificate is not to be trusted.
    #[error(
        "{server} is not to be trusted: {cause}; `ca` must name the authority that signed its certificate, and the certificate the host of the address"
    )]
    Untrusted {
        /// The server.
        server: String,
        /// What is wrong with the certificate.
        cause: String,
    },
    /// It does not do StartTLS.
    #[error("{server} refuses StartTLS ({cause}): set its certificate up, or use ldaps://")]
    NoStartTls {
        /// The server.
        server: String,
        /// What it said.
        cause: String,
    },
    /// The authorities can not be read.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The password for looking people up can not be had.
    #[error("the password of {dn} can not be had: {fault}")]
    NoPassword {
        /// As whom people are looked up.
        dn: String,
        /// Why.
        fault: Fault,
    },
    /// The account that looks people up is not let in.
    #[error("the directory does not let {dn} in ({cause}): correct `bind`, its name or its password")]
    Bind {
        /// As whom people are looked up.
        dn: String,
        /// What the directory said.
        cause: String,
    },
    /// The part of the tree is not there.
    #[error("there is no {base} in the directory, or nobody may look at it: correct `base`")]
    NoBase {
        /// The part.
        base: String,
    },
    /// More answers than the directory gives, or than are taken.
    #[error("below {base} there are more answers than {limit}, or than the directory gives: write a narrower `filter`")]
    TooMany {
        /// The part of the tree.
        base: String,
        /// How many are taken.
        limit: usize,
    },
    /// Several people for one name.
    #[error("below {base} more than one entry fits {name:?}: write a narrower `filter`")]
    Ambiguous {
        /// The part of the tree.
        base: String,
        /// What was typed.
        name: String,
    },
    /// The name of an account can not be made of the entry.
    #[error(
        "the attribute `{attribute}` of {dn} is no name of an account: {cause}; name another one under `attributes`"
    )]
    BadName {
        /// The entry.
        dn: String,
        /// The attribute.
        attribute: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The filter finds a person by what was typed, but not by the account's own name.
    #[error(
        "the filter does not find {dn} by its name {name:?}, by which it is looked up later: add (`{attribute}`={{name}}) to it"
    )]
    Unfindable {
        /// The entry.
        dn: String,
        /// The account.
        name: String,
        /// The attribute that has the name.
        attribute: String,
    },
    /// The directory refuses.
    #[error("the directory refuses {what}: {cause}")]
    Refused {
        /// What it was asked for.
        what: &'static str,
        /// What it said.
        cause: String,
    },
}

impl Trouble {
    /// What broke the connection to a server.
    pub(super) fn of(server: &str, why: LdapError) -> Self {
        let server = server.to_owned();
        match why {
            LdapError::Timeout { .. } => Self::Late { server },
            LdapError::LdapResult { result } => Self::NoStartTls { server, cause: said(&result) },
            LdapError::Rustls { source } => Self::Untrusted { server, cause: source.to_string() },
            LdapError::DNSName { source } => Self::Untrusted { server, cause: source.to_string() },
            LdapError::Io { source } => {
                let inner = source.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
                match inner {
                    Some(tls) => Self::Untrusted { server, cause: tls.to_string() },
                    None => Self::Unreachable { server, cause: source.to_string() },
                }
            }
            LdapError::ResultRecv { .. } | LdapError::OpSend { .. } | LdapError::EndOfStream => {
                Self::Unreachable { server, cause: "the connection was closed".to_owned() }
            }
            other => Self::Unreachable { server, cause: other.to_string() },
        }
    }

    /// Whether it is about one person only, and the next may be asked about.
    pub(super) const fn is_of_person(&self) -> bool {
        match self {
            Self::Ambiguous { .. } | Self::BadName { .. } | Self::Unfindable { .. } | Self::TooMany { .. } => true,
            Self::Unreachable { .. }
            | Self::Late { .. }
            | Self::Untrusted { .. }
            | Self::NoStartTls { .. }
            | Self::Trust(_)
            | Self::NoPassword { .. }
            | Self::Bind { .. }
            | Self::NoBase { .. }
            | Self::Refused { .. } => false,
        }
    }

    /// Whether another server of the same directory may know better.
    pub(super) const fn is_of_server(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Late { .. } | Self::Untrusted { .. } | Self::NoStartTls { .. } => true,
            Self::Trust(_)
            | Self::NoPassword { .. }
            | Self::Bind { .. }
            | Self::NoBase { .. }
            | Self::TooMany { .. }
            | Self::Ambiguous { .. }
            | Self::BadName { .. }
            | Self::Unfindable { .. }
            | Self::Refused { .. } => false,
        }
    }
}

/// What a directory said, as one line.
pub(super) fn said(result: &LdapResult) -> String {
    let name = match result.rc {
        1 => "operations error",
        3 => "time limit exceeded",
        4 => "size limit exceeded",
        8 => "it wants TLS first",
        10 => "it refers to another server",
        11 => "administrative limit exceeded",
        13 => "it wants a confidential connection first",
        32 => "no such entry",
        48 => "inappropriate authentication",
        49 => "wrong name or password",
        50 => "insufficient rights",
        51 => "busy",
        52 => "unavailable",
        53 => "unwilling",
        _ => "refused",
    };
    let text: String = result.text.chars().filter(|character| !character.is_control()).take(200).collect();
    let colon = if text.is_empty() { "" } else { ": " };
    format!("{name} (code {}){colon}{text}", result.rc)
}
