//! Calls of systems, with what they take from their unit.

use std::collections::BTreeMap;

use super::super::lints::{half_address, unknown_input};
use super::super::look::{Clock, Replication, WantedFlow};
use super::super::{Action, Change, Command, CommandLine, EnvValue, Host, Look, Probe, Tcp, Url};
use super::steps::Lower;
use super::{outputs, resolvers};
use crate::base::TargetName;
use crate::inventory::LOCAL;
use crate::runbook::{self, Call, HttpPlace, Spanned};

/// Where `local` listens.
const OWN_ADDRESS: &str = "127.0.0.1";

/// What is wanted of a link; whether there is such a link is said once the inventory is at hand.
fn replication(it: runbook::look::Replication) -> Replication {
    Replication {
        link: it.link.value,
        standby: it.standby.map(|standby| standby.value),
        state: it.state.map(|state| match state {
            runbook::look::FlowWord::Streaming => WantedFlow::Streaming,
            runbook::look::FlowWord::Stopped => WantedFlow::Stopped,
            runbook::look::FlowWord::Drained => WantedFlow::Drained,
        }),
        within: it.within,
        cut: it.cut.unwrap_or(false),
    }
}

impl Lower<'_, '_> {
    /// A call as a question.
    pub(super) fn probe(&mut self, call: Call) -> Probe {
        match call {
            Call::Command(command) => Probe::Command(self.command(*command)),
            Call::Http(http) => Probe::Http(self.http(*http)),
            Call::Tcp(tcp) => Probe::Tcp(self.tcp(*tcp)),
            Call::File(file) => Probe::Look(Look::File(self.file(*file))),
            Call::Process(process) => Probe::Look(Look::Process(self.process(*process))),
            Call::Service(service) => Probe::Look(Look::Service(self.service(*service))),
            Call::Disk(disk) => Probe::Look(Look::Disk(self.disk(*disk))),
            Call::Clock(clock) => Probe::Look(Look::Clock(self.clock(clock))),
            Call::Sql(sql) => Probe::Look(Look::Sql(self.sql(*sql, true))),
            Call::Dns(dns) => Probe::Look(Look::Dns(self.dns(*dns))),
            Call::Tls(tls) => Probe::Look(Look::Tls(self.tls(*tls))),
            Call::Replication(it) => Probe::Look(Look::Replication(replication(*it))),
            Call::DnsUpdate(update) => {
                let span = update.name.as_ref().map(|name| name.span).unwrap_or_default();
                runbook::changes_something("dns_update", span, self.findings);
                Probe::Look(Look::Dns(resolvers::nobody()))
            }
        }
    }

    /// A call as something to do.
    pub(super) fn act(&mut self, call: Call) -> Action {
        let asked = match call {
            Call::Sql(sql) => {
                let sql = self.sql(*sql, false);
                return if sql.read_only { Action::Look(Look::Sql(sql)) } else { Action::Change(Change::Sql(sql)) };
            }
            Call::DnsUpdate(update) => return Action::Change(Change::DnsUpdate(self.dns_update(*update))),
            asked => asked,
        };
        match self.probe(asked) {
            Probe::Command(command) => Action::Command(command),
            Probe::Http(http) => Action::Http(http),
            Probe::Tcp(tcp) => Action::Tcp(tcp),
            Probe::Look(look) => Action::Look(look),
        }
    }

    /// The target of a step: its own, or that of its unit.
    pub(super) fn on(&mut self, own: Option<Spanned<TargetName>>) -> Option<TargetName> {
        let Some(own) = own else { return self.on.clone() };
        self.named.push(own.clone());
        Some(own.value)
    }

    fn clock(&mut self, clock: runbook::look::Clock) -> Clock {
        self.named.push(clock.on.clone());
        Clock { on: clock.on.value, max: clock.max }
    }

    pub(super) fn tcp(&mut self, tcp: runbook::Tcp) -> Tcp {
        // The reader let only texts through that have a port.
        let (host, port) = tcp.endpoint.parts().unwrap_or_default();
        if !host.is_empty() {
            half_address::beside_a_whole_one(tcp.on.as_ref(), tcp.endpoint.span, self.findings);
            return Tcp { host: Host::Written(host.to_owned()), port };
        }
        let on = self.on(tcp.on).filter(|target| target.as_str() != LOCAL);
        Tcp { host: on.map_or_else(|| Host::Written(OWN_ADDRESS.to_owned()), Host::Of), port }
    }

    pub(super) fn url(&mut self, place: Spanned<HttpPlace>, on: Option<Spanned<TargetName>>) -> Url {
        if !place.0.starts_with(['/', ':']) {
            half_address::beside_a_whole_one(on.as_ref(), place.span, self.findings);
            return Url::Written(place.value.0);
        }
        match self.on(on).filter(|target| target.as_str() != LOCAL) {
            Some(target) => Url::Of { target, rest: place.value.0 },
            None => Url::Written(format!("http://{OWN_ADDRESS}{}", place.0)),
        }
    }

    /// A value as it is written; none where what it is taken from is not there, which has been reported.
    pub(super) fn value(&mut self, value: runbook::EnvValue) -> Option<EnvValue> {
        match value {
            runbook::EnvValue::Literal(text) => Some(EnvValue::Literal(text)),
            runbook::EnvValue::Input(name) => {
                unknown_input::check(&name, self.inputs.inputs, self.inputs.misread, self.findings);
                Some(EnvValue::Input(name.value))
            }
            runbook::EnvValue::Output(output) => {
                let taken = outputs::taken(&output, self.at, self.inputs.outputs, self.places, self.findings);
                taken.map(|(unit, name)| EnvValue::Output(unit, name))
            }
            runbook::EnvValue::Secret(name) => {
                self.places.secrets.push(name.clone());
                Some(EnvValue::Secret(name.value))
            }
        }
    }

    fn command(&mut self, command: runbook::Command) -> Command {
        let mut env = BTreeMap::new();
        for variable in command.env {
            let Some(value) = self.value(variable.value) else { continue };
            env.insert(variable.key.value.0, value);
        }
        let exit: Vec<i32> = command.exit.into_iter().map(i32::from).collect();
        Command {
            line: match command.line.value {
                runbook::CommandLine::Shell(line) => CommandLine::Shell(line),
                runbook::CommandLine::Argv(words) => CommandLine::Argv(words),
            },
            on: self.on(command.on),
            env,
            dir: command.dir,
            exit: if exit.is_empty() { vec![0] } else { exit },
            stdout: command.stdout,
        }
    }
}
