//! From where a check is asked.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::super::lints::vantage;
use super::super::{Host, Probe, Vantage};
use super::steps::Lower;
use crate::base::TargetName;
use crate::inventory::LOCAL;
use crate::runbook::{Call, Questioning, Span};

impl Lower<'_, '_> {
    /// A question and where it is asked from.
    pub(super) fn question(&mut self, call: Call, asking: &Questioning, span: Span) -> (Probe, Option<Vantage>) {
        let own = match &call {
            Call::Command(command) => command.on.as_ref().map(|on| on.span),
            Call::Http(_)
            | Call::Tcp(_)
            | Call::File(_)
            | Call::Process(_)
            | Call::Service(_)
            | Call::Disk(_)
            | Call::Clock(_)
            | Call::Sql(_)
            | Call::Dns(_)
            | Call::DnsUpdate(_)
            | Call::Replication(_)
            | Call::Tls(_) => None,
        };
        let mut probe = self.probe(call);
        let from = self.vantage(asking);
        if from.is_some() {
            self.can_be_asked_from_afar(&mut probe, own, span);
        }
        (probe, from)
    }

    fn can_be_asked_from_afar(&mut self, probe: &mut Probe, own: Option<Span>, span: Span) {
        match probe {
            Probe::Command(command) => {
                if let Some(own) = own {
                    vantage::on_beside_from(own, self.findings);
                }
                command.on = None;
            }
            Probe::Tcp(tcp) => {
                let Host::Written(host) = &tcp.host else { return };
                let own =
                    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
                if own {
                    vantage::own_address(span, self.findings);
                }
            }
            Probe::Http(_) => vantage::not_from_afar("http", span, self.findings),
            Probe::Look(look) => vantage::not_from_afar(look.keyword(), span, self.findings),
        }
    }

    fn vantage(&mut self, asking: &Questioning) -> Option<Vantage> {
        let Some(from) = &asking.from else {
            if let Some(quorum) = &asking.quorum {
                vantage::quorum_alone(quorum.span, self.findings);
            }
            return None;
        };
        let mut seen: BTreeMap<&TargetName, Span> = BTreeMap::new();
        for point in &from.value {
            if let Some(first) = seen.insert(&point.value, point.span) {
                vantage::twice(point.value.as_str(), point.span, first, self.findings);
            }
            if point.value.as_str() != LOCAL {
                self.named.push(point.clone());
            }
        }
        let points: Vec<TargetName> = from.value.iter().map(|point| point.value.clone()).collect();
        let half = u32::try_from(points.len() / 2).unwrap_or(u32::MAX);
        let quorum = asking.quorum.as_ref().map_or(half + 1, |quorum| quorum.value.0);
        if points.is_empty() || quorum <= half || quorum as usize > points.len() {
            let span = asking.quorum.as_ref().map_or(from.span, |quorum| quorum.span);
            vantage::no_quorum(quorum, points.len(), span, self.findings);
        }
        Some(Vantage { points, quorum })
    }
}
