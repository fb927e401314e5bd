//! HTTP requests, with their defaults filled in.

use super::super::lints::output;
use super::super::{Capture, ClientCertificate, Http, JsonTest, Latency, RequestTls};
use super::statements::test;
use super::steps::Lower;
use crate::runbook::look::{JsonWish, LatencyKeys, RequestTlsKeys};
use crate::runbook::{self, Code, Finding, Spanned};

/// Requests that are timed, where nothing is written.
const SAMPLES: u32 = 20;

impl Lower<'_, '_> {
    pub(super) fn http(&mut self, http: runbook::Http) -> Http {
        let headers = http.headers.into_iter();
        let headers = headers.filter_map(|header| Some((header.key.value, self.value(header.value)?))).collect();
        let mut request = Http {
            method: http.method.map_or_else(|| "GET".to_owned(), |method| method.0),
            url: self.url(http.url, http.on),
            headers,
            body: http.body,
            status: http.status,
            contains: http.contains,
            json: http.json.into_iter().filter_map(|wish| self.json(wish)).collect(),
            tls: http.tls.map(|tls| self.request_tls(tls)),
            latency: None,
        };
        request.latency = http.latency.and_then(|latency| self.latency(&request, &latency));
        request
    }

    /// `None` where the path is absent or none, which has been reported.
    fn json(&mut self, wish: JsonWish) -> Option<JsonTest> {
        let Spanned { value: path, span } = wish.path?;
        if let Err(error) = Capture::path(&path) {
            output::no_path(span, &error.to_string(), self.findings);
            return None;
        }
        Some(JsonTest { path, equals: wish.equals.map(test) })
    }

    fn request_tls(&mut self, tls: RequestTlsKeys) -> RequestTls {
        let client = tls.client_cert.and_then(|shown| {
            let (certificate, key) = (self.pem(shown.certificate?), self.pem(shown.key?));
            Some(ClientCertificate { certificate: certificate?, key: key? })
        });
        RequestTls { ca: tls.ca.and_then(|ca| self.pem(ca)), verify: tls.verify.unwrap_or(true), client }
    }

    fn latency(&mut self, request: &Http, latency: &Spanned<LatencyKeys>) -> Option<Latency> {
        if !request.is_read_only() {
            let method = &request.method;
            self.findings.report(Code::BadValue, latency.span, || {
                Finding::new(
                    format!("a {method} would be sent many times to be timed"),
                    format!("응답 시간을 재려고 {method} 요청을 여러 번 보내게 됩니다"),
                )
                .help("time a GET or HEAD", "GET이나 HEAD로 재십시오")
            });
            return None;
        }
        let samples = latency.value.samples.map_or(SAMPLES, |count| count.0);
        Some(Latency { p95: latency.value.p95?, samples })
    }
}
