//! The runbooks that lie around a runbook: those that its steps may call.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Source, Surroundings};
use crate::base::RunbookId;

/// Folders above a runbook that are looked into, at most.
const ABOVE: usize = 16;
/// Files of one folder that are looked at for a near miss, at most.
const FILES: usize = 1_000;
/// How the name of a runbook's file ends.
const ENDINGS: [&str; 2] = ["yaml", "yml"];

/// Where other runbooks are looked for, each by the name of its file. The nearest one counts.
#[derive(Debug, Clone, Default)]
pub struct Runbooks {
    /// The folder of the runbook, and those above it.
    folders: Vec<PathBuf>,
    root: PathBuf,
    /// All files of the library, where there is one.
    library: Arc<[PathBuf]>,
}

impl Runbooks {
    /// Those beside a runbook in a folder and in the folders above, up to `root`. Where the folder does not lie in the root,
    /// nothing above it is looked at.
    pub fn around(folder: &Path, root: &Path) -> Self {
        let above = folder.ancestors().take(ABOVE);
        let inside = |at: &&Path| at.starts_with(root) && folder.starts_with(root);
        let mut folders: Vec<PathBuf> = above.take_while(inside).map(Path::to_owned).collect();
        if folders.is_empty() {
            folders.push(folder.to_owned());
        }
        Self { folders, root: root.to_owned(), library: Arc::default() }
    }

    /// The same, with all files of a library behind them.
    #[must_use]
    pub fn among(self, library: Arc<[PathBuf]>) -> Self {
        Self { library, ..self }
    }

    /// The text of a runbook and what lies around it; `None` where no file has its name.
    pub fn find(&self, id: &RunbookId) -> io::Result<Option<(Source, Surroundings)>> {
        let near = self.folders.iter().flat_map(|folder| ENDINGS.map(|ending| folder.join(format!("{id}.{ending}"))));
        let named = |path: &&PathBuf| path.file_stem().is_some_and(|stem| stem == id.as_str());
        for path in near.chain(self.library.iter().filter(named).cloned()) {
            match std::fs::symlink_metadata(&path) {
                Ok(metadata) if metadata.is_file() => {
                    let folder = path.parent().unwrap_or(Path::new(""));
                    let around = Surroundings::among(folder, &self.root, Arc::clone(&self.library));
                    return Ok(Some((Source::read(&path)?, around)));
                }
                // Links are not followed: a library is what lies in its folder.
                Ok(_) => {}
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
                Err(cause) if cause.kind() == io::ErrorKind::NotADirectory => {}
                Err(cause) => return Err(cause),
            }
        }
        Ok(None)
    }

    /// The names of all files that it could be, for near misses. Folders that can not be read count as empty.
    pub fn ids(&self) -> Vec<String> {
        let near = self.folders.iter().flat_map(|folder| {
            let entries = std::fs::read_dir(folder).into_iter().flatten().take(FILES);
            entries.filter_map(|entry| Some(entry.ok()?.path()))
        });
        let files = near.chain(self.library.iter().cloned());
        let runbooks =
            files.filter(|path| path.extension().is_some_and(|it| ENDINGS.iter().any(|ending| it == *ending)));
        let mut ids: Vec<String> = runbooks.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
        ids.sort();
        ids.dedup();
        ids
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runbook_is_found_beside_above_and_anywhere_in_the_library_and_nowhere_else() {
        let home = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = home.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            path
        };
        write("outside.yaml", "outside");
        write("library/above.yml", "above");
        write("library/bank/beside.yaml", "near");
        write("library/beside.yaml", "far");
        let elsewhere = write("library/other/elsewhere.yaml", "elsewhere");
        let root = home.path().join("library");
        let alone = Runbooks::around(&root.join("bank"), &root);
        let text = |runbooks: &Runbooks, id: &str| {
            let found = runbooks.find(&id.parse().unwrap()).unwrap();
            found.map(|(source, _)| source.text().to_owned())
        };
        assert_eq!(text(&alone, "beside").as_deref(), Some("near"));
        assert_eq!(text(&alone, "above").as_deref(), Some("above"));
        assert_eq!(text(&alone, "outside"), None);
        assert_eq!(text(&alone, "elsewhere"), None);
        assert_eq!(alone.ids(), ["above", "beside"]);
        let among = alone.among([elsewhere].into());
        assert_eq!(text(&among, "elsewhere").as_deref(), Some("elsewhere"));
        assert_eq!(text(&Runbooks::default(), "beside"), None);
    }
}
