//! `dns`: what name servers answer.

use serde_json::{Value, json};

use super::kind::{Call, CallKeys};
use crate::base::{Millis, TargetName};
use crate::runbook::Spanned;
use crate::runbook::read::{Count, Definitions, DomainName, Endpoint, Many, Read, Reader, shape, words};
use crate::runbook::tree::NodeId;

shape! {
    /// A question put to name servers, and what they must answer.
    pub struct Dns ["`dns`", "`dns`"] {
        /// A name to ask name servers for.
        (required) "dns" => name: DomainName,
        /// Beside dns: the kind of records; A where absent.
        "type" => kind: RecordWord,
        /// Beside dns: the name servers, each as IP:port or as a target with dns.
        (required) "resolvers" => resolvers: Spanned<Many<WrittenResolver>>,
        /// Beside dns: the value, or all values, of its records.
        "value" => value: Many<String>,
        /// Beside dns: {max}, the longest time for which an answer may be kept.
        "ttl" => ttl: Ttl,
        /// Beside dns: how many of the name servers must answer so; all where absent.
        "quorum" => quorum: Spanned<Count<1, 64>>,
    }
}

shape! {
    /// The time for which an answer may be kept.
    pub struct Ttl ["`ttl`", "`ttl`"] {
        /// The longest.
        (required) "max" => max: Millis,
    }
}

words! {
    /// Kinds of records.
    pub enum RecordWord {
        /// An IPv4 address.
        A = "A",
        /// An IPv6 address.
        Aaaa = "AAAA",
        /// Another name.
        Cname = "CNAME",
        /// A mail server.
        Mx = "MX",
        /// A name server.
        Ns = "NS",
        /// The name of an address.
        Ptr = "PTR",
        /// A service.
        Srv = "SRV",
        /// A text.
        Txt = "TXT",
    }
}

/// A name server: `host:port`, or the name of a target.
#[derive(Debug, Clone)]
pub enum WrittenResolver {
    /// Host and port.
    At(Endpoint),
    /// A target.
    Target(Spanned<TargetName>),
}

impl Read for WrittenResolver {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let has_port = reader.tree.text(at).is_some_and(|text| text.contains(':'));
        if has_port { Endpoint::read(reader, at).map(Self::At) } else { Spanned::read(reader, at).map(Self::Target) }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        json!({ "anyOf": [Endpoint::schema(definitions), TargetName::schema(definitions)] })
    }
}

impl CallKeys for Dns {
    const ASKS: bool = true;

    fn call(self) -> Option<Call> {
        (self.name.is_some() && self.resolvers.is_some()).then(|| Call::Dns(Box::new(self)))
    }
}
