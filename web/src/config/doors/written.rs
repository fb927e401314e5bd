//! The file as it is written, with the places of what is checked further.

use std::path::PathBuf;

use engine::base::{OrgId, RoleName, SecretName, Text};
use engine::plan::Mode;
use serde::Deserialize;
use serde_yaml::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) ldap: Option<Directory>,
    pub(super) oidc: Option<Provider>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Directory {
    pub(super) title: Option<Text>,
    pub(super) servers: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    pub(super) starttls: bool,
    pub(super) ca: Option<PathBuf>,
    pub(super) bind: Option<Bind>,
    pub(super) people: Part,
    pub(super) groups: Option<Part>,
    #[serde(default)]
    pub(super) attributes: Attributes,
    pub(super) grants: Spanned<Vec<Rule>>,
    pub(super) timeout: Option<Spanned<String>>,
    pub(super) recheck: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bind {
    pub(super) dn: String,
    pub(super) password: Spanned<Secret>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    pub(super) base: String,
    pub(super) filter: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Attributes {
    pub(super) name: String,
    pub(super) display: String,
    pub(super) mail: String,
    pub(super) groups: String,
}

impl Default for Attributes {
    fn default() -> Self {
        let [name, display, mail, groups] = ["uid", "displayName", "mail", "memberOf"].map(str::to_owned);
        Self { name, display, mail, groups }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Provider {
    pub(super) title: Option<Text>,
    pub(super) issuer: Spanned<String>,
    pub(super) ca: Option<PathBuf>,
    pub(super) client: Client,
    pub(super) console: Spanned<String>,
    #[serde(default)]
    pub(super) scopes: Vec<String>,
    #[serde(default)]
    pub(super) claims: Claims,
    pub(super) grants: Spanned<Vec<Rule>>,
    pub(super) timeout: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Client {
    pub(super) id: String,
    pub(super) secret: Option<Spanned<Secret>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Claims {
    pub(super) name: String,
    pub(super) display: String,
    pub(super) mail: String,
    pub(super) groups: String,
}

impl Default for Claims {
    fn default() -> Self {
        let [name, display, mail, groups] = ["preferred_username", "name", "email", "groups"].map(str::to_owned);
        Self { name, display, mail, groups }
    }
}

/// One of these.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Secret {
    pub(super) env: Option<String>,
    pub(super) file: Option<String>,
    pub(super) sealed: Option<SecretName>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub(super) group: String,
    pub(super) role: RoleName,
    pub(super) org: Option<OrgId>,
    pub(super) modes: Option<Vec<Mode>>,
}
