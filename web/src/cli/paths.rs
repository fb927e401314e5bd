//! Runbooks under the paths that a person names.

use std::fs;
use std::path::{Path, PathBuf};

use super::failure::{Failure, on_file};

/// Folders within folders, at most: nobody keeps runbooks deeper, and a file system may have circles.
const DEPTH: u32 = 16;
/// Files in all, at most.
const FILES: usize = 10_000;

/// Files as they are named, and in folders everything that ends in `.yaml` or `.yml`, in the order of their names.
pub(super) fn runbooks(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let before = files.len();
            walk(path, DEPTH, &mut files)?;
            if files.len() == before {
                return Err(Failure::usage(format!(
                    "{}: there is no .yaml or .yml file in this folder",
                    path.display()
                )));
            }
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn walk(folder: &Path, depth: u32, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let entries = fs::read_dir(folder).map_err(|cause| on_file(folder, &cause))?;
    let mut entries = entries.collect::<Result<Vec<_>, _>>().map_err(|cause| on_file(folder, &cause))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        // The type of the entry itself: a link to a folder is not followed.
        let kind = entry.file_type().map_err(|cause| on_file(&path, &cause))?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if kind.is_dir() && !hidden {
            if depth == 0 {
                return Err(Failure::usage(format!("{}: folders are nested too deeply", path.display())));
            }
            walk(&path, depth - 1, files)?;
        } else if !kind.is_dir() && !hidden && is_yaml(&path) {
            if files.len() == FILES {
                return Err(Failure::usage(format!("more than {FILES} files: name fewer folders")));
            }
            files.push(path);
        }
    }
    Ok(())
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_give_their_runbooks_by_name_and_files_are_taken_as_named() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        fs::create_dir_all(at("set/sub")).unwrap();
        fs::create_dir_all(at("set/.git")).unwrap();
        for name in ["set/b.yml", "set/a.yaml", "set/sub/c.yaml", "set/.git/d.yaml", "set/notes.txt", "odd.txt"] {
            fs::write(at(name), "").unwrap();
        }
        let found = runbooks(&[at("set"), at("odd.txt")]).unwrap();
        assert_eq!(found, [at("set/a.yaml"), at("set/b.yml"), at("set/sub/c.yaml"), at("odd.txt")]);
        fs::create_dir(at("empty")).unwrap();
        assert!(runbooks(&[at("empty")]).is_err());
    }
}
