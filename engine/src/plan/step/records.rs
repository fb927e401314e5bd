//! Changes of the records of a name.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use super::look::RecordKind;
use crate::base::{SecretName, TargetName};

/// A change of the records that a name has of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsUpdate {
    /// The name, whole: nothing is added to it.
    pub name: String,
    /// The kind of records.
    pub kind: RecordKind,
    /// The target that serves the zone and may change it.
    pub on: Option<TargetName>,
    /// The zone that the name is in.
    pub zone: String,
    /// What becomes of the records.
    pub change: RecordChange,
    /// The values that must be there now, and no others, or nothing is changed. Empty: whatever is there.
    pub was: Vec<RecordData>,
    /// The key that signs it; an update without one is sent unsigned.
    pub tsig: Option<Tsig>,
}

/// What becomes of the records of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordChange {
    /// These take the place of all.
    Replace(Records),
    /// These come to the others.
    Add(Records),
    /// These go; where none is named, all go.
    Remove(Vec<RecordData>),
}

/// Records with the time for which answers may be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Records {
    /// Their values; never empty.
    pub values: Vec<RecordData>,
    /// In seconds.
    pub ttl: u32,
}

/// The value of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordData {
    /// An IPv4 address.
    A(Ipv4Addr),
    /// An IPv6 address.
    Aaaa(Ipv6Addr),
    /// Another name.
    Cname(String),
    /// A mail server with its preference.
    Mx(u16, String),
    /// A name server.
    Ns(String),
    /// The name of an address.
    Ptr(String),
    /// A service: priority, weight, port, host.
    Srv(u16, u16, u16, String),
    /// A text.
    Txt(String),
}

/// The key that signs an update.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tsig {
    /// Its name, as the name server knows it.
    pub name: String,
    /// The secret that holds it in base64.
    pub secret: SecretName,
    /// How it signs.
    pub algorithm: TsigAlgorithm,
}

/// How an update is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TsigAlgorithm {
    /// HMAC with SHA-256.
    #[serde(rename = "hmac-sha256")]
    HmacSha256,
    /// HMAC with SHA-512.
    #[serde(rename = "hmac-sha512")]
    HmacSha512,
}

/// Longest text of a record, in bytes: 16 strings of a record.
const LONGEST_TEXT: usize = 16 * 255;

impl RecordData {
    /// Reads a value as zone files have it. `None` where it is none of this kind.
    pub fn read(kind: RecordKind, text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match (kind, words.as_slice()) {
            (RecordKind::A, [address]) => address.parse().ok().map(Self::A),
            (RecordKind::Aaaa, [address]) => address.parse().ok().map(Self::Aaaa),
            (RecordKind::Cname, [host]) => name(host).map(Self::Cname),
            (RecordKind::Ns, [host]) => name(host).map(Self::Ns),
            (RecordKind::Ptr, [host]) => name(host).map(Self::Ptr),
            (RecordKind::Mx, [preference, host]) => Some(Self::Mx(preference.parse().ok()?, name(host)?)),
            (RecordKind::Srv, [priority, weight, port, host]) => {
                let [priority, weight, port] = [priority, weight, port].map(|number| number.parse().ok());
                Some(Self::Srv(priority?, weight?, port?, name(host)?))
            }
            (RecordKind::Txt, _) => (text.len() <= LONGEST_TEXT).then(|| Self::Txt(text.to_owned())),
            (
                RecordKind::A
                | RecordKind::Aaaa
                | RecordKind::Cname
                | RecordKind::Mx
                | RecordKind::Ns
                | RecordKind::Ptr
                | RecordKind::Srv,
                _,
            ) => None,
        }
    }

    /// What a value of a kind looks like.
    pub const fn example(kind: RecordKind) -> &'static str {
        match kind {
            RecordKind::A => "10.0.1.80",
            RecordKind::Aaaa => "fd00::80",
            RecordKind::Cname | RecordKind::Ptr => "app.bank.example",
            RecordKind::Mx => "10 mail.bank.example",
            RecordKind::Ns => "ns1.bank.example",
            RecordKind::Srv => "0 5 5060 sip.bank.example",
            RecordKind::Txt => "any text of at most 4080 bytes",
        }
    }
}

/// A name as a value; whether a name server takes it is for it to say.
fn name(text: &str) -> Option<String> {
    let fits = |label: &str| !label.is_empty() && label.len() <= 63;
    let whole = text.strip_suffix('.').unwrap_or(text);
    (text.len() <= 253 && text.is_ascii() && whole.split('.').all(fits)).then(|| text.to_owned())
}

impl fmt::Display for RecordData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::A(address) => write!(f, "{address}"),
            Self::Aaaa(address) => write!(f, "{address}"),
            Self::Cname(host) | Self::Ns(host) | Self::Ptr(host) | Self::Txt(host) => f.write_str(host),
            Self::Mx(preference, host) => write!(f, "{preference} {host}"),
            Self::Srv(priority, weight, port, host) => write!(f, "{priority} {weight} {port} {host}"),
        }
    }
}

impl DnsUpdate {
    /// Whether doing it twice comes to the same. With `was` the second one finds its own work and is refused.
    pub const fn is_idempotent(&self) -> bool {
        self.was.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_as_its_kind_has_it_or_not_at_all() {
        for (kind, text) in [
            (RecordKind::A, "10.0.1.80"),
            (RecordKind::Aaaa, "fd00::80"),
            (RecordKind::Cname, "app.bank.example."),
            (RecordKind::Mx, "10 mail.bank.example"),
            (RecordKind::Srv, "0 5 5060 sip.bank.example"),
            (RecordKind::Txt, "v=spf1 -all"),
        ] {
            assert_eq!(RecordData::read(kind, text).unwrap().to_string(), text);
        }
        for (kind, text) in [
            (RecordKind::A, "10.0.1"),
            (RecordKind::A, "fd00::80"),
            (RecordKind::A, "10.0.1.80 10.0.1.81"),
            (RecordKind::Aaaa, "10.0.1.80"),
            (RecordKind::Cname, "app..example"),
            (RecordKind::Mx, "mail.bank.example"),
            (RecordKind::Mx, "70000 mail.bank.example"),
            (RecordKind::Srv, "0 5 sip.bank.example"),
            (RecordKind::Ns, ""),
        ] {
            assert_eq!(RecordData::read(kind, text), None, "{kind:?} {text}");
        }
    }
}
