//! The provider's side of the wire.

use std::error::Error;
use std::pin::Pin;
use std::time::Duration;

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::redirect::Policy;
use rustls::{ClientConfig, RootCertStore};

/// Bytes of one answer, at most: a document of addresses, keys, or a token.
const LONGEST: usize = 1 << 20;

/// A client that follows no redirect, which could lead into our own network, and takes no endless answer.
pub(super) struct Http {
    client: reqwest::Client,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    #[error("{0}")]
    Sent(String),
    #[error("it did not answer in time; is it up? `timeout` says how long it may take")]
    Late,
    #[error("its answer has more than {} KiB", LONGEST >> 10)]
    TooLong,
    #[error("its answer can not be read: {0}")]
    Malformed(String),
}

impl Http {
    /// `clear` where the provider is on this host and without TLS.
    pub(super) fn new(roots: RootCertStore, patience: Duration, clear: bool) -> Result<Self, HttpError> {
        let tls = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .no_proxy()
            .https_only(!clear)
            .timeout(patience)
            .build();
        client.map(|client| Self { client }).map_err(|why| HttpError::Sent(deepest(&why)))
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let request = reqwest::Request::try_from(request).map_err(|why| HttpError::Sent(deepest(&why)))?;
        let mut answer = self.client.execute(request).await.map_err(|why| sent(&why))?;
        let mut whole = openidconnect::http::Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            whole = whole.header(name, value);
        }
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(|why| sent(&why))? {
            if body.len() + part.len() > LONGEST {
                return Err(HttpError::TooLong);
            }
            body.extend_from_slice(&part);
        }
        whole.body(body).map_err(|why| HttpError::Malformed(why.to_string()))
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

fn sent(why: &reqwest::Error) -> HttpError {
    if why.is_timeout() { HttpError::Late } else { HttpError::Sent(deepest(why)) }
}

/// The cause of the cause: what the system or TLS said, not who passed it on.
fn deepest(why: &(dyn Error + 'static)) -> String {
    let mut deepest = why;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}
