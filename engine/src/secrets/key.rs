//! The key of the sealed secrets: 32 random bytes in a file that only its owner reads.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM, RandomizedNonceKey};
use aws_lc_rs::rand;
use zeroize::Zeroizing;

use super::Fault;

/// Bytes of a key for AES-256.
const LENGTH: usize = 32;
/// Rights of others on a file.
const OTHERS: u32 = 0o007;

/// The key in the file; `None` where there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<RandomizedNonceKey>, Fault> {
    let fault = |cause| Fault::File { path: path.to_owned(), cause };
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(fault(cause)),
    };
    let about = file.metadata().map_err(fault)?;
    if about.mode() & OTHERS != 0 {
        return Err(Fault::KeyOpen(path.to_owned()));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(LENGTH + 1));
    file.take(LENGTH as u64 + 1).read_to_end(&mut bytes).map_err(fault)?;
    let no_key = || Fault::NoKey(path.to_owned());
    if bytes.len() != LENGTH {
        return Err(no_key());
    }
    RandomizedNonceKey::new(&AES_256_GCM, &bytes).map(Some).map_err(|_| no_key())
}

/// The key in the file, made where there is none.
pub(super) fn read_or_make(path: &Path) -> Result<RandomizedNonceKey, Fault> {
    if let Some(key) = read(path)? {
        return Ok(key);
    }
    let bytes = Zeroizing::new(random()?);
    put(path, bytes.as_ref(), false)?;
    // Of two who made one at the same time the other may have been first.
    read(path)?.ok_or_else(|| Fault::KeyGone(path.to_owned()))
}

/// Random bytes of a key's length, from the system.
pub fn random() -> Result<[u8; LENGTH], Fault> {
    let mut bytes = [0; LENGTH];
    rand::fill(&mut bytes).map_err(|_| Fault::Cipher)?;
    Ok(bytes)
}

/// Puts a file in place whole, or not at all; readable by its owner alone. One that is there already is replaced, or
/// left as it is.
pub(super) fn put(path: &Path, bytes: &[u8], replace: bool) -> Result<(), Fault> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    let beside = Path::new(&beside);
    let fault = |cause| Fault::File { path: path.to_owned(), cause };
    let written = (|| {
        // Left behind by one with the same number that was killed here.
        match fs::remove_file(beside) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
            Ok(()) | Err(_) => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        if replace {
            return fs::rename(beside, path);
        }
        let linked = fs::hard_link(beside, path);
        fs::remove_file(beside)?;
        match linked {
            Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => Err(cause),
            Ok(()) | Err(_) => Ok(()),
        }
    })();
    written.map_err(fault)?;
    // The name is durable only when its folder is.
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(fault)
}
