//! The address of the database.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// Why a text is no address of a database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("write sqlite://PATH or postgres://USER@HOST/DATABASE")]
pub struct UnknownDatabase;

/// `sqlite://PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`. What is printed of it never holds the password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The SQLite file at `path`.
    pub fn sqlite(path: &Path) -> Self {
        Self(format!("sqlite://{}", path.display()))
    }

    /// The whole address, password included; for the driver only.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The SQLite file, where it is one.
    pub fn file(&self) -> Option<&Path> {
        self.0.strip_prefix("sqlite://").map(Path::new)
    }
}

impl FromStr for DatabaseUrl {
    type Err = UnknownDatabase;

    fn from_str(text: &str) -> Result<Self, UnknownDatabase> {
        let known = ["sqlite://", "postgres://", "postgresql://"];
        let rest = known.iter().find_map(|scheme| text.strip_prefix(scheme));
        rest.filter(|rest| !rest.is_empty()).map(|_| Self(text.to_owned())).ok_or(UnknownDatabase)
    }
}

impl fmt::Display for DatabaseUrl {
    /// The address without user information and without parameters, either of which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.file().is_some() {
            return f.write_str(&self.0);
        }
        let (scheme, rest) = self.0.split_once("://").unwrap_or(("", &self.0));
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
        write!(f, "{scheme}://{place}")
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_address_holds_no_password() {
        let url: DatabaseUrl = "postgres://dr:s@cr:t@db1/relight?password=again".parse().unwrap();
        assert_eq!(url.to_string(), "postgres://db1/relight");
        assert_eq!(format!("{url:?}"), "postgres://db1/relight");
        assert_eq!(url.expose(), "postgres://dr:s@cr:t@db1/relight?password=again");
    }

    #[test]
    fn other_databases_are_refused() {
        for text in ["mysql://db", "/var/lib/relight.db", "sqlite://", ""] {
            assert_eq!(text.parse::<DatabaseUrl>(), Err(UnknownDatabase), "{text}");
        }
    }

    #[test]
    fn a_file_is_found_again_in_its_address() {
        let path = Path::new("/srv/상태/relight.db");
        assert_eq!(DatabaseUrl::sqlite(path).file(), Some(path));
    }
}
