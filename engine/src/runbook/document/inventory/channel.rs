//! How people are told something through a target.

use serde_json::{Value, json};

use super::SecretRef;
use crate::base::{ContactName, SecretName};
use crate::runbook::Spanned;
use crate::runbook::read::{Count, Definitions, Many, Named, Read, Reader, Url, shape, words};
use crate::runbook::tree::{Kind, NodeId};

shape! {
    /// How mail is sent through a target.
    pub struct SmtpKeys ["`smtp`", "`smtp`"] {
        /// The port; 587, or 465 with tls: implicit, or 25 with tls: none, where absent.
        "port" => port: Count<1, 65_535>,
        /// starttls (default), implicit or none.
        "tls" => tls: SmtpTlsWord,
        /// Certificates of authorities to trust: a path, or the name of a secret.
        "ca" => ca: Spanned<String>,
        /// The user to log in as; nobody logs in where absent.
        "user" => user: String,
        /// The secret that holds the password of the user.
        "password" => password: Spanned<SecretName>,
        /// The sender's address.
        "from" => from: Spanned<String>,
        /// The contact lists: a name and one or more addresses. Those of a mode replace the others.
        "to" => to: Vec<Named<ContactName, Many<Spanned<String>>>>,
        /// The language of messages, ko or en; both where absent.
        "lang" => lang: LangWord,
    }
}

shape! {
    /// How messages are posted to a target.
    pub struct WebhookKeys ["`webhook`", "`webhook`"] {
        /// The address that messages are posted to.
        "url" => url: Spanned<Url>,
        /// The secret that holds what follows the address, where that lets everybody in who knows it.
        "path" => path: Spanned<SecretName>,
        /// Extra headers: texts, or {secret: name}.
        "headers" => headers: Vec<Named<String, HeaderText>>,
        /// What is posted: JSON, in whose texts {subject}, {body}, {mode}, {run}, {runbook}, {unit} and {id} stand for those of the message.
        "json" => json: Spanned<String>,
        /// Certificates of authorities to trust: a path, or the name of a secret.
        "ca" => ca: Spanned<String>,
        /// The language of messages, ko or en; both where absent.
        "lang" => lang: LangWord,
    }
}

words! {
    /// Whether mail is sent over TLS. The certificate is always checked.
    pub enum SmtpTlsWord {
        /// The connection is encrypted after the greeting.
        Starttls = "starttls",
        /// The connection is encrypted from its first byte.
        Implicit = "implicit",
        /// Everybody on the way can read it.
        None = "none",
    }
}

words! {
    /// The language of messages.
    pub enum LangWord {
        /// Korean.
        Ko = "ko",
        /// English.
        En = "en",
    }
}

/// The value of a header.
#[derive(Debug, Clone)]
pub enum HeaderText {
    /// A text.
    Text(String),
    /// That of a secret.
    Secret(Spanned<SecretName>),
}

impl Read for HeaderText {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        match reader.tree.kind(at) {
            Kind::Map(_) => SecretRef::read(reader, at)?.secret.map(Self::Secret),
            Kind::Scalar { .. } | Kind::List(_) | Kind::Alias(_) | Kind::Broken => {
                String::read(reader, at).map(Self::Text)
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        json!({ "anyOf": [String::schema(definitions), SecretRef::schema(definitions)] })
    }
}
