//! Which targets and which written addresses a plan leads to.

use super::look::Replication;
use super::{Action, Body, Bound, Change, Host, Look, Probe, UnitIx, Url};
use crate::base::TargetName;
use crate::inventory::{Binding, Gauge, LOCAL, host_and_port};

/// A target that a step addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use<'a> {
    /// The target; never `local`.
    pub target: &'a TargetName,
    /// How it is addressed.
    pub way: Way,
}

/// How a step addresses a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Way {
    /// A command is run on it.
    Command,
    /// A connection is opened to a port of it.
    Address,
    /// A request is sent to a path of it.
    Http,
    /// Its database is asked.
    Sql,
    /// Its name server is asked.
    Dns,
    /// People are told something through it.
    Notify,
}

impl Way {
    /// Whether a target that is bound so can be addressed so.
    pub const fn fits(self, binding: &Binding) -> bool {
        match self {
            Self::Command => binding.ssh.is_some(),
            Self::Address => binding.address.is_some(),
            Self::Http => binding.http.is_some() || binding.address.is_some(),
            Self::Sql => binding.sql.is_some(),
            Self::Dns => binding.dns.is_some() || binding.address.is_some(),
            Self::Notify => binding.smtp.is_some() || binding.webhook.is_some(),
        }
    }

    /// The key of the inventory that makes it possible.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Command => "ssh",
            Self::Address => "address",
            Self::Http => "http",
            Self::Sql => "sql",
            Self::Dns => "dns",
            Self::Notify => "smtp",
        }
    }
}

/// An address written out in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenAddress {
    /// Host name or IP address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// What one step leads to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Uses<'a> {
    /// Its targets.
    pub targets: Vec<Use<'a>>,
    /// The addresses written out in it.
    pub written: Vec<WrittenAddress>,
}

impl<'a> Uses<'a> {
    /// A target; the engine's own host is none.
    fn target(&mut self, target: Option<&'a TargetName>, way: Way) {
        let foreign = target.filter(|target| target.as_str() != LOCAL);
        self.targets.extend(foreign.map(|target| Use { target, way }));
    }

    fn of_host(&mut self, host: &'a Host, port: u16) {
        match host {
            Host::Written(host) => self.written.push(WrittenAddress { host: host.clone(), port }),
            Host::Of(target) => self.target(Some(target), Way::Address),
        }
    }

    fn of_url(&mut self, url: &'a Url) {
        match url {
            // An address from which no host can be read is refused by the client; nothing is connected to.
            Url::Written(url) => {
                self.written.extend(host_and_port(url).map(|(host, port)| WrittenAddress { host, port }));
            }
            Url::Of { target, rest } => {
                let way = if rest.starts_with(':') { Way::Address } else { Way::Http };
                self.target(Some(target), way);
            }
        }
    }

    fn of_probe(&mut self, probe: &'a Probe, bound: &'a Bound) {
        match probe {
            Probe::Command(command) => self.target(command.on.as_ref(), Way::Command),
            Probe::Http(http) => self.of_url(&http.url),
            Probe::Tcp(tcp) => self.of_host(&tcp.host, tcp.port),
            Probe::Look(look) => self.of_look(look, bound),
        }
    }

    fn of_host_at(&mut self, host: &str, port: Option<u16>) {
        self.written.extend(port.map(|port| WrittenAddress { host: host.to_owned(), port }));
    }

    fn of_look(&mut self, look: &'a Look, bound: &'a Bound) {
        let way = match look {
            Look::File(_) | Look::Process(_) | Look::Service(_) | Look::Disk(_) | Look::Clock(_) => Way::Command,
            Look::Sql(_) => Way::Sql,
            Look::Tls(tls) => return self.of_host(&tls.at.host, tls.at.port),
            Look::Replication(it) => return self.of_replication(it, bound),
            Look::Dns(dns) => {
                for resolver in &dns.resolvers {
                    match &resolver.host {
                        Host::Written(host) => self.of_host_at(host, resolver.port),
                        Host::Of(target) => self.target(Some(target), Way::Dns),
                    }
                }
                return;
            }
        };
        self.target(look.on(), way);
    }

    /// The standby is what must be reached. The source may be gone, or out of bounds in this mode: then it is not asked.
    fn of_replication(&mut self, it: &'a Replication, bound: &'a Bound) {
        let Some(link) = bound.links.get(&it.link) else { return };
        let way = match link.gauge {
            Gauge::Postgres { .. } | Gauge::Mysql { .. } | Gauge::Query { .. } => Way::Sql,
            Gauge::Redis { .. } => Way::Address,
            Gauge::Files { .. } | Gauge::Backup { .. } | Gauge::Command { .. } => Way::Command,
        };
        self.target(it.standby.as_ref().or(link.standbys.first()), way);
    }

    fn of_action(&mut self, action: &'a Action, bound: &'a Bound) {
        match action {
            Action::Command(command) => self.target(command.on.as_ref(), Way::Command),
            Action::Http(http) => self.of_url(&http.url),
            Action::Tcp(tcp) => self.of_host(&tcp.host, tcp.port),
            Action::Look(look) => self.of_look(look, bound),
            Action::Change(change) => match change {
                Change::Sql(sql) => self.target(sql.on.as_ref(), Way::Sql),
                Change::DnsUpdate(update) => self.target(update.on.as_ref(), Way::Dns),
                Change::Notify(notify) => self.target(Some(&notify.channel), Way::Notify),
            },
            Action::Check(check) => {
                self.of_probe(&check.probe, bound);
                let points = check.from.iter().flat_map(|from| &from.points);
                points.for_each(|point| self.target(Some(point), Way::Command));
            }
            Action::Wait(_) | Action::Until(_) | Action::Mark(_) | Action::Manual(_) | Action::Gate(_) => {}
            Action::Decision(_) | Action::Link(_) => {}
        }
    }
}

impl Body {
    /// What each step leads to, its `already_done` included, with its unit and its place there. Those of the way back
    /// follow the others.
    pub fn uses(&self) -> impl Iterator<Item = (UnitIx, usize, Uses<'_>)> {
        let bound = &self.bound;
        self.units.iter().zip(0..).flat_map(move |(unit, ix)| {
            let speaks_first = unit.steps.iter().position(|step| step.probe_covers_unit);
            let ways_back = unit.rollback.iter().map(|undo| &undo.step);
            unit.steps.iter().chain(ways_back).enumerate().map(move |(at, step)| {
                let mut uses = Uses::default();
                uses.of_action(&step.action, bound);
                // A probe that speaks for the whole unit stands at each of its steps, but was written once.
                let written_here = !step.probe_covers_unit || speaks_first == Some(at);
                if let Some(probe) = step.already_done.as_ref().filter(|_| written_here) {
                    uses.of_probe(probe, bound);
                }
                (UnitIx(ix), at, uses)
            })
        })
    }
}
