//! Filters with a place for one value.

use ldap3::{ldap_escape, parse_filter};

/// Why a text is no filter with a place for a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFilter {
    /// The place is not there: everybody would get the same answer.
    #[error("the filter has no {place}: write where it goes, as in ({example})")]
    NoPlace {
        /// The place.
        place: &'static str,
        /// What could be written.
        example: &'static str,
    },
    /// A directory would not understand it.
    #[error(
        "the filter is not one of LDAP (RFC 4515): look at its parentheses, as in (&(objectClass=person)(uid=kim))"
    )]
    Malformed,
}

/// A filter of LDAP in which one value is still missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    text: String,
    place: &'static str,
}

impl Filter {
    /// For looking a person up by what they typed: `{name}` stands for that.
    pub fn by_name(text: &str) -> Result<Self, BadFilter> {
        Self::with_place(text, "{name}", "uid={name}")
    }

    /// For looking the groups of a person up: `{dn}` stands for the name of the person's entry.
    pub fn by_entry(text: &str) -> Result<Self, BadFilter> {
        Self::with_place(text, "{dn}", "member={dn}")
    }

    fn with_place(text: &str, place: &'static str, example: &'static str) -> Result<Self, BadFilter> {
        if !text.contains(place) {
            return Err(BadFilter::NoPlace { place, example });
        }
        let filter = Self { text: text.trim().to_owned(), place };
        match parse_filter(filter.fill("x")) {
            Ok(_) => Ok(filter),
            Err(()) => Err(BadFilter::Malformed),
        }
    }

    /// The filter with its value, in which every character stands for itself.
    pub(super) fn fill(&self, value: &str) -> String {
        self.text.replace(self.place, &ldap_escape(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_can_not_change_the_filter() {
        let filter = Filter::by_name("(&(objectClass=person)(uid={name}))").unwrap();
        assert_eq!(filter.fill("kim"), "(&(objectClass=person)(uid=kim))");
        assert_eq!(filter.fill("*)(uid=*"), r"(&(objectClass=person)(uid=\2a\29\28uid=\2a))");
        assert_eq!(filter.fill("a\\b\0"), r"(&(objectClass=person)(uid=a\5cb\00))");
        assert_eq!(filter.fill("{name}"), "(&(objectClass=person)(uid={name}))", "a value is no place");
    }

    #[test]
    fn what_a_directory_would_refuse_is_refused_at_once() {
        assert!(matches!(Filter::by_name("(uid=kim)"), Err(BadFilter::NoPlace { place: "{name}", .. })));
        assert!(matches!(Filter::by_entry("(member={name})"), Err(BadFilter::NoPlace { place: "{dn}", .. })));
        assert_eq!(Filter::by_name("(&(uid={name})"), Err(BadFilter::Malformed));
    }
}
