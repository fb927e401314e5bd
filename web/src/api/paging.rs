//! Lists that come a page at a time.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::error::{Error, Unreadable};

/// Lines of a page where nothing is asked for.
const USUAL: u32 = 50;
/// Lines of a page at most.
const MOST: u32 = 500;
/// Longest word that a page begins behind.
const LONGEST: usize = 1_000;

/// Which page of a list in the order of one word of its lines.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Paged {
    /// Only those behind this one: the `next` of the page before.
    #[param(max_length = 1000)]
    after: Option<String>,
    /// At most so many.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

impl Paged {
    /// Of a query that asks for more than a page.
    pub(super) const fn new(after: Option<String>, limit: Option<u32>) -> Self {
        Self { after, limit }
    }

    /// The page of a list that is in the order of `key`, and what the next one begins behind, where there is one.
    pub(super) fn of<T>(
        self,
        all: impl IntoIterator<Item = T>,
        key: impl Fn(&T) -> String,
    ) -> Result<(Vec<T>, Option<String>), Error> {
        let limit = usize::try_from(within(self.limit)?).unwrap_or(usize::MAX);
        let after = self.after.unwrap_or_default();
        if after.chars().count() > LONGEST {
            return Err(Error::Unreadable(Unreadable::Query, format!("after: at most {LONGEST}")));
        }
        let mut rest = all.into_iter().skip_while(|one| !after.is_empty() && key(one) <= after).peekable();
        let page: Vec<T> = rest.by_ref().take(limit).collect();
        let next = rest.peek().and(page.last()).map(key);
        Ok((page, next))
    }
}

/// A bound on a page, as asked or as usual.
pub(super) fn within(limit: Option<u32>) -> Result<u32, Error> {
    match limit {
        None => Ok(USUAL),
        Some(limit @ 1..=MOST) => Ok(limit),
        Some(limit) => {
            let why = format!("limit: {limit} is not between 1 and {MOST}");
            Err(Error::Unreadable(Unreadable::Query, why))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(after: Option<&str>, limit: Option<u32>) -> Result<(Vec<&'static str>, Option<String>), Error> {
        Paged { after: after.map(str::to_owned), limit }.of(["a", "b", "c"], |one| (*one).to_owned())
    }

    #[test]
    fn pages_follow_one_another_and_the_last_one_says_so() {
        assert_eq!(page(None, Some(2)).unwrap(), (vec!["a", "b"], Some("b".to_owned())));
        assert_eq!(page(Some("b"), Some(2)).unwrap(), (vec!["c"], None));
        assert_eq!(page(None, Some(3)).unwrap(), (vec!["a", "b", "c"], None));
        // What a page ended with may be gone since.
        assert_eq!(page(Some("aa"), None).unwrap(), (vec!["b", "c"], None));
        assert_eq!(page(Some("z"), None).unwrap(), (vec![], None));
    }

    #[test]
    fn bounds_that_are_none_are_refused() {
        assert!(page(None, Some(0)).is_err() && page(None, Some(501)).is_err());
        assert!(page(Some(&"x".repeat(1_001)), None).is_err());
    }
}
