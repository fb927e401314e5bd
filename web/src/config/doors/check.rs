//! From the file as written to doors that can be opened.

use std::fmt::Display;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use engine::base::{Millis, Text};
use engine::identity::Grant;
use engine::inventory::SecretSource;
use serde_yaml::Spanned;

use super::written::{self, File};
use crate::accounts::ldap::{self, Filter, Server};
use crate::accounts::{Trust, oidc};

/// Bytes of the file, at most.
const LONGEST: u64 = 256 * 1024;
/// How long one answer may take, where nothing is said, and at most: a person is waiting.
const PATIENCE: Duration = Duration::from_secs(5);
const MOST_PATIENCE: Millis = Millis::seconds(20);
/// How often accounts of a directory are looked at again, where nothing is said, and at least.
const RECHECK: Duration = Duration::from_mins(5);
const LEAST_RECHECK: Millis = Millis::seconds(1);

/// Why the doors can not be opened.
#[derive(Debug, thiserror::Error)]
pub enum DoorsError {
    /// The file can not be read.
    #[error("{path}: {cause}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// It has no end.
    #[error("{0} has more than {limit} KiB, which is no file of doors", limit = LONGEST >> 10)]
    TooLong(PathBuf),
    /// It is not understood.
    #[error("{path}: {cause}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where and why.
        cause: String,
    },
    /// Something in it can not be.
    #[error("{path}:{line}:{column}: {cause}")]
    Wrong {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: u64,
        /// From 1.
        column: u64,
        /// Why, and what to write.
        cause: String,
    },
}

/// What a member of a group may do here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The group, as the other side names it.
    pub group: String,
    /// What its members may do.
    pub grant: Grant,
}

/// A door as it is configured.
#[derive(Debug, Clone)]
pub struct Door<T> {
    /// What the sign-in page calls it.
    pub title: Text,
    /// How the other side is asked.
    pub settings: T,
    /// What groups mean here.
    pub rules: Vec<Rule>,
}

/// All doors beside our own accounts.
#[derive(Debug, Clone, Default)]
pub struct Doors {
    /// A directory, and how often accounts that came from it are looked at again.
    pub ldap: Option<(Door<ldap::Settings>, Duration)>,
    /// A provider of identity.
    pub oidc: Option<Door<oidc::Settings>>,
}

impl Doors {
    /// Reads the file.
    pub fn read(path: &Path) -> Result<Self, DoorsError> {
        let unreadable = |cause| DoorsError::Unreadable { path: path.to_owned(), cause };
        let mut text = String::new();
        let file = std::fs::File::open(path).map_err(unreadable)?;
        let length = file.take(LONGEST + 1).read_to_string(&mut text).map_err(unreadable)?;
        if length as u64 > LONGEST {
            return Err(DoorsError::TooLong(path.to_owned()));
        }
        Self::parse(&text, path)
    }

    /// The doors of a text; `path` is for messages.
    pub fn parse(text: &str, path: &Path) -> Result<Self, DoorsError> {
        let malformed =
            |why: serde_yaml::Error| DoorsError::Malformed { path: path.to_owned(), cause: why.to_string() };
        let file: File = serde_yaml::from_str(text).map_err(malformed)?;
        let check = Check(path);
        Ok(Self {
            ldap: file.ldap.map(|ldap| check.directory(ldap)).transpose()?,
            oidc: file.oidc.map(|oidc| check.provider(oidc)).transpose()?,
        })
    }
}

struct Check<'a>(&'a Path);

impl Check<'_> {
    fn directory(&self, written: written::Directory) -> Result<(Door<ldap::Settings>, Duration), DoorsError> {
        if written.servers.value.is_empty() {
            return Err(self.wrong(&written.servers, "a directory has at least one server"));
        }
        let read = |server: &Spanned<String>| {
            Server::parse(&server.value, written.starttls).map_err(|why| self.wrong(server, why))
        };
        let servers = written.servers.value.iter().map(read).collect::<Result<_, _>>()?;
        let filter = |part: &written::Part, read: fn(&str) -> Result<Filter, ldap::BadFilter>| {
            read(&part.filter.value).map_err(|why| self.wrong(&part.filter, why))
        };
        let people = ldap::People { filter: filter(&written.people, Filter::by_name)?, base: written.people.base };
        let groups =
            written.groups.map(|part| Ok(ldap::Groups { filter: filter(&part, Filter::by_entry)?, base: part.base }));
        let bind = written.bind.map(|bind| Ok(ldap::Bind { password: self.secret(bind.password)?, dn: bind.dn }));
        let written::Attributes { name, display, mail, groups: memberships } = written.attributes;
        let settings = ldap::Settings {
            servers,
            trust: trust(written.ca),
            bind: bind.transpose()?,
            people,
            groups: groups.transpose()?,
            attributes: ldap::Attributes { name, display, mail, groups: memberships },
            patience: self.patience(written.timeout.as_ref())?,
        };
        let recheck = self.span(written.recheck.as_ref(), RECHECK, LEAST_RECHECK, Millis::minutes(24 * 60))?;
        let title = written.title.unwrap_or_else(|| Text::new("회사 계정", "a company account"));
        Ok((Door { title, settings, rules: self.rules(written.grants)? }, recheck))
    }

    fn provider(&self, written: written::Provider) -> Result<Door<oidc::Settings>, DoorsError> {
        let address = |text: &Spanned<String>| oidc::checked_address(&text.value).map_err(|why| self.wrong(text, why));
        let secret = written.client.secret.map(|secret| self.secret(secret)).transpose()?;
        let written::Claims { name, display, mail, groups } = written.claims;
        let settings = oidc::Settings {
            issuer: address(&written.issuer)?,
            trust: trust(written.ca),
            client: oidc::Client { id: written.client.id, secret },
            console: address(&written.console)?,
            scopes: written.scopes,
            claims: oidc::Claims { name, display, mail, groups },
            patience: self.patience(written.timeout.as_ref())?,
        };
        let title = written.title.unwrap_or_else(|| Text::new("SSO", "single sign-on"));
        Ok(Door { title, settings, rules: self.rules(written.grants)? })
    }

    fn secret(&self, written: Spanned<written::Secret>) -> Result<SecretSource, DoorsError> {
        match written.value {
            written::Secret { env: Some(name), file: None, sealed: None } => Ok(SecretSource::Env(name)),
            written::Secret { env: None, file: Some(path), sealed: None } => Ok(SecretSource::File(path)),
            written::Secret { env: None, file: None, sealed: Some(name) } => Ok(SecretSource::Sealed(name)),
            written::Secret { .. } => {
                let cause = "a secret is in one place: write `env`, `file` or `sealed`, and one of them only";
                Err(self.wrong_at(written.referenced, cause))
            }
        }
    }

    fn rules(&self, written: Spanned<Vec<written::Rule>>) -> Result<Vec<Rule>, DoorsError> {
        if written.value.is_empty() {
            return Err(self.wrong(&written, "nobody could come in: write which group means which role"));
        }
        let rule = |written::Rule { group, role, org, modes }| {
            let usual = Grant::usual(role, org);
            let modes = modes.map_or(usual.modes, |modes| modes.into_iter().collect());
            Rule { group, grant: Grant { modes, role: usual.role, org: usual.org } }
        };
        Ok(written.value.into_iter().map(rule).collect())
    }

    fn patience(&self, written: Option<&Spanned<String>>) -> Result<Duration, DoorsError> {
        self.span(written, PATIENCE, Millis(100), MOST_PATIENCE)
    }

    fn span(
        &self,
        written: Option<&Spanned<String>>,
        usual: Duration,
        least: Millis,
        most: Millis,
    ) -> Result<Duration, DoorsError> {
        let Some(text) = written else { return Ok(usual) };
        let span: Millis = text.value.parse().map_err(|why| self.wrong(text, why))?;
        if span < least || span > most {
            return Err(self.wrong(text, format!("it lasts from {least} to {most}")));
        }
        Ok(Duration::from_millis(span.0))
    }

    fn wrong<T>(&self, place: &Spanned<T>, cause: impl Display) -> DoorsError {
        self.wrong_at(place.referenced, cause)
    }

    fn wrong_at(&self, place: serde_yaml::Location, cause: impl Display) -> DoorsError {
        let (line, column) = (place.line(), place.column());
        DoorsError::Wrong { path: self.0.to_owned(), line, column, cause: cause.to_string() }
    }
}

fn trust(ca: Option<PathBuf>) -> Trust {
    ca.map_or(Trust::System, Trust::File)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
ldap:
  servers: ["ldaps://dc1.bank.example", "ldaps://dc2.bank.example"]
  ca: /etc/relight/ca.pem
  bind: {dn: "cn=relight,dc=bank", password: {file: /etc/relight/ldap-password}}
  people: {base: "ou=people,dc=bank", filter: "(&(objectClass=user)(sAMAccountName={name}))"}
  attributes: {name: sAMAccountName}
  grants:
    - {group: "cn=dr,ou=groups,dc=bank", role: commander, org: bank/it, modes: [drill, real]}
  timeout: 3s
oidc:
  issuer: https://id.bank.example/realms/dr
  client: {id: relight, secret: {env: RELIGHT_OIDC_SECRET}}
  console: https://relight.bank.example
  grants: [{group: dr-operators, role: operator}]
"#;

    fn fault(text: &str) -> String {
        Doors::parse(text, Path::new("doors.yaml")).unwrap_err().to_string()
    }

    #[test]
    fn a_file_of_doors_is_read_with_its_usual_values() {
        let doors = Doors::parse(WHOLE, Path::new("doors.yaml")).unwrap();
        let (ldap, recheck) = doors.ldap.unwrap();
        assert_eq!(
            (ldap.settings.servers.len(), ldap.settings.patience, recheck),
            (2, Duration::from_secs(3), RECHECK)
        );
        assert_eq!(ldap.settings.attributes.groups, "memberOf");
        assert_eq!(ldap.rules[0].grant.modes.len(), 2);
        let oidc = doors.oidc.unwrap();
        assert_eq!((oidc.settings.trust, oidc.settings.claims.name.as_str()), (Trust::System, "preferred_username"));
        assert_eq!(
            oidc.rules[0].grant,
            Grant::usual("operator".parse().unwrap(), None),
            "`real` is never meant unsaid"
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (from, to, said) in [
            (
                "\"ldaps://dc1.bank.example\"",
                "\"ldap://dc1.bank.example\"",
                "doors.yaml:3:13: ldap://dc1.bank.example is without TLS",
            ),
            ("={name})", "=kim)", "doors.yaml:6:"),
            ("{file: /etc/relight/ldap-password}", "{}", "a secret is in one place"),
            ("timeout: 3s", "timeout: soon", "doors.yaml:10:12"),
            ("timeout: 3s", "timeout: 10m", "it lasts from"),
            ("https://id.bank", "http://id.bank", "is without TLS, and tokens"),
            ("[{group: dr-operators, role: operator}]", "[]", "nobody could come in"),
            ("client: {id", "clientt: {id", "clientt"),
            ("role: operator", "role: \"a b\"", "can not stand in a name"),
        ] {
            let fault = fault(&WHOLE.replacen(from, to, 1));
            assert!(fault.contains(said), "{to}: {fault}");
        }
    }
}
