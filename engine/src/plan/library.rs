//! A folder of runbooks, each compiled when it is first asked for and again when its file has changed.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::{Plan, compile};
use crate::base::RunbookId;
use crate::runbook::{Diagnostics, Source};

/// Runbooks read at most. A folder with more is most likely not a folder of runbooks.
const FILES: usize = 1_000;
/// Folders within folders, at most.
const DEPTH: usize = 4;

/// One file and what came of it.
#[derive(Debug)]
pub struct Entry {
    /// Its path inside the library's folder, with `/` between the parts.
    pub file: String,
    /// Its text.
    pub source: Source,
    /// The plan; absent when there are errors.
    pub plan: Option<Arc<Plan>>,
    /// What was found in it.
    pub diagnostics: Diagnostics,
    stamp: Stamp,
}

/// What shows that a file has changed.
type Stamp = (Option<SystemTime>, u64);

/// The library of runbooks.
#[derive(Debug)]
pub struct Library {
    folder: PathBuf,
    known: Mutex<BTreeMap<String, Arc<Entry>>>,
}

impl Library {
    /// Over a folder; nothing is read yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), known: Mutex::default() }
    }

    /// All runbooks by file name. Reads and compiles what is new or changed: call it off the async threads.
    pub fn entries(&self) -> io::Result<Vec<Arc<Entry>>> {
        let mut files = Vec::new();
        collect(&self.folder, "", DEPTH, &mut files)?;
        files.sort();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut fresh = BTreeMap::new();
        for (file, path) in files {
            let metadata = std::fs::metadata(&path)?;
            let stamp = (metadata.modified().ok(), metadata.len());
            let entry = match known.remove(&file) {
                Some(entry) if entry.stamp == stamp => entry,
                Some(_) | None => Arc::new(Entry::read(file.clone(), &path, stamp)?),
            };
            fresh.insert(file, entry);
        }
        *known = fresh;
        Ok(known.values().cloned().collect())
    }

    /// The runbook with an id; of several with the same one, the first by file name. Reads as [`Library::entries`].
    pub fn find(&self, id: &RunbookId) -> io::Result<Option<Arc<Entry>>> {
        let has_it = |entry: &Arc<Entry>| entry.plan.as_ref().is_some_and(|plan| plan.body().runbook == *id);
        Ok(self.entries()?.into_iter().find(has_it))
    }

    /// A file by its path inside the folder. Reads as [`Library::entries`].
    pub fn file(&self, file: &str) -> io::Result<Option<Arc<Entry>>> {
        Ok(self.entries()?.into_iter().find(|entry| entry.file == file))
    }
}

impl Entry {
    fn read(file: String, path: &Path, stamp: Stamp) -> io::Result<Self> {
        let source = Source::read(path)?;
        let compiled = compile(&source);
        Ok(Self { file, source, plan: compiled.plan.map(Arc::new), diagnostics: compiled.diagnostics, stamp })
    }
}

fn collect(folder: &Path, prefix: &str, depth: usize, into: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for item in std::fs::read_dir(folder)? {
        let item = item?;
        let Ok(name) = item.file_name().into_string() else { continue };
        let path = item.path();
        let inner = format!("{prefix}{name}");
        // Links are not followed: a library is what lies in its folder.
        let kind = item.file_type()?;
        if kind.is_dir() && depth > 1 && !name.starts_with('.') {
            collect(&path, &format!("{inner}/"), depth - 1, into)?;
        } else if kind.is_file() && into.len() < FILES && (name.ends_with(".yaml") || name.ends_with(".yml")) {
            into.push((inner, path));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_is_compiled_again_and_an_unchanged_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.yaml");
        std::fs::write(&path, "runbook: one\nunits:\n  a: {run: [{wait: 1s}]}\n").unwrap();
        let library = Library::new(folder.path());
        let first = library.file("one.yaml").unwrap().unwrap();
        assert!(Arc::ptr_eq(&first, &library.file("one.yaml").unwrap().unwrap()));
        std::fs::write(&path, "runbook: another\nunits:\n  a: {run: [{wait: 1s}]}\n").unwrap();
        assert!(library.find(&"another".parse().unwrap()).unwrap().is_some());
        assert!(library.find(&"one".parse().unwrap()).unwrap().is_none());
    }
}
