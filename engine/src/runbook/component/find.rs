//! Folders of components.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use super::super::Source;
use super::shipped;
use crate::base::ComponentId;

/// Folders above a runbook that are looked into, at most.
const ABOVE: usize = 16;
/// Files of one folder that are looked at, at most.
const FILES: usize = 1_000;

/// The components that a runbook may use. The nearest one with an id counts.
#[derive(Debug, Clone, Default)]
pub struct Components {
    folders: Vec<PathBuf>,
}

impl Components {
    /// The name of the folders.
    pub const FOLDER: &str = "components";

    /// Those that are shipped, and no others.
    pub fn shipped() -> Self {
        Self::default()
    }

    /// Those for runbooks in a folder: in `components` beside them and in the folders above, up to `root`, then those that
    /// are shipped. Where the folder does not lie in the root, nothing above it is looked at.
    pub fn around(folder: &Path, root: &Path) -> Self {
        let mut folders = Vec::new();
        let mut here = folder;
        // A component that is checked by itself finds those beside it.
        if here.file_name().is_some_and(|name| name == Self::FOLDER) {
            folders.push(here.to_owned());
            here = here.parent().unwrap_or(here);
        }
        for _ in 0..ABOVE {
            let inside = here.join(Self::FOLDER);
            if !folders.contains(&inside) {
                folders.push(inside);
            }
            match here.parent() {
                Some(above) if here != root && here.starts_with(root) => here = above,
                Some(_) | None => break,
            }
        }
        Self { folders }
    }

    /// The text of a component; `None` where no file has its name.
    pub fn find(&self, id: &ComponentId) -> io::Result<Option<Source>> {
        for folder in &self.folders {
            let path = folder.join(format!("{id}.yaml"));
            match std::fs::symlink_metadata(&path) {
                Ok(metadata) if metadata.is_file() => return Source::read(&path).map(Some),
                // Links are not followed: a library is what lies in its folder.
                Ok(_) => {}
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
                Err(cause) if cause.kind() == io::ErrorKind::NotADirectory => {}
                Err(cause) => return Err(cause),
            }
        }
        let text = shipped().iter().find(|(shipped, _)| *shipped == id.as_str()).map(|(_, text)| *text);
        Ok(text.map(|text| Source::new(shipped::shipped_path(id.as_str()), text)))
    }

    /// The ids of all components, nearer ones standing for those that they hide. Folders that can not be read count as
    /// empty: whoever uses a component of theirs is told why.
    pub fn ids(&self) -> Vec<String> {
        let mut ids = BTreeSet::new();
        for folder in &self.folders {
            ids.extend(files(folder));
        }
        ids.extend(shipped().iter().map(|(id, _)| (*id).to_owned()));
        ids.into_iter().collect()
    }
}

/// The ids of the components in a folder, by the names of its files.
fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let names = entries.take(FILES).filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names.filter_map(|name| name.strip_suffix(".yaml").map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    #[test]
    fn the_nearest_component_counts_and_nothing_above_the_root_is_seen() {
        let home = tempfile::tempdir().unwrap();
        let at = |path: &str| home.path().join(path);
        write(&at("components/far.yaml"), "outside");
        write(&at("library/components/near.yaml"), "far");
        write(&at("library/components/other.yaml"), "other");
        write(&at("library/bank/components/near.yaml"), "near");
        let components = Components::around(&at("library/bank"), &at("library"));
        let text = |id: &str| {
            let found = components.find(&id.parse().unwrap()).unwrap();
            found.map(|source| source.text().to_owned())
        };
        assert_eq!(text("near").as_deref(), Some("near"));
        assert_eq!(text("other").as_deref(), Some("other"));
        assert_eq!(text("far"), None);
        assert!(components.ids().contains(&"other".to_owned()));
        let beside = Components::around(&at("library/bank/components"), &at("library"));
        assert_eq!(beside.find(&"near".parse().unwrap()).unwrap().unwrap().text(), "near");
        let elsewhere = Components::around(&at("library/bank"), &at("nowhere"));
        assert!(elsewhere.find(&"other".parse().unwrap()).unwrap().is_none());
    }
}
