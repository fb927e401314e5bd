//! How a target is reached, and in which modes.

use serde_json::{Value, json};

use super::super::super::Spanned;
use super::super::super::diagnostic::Finding;
use super::super::super::read::{Address, Count, Definitions, HostKey, Many, Read, Reader, Url, shape, words};
use super::super::super::tree::{Kind, NodeId};
use super::{SmtpKeys, WebhookKeys};
use crate::base::{Mode, SecretName, TargetName};

shape! {
    /// How commands get to a target.
    pub struct SshKeys ["`ssh`", "`ssh`"] {
        /// Host name or IP address of its SSH server, where it is another than the target's address.
        "address" => address: Spanned<Address>,
        /// The port; 22 where absent.
        "port" => port: Count<1, 65_535>,
        /// The user to log in as.
        "user" => user: String,
        /// The public key, or keys, that the host must show.
        "host_key" => host_keys: Many<HostKey>,
        /// The secret that holds the private key.
        "key" => key: Spanned<SecretName>,
        /// The secret that holds the password of the user, or the passphrase of the key.
        "password" => password: Spanned<SecretName>,
        /// Whether the agent at SSH_AUTH_SOCK of the engine may be asked for keys.
        "agent" => agent: bool,
        /// The target through which it is reached.
        "jump" => jump: Spanned<TargetName>,
        /// The user that commands are run as, by sudo without a question.
        "become" => run_as: String,
    }
}

shape! {
    /// How a target is asked over HTTP.
    pub struct HttpKeys ["`http`", "`http`"] {
        /// The address that paths are added to.
        "base" => base: Url,
        /// Certificates of authorities to trust: a path, or the name of a secret.
        "ca" => ca: Spanned<String>,
    }
}

shape! {
    /// How the database of a target is asked.
    pub struct SqlKeys ["`sql`", "`sql`"] {
        /// postgres, mysql, mssql or sqlite.
        "engine" => engine: SqlWord,
        /// The port; that of the engine where absent.
        "port" => port: Count<1, 65_535>,
        /// The database; of sqlite the path of its file.
        "database" => database: String,
        /// The user.
        "user" => user: String,
        /// The secret that holds the password.
        "password" => password: Spanned<SecretName>,
        /// disable, prefer (default), require or verify.
        "tls" => tls: TlsWord,
        /// Certificates of authorities to trust: a path, or the name of a secret.
        "ca" => ca: Spanned<String>,
    }
}

words! {
    /// Kinds of databases.
    pub enum SqlWord {
        /// PostgreSQL.
        Postgres = "postgres",
        /// MySQL and MariaDB.
        Mysql = "mysql",
        /// Microsoft SQL Server.
        Mssql = "mssql",
        /// SQLite, a file on the engine's host.
        Sqlite = "sqlite",
    }
}

words! {
    /// Whether a database is asked over TLS.
    pub enum TlsWord {
        /// Never.
        Disable = "disable",
        /// Where the server offers it; its certificate is not checked.
        Prefer = "prefer",
        /// Always; its certificate is not checked.
        Require = "require",
        /// Always, and its certificate must be good for its name.
        Verify = "verify",
    }
}

shape! {
    /// How the name server of a target is asked.
    pub struct DnsKeys ["`dns`", "`dns`"] {
        /// The port; 53 where absent.
        "port" => port: Count<1, 65_535>,
    }
}

shape! {
    /// What is different in a mode: keys given here replace those of the target.
    pub struct ReachKeys ["a mode of a target", "대상의 모드"] {
        /// Host name or IP address.
        "address" => address: Spanned<Address>,
        /// How commands get there.
        "ssh" => ssh: SshKeys,
        /// How it is asked over HTTP.
        "http" => http: HttpKeys,
        /// How its database is asked.
        "sql" => sql: SqlKeys,
        /// How its name server is asked.
        "dns" => dns: DnsKeys,
        /// How mail is sent through it.
        "smtp" => smtp: SmtpKeys,
        /// How messages are posted to it.
        "webhook" => webhook: WebhookKeys,
    }
}

shape! {
    /// The modes in which a target may be addressed.
    pub struct ModesKeys ["`modes`", "`modes`"] {
        /// 격리: real steps inside the test bubble.
        "isolated" => isolated: ReachKeys,
        /// 실전환훈련: a real switchover as an exercise.
        "drill" => drill: ReachKeys,
        /// 실제: a disaster.
        "real" => real: ReachKeys,
    }
}

/// `modes` as written: a map with what is different, or a list where nothing is.
#[derive(Debug, Clone)]
pub struct WrittenModes(
    /// The map.
    pub ModesKeys,
);

impl Read for WrittenModes {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let Kind::List(_) = reader.tree.kind(at) else {
            return ModesKeys::read(reader, at).map(Self);
        };
        let mut keys = ModesKeys::default();
        for item in reader.list(at, ["a list of modes", "모드의 목록"])? {
            let Some(mode) = Mode::read(reader, item) else { continue };
            let slot = match mode {
                Mode::Isolated => &mut keys.isolated,
                Mode::Drill => &mut keys.drill,
                Mode::Real => &mut keys.real,
                Mode::Mock => {
                    return reader.bad(item, || {
                        Finding::new(
                            "a mock run addresses no target, so none is bound for it",
                            "모의 실행은 어떤 대상에도 접속하지 않으므로 연결할 모드가 아닙니다",
                        )
                        .help("write `isolated`, `drill` or `real`", "`isolated`, `drill`, `real` 중에서 쓰십시오")
                    });
                }
            };
            *slot = Some(ReachKeys::default());
        }
        Some(Self(keys))
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let modes = [Mode::Isolated, Mode::Drill, Mode::Real].map(Mode::keyword);
        json!({ "anyOf": [
            ModesKeys::schema(definitions),
            { "type": "array", "items": { "enum": modes }, "minItems": 1 },
        ] })
    }
}
