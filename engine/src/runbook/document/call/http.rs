//! `http`: one request.

use super::kind::{Call, CallKeys};
use crate::base::TargetName;
use crate::runbook::Spanned;
use crate::runbook::read::{Count, HttpPlace, Many, Method, Named, shape};

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
    pub headers: Vec<Named<String, String>>,
    /// The body.
    pub body: Option<String>,
    /// Statuses that mean success.
    pub status: Vec<u16>,
    /// Text that the body must contain.
    pub contains: Option<String>,
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
        /// Beside http: extra headers.
        "headers" => headers: Vec<Named<String, String>>,
        /// Beside http: the body.
        "body" => body: String,
        /// Beside http: statuses that mean success; any from 200 to 299 where absent.
        "status" => status: Many<Count<100, 599>>,
        /// Beside http: text that the answer must contain.
        "contains" => contains: String,
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
        })))
    }
}
