//! The shipped runbooks, written out where a person can read and change them.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../runbooks/"]
struct Runbooks;

/// Why a runbook could not be written out.
#[derive(Debug, thiserror::Error)]
#[error("the runbook {path} can not be written: {cause}")]
pub struct ShippedError {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    pub cause: io::Error,
}

/// Writes all shipped runbooks into a folder. A file that is there is somebody's work by now and left as it is.
pub fn unpack(folder: &Path) -> Result<(), ShippedError> {
    for name in Runbooks::iter() {
        let relative = Path::new(name.as_ref());
        // The names were fixed when the binary was built; this says so to the reader, not to an attacker.
        if relative.components().any(|part| !matches!(part, Component::Normal(_))) {
            continue;
        }
        let path = folder.join(relative);
        let Some(file) = Runbooks::get(&name) else {
            continue;
        };
        write_new(&path, &file.data).map_err(|cause| ShippedError { path, cause })?;
    }
    Ok(())
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    match fs::File::create_new(path) {
        Ok(mut file) => file.write_all(bytes),
        Err(there) if there.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runbooks_are_written_out_and_what_was_changed_stays_changed() {
        let home = tempfile::tempdir().unwrap();
        unpack(home.path()).unwrap();
        let demo = home.path().join("demo/three-tier.yaml");
        let shipped = fs::read_to_string(&demo).unwrap();
        assert!(shipped.contains("demo-three-tier"));
        fs::write(&demo, "mine").unwrap();
        unpack(home.path()).unwrap();
        assert_eq!(fs::read_to_string(&demo).unwrap(), "mine");
        assert!(fs::read_dir(home.path().join("samples")).unwrap().count() >= 7);
    }
}
