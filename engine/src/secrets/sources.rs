//! From where the inventory says that a secret is found, to its value.

use std::fs;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use super::{Fault, Sealed};
use crate::action::SecretValues;
use crate::base::{Bilingual, Lang, Secret, SecretName, Text};
use crate::inventory::SecretSource;

/// Longest secret, in bytes: room for a bundle of certificates.
pub const LIMIT: usize = 1 << 20;

/// Everywhere that an inventory can say.
#[derive(Debug, Clone)]
pub struct Sources {
    sealed: Sealed,
    variable: fn(&str) -> Option<String>,
}

impl Sources {
    /// `variable` reads the engine's environment, which this crate does not know; an empty one counts as absent.
    pub const fn new(sealed: Sealed, variable: fn(&str) -> Option<String>) -> Self {
        Self { sealed, variable }
    }

    /// The value of a secret. Reads files: call it off the async threads.
    pub fn find(&self, source: &SecretSource) -> Result<Secret, Fault> {
        match source {
            SecretSource::Env(name) => (self.variable)(name).map(Secret::new).ok_or_else(|| Fault::Unset(name.clone())),
            SecretSource::File(path) => file(Path::new(path)),
            SecretSource::Sealed(name) => self.sealed.get(name),
        }
    }
}

impl SecretValues for Sources {
    fn value(&self, name: &SecretName, source: &SecretSource) -> Result<Secret, Text> {
        self.find(source).map_err(|fault| {
            let why = fault.text();
            Text::new(format!("비밀 {name}: {}", why.get(Lang::Ko)), format!("secret {name}: {}", why.get(Lang::En)))
        })
    }
}

fn file(path: &Path) -> Result<Secret, Fault> {
    let fault = |cause| Fault::File { path: path.to_owned(), cause };
    // Looked at before it is opened: to open a pipe would wait for somebody to write into it.
    if !fs::metadata(path).map_err(fault)?.is_file() {
        return Err(Fault::NoFile(path.to_owned()));
    }
    value_in(fs::File::open(path).map_err(fault)?, path)
}

/// A secret from a file or standard input, without the line end that editors put behind a single line. `place` is for
/// messages.
pub fn value_in(from: impl Read, place: &Path) -> Result<Secret, Fault> {
    // One piece from the beginning: a text that grows leaves copies of itself behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LIMIT + 1));
    let read = from.take(LIMIT as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|cause| Fault::File { path: place.to_owned(), cause })?;
    if bytes.len() > LIMIT {
        return Err(Fault::TooLong(place.to_owned()));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| Fault::NoText(place.to_owned()))?;
    let line = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    match line {
        "" => Err(Fault::Empty(place.to_owned())),
        line if line.contains('\n') => Ok(Secret::new(text)),
        line => Ok(Secret::new(line)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(home: &Path) -> Sources {
        Sources::new(Sealed::new(home.join("secrets"), None), |name| (name == "SET").then(|| "from env".to_owned()))
    }

    #[test]
    fn a_value_is_found_where_the_inventory_says() {
        let home = tempfile::tempdir().unwrap();
        let sources = sources(home.path());
        let found = |source: &SecretSource| sources.find(source).map(|value| value.expose().to_owned());
        assert_eq!(found(&SecretSource::Env("SET".to_owned())).unwrap(), "from env");
        assert!(matches!(found(&SecretSource::Env("UNSET".to_owned())), Err(Fault::Unset(_))));
        let path = home.path().join("pw");
        let source = SecretSource::File(path.display().to_string());
        assert!(matches!(found(&source), Err(Fault::File { .. })));
        for (text, wanted) in [("one line\r\n", "one line"), ("a\nb\n", "a\nb\n"), (" x", " x")] {
            fs::write(&path, text).unwrap();
            assert_eq!(found(&source).unwrap(), wanted);
        }
        for (bytes, what) in [(b"\n".to_vec(), "empty"), (vec![0xff], "UTF-8"), (vec![b'a'; LIMIT + 1], "KiB")] {
            fs::write(&path, bytes).unwrap();
            let why = found(&source).unwrap_err();
            assert!(why.to_string().contains(what), "{why}");
        }
        let folder = SecretSource::File(home.path().display().to_string());
        assert!(matches!(found(&folder), Err(Fault::NoFile(_))));
    }

    #[test]
    fn a_missing_value_is_told_with_its_name_in_both_languages() {
        let home = tempfile::tempdir().unwrap();
        let name = "pg-admin".parse().unwrap();
        let why = sources(home.path()).value(&name, &SecretSource::Sealed("db".parse().unwrap())).unwrap_err();
        for lang in Lang::ALL {
            assert!(why.get(lang).contains("pg-admin") && why.get(lang).contains("relight secret set db"), "{why:?}");
        }
    }
}
