//! Looks at certificates, and where those of authorities are found.

use super::super::look::Tls;
use super::steps::Lower;
use crate::base::{Millis, SecretName};
use crate::inventory::Pem;
use crate::runbook::look as written;
use crate::runbook::{self, Code, Finding, Spanned};

impl Lower<'_, '_> {
    pub(super) fn tls(&mut self, tls: written::Tls) -> Tls {
        let at = self.tcp(runbook::Tcp { endpoint: tls.endpoint, on: tls.on });
        Tls {
            written: at.to_string(),
            at,
            server_name: tls.server_name.map(|name| name.0),
            valid_for: tls.valid_for.unwrap_or(Millis::ZERO),
            ca: tls.ca.and_then(|ca| self.pem(ca)),
        }
    }

    /// A path has a `/` in it, the name of a secret has not.
    pub(super) fn pem(&mut self, written: Spanned<String>) -> Option<Pem> {
        let Spanned { value, span } = written;
        if value.contains('/') {
            return Some(Pem::File(value));
        }
        if let Ok(name) = value.parse::<SecretName>() {
            self.places.secrets.push(Spanned { value: name.clone(), span });
            return Some(Pem::Secret(name));
        }
        self.findings.report(Code::BadValue, span, || {
            Finding::new(
                format!("`{value}` is neither a path nor the name of a secret"),
                format!("`{value}`은(는) 경로도 비밀의 이름도 아닙니다"),
            )
            .help(
                "write a path with a `/`, or a name of `secrets` of the inventory",
                "`/`가 있는 경로나 인벤토리 `secrets`의 이름을 쓰십시오",
            )
        });
        None
    }
}
