//! `http`: one request.

use super::command::EnvValue;
use super::kind::{Call, CallKeys};
use crate::base::{Millis, TargetName};
use crate::runbook::Spanned;
use crate::runbook::read::{Count, HttpPlace, Many, Method, Named, Wish, shape};

/// An HTTP request and what its answer must be.
#[derive(Debug, Clone)]
pub struct Http {
    /// The address, or a path of a target.
    pub url: Spanned<HttpPlace>,
    /// The target that a path alone belongs to.
    pub on: Option<Spanned<TargetName>>,
    /// The method; GET where absent.
    pub method: Option<Method>,
    /// Extra headers.
    pub headers: Vec<Named<String, EnvValue>>,
    /// The body.
    pub body: Option<String>,
    /// Statuses that mean success.
    pub status: Vec<u16>,
    /// Text that the body must contain.
    pub contains: Option<String>,
    /// What parts of the answer must be.
    pub json: Vec<JsonWish>,
    /// How TLS is spoken.
    pub tls: Option<RequestTlsKeys>,
    /// How quickly answers must come.
    pub latency: Option<Spanned<LatencyKeys>>,
}

shape! {
    /// An HTTP request and what its answer must be.
    pub(super) struct HttpKeys ["`http`", "`http`"] {
        /// An HTTP request to this address, or to /path or :port/path of a target.
        (required) "http" => url: Spanned<HttpPlace>,
        /// Beside http: the target, where only a path of it is written.
        "on" => on: Spanned<TargetName>,
        /// Beside http: the method; GET where absent.
        "method" => method: Method,
        /// Beside http: extra headers, texts, {input: name}, {output: unit.name} or {secret: name}.
        "headers" => headers: Vec<Named<String, EnvValue>>,
        /// Beside http: the body.
        "body" => body: String,
        /// Beside http: statuses that mean success; any from 200 to 299 where absent.
        "status" => status: Many<Count<100, 599>>,
        /// Beside http: text that the answer must contain.
        "contains" => contains: String,
        /// Beside http: what parts of an answer in JSON must be, a list of {path, equals}.
        "json" => json: Many<JsonWish>,
        /// Beside http: {ca, verify, client_cert}.
        "tls" => tls: RequestTlsKeys,
        /// Beside http: {p95, samples}, how quickly answers must come.
        "latency" => latency: Spanned<LatencyKeys>,
    }
}

shape! {
    /// What a part of an answer in JSON must be.
    pub struct JsonWish ["`json`", "`json`"] {
        /// The path to it, such as $.status.
        (required) "path" => path: Spanned<String>,
        /// The one value that is there, or {eq, ne, gt, gte, lt, lte}; anything where absent.
        "equals" => equals: Wish,
    }
}

shape! {
    /// How TLS is spoken.
    pub struct RequestTlsKeys ["`tls`", "`tls`"] {
        /// Authorities to trust beside those of the system, a path or the name of a secret.
        "ca" => ca: Spanned<String>,
        /// Whether the certificate of the server is looked at; true where absent.
        "verify" => verify: bool,
        /// What the server is shown.
        "client_cert" => client_cert: ClientCertKeys,
    }
}

shape! {
    /// A certificate with its key.
    pub struct ClientCertKeys ["`client_cert`", "`client_cert`"] {
        /// The certificate in PEM form, those above it behind it: a path or the name of a secret.
        (required) "certificate" => certificate: Spanned<String>,
        /// Its private key: a path or the name of a secret.
        (required) "key" => key: Spanned<String>,
    }
}

shape! {
    /// How quickly answers must come.
    pub struct LatencyKeys ["`latency`", "`latency`"] {
        /// Ninety-five of a hundred answers take no longer than this.
        (required) "p95" => p95: Millis,
        /// How many requests are sent, one after the other; 20 where absent.
        "samples" => samples: Count<1, 1_000>,
    }
}

impl CallKeys for HttpKeys {
    const ASKS: bool = true;

    fn call(self) -> Option<Call> {
        Some(Call::Http(Box::new(Http {
            url: self.url?,
            on: self.on,
            method: self.method,
            headers: self.headers.unwrap_or_default(),
            body: self.body,
            status: self.status.map(Many::small).unwrap_or_default(),
            contains: self.contains,
            json: self.json.map(|json| json.0).unwrap_or_default(),
            tls: self.tls,
            latency: self.latency,
        })))
    }
}
