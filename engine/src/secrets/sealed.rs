//! Values sealed with AES-256-GCM, one file each.
//!
//! ```text
//! STATE/secrets/             closed to other users
//!   key                      32 random bytes, made with the first value; may lie elsewhere
//!   NAME.sealed              "RLS1", nonce (12), value, tag (16); the name is part of what is authenticated
//! ```
//!
//! Who has the folder without the key has nothing; who has both has everything. So a key that lies on another medium
//! than the backups of the folder is worth the trouble.

use std::fs::{self, DirBuilder};
use std::io::{self, Read as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use aws_lc_rs::aead::{Aad, NONCE_LEN, Nonce};
use zeroize::Zeroizing;

use super::{Fault, LIMIT, key};
use crate::base::{Secret, SecretName, Timestamp};

/// First bytes of a sealed value. Another format gets others.
const MAGIC: &[u8; 4] = b"RLS1";
/// What follows the name of a sealed value in its file's name.
const ENDING: &str = ".sealed";

/// The sealed store.
#[derive(Debug, Clone)]
pub struct Sealed {
    folder: PathBuf,
    key: PathBuf,
}

/// A sealed value, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: SecretName,
    /// When it was set last, by the clock of the file system.
    pub changed: Option<Timestamp>,
}

impl Sealed {
    /// In a folder, with the key there unless another place is given. Nothing is read or made yet.
    pub fn new(folder: impl Into<PathBuf>, key: Option<PathBuf>) -> Self {
        let folder = folder.into();
        let key = key.unwrap_or_else(|| folder.join("key"));
        Self { folder, key }
    }

    /// Seals a value; tells whether it took the place of another one. The first one makes folder and key.
    pub fn set(&self, name: &SecretName, value: &Secret) -> Result<bool, Fault> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&self.folder);
        made.map_err(|cause| Fault::File { path: self.folder.clone(), cause })?;
        let key = match key::read(&self.key)? {
            Some(key) => key,
            // A new key would leave the others closed for good.
            None if !self.is_empty()? => return Err(Fault::KeyGone(self.key.clone())),
            None => key::read_or_make(&self.key)?,
        };
        let path = self.path(name);
        let mut sealed = Zeroizing::new(value.expose().as_bytes().to_vec());
        // The tag must not move the value to another place in memory.
        sealed.reserve_exact(64);
        let nonce = key.seal_in_place_append_tag(aad(name), &mut *sealed).map_err(|_| Fault::Cipher)?;
        let before = path.exists();
        key::put(&path, &[MAGIC.as_slice(), nonce.as_ref(), &sealed].concat(), true)?;
        Ok(before)
    }

    /// Opens a value.
    pub fn get(&self, name: &SecretName) -> Result<Secret, Fault> {
        let path = self.path(name);
        let fault = |cause: io::Error| match cause.kind() {
            io::ErrorKind::NotFound => Fault::NotSealed(name.clone()),
            _ => Fault::File { path: path.clone(), cause },
        };
        let broken = || Fault::Broken(path.clone());
        let mut bytes = Zeroizing::new(Vec::new());
        let file = fs::File::open(&path).map_err(fault)?;
        file.take(LIMIT as u64 + 1_024).read_to_end(&mut bytes).map_err(fault)?;
        let key = key::read(&self.key)?.ok_or_else(|| Fault::KeyGone(self.key.clone()))?;
        let (nonce, sealed) = bytes
            .strip_prefix(MAGIC.as_slice())
            .and_then(|rest| rest.split_at_checked(NONCE_LEN))
            .ok_or_else(broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
        let mut opened = Zeroizing::new(sealed.to_vec());
        let value = key.open_in_place(nonce, aad(name), &mut opened).map_err(|_| broken())?;
        let text = std::str::from_utf8(value).map_err(|_| Fault::NoText(path.clone()))?;
        Ok(Secret::new(text))
    }

    /// What is there, by name. A folder that was never made holds nothing.
    pub fn list(&self) -> Result<Vec<Entry>, Fault> {
        let fault = |cause| Fault::File { path: self.folder.clone(), cause };
        let files = match fs::read_dir(&self.folder) {
            Ok(files) => files,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(cause) => return Err(fault(cause)),
        };
        let mut entries = Vec::new();
        for file in files {
            let file = file.map_err(fault)?;
            let Ok(text) = file.file_name().into_string() else { continue };
            let Some(name) = text.strip_suffix(ENDING).and_then(|name| name.parse().ok()) else { continue };
            let changed = file.metadata().and_then(|about| about.modified()).ok();
            let since = changed.and_then(|changed| changed.duration_since(UNIX_EPOCH).ok());
            let changed = since.and_then(|since| i64::try_from(since.as_millis()).ok()).map(Timestamp);
            entries.push(Entry { name, changed });
        }
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(entries)
    }

    /// Removes a value; tells whether there was one.
    pub fn remove(&self, name: &SecretName) -> Result<bool, Fault> {
        let path = self.path(name);
        match fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(cause) => Err(Fault::File { path, cause }),
        }
    }

    /// Seals what is kept elsewhere, such as in the database, bound to a context; `None` where there is no key yet.
    pub fn seal_value(&self, context: &str, value: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        let Some(key) = key::read(&self.key)? else { return Ok(None) };
        let mut sealed = Zeroizing::new(value.to_vec());
        // The tag must not move the value to another place in memory.
        sealed.reserve_exact(64);
        let nonce = key.seal_in_place_append_tag(Aad::from(context), &mut *sealed).map_err(|_| Fault::Cipher)?;
        Ok(Some([nonce.as_ref(), sealed.as_slice()].concat()))
    }

    /// Opens what [`Sealed::seal_value`] sealed in the same context.
    pub fn open_value(&self, context: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let key = key::read(&self.key)?.ok_or_else(|| Fault::KeyGone(self.key.clone()))?;
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN).ok_or(Fault::Cipher)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Fault::Cipher)?;
        let mut opened = Zeroizing::new(sealed.to_vec());
        let length = key.open_in_place(nonce, Aad::from(context), &mut opened).map_err(|_| Fault::Cipher)?.len();
        opened.truncate(length);
        Ok(opened)
    }

    /// Seals a value apart from the secrets, where no inventory reaches it. A shelf is a folder in the folder; the first value
    /// makes the key. What is there already is left as it is.
    pub fn shelve(&self, shelf: &str, name: &str, value: &[u8]) -> Result<(), Fault> {
        let folder = self.folder.join(shelf);
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&folder);
        made.map_err(|cause| Fault::File { path: folder.clone(), cause })?;
        if key::read(&self.key)?.is_none() {
            // A new key would leave the others closed for good.
            if !self.is_empty()? {
                return Err(Fault::KeyGone(self.key.clone()));
            }
            key::read_or_make(&self.key)?;
        }
        let sealed = self.seal_value(&shelved(shelf, name), value)?;
        let sealed = sealed.ok_or_else(|| Fault::KeyGone(self.key.clone()))?;
        key::put(&self.place(shelf, name), &[MAGIC.as_slice(), &sealed].concat(), false)
    }

    /// Opens a value of a shelf.
    pub fn unshelve(&self, shelf: &str, name: &str) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let path = self.place(shelf, name);
        let fault = |cause| Fault::File { path: path.clone(), cause };
        let mut bytes = Vec::new();
        let file = fs::File::open(&path).map_err(fault)?;
        file.take(LIMIT as u64 + 1_024).read_to_end(&mut bytes).map_err(fault)?;
        let sealed = bytes.strip_prefix(MAGIC.as_slice()).ok_or_else(|| Fault::Broken(path.clone()))?;
        self.open_value(&shelved(shelf, name), sealed).map_err(|refused| match refused {
            Fault::Cipher => Fault::Broken(path.clone()),
            other => other,
        })
    }

    /// Whether a value is on a shelf.
    pub fn is_shelved(&self, shelf: &str, name: &str) -> bool {
        self.place(shelf, name).is_file()
    }

    /// Removes a value from a shelf; tells whether there was one.
    pub fn unshelve_for_good(&self, shelf: &str, name: &str) -> Result<bool, Fault> {
        let path = self.place(shelf, name);
        match fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(cause) => Err(Fault::File { path, cause }),
        }
    }

    fn place(&self, shelf: &str, name: &str) -> PathBuf {
        self.folder.join(shelf).join(format!("{name}{ENDING}"))
    }

    /// The file with the key.
    pub fn key(&self) -> &Path {
        &self.key
    }

    /// Whether nothing was ever sealed here, on a shelf or beside them.
    fn is_empty(&self) -> Result<bool, Fault> {
        let entries = fs::read_dir(&self.folder).map_err(|cause| Fault::File { path: self.folder.clone(), cause })?;
        let shelves = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir());
        let mut values = shelves.filter_map(|shelf| fs::read_dir(shelf).ok()).flatten();
        Ok(values.next().is_none() && self.list()?.is_empty())
    }

    fn path(&self, name: &SecretName) -> PathBuf {
        self.folder.join(format!("{name}{ENDING}"))
    }
}

/// What a value of a shelf is bound to.
fn shelved(shelf: &str, name: &str) -> String {
    format!("relight {shelf} {name}")
}

/// A value that was moved to another name does not open.
fn aad(name: &SecretName) -> Aad<String> {
    Aad::from(format!("relight secret {name}"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn name(text: &str) -> SecretName {
        text.parse().unwrap()
    }

    #[test]
    fn a_sealed_value_comes_back_and_stands_in_no_file() {
        let home = tempfile::tempdir().unwrap();
        let sealed = Sealed::new(home.path().join("secrets"), None);
        assert_eq!(sealed.list().unwrap(), []);
        assert!(matches!(sealed.get(&name("pg")), Err(Fault::NotSealed(_))));
        let value = Secret::new("Tr0ub4dor 비밀\nsecond line\n");
        assert!(!sealed.set(&name("pg"), &value).unwrap());
        assert_eq!(sealed.get(&name("pg")).unwrap().expose(), value.expose());
        assert!(sealed.set(&name("pg"), &Secret::new("another")).unwrap());
        sealed.set(&name("아이디"), &Secret::new("second")).unwrap();
        assert_eq!(sealed.get(&name("pg")).unwrap().expose(), "another");
        let names: Vec<String> = sealed.list().unwrap().iter().map(|entry| entry.name.to_string()).collect();
        assert_eq!(names, ["pg", "아이디"]);
        let mut files = 0;
        for file in fs::read_dir(home.path().join("secrets")).unwrap() {
            let file = file.unwrap();
            files += 1;
            let bytes = fs::read(file.path()).unwrap();
            assert!(!bytes.windows(7).any(|part| part == b"another"), "{file:?}");
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
        }
        assert_eq!(files, 3, "the key and two values, and nothing half done");
        assert!(sealed.remove(&name("pg")).unwrap());
        assert!(!sealed.remove(&name("pg")).unwrap());
    }

    #[test]
    fn what_was_moved_changed_or_sealed_with_another_key_does_not_open() {
        let home = tempfile::tempdir().unwrap();
        let sealed = Sealed::new(home.path(), Some(home.path().join("elsewhere.key")));
        sealed.set(&name("a"), &Secret::new("value of a")).unwrap();
        fs::copy(home.path().join("a.sealed"), home.path().join("b.sealed")).unwrap();
        assert!(matches!(sealed.get(&name("b")), Err(Fault::Broken(_))));
        let whole = fs::read(home.path().join("a.sealed")).unwrap();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            fs::write(home.path().join("a.sealed"), &changed).unwrap();
            assert!(matches!(sealed.get(&name("a")), Err(Fault::Broken(_))), "byte {at}");
            fs::write(home.path().join("a.sealed"), &whole[..at]).unwrap();
            assert!(matches!(sealed.get(&name("a")), Err(Fault::Broken(_))), "cut at {at}");
        }
        fs::write(home.path().join("a.sealed"), &whole).unwrap();
        assert_eq!(sealed.get(&name("a")).unwrap().expose(), "value of a");
        let other = Sealed::new(home.path(), Some(home.path().join("other.key")));
        assert!(matches!(other.get(&name("a")), Err(Fault::KeyGone(_))));
        assert!(matches!(other.set(&name("c"), &Secret::new("x")), Err(Fault::KeyGone(_))), "it would orphan the rest");
        key::read_or_make(other.key()).unwrap();
        assert!(matches!(other.get(&name("a")), Err(Fault::Broken(_))));
    }

    #[test]
    fn what_is_kept_elsewhere_is_bound_to_its_context() {
        let home = tempfile::tempdir().unwrap();
        let sealed = Sealed::new(home.path(), None);
        assert_eq!(sealed.seal_value("kim", b"shared").unwrap(), None, "no key yet");
        sealed.set(&name("a"), &Secret::new("x")).unwrap();
        let kept = sealed.seal_value("kim", b"shared").unwrap().unwrap();
        assert!(!kept.windows(6).any(|part| part == b"shared"));
        assert_eq!(sealed.open_value("kim", &kept).unwrap().as_slice(), b"shared");
        assert!(matches!(sealed.open_value("lee", &kept), Err(Fault::Cipher)));
        assert!(matches!(sealed.open_value("kim", &kept[1..]), Err(Fault::Cipher)));
        assert!(matches!(sealed.open_value("kim", b""), Err(Fault::Cipher)));
    }

    #[test]
    fn a_key_that_everybody_reads_or_that_is_none_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let sealed = Sealed::new(home.path(), None);
        sealed.set(&name("a"), &Secret::new("x")).unwrap();
        fs::set_permissions(sealed.key(), fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(sealed.get(&name("a")), Err(Fault::KeyOpen(_))));
        fs::set_permissions(sealed.key(), fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(sealed.key(), "short").unwrap();
        assert!(matches!(sealed.get(&name("a")), Err(Fault::NoKey(_))));
    }
}
