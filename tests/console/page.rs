//! An answer, and its HTML parsed.

use axum::body::to_bytes;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::Response;
use scraper::{Html, Selector};

pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Page {
    pub(crate) async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 8 << 20).await.unwrap();
        Self { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    /// A header as text; empty where it was not sent.
    pub(crate) fn header(&self, name: HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        self.header(axum::http::header::LOCATION)
    }

    /// The texts of all elements that fit.
    pub(crate) fn all(&self, selector: &str) -> Vec<String> {
        let html = Html::parse_document(&self.text);
        let selector = Selector::parse(selector).unwrap();
        html.select(&selector).map(|found| found.text().collect::<String>().trim().to_owned()).collect()
    }

    /// The text of the one element that fits.
    pub(crate) fn one(&self, selector: &str) -> String {
        let mut all = self.all(selector);
        assert_eq!(all.len(), 1, "{selector} in {}", self.text);
        all.remove(0)
    }

    pub(crate) fn has(&self, selector: &str) -> bool {
        !self.all(selector).is_empty()
    }

    /// The action and the hidden fields of the first form that fits.
    pub(crate) fn form(&self, selector: &str) -> (String, Vec<(String, String)>) {
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
