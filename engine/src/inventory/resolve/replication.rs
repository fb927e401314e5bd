//! Replication links: names resolved, and what their kind needs.

use std::collections::BTreeMap;

use super::names::Known;
use super::reach::port;
use crate::base::{LinkName, Millis, Mode, TargetName, Text};
use crate::inventory::link::MSSQL;
use crate::inventory::{Binding, Gauge, Heartbeat, LOCAL, Link, LinkKind, SqlEngine, Target};
use crate::runbook::{Code, CommandLine, Finding, Findings, HeartbeatKeys, LinkKeys, LinkWord, Named, Span, Spanned};

/// How often a link is looked at where nothing is written.
const EVERY: Millis = Millis::seconds(15);
/// A link is not looked at more often, nor a heartbeat written.
const SHORTEST: Millis = Millis::seconds(1);
/// A link that is looked at more rarely is not watched.
const LONGEST: Millis = Millis::hours(24);
/// The usual port of Redis.
const REDIS: u16 = 6_379;

/// Resolves all links.
pub(super) fn links(
    written: Vec<Named<LinkName, LinkKeys>>,
    targets: &BTreeMap<TargetName, Target>,
    known: &Known<'_>,
    findings: &mut Findings<'_>,
) -> BTreeMap<LinkName, Link> {
    let mut links = BTreeMap::new();
    for Named { key, value, .. } in written {
        let place = Place { name: &key.value, span: key.span, targets, known, findings };
        if let Some(link) = place.link(value) {
            links.insert(key.value.clone(), link);
        }
    }
    links
}

struct Place<'p, 'k, 't> {
    name: &'p LinkName,
    span: Span,
    targets: &'p BTreeMap<TargetName, Target>,
    known: &'p Known<'k>,
    findings: &'p mut Findings<'t>,
}

impl Place<'_, '_, '_> {
    /// `None` where it could not be made, which has been reported.
    fn link(mut self, keys: LinkKeys) -> Option<Link> {
        let LinkKeys { title, kind, source, standbys, services, rpo, every, mode, .. } = &keys;
        let kind = kind.as_ref()?;
        let mode = self.mode(mode.as_ref());
        let every = self.pace(every.as_ref(), "every").unwrap_or(EVERY);
        let (title, rpo) = (title.clone().unwrap_or_else(|| Text::plain(self.name.as_str())), *rpo);
        let services = services.clone().unwrap_or_default();
        let (source, standbys, kind) = (source.clone(), standbys.clone(), kind.clone());
        self.only_of_its_kind(&keys, kind.value);
        let gauge = self.gauge(keys, kind.value)?;
        let source = source.and_then(|source| self.target(source, &gauge, kind.value, mode));
        let mut found = Vec::new();
        for standby in standbys?.value.0 {
            let span = standby.span;
            let Some(standby) = self.target(standby, &gauge, kind.value, mode) else { continue };
            if found.contains(&standby) || source.as_ref() == Some(&standby) {
                self.twice(&standby, span);
                continue;
            }
            found.push(standby);
        }
        if found.is_empty() {
            return None;
        }
        let kind = kind_of(kind.value);
        Some(Link { id: self.name.clone(), title, kind, source, standbys: found, services, rpo, every, mode, gauge })
    }

    fn mode(&mut self, written: Option<&Spanned<Mode>>) -> Mode {
        let Some(written) = written else { return Mode::Real };
        if written.value == Mode::Mock {
            self.findings.report(Code::BadValue, written.span, || {
                Finding::new(
                    "a mock run addresses no target, so nothing can be watched in it",
                    "모의 모드에서는 어떤 대상에도 접속하지 않으므로 감시할 수 없습니다",
                )
                .help("write `isolated`, `drill` or `real`", "`isolated`, `drill`, `real` 중에서 쓰십시오")
            });
        }
        written.value
    }

    /// A pace that is neither a flood nor never.
    fn pace(&mut self, written: Option<&Spanned<Millis>>, key: &str) -> Option<Millis> {
        let written = written?;
        if !(SHORTEST..=LONGEST).contains(&written.value) {
            self.findings.report(Code::BadValue, written.span, || {
                Finding::new(
                    format!("`{key}` lies between {SHORTEST} and {LONGEST}"),
                    format!("`{key}`은(는) {SHORTEST}에서 {LONGEST} 사이여야 합니다"),
                )
                .help("write for example `15s`", "예: `15s`")
            });
        }
        Some(written.value)
    }

    /// The target, where it can be asked in the mode of the link.
    fn target(
        &mut self,
        written: Spanned<TargetName>,
        gauge: &Gauge,
        kind: LinkWord,
        mode: Mode,
    ) -> Option<TargetName> {
        let (span, key) = (written.span, gauge.needs());
        if written.as_str() == LOCAL && key == "ssh" {
            return Some(written.value);
        }
        let name = self.known.target(written, self.findings)?;
        let binding = self.targets.get(&name)?.bindings.get(&mode);
        let fits = binding.is_some_and(|binding| answers(binding, gauge, kind));
        if !fits {
            let (link, mode) = (self.name, mode.keyword());
            self.findings.report(Code::UnboundTarget, span, || {
                Finding::new(
                    format!("`{link}` is watched in mode {mode}, and `{name}` has no `{key}` of its kind there"),
                    format!("`{link}` 링크는 {mode} 모드로 감시하는데 `{name}` 대상에 그 모드에서 쓸 이 종류의 `{key}`가 없습니다"),
                )
                .help(
                    format!("add `{key}` to the target in mode {mode}, or give the link another `mode`"),
                    format!("대상의 {mode} 모드에 `{key}`를 추가하거나 링크의 `mode`를 바꾸십시오"),
                )
            });
            return None;
        }
        Some(name)
    }

    fn twice(&mut self, name: &TargetName, span: Span) {
        self.findings.report(Code::DuplicateId, span, || {
            Finding::new(
                format!("`{name}` stands twice in this link"),
                format!("`{name}` 대상이 이 링크에 두 번 있습니다"),
            )
            .help("a link leads from one target to others", "링크는 한 대상에서 다른 대상들로 이어집니다")
        });
    }

    fn gauge(&mut self, keys: LinkKeys, kind: LinkWord) -> Option<Gauge> {
        let LinkKeys { heartbeat, query, path, command, port: own_port, password, .. } = keys;
        let by_query = matches!(kind, LinkWord::Postgres | LinkWord::Mysql | LinkWord::Mssql);
        if let Some(query) = query.filter(|_| by_query) {
            return Some(Gauge::Query { statement: query.value });
        }
        match kind {
            LinkWord::Postgres => Some(Gauge::Postgres { heartbeat: heartbeat.and_then(|row| self.row(row)) }),
            LinkWord::Mysql => Some(Gauge::Mysql { heartbeat: heartbeat.and_then(|row| self.row(row)) }),
            LinkWord::Mssql => Some(Gauge::Query { statement: MSSQL.to_owned() }),
            LinkWord::Redis => {
                let key = heartbeat.and_then(|written| {
                    let Spanned { value: HeartbeatKeys { key, write, .. }, span } = written;
                    if let Some(write) = write {
                        self.nobody_writes(write.span);
                    }
                    self.wanted(key, span, "heartbeat.key").map(|key| key.value)
                });
                let password = password.and_then(|password| self.known.secret(password, self.findings));
                Some(Gauge::Redis { port: port(own_port.map(|port| port.0), REDIS), password, key })
            }
            LinkWord::Files => {
                let span = self.span;
                self.wanted(path, span, "path").map(|path| Gauge::Files { path: path.value })
            }
            LinkWord::Backup => match command {
                Some(command) => Some(Gauge::Command { argv: argv(command.value) }),
                None => {
                    let span = self.span;
                    self.wanted(path, span, "path").map(|path| Gauge::Backup { path: path.value })
                }
            },
            LinkWord::Command => {
                let span = self.span;
                self.wanted(command, span, "command").map(|command| Gauge::Command { argv: argv(command.value) })
            }
        }
    }

    fn nobody_writes(&mut self, span: Span) {
        self.findings.report(Code::BadValue, span, || {
            Finding::new(
                "Relight writes heartbeats into databases, not into Redis",
                "Relight는 데이터베이스에만 하트비트를 쓰고 Redis에는 쓰지 않습니다",
            )
            .help(
                "let a job at the source set the key to the milliseconds since 1970, and remove `write`",
                "원본의 작업이 1970년부터의 밀리초를 키에 쓰게 하고 `write`를 지우십시오",
            )
        });
    }

    fn row(&mut self, written: Spanned<HeartbeatKeys>) -> Option<Heartbeat> {
        let Spanned { value: HeartbeatKeys { table, column, write, .. }, span } = written;
        let table = self.wanted(table, span, "heartbeat.table");
        let column = self.wanted(column, span, "heartbeat.column");
        let write = self.pace(write.as_ref(), "write");
        let (table, column) = (self.identifier(table?, 2)?, self.identifier(column?, 1)?);
        Some(Heartbeat { table, column, write })
    }

    /// A name that can stand in a statement as it is, with at most so many parts between points.
    fn identifier(&mut self, written: Spanned<String>, parts: usize) -> Option<String> {
        let plain = |part: &str| {
            let mut letters = part.chars();
            letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
                && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        };
        let text = &written.value;
        if text.len() <= 128 && text.split('.').count() <= parts && text.split('.').all(plain) {
            return Some(written.value);
        }
        self.findings.report(Code::BadValue, written.span, || {
            Finding::new(
                format!("`{text}` is no plain name that could stand in a statement"),
                format!("`{text}`은(는) 문장에 그대로 쓸 수 있는 이름이 아닙니다"),
            )
            .help(
                "letters, digits and `_`, not beginning with a digit; a table may have its schema before it: `ops.heartbeat`",
                "영문자, 숫자, `_`만 쓰고 숫자로 시작하지 마십시오. 테이블은 `ops.heartbeat`처럼 스키마를 붙일 수 있습니다",
            )
        });
        None
    }

    fn wanted<T>(&mut self, value: Option<T>, span: Span, key: &str) -> Option<T> {
        if value.is_none() {
            let name = self.name;
            self.findings.report(Code::MissingKey, span, || {
                Finding::new(
                    format!("a link of this kind needs `{key}`, and `{name}` has none"),
                    format!("이 종류의 링크에는 `{key}`가 필요한데 `{name}`에 없습니다"),
                )
                .help(format!("add `{key}`"), format!("`{key}`를 추가하십시오"))
            });
        }
        value
    }

    /// Reports keys that mean nothing for this kind.
    fn only_of_its_kind(&mut self, keys: &LinkKeys, kind: LinkWord) {
        let sql = matches!(kind, LinkWord::Postgres | LinkWord::Mysql | LinkWord::Mssql);
        let redis = kind == LinkWord::Redis;
        let by_query = keys.query.is_some();
        let misplaced = [
            (
                keys.heartbeat.as_ref().map(|it| it.span),
                "heartbeat",
                (sql && kind != LinkWord::Mssql && !by_query) || redis,
            ),
            (keys.query.as_ref().map(|it| it.span), "query", sql),
            (keys.path.as_ref().map(|it| it.span), "path", matches!(kind, LinkWord::Files | LinkWord::Backup)),
            (keys.command.as_ref().map(|it| it.span), "command", matches!(kind, LinkWord::Command | LinkWord::Backup)),
            (keys.port.as_ref().map(|_| self.span), "port", redis),
            (keys.password.as_ref().map(|it| it.span), "password", redis),
        ];
        for (span, key, _) in misplaced.into_iter().filter(|(span, _, fits)| span.is_some() && !fits) {
            let word = kind_of(kind).keyword();
            self.findings.report(Code::BadValue, span.unwrap_or(self.span), || {
                Finding::new(
                    format!("`{key}` means nothing here, for a link of the kind `{word}`"),
                    format!("`{word}` 종류의 이 링크에서 `{key}`는 뜻이 없습니다"),
                )
                .help(format!("remove `{key}`"), format!("`{key}`를 지우십시오"))
            });
        }
    }
}

const fn kind_of(word: LinkWord) -> LinkKind {
    match word {
        LinkWord::Postgres => LinkKind::Postgres,
        LinkWord::Mysql => LinkKind::Mysql,
        LinkWord::Mssql => LinkKind::Mssql,
        LinkWord::Redis => LinkKind::Redis,
        LinkWord::Files => LinkKind::Files,
        LinkWord::Backup => LinkKind::Backup,
        LinkWord::Command => LinkKind::Command,
    }
}

/// Whether a target that is bound so can be asked so.
fn answers(binding: &Binding, gauge: &Gauge, kind: LinkWord) -> bool {
    let engine = |wanted| binding.sql.as_ref().is_some_and(|sql| sql.engine == wanted);
    match gauge {
        Gauge::Postgres { .. } => engine(SqlEngine::Postgres),
        Gauge::Mysql { .. } => engine(SqlEngine::Mysql),
        Gauge::Query { .. } => match kind {
            LinkWord::Postgres => engine(SqlEngine::Postgres),
            LinkWord::Mysql => engine(SqlEngine::Mysql),
            LinkWord::Mssql => engine(SqlEngine::Mssql),
            LinkWord::Redis | LinkWord::Files | LinkWord::Backup | LinkWord::Command => binding.sql.is_some(),
        },
        Gauge::Redis { .. } => binding.address.is_some(),
        Gauge::Files { .. } | Gauge::Backup { .. } | Gauge::Command { .. } => binding.ssh.is_some(),
    }
}

fn argv(line: CommandLine) -> Vec<String> {
    match line {
        CommandLine::Argv(words) => words,
        CommandLine::Shell(line) => vec!["sh".to_owned(), "-c".to_owned(), line],
    }
}
