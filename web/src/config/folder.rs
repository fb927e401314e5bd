//! The state folder: the database of one machine, the keeper's socket, the runbooks of the demo.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use nix::unistd::Uid;

use super::DatabaseUrl;

/// Why a folder can not hold the state.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It can not be made or looked at.
    #[error("the state folder {path} can not be used: {cause}")]
    Unusable {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// Somebody else's folder: whoever owns it could replace what is in it.
    #[error("the state folder {path} belongs to another user (uid {owner})")]
    Foreign {
        /// The folder.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
    },
}

/// A folder that exists, belongs to this user, and is closed to all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateFolder(PathBuf);

impl StateFolder {
    /// Makes the folder where it is missing and closes it to other users: whoever can open it may operate every run.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let unusable = |cause| FolderError::Unusable { path: path.to_owned(), cause };
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(unusable)?;
        let path = path.canonicalize().map_err(unusable)?;
        let unusable = |cause| FolderError::Unusable { path: path.clone(), cause };
        let meta = fs::metadata(&path).map_err(unusable)?;
        let us = Uid::effective();
        if meta.uid() != us.as_raw() && !us.is_root() {
            return Err(FolderError::Foreign { path, owner: meta.uid() });
        }
        if meta.permissions().mode() & 0o077 != 0 {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).map_err(unusable)?;
        }
        Ok(Self(path))
    }

    /// Its path, absolute and without links.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The database in it.
    pub fn database(&self) -> DatabaseUrl {
        DatabaseUrl::sqlite(&self.0.join("relight.db"))
    }

    /// The folder with this name in it, made where it is missing.
    pub fn inner(&self, name: &str) -> Result<PathBuf, FolderError> {
        let path = self.0.join(name);
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&path);
        made.map_err(|cause| FolderError::Unusable { path: path.clone(), cause })?;
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_folder_is_made_and_closed_to_others() {
        let home = tempfile::tempdir().unwrap();
        let folder = StateFolder::open(&home.path().join("a/b")).unwrap();
        assert_eq!(fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o700);
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        StateFolder::open(folder.path()).unwrap();
        assert_eq!(fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_file_is_no_state_folder() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("file"), "").unwrap();
        let refused = StateFolder::open(&home.path().join("file")).unwrap_err();
        assert!(matches!(refused, FolderError::Unusable { .. }), "{refused}");
    }
}
