//! The corpora beside this file.

use std::path::{Path, PathBuf};

use engine::runbook::Source;

/// The runbooks of one corpus in the order of their names, each under its name alone.
pub(crate) fn corpus(name: &str) -> Vec<(String, Source)> {
    let folder = folder(name);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let file = path.file_name().unwrap().to_str().unwrap().to_owned();
            let name = file.trim_end_matches(".yaml").to_owned();
            (name, Source::from_bytes(file, std::fs::read(path).unwrap()))
        })
        .collect()
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("language").join(name)
}

/// A file of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}
