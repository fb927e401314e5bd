//! Where a step leads to in the mode of its run.

use super::Launch;
use crate::base::{TargetName, Text};
use crate::inventory::{Pem, host_and_port};
use crate::plan::{Binding, Host, Tcp, Url};
use crate::run::{Cause, CauseKind};

/// The usual port of a name server.
pub(super) const DNS: u16 = 53;

/// A port of a host that a connection shall be opened to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Destination {
    /// Host name or IP address.
    pub(super) host: String,
    /// The port.
    pub(super) port: u16,
    /// The target that was asked for by its name.
    pub(super) named: Option<TargetName>,
}

impl Launch {
    /// How a target is addressed, or why it may not be.
    pub(super) fn bound(&self, target: &TargetName) -> Result<&Binding, Cause> {
        self.binding(target).ok_or_else(|| not_bound(target, self.mode.keyword()))
    }

    /// Where a TCP connection leads to.
    pub(super) fn destination(&self, tcp: &Tcp) -> Result<Destination, Cause> {
        match &tcp.host {
            Host::Written(host) => Ok(Destination { host: host.clone(), port: tcp.port, named: None }),
            Host::Of(target) => {
                let address = self.bound(target)?.address.as_ref().ok_or_else(|| lacks(target, "address"))?;
                Ok(Destination { host: address.clone(), port: tcp.port, named: Some(target.clone()) })
            }
        }
    }

    /// Where the name server of a target listens.
    pub(super) fn name_server(&self, target: &TargetName) -> Result<Destination, Cause> {
        let binding = self.bound(target)?;
        let (host, port) = match (&binding.dns, &binding.address) {
            (Some(dns), _) => (dns.host.clone(), dns.port),
            (None, Some(address)) => (address.clone(), DNS),
            (None, None) => return Err(lacks(target, "dns")),
        };
        Ok(Destination { host, port, named: Some(target.clone()) })
    }

    /// The absolute address of a request, and where it leads to.
    pub(super) fn address(&self, url: &Url) -> Result<(String, Destination), Cause> {
        let (url, named) = match url {
            Url::Written(url) => (url.clone(), None),
            Url::Of { target, rest } => (whole(self.bound(target)?, target, rest)?, Some(target.clone())),
        };
        match host_and_port(&url) {
            Some((host, port)) => Ok((url, Destination { host, port, named })),
            None => Err(Cause {
                kind: CauseKind::Refused,
                message: Text::new(
                    format!("{url} 에서 접속할 호스트와 포트를 찾을 수 없습니다. 주소를 고치십시오"),
                    format!("{url} has no host and port that a connection could be opened to: correct the address"),
                ),
            }),
        }
    }
}

impl Launch {
    /// The authorities that the inventory names for the base of a target, where a request goes to that.
    pub(super) fn authorities(&self, url: &Url) -> Option<&Pem> {
        match url {
            Url::Of { target, rest } if rest.starts_with('/') => self.binding(target)?.http.as_ref()?.ca.as_ref(),
            Url::Of { .. } | Url::Written(_) => None,
        }
    }
}

fn whole(binding: &Binding, target: &TargetName, rest: &str) -> Result<String, Cause> {
    if let Some(http) = binding.http.as_ref().filter(|_| rest.starts_with('/')) {
        return Ok(format!("{}{rest}", http.base));
    }
    let address = binding.address.as_ref().ok_or_else(|| lacks(target, "address"))?;
    let brackets = address.contains(':');
    Ok(if brackets { format!("http://[{address}]{rest}") } else { format!("http://{address}{rest}") })
}

fn not_bound(target: &TargetName, mode: &str) -> Cause {
    Cause::new(
        CauseKind::Refused,
        format!(
            "{target} 대상은 {mode} 모드에 연결되어 있지 않아 접속하지 않았습니다. 인벤토리의 `modes` 를 확인하십시오"
        ),
        format!("{target} is not bound for mode {mode}, so nothing was sent to it: see its `modes` in the inventory"),
    )
}

fn lacks(target: &TargetName, key: &str) -> Cause {
    Cause::new(
        CauseKind::Refused,
        format!("{target} 대상에는 이 모드에서 쓸 `{key}` 가 없습니다. 인벤토리에 추가하십시오"),
        format!("{target} has no `{key}` in this mode: add it to the inventory"),
    )
}
