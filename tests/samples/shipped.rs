//! Where the shipped runbooks are.

use std::path::{Path, PathBuf};

use engine::plan::{Compiled, compile_in};
use engine::runbook::{Source, Surroundings};

/// All runbooks in a folder of `runbooks/`, in order of their names.
pub(crate) fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runbooks").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    files.sort();
    files
}

/// The sample of this name.
pub(crate) fn sample(name: &str) -> PathBuf {
    files("samples").into_iter().find(|path| path.file_stem().is_some_and(|stem| stem == name)).unwrap()
}

/// Reads and compiles one of them.
pub(crate) fn compiled(path: &Path) -> (Source, Compiled) {
    let source = Source::read(path).unwrap();
    let folder = path.parent().unwrap();
    let compiled = compile_in(&source, &Surroundings::around(folder, folder));
    (source, compiled)
}
