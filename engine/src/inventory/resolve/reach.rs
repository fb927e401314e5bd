//! How a target is reached in each of its modes.

use std::collections::BTreeMap;

use super::channel;
use super::names::Known;
use crate::base::{Mode, TargetName};
use crate::inventory::{Binding, Dns, HttpBase, Sql, SqlEngine, SqlTls, Ssh, endpoint};
use crate::runbook::{
    Code, DnsKeys, Finding, Findings, HttpKeys, ReachKeys, Span, SqlKeys, SqlWord, SshKeys, TargetKeys, TlsWord,
};

/// The bindings of a target; of what could not be resolved, nothing, which has been reported.
pub(super) fn bindings(
    name: &TargetName,
    span: Span,
    target: &mut TargetKeys,
    known: &Known<'_>,
    findings: &mut Findings<'_>,
) -> BTreeMap<Mode, Binding> {
    let base = ReachKeys {
        address: target.address.take(),
        ssh: target.ssh.take(),
        http: target.http.take(),
        sql: target.sql.take(),
        dns: target.dns.take(),
        smtp: target.smtp.take(),
        webhook: target.webhook.take(),
    };
    let written = match target.modes.take() {
        None => vec![(Mode::Real, ReachKeys::default())],
        Some(modes) => {
            let modes = modes.0;
            let all = [(Mode::Isolated, modes.isolated), (Mode::Drill, modes.drill), (Mode::Real, modes.real)];
            all.into_iter().filter_map(|(mode, keys)| Some((mode, keys?))).collect()
        }
    };
    let mut bindings = BTreeMap::new();
    for (mode, keys) in written {
        stays_behind(mode, &base, &keys, findings);
        let mut place = Place { name, span, mode, known, findings };
        bindings.insert(mode, place.binding(over(&base, keys)));
    }
    bindings
}

/// Keys of a mode over those of the target.
fn over(base: &ReachKeys, by: ReachKeys) -> ReachKeys {
    let ReachKeys { address, ssh, http, sql, dns, smtp, webhook } = base.clone();
    ReachKeys {
        address: by.address.or(address),
        ssh: both(ssh, by.ssh, over_ssh),
        http: both(http, by.http, |base, by| HttpKeys { base: by.base.or(base.base), ca: by.ca.or(base.ca) }),
        sql: both(sql, by.sql, over_sql),
        dns: both(dns, by.dns, |base, by| DnsKeys { port: by.port.or(base.port) }),
        smtp: both(smtp, by.smtp, channel::over_smtp),
        webhook: both(webhook, by.webhook, channel::over_webhook),
    }
}

fn both<T>(base: Option<T>, by: Option<T>, over: impl FnOnce(T, T) -> T) -> Option<T> {
    match (base, by) {
        (Some(base), Some(by)) => Some(over(base, by)),
        (base, by) => by.or(base),
    }
}

fn over_ssh(base: SshKeys, by: SshKeys) -> SshKeys {
    SshKeys {
        address: by.address.or(base.address),
        port: by.port.or(base.port),
        user: by.user.or(base.user),
        host_keys: by.host_keys.or(base.host_keys),
        key: by.key.or(base.key),
        password: by.password.or(base.password),
        agent: by.agent.or(base.agent),
        jump: by.jump.or(base.jump),
        run_as: by.run_as.or(base.run_as),
    }
}

fn over_sql(base: SqlKeys, by: SqlKeys) -> SqlKeys {
    SqlKeys {
        engine: by.engine.or(base.engine),
        port: by.port.or(base.port),
        database: by.database.or(base.database),
        user: by.user.or(base.user),
        password: by.password.or(base.password),
        tls: by.tls.or(base.tls),
        ca: by.ca.or(base.ca),
    }
}

/// A mode that moves the address and leaves a part with a host of its own where it was would go on addressing, by that
/// part, exactly what it was moved away from.
fn stays_behind(mode: Mode, base: &ReachKeys, by: &ReachKeys, findings: &mut Findings<'_>) {
    let (Some(moved), Some(_)) = (&by.address, &base.address) else { return };
    let http = base.http.as_ref().is_some_and(|http| http.base.is_some())
        && by.http.as_ref().is_none_or(|http| http.base.is_none());
    let ssh = base.ssh.as_ref().is_some_and(|ssh| ssh.address.is_some())
        && by.ssh.as_ref().is_none_or(|ssh| ssh.address.is_none());
    let webhook = base.webhook.as_ref().is_some_and(|webhook| webhook.url.is_some())
        && by.webhook.as_ref().is_none_or(|webhook| webhook.url.is_none());
    for (part, _) in
        [("http.base", http), ("ssh.address", ssh), ("webhook.url", webhook)].into_iter().filter(|(_, behind)| *behind)
    {
        findings.report(Code::Contradiction, moved.span, || {
            Finding::new(
                format!("`{}` has another address, but `{part}` stays that of the other modes", mode.keyword()),
                format!("`{}` 모드는 주소가 다른데 `{part}`은(는) 다른 모드의 것 그대로입니다", mode.keyword()),
            )
            .help(
                format!("give `{part}` in this mode as well, so that it leads nowhere by accident"),
                format!("엉뚱한 곳에 접속하지 않도록 이 모드에도 `{part}`을(를) 쓰십시오"),
            )
        });
    }
}

pub(super) struct Place<'p, 'k, 't> {
    name: &'p TargetName,
    pub(super) span: Span,
    mode: Mode,
    pub(super) known: &'p Known<'k>,
    pub(super) findings: &'p mut Findings<'t>,
}

impl Place<'_, '_, '_> {
    fn binding(&mut self, keys: ReachKeys) -> Binding {
        let address = keys.address.map(|address| address.value.0);
        Binding {
            ssh: keys.ssh.and_then(|ssh| self.ssh(ssh, address.as_deref())),
            http: keys.http.and_then(|http| self.http(http)),
            sql: keys.sql.and_then(|sql| self.sql(sql, address.as_deref())),
            dns: keys.dns.and_then(|dns| self.dns(&dns, address.as_deref())),
            smtp: keys.smtp.and_then(|smtp| self.smtp(smtp, address.as_deref())),
            webhook: keys.webhook.and_then(|webhook| self.webhook(webhook)),
            address,
        }
    }

    fn ssh(&mut self, ssh: SshKeys, address: Option<&str>) -> Option<Ssh> {
        let host = ssh.address.map(|address| address.value.0).or_else(|| address.map(str::to_owned));
        let host = self.wanted(host, "ssh", "address");
        let user = self.wanted(ssh.user, "ssh", "user");
        let key = ssh.key.and_then(|key| self.known.secret(key, self.findings));
        let password = ssh.password.and_then(|password| self.known.secret(password, self.findings));
        let jump = ssh.jump.and_then(|jump| self.known.target(jump, self.findings));
        Some(Ssh {
            host: host?,
            port: port(ssh.port.map(|port| port.0), 22),
            user: user?,
            host_keys: ssh.host_keys.map(|keys| keys.0.into_iter().map(|key| key.0).collect()).unwrap_or_default(),
            key,
            password,
            agent: ssh.agent.unwrap_or(false),
            jump,
            run_as: ssh.run_as,
        })
    }

    fn http(&mut self, http: HttpKeys) -> Option<HttpBase> {
        let base = self.wanted(http.base, "http", "base")?.0;
        let ca = http.ca.and_then(|ca| self.known.pem(ca, self.findings));
        if endpoint::of_url(&base).is_none() {
            let span = self.span;
            self.findings.report(Code::BadValue, span, || {
                Finding::new(
                    format!("`{base}` has no host and port that a connection could be opened to"),
                    format!("`{base}`에서 접속할 호스트와 포트를 찾을 수 없습니다"),
                )
                .help("write for example `https://10.0.1.12:8443`", "예: `https://10.0.1.12:8443`")
            });
            return None;
        }
        Some(HttpBase { base: base.trim_end_matches('/').to_owned(), ca })
    }

    fn sql(&mut self, sql: SqlKeys, address: Option<&str>) -> Option<Sql> {
        let engine = match self.wanted(sql.engine, "sql", "engine")? {
            SqlWord::Postgres => SqlEngine::Postgres,
            SqlWord::Mysql => SqlEngine::Mysql,
            SqlWord::Mssql => SqlEngine::Mssql,
            SqlWord::Sqlite => SqlEngine::Sqlite,
        };
        let password = sql.password.and_then(|password| self.known.secret(password, self.findings));
        let ca = sql.ca.and_then(|ca| self.known.pem(ca, self.findings));
        let (host, database) = match engine {
            SqlEngine::Sqlite => (String::new(), Some(self.wanted(sql.database, "sql", "database")?)),
            SqlEngine::Postgres | SqlEngine::Mysql | SqlEngine::Mssql => {
                (self.wanted(address.map(str::to_owned), "sql", "address")?, sql.database)
            }
        };
        Some(Sql {
            engine,
            port: if engine == SqlEngine::Sqlite { 0 } else { port(sql.port.map(|port| port.0), engine.usual_port()) },
            host,
            database,
            user: sql.user,
            password,
            tls: match sql.tls {
                Some(TlsWord::Disable) => SqlTls::Disable,
                None | Some(TlsWord::Prefer) => SqlTls::Prefer,
                Some(TlsWord::Require) => SqlTls::Require,
                Some(TlsWord::Verify) => SqlTls::Verify,
            },
            ca,
        })
    }

    fn dns(&mut self, dns: &DnsKeys, address: Option<&str>) -> Option<Dns> {
        let host = self.wanted(address.map(str::to_owned), "dns", "address")?;
        Some(Dns { host, port: port(dns.port.map(|port| port.0), 53) })
    }

    /// Reports a key without which a part of the target leads nowhere.
    pub(super) fn wanted<T>(&mut self, value: Option<T>, part: &str, key: &str) -> Option<T> {
        if value.is_none() {
            let (name, mode) = (self.name, self.mode.keyword());
            self.findings.report(Code::MissingKey, self.span, || {
                Finding::new(
                    format!("`{part}` of `{name}` has no `{key}` in mode {mode}"),
                    format!("`{name}` 대상의 `{part}`에 {mode} 모드에서 쓸 `{key}` 키가 없습니다"),
                )
                .help(
                    format!("add `{key}` to the target, or to `{mode}` under its `modes`"),
                    format!("대상에, 또는 대상의 `modes` 아래 `{mode}`에 `{key}` 키를 추가하십시오"),
                )
            });
        }
        value
    }
}

/// The reader let only numbers through that are ports.
pub(super) fn port(written: Option<u32>, usual: u16) -> u16 {
    written.and_then(|port| u16::try_from(port).ok()).unwrap_or(usual)
}
