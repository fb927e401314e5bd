//! The fields of a form.

use engine::base::Timestamp;

use crate::error::Error;

/// Longest single field accepted, in characters. Reasons and evidence are texts, not files.
const LONGEST: usize = 4_096;

/// All fields of a form, in the order sent.
#[derive(Debug, Clone, Default)]
pub struct Fields(pub Vec<(String, String)>);

/// A field that is wrong, by the key of its name for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// Nothing was written where something must be.
    Missing(String),
    /// Longer than accepted.
    TooLong(String),
    /// Not what is expected there.
    Malformed(String),
}

impl Fields {
    /// A field as sent, spaces around it removed; empty where it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// A field as sent, to the character: for passwords and secrets.
    pub fn exact(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// A text that may be empty, within bounds.
    pub fn text(&self, name: &str) -> Result<String, Error> {
        let value = self.get(name);
        if value.chars().count() > LONGEST {
            return Err(Error::Field(Named::TooLong(name.to_owned())));
        }
        Ok(value.replace("\r\n", "\n"))
    }

    /// A text that must not be empty.
    pub fn required(&self, name: &str) -> Result<String, Error> {
        let value = self.text(name)?;
        if value.is_empty() { Err(Error::Field(Named::Missing(name.to_owned()))) } else { Ok(value) }
    }

    /// An instant as browsers send it (`2026-11-21T03:00`, Seoul) or in ISO 8601 with an offset; `None` where nothing was
    /// written.
    pub fn instant(&self, name: &str) -> Result<Option<Timestamp>, Error> {
        let text = self.get(name);
        if text.is_empty() {
            return Ok(None);
        }
        let seconds = if text.len() == 16 { ":00" } else { "" };
        let civil = || Timestamp::parse_iso(&format!("{text}{seconds}+09:00"));
        let found = Timestamp::parse_iso(text).or_else(civil);
        found.map(Some).ok_or_else(|| Error::Field(Named::Malformed(name.to_owned())))
    }

    /// A field of a type with a text form.
    pub fn parsed<T: std::str::FromStr>(&self, name: &str) -> Result<T, Error> {
        self.get(name).parse().map_err(|_| Error::Field(Named::Malformed(name.to_owned())))
    }

    /// The same where it may be left empty, such as an organisation: then it is the top of the tree.
    pub fn optional<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Error> {
        if self.get(name).is_empty() { Ok(None) } else { self.parsed(name).map(Some) }
    }

    /// All values of a field that may be sent several times.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_trimmed_bounded_and_required() {
        let fields =
            Fields(vec![("reason".into(), "  훈련\r\n2차 ".into()), ("long".into(), "가".repeat(LONGEST + 1))]);
        assert_eq!(fields.required("reason").unwrap(), "훈련\n2차");
        assert!(matches!(fields.required("other"), Err(Error::Field(Named::Missing(_)))));
        assert!(matches!(fields.text("long"), Err(Error::Field(Named::TooLong(_)))));
        assert!(matches!(fields.parsed::<u32>("reason"), Err(Error::Field(Named::Malformed(_)))));
    }

    #[test]
    fn times_without_an_offset_are_seoul_s() {
        let read = |text: &str| Fields(vec![("at".to_owned(), text.to_owned())]).instant("at").ok();
        let at = Timestamp::parse_iso("2026-11-21T03:00:00+09:00");
        for text in ["2026-11-21T03:00", "2026-11-21T03:00:00", "2026-11-20T18:00:00Z"] {
            assert_eq!(read(text), Some(at), "{text}");
        }
        assert_eq!(read(""), Some(None));
        assert_eq!(read("yesterday"), None);
    }
}
