//! Which deeds somebody wants to see.

use engine::store::DeedQuery;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::extract::Fields;

/// The filter as it stands in the address; empty fields filter nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    pub(crate) by: String,
    pub(crate) act: String,
    pub(crate) object: String,
    pub(crate) outcome: String,
    pub(crate) from: String,
    pub(crate) until: String,
    /// Only rows before this place, for paging.
    pub(crate) before: Option<u64>,
}

impl Filter {
    /// As a question to the store, without place and bound; `None` where a field is none of its kind and so fits no deed.
    pub(crate) fn query(&self) -> Option<DeedQuery> {
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let fields = Fields(vec![("from".to_owned(), self.from.clone()), ("until".to_owned(), self.until.clone())]);
        Some(DeedQuery {
            by: some(&self.by).map(|by| by.parse()).transpose().ok()?,
            act: some(&self.act),
            object: some(&self.object),
            outcome: some(&self.outcome),
            from: fields.instant("from").ok()?,
            until: fields.instant("until").ok()?,
            ..DeedQuery::default()
        })
    }

    /// The filter as it stands behind the question mark of an address.
    pub(super) fn written(&self, before: Option<u64>) -> String {
        let fields = [
            ("by", &self.by),
            ("act", &self.act),
            ("object", &self.object),
            ("outcome", &self.outcome),
            ("from", &self.from),
            ("until", &self.until),
        ];
        let filled = fields.into_iter().filter(|(_, value)| !value.is_empty());
        let mut pairs: Vec<String> =
            filled.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))).collect();
        pairs.extend(before.map(|before| format!("before={before}")));
        pairs.join("&")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_read_and_written() {
        let filter =
            Filter { by: " kim ".into(), act: "run.".into(), from: "2026-11-21T03:00".into(), ..Filter::default() };
        let query = filter.query().unwrap();
        assert_eq!((query.by.unwrap().as_str(), query.act.as_deref()), ("kim", Some("run.")));
        assert_eq!(query.from, engine::base::Timestamp::parse_iso("2026-11-20T18:00:00Z"));
        assert_eq!(filter.written(Some(7)), "by=%20kim%20&act=run%2E&from=2026%2D11%2D21T03%3A00&before=7");
        assert!(Filter { from: "yesterday".into(), ..Filter::default() }.query().is_none());
        assert!(Filter { by: "no such name!".into(), ..Filter::default() }.query().is_none());
    }
}
