//! An answer, and its HTML parsed.

use axum::body::to_bytes;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::Response;
use scraper::{Html, Selector};

/// A page as a browser gets it, or another answer.
#[derive(Debug)]
pub struct Page {
    /// The status.
    pub status: StatusCode,
    /// All headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
}

impl Page {
    /// Reads an answer to its end.
    pub async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 8 << 20).await.unwrap();
        Self { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    /// The answer of a real server.
    pub async fn fetched(response: reqwest::Response) -> Self {
        Self::read(axum::http::Response::from(response).map(axum::body::Body::new)).await
    }

    /// A header as text; empty where it was not sent.
    pub fn header(&self, name: HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where it sends the browser after a form was taken.
    pub fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        self.header(axum::http::header::LOCATION)
    }

    /// The texts of all elements that fit.
    pub fn all(&self, selector: &str) -> Vec<String> {
        let html = Html::parse_document(&self.text);
        let selector = Selector::parse(selector).unwrap();
        html.select(&selector).map(|found| found.text().collect::<String>().trim().to_owned()).collect()
    }

    /// The text of the one element that fits.
    pub fn one(&self, selector: &str) -> String {
        let mut all = self.all(selector);
        assert_eq!(all.len(), 1, "{selector} in {}", self.text);
        all.remove(0)
    }

    /// An attribute of the first element that fits.
    pub fn attribute(&self, selector: &str, name: &str) -> String {
        let html = Html::parse_document(&self.text);
        let wanted = Selector::parse(selector).unwrap();
        let found = html.select(&wanted).find_map(|found| found.value().attr(name).map(str::to_owned));
        found.unwrap_or_else(|| panic!("no {selector} with {name} in {}", self.text))
    }

    /// Whether any element fits.
    pub fn has(&self, selector: &str) -> bool {
        !self.all(selector).is_empty()
    }

    /// The action and the hidden fields of the first form that fits.
    pub fn form(&self, selector: &str) -> (String, Vec<(String, String)>) {
        let html = Html::parse_document(&self.text);
        let form = Selector::parse(selector).unwrap();
        let form = html.select(&form).next().unwrap_or_else(|| panic!("no {selector} in {}", self.text));
        let hidden = Selector::parse("input[type=hidden]").unwrap();
        let fields = form.select(&hidden).map(|field| {
            let get = |name| field.value().attr(name).unwrap_or_default().to_owned();
            (get("name"), get("value"))
        });
        (form.value().attr("action").unwrap().to_owned(), fields.collect())
    }
}

/// Fields as a browser sends a form.
pub fn encode(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        text.bytes().fold(String::new(), |mut out, byte| {
            if byte.is_ascii_alphanumeric() {
                out.push(char::from(byte));
            } else {
                out.push_str(&format!("%{byte:02X}"));
            }
            out
        })
    };
    fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
}
