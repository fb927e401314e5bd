//! The kinds of calls.

use serde_json::{Map, Value};

use super::command::{Command, CommandKeys};
use super::dns::Dns;
use super::dns_update::DnsUpdate;
use super::host::{Clock, ClockKeys, Disk, File, Process, Service};
use super::http::{Http, HttpKeys};
use super::replication::{Replication, ReplicationKeys};
use super::sql::Sql;
use super::tcp::{Tcp, TcpKeys};
use super::tls::{Tls, TlsKeys};
use crate::runbook::read::{Definitions, Key, Part, Reader};
use crate::runbook::tree::NodeId;

/// A call of a system.
#[derive(Debug, Clone)]
pub enum Call {
    /// A process.
    Command(Box<Command>),
    /// An HTTP request.
    Http(Box<Http>),
    /// A TCP connection.
    Tcp(Box<Tcp>),
    /// A look at files.
    File(Box<File>),
    /// A look at processes.
    Process(Box<Process>),
    /// A look at a service.
    Service(Box<Service>),
    /// A look at free room.
    Disk(Box<Disk>),
    /// A look at a clock.
    Clock(Clock),
    /// A statement for a database.
    Sql(Box<Sql>),
    /// A question for name servers.
    Dns(Box<Dns>),
    /// A look at a certificate.
    Tls(Box<Tls>),
    /// A change of the records of a name.
    DnsUpdate(Box<DnsUpdate>),
    /// A measurement of a replication link.
    Replication(Box<Replication>),
}

/// The keys of a kind of call; the first of them is its action.
pub(super) trait CallKeys: Part {
    /// Whether it can be asked as a question: in a check, or to know whether work is already done.
    const ASKS: bool;

    /// The call. `None` where what it needs could not be read, which has been reported.
    fn call(self) -> Option<Call>;
}

/// A kind of call.
#[derive(Debug)]
pub(super) struct CallKind {
    /// Its action key.
    pub(super) word: &'static str,
    /// All its keys, the action among them.
    pub(super) keys: &'static [Key],
    /// Whether it can be asked as a question.
    pub(super) asks: bool,
    /// Reads its keys among the entries of a map.
    pub(super) read: fn(&mut Reader<'_, '_>, NodeId, &[[NodeId; 2]]) -> Option<Call>,
    /// The JSON Schemas of its keys.
    pub(super) properties: fn(&mut Definitions) -> Map<String, Value>,
}

/// All kinds of calls.
pub(super) const KINDS: &[CallKind] = &[
    CallKind::of::<CommandKeys>(),
    CallKind::of::<HttpKeys>(),
    CallKind::of::<TcpKeys>(),
    CallKind::of::<File>(),
    CallKind::of::<Process>(),
    CallKind::of::<Service>(),
    CallKind::of::<Disk>(),
    CallKind::of::<ClockKeys>(),
    CallKind::of::<Sql>(),
    CallKind::of::<Dns>(),
    CallKind::of::<DnsUpdate>(),
    CallKind::of::<TlsKeys>(),
    CallKind::of::<ReplicationKeys>(),
];

impl CallKind {
    const fn of<K: CallKeys>() -> Self {
        Self {
            word: K::KEYS[0].name,
            keys: K::KEYS,
            asks: K::ASKS,
            read: |reader, at, entries| K::part(reader, at, entries).call(),
            properties: K::properties,
        }
    }

    /// Whether a key belongs to it, its action included.
    pub(super) fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|known| known.name == key)
    }

    /// Kinds that know this one's action as a key beside their own: there it is not the action.
    pub(super) fn shadowed_by(&self) -> impl Iterator<Item = &'static Self> {
        KINDS.iter().filter(|other| other.word != self.word && other.has(self.word))
    }
}
