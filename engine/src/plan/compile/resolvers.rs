//! Questions for name servers, with their defaults filled in.

use super::super::Host;
use super::super::look::{Dns, RecordKind, Resolver};
use super::steps::Lower;
use crate::runbook::look::{self as written, RecordWord, WrittenResolver};
use crate::runbook::{Code, Finding, Spanned};

impl Lower<'_, '_> {
    pub(super) fn dns(&mut self, dns: written::Dns) -> Dns {
        // Absent only where its absence was reported.
        let Some(Spanned { value: resolvers, span }) = dns.resolvers else {
            return nobody();
        };
        let resolvers: Vec<Resolver> = resolvers.0.into_iter().map(|resolver| self.resolver(resolver)).collect();
        let all = u32::try_from(resolvers.len()).unwrap_or(u32::MAX);
        if all == 0 {
            self.findings.report(Code::BadValue, span, || {
                Finding::new("nobody is asked", "물어볼 네임서버가 없습니다")
                    .help("name at least one name server", "네임서버를 하나 이상 쓰십시오")
            });
        }
        if let Some(quorum) = dns.quorum.as_ref().filter(|quorum| quorum.value.0 > all) {
            self.findings.report(Code::BadValue, quorum.span, || {
                Finding::new(
                    format!("{all} name servers can not make a quorum of {}", quorum.value.0),
                    format!("네임서버가 {all}개인데 정족수가 {}입니다", quorum.value.0),
                )
                .help("name more of them, or lower the quorum", "네임서버를 더 쓰거나 정족수를 줄이십시오")
            });
        }
        Dns {
            name: dns.name.map(|name| name.0).unwrap_or_default(),
            kind: record_kind(dns.kind),
            resolvers,
            values: dns.value.map(|values| values.0).unwrap_or_default(),
            ttl: dns.ttl.and_then(|ttl| ttl.max).map(|max| u32::try_from(max.0 / 1_000).unwrap_or(u32::MAX)),
            quorum: dns.quorum.map_or(all, |quorum| quorum.value.0),
        }
    }

    fn resolver(&mut self, resolver: WrittenResolver) -> Resolver {
        match resolver {
            WrittenResolver::At(endpoint) => {
                // The reader let only texts through that have both parts.
                let (host, port) = endpoint.parts().unwrap_or_default();
                Resolver { host: Host::Written(host.to_owned()), port: Some(port) }
            }
            WrittenResolver::Target(target) => {
                self.named.push(target.clone());
                Resolver { host: Host::Of(target.value), port: None }
            }
        }
    }
}

/// A question that asks nobody, where there is an error and so no plan.
pub(super) const fn nobody() -> Dns {
    Dns { name: String::new(), kind: RecordKind::A, resolvers: Vec::new(), values: Vec::new(), ttl: None, quorum: 0 }
}

pub(super) const fn record_kind(written: Option<RecordWord>) -> RecordKind {
    match written {
        None | Some(RecordWord::A) => RecordKind::A,
        Some(RecordWord::Aaaa) => RecordKind::Aaaa,
        Some(RecordWord::Cname) => RecordKind::Cname,
        Some(RecordWord::Mx) => RecordKind::Mx,
        Some(RecordWord::Ns) => RecordKind::Ns,
        Some(RecordWord::Ptr) => RecordKind::Ptr,
        Some(RecordWord::Srv) => RecordKind::Srv,
        Some(RecordWord::Txt) => RecordKind::Txt,
    }
}
