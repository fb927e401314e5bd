//! `dns_update`: a change of the records of a name.

use super::dns::RecordWord;
use super::kind::{Call, CallKeys};
use crate::base::{Millis, SecretName, TargetName};
use crate::runbook::Spanned;
use crate::runbook::read::{DomainName, Many, shape, words};

shape! {
    /// A change of the records of a name.
    pub struct DnsUpdate ["`dns_update`", "`dns_update`"] {
        /// A name whose records are changed.
        (required) "dns_update" => name: Spanned<DomainName>,
        /// Beside dns_update: the kind of records; A where absent.
        "type" => kind: RecordWord,
        /// Beside dns_update: the target that serves the zone and may change it.
        "on" => on: Spanned<TargetName>,
        /// Beside dns_update: the zone that the name is in.
        (required) "zone" => zone: Spanned<DomainName>,
        /// Beside dns_update: replace (default), add or remove.
        "change" => change: Spanned<RecordChangeWord>,
        /// Beside dns_update: the value, or all values; with remove, none for all records of the kind.
        "value" => value: Spanned<Many<Spanned<String>>>,
        /// Beside dns_update: how long an answer may be kept, in whole seconds.
        "ttl" => ttl: Spanned<Millis>,
        /// Beside dns_update: all values that must be there now, or nothing is changed.
        "was" => was: Many<Spanned<String>>,
        /// Beside dns_update: {name, secret, algorithm}, the key that signs it.
        "tsig" => tsig: Tsig,
    }
}

words! {
    /// What becomes of the records.
    pub enum RecordChangeWord {
        /// The values take the place of all records of the kind.
        Replace = "replace",
        /// The values come to the others.
        Add = "add",
        /// The values go, or all records of the kind.
        Remove = "remove",
    }
}

shape! {
    /// The key that signs an update.
    pub struct Tsig ["`tsig`", "`tsig`"] {
        /// The name of the key, as the name server knows it.
        (required) "name" => name: DomainName,
        /// The secret of the inventory that holds the key in base64, as in key files of name servers.
        (required) "secret" => secret: Spanned<SecretName>,
        /// hmac-sha256 (default) or hmac-sha512.
        "algorithm" => algorithm: TsigWord,
    }
}

words! {
    /// How an update is signed.
    pub enum TsigWord {
        /// HMAC with SHA-256.
        HmacSha256 = "hmac-sha256",
        /// HMAC with SHA-512.
        HmacSha512 = "hmac-sha512",
    }
}

impl CallKeys for DnsUpdate {
    const ASKS: bool = false;

    fn call(self) -> Option<Call> {
        (self.name.is_some() && self.zone.is_some()).then(|| Call::DnsUpdate(Box::new(self)))
    }
}
