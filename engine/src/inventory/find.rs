//! Where an inventory lies when nobody has said it.

use std::path::{Path, PathBuf};

/// The name under which an inventory is found.
pub const FILE: &str = "inventory.yaml";
/// Folders looked into at most, the one of the runbook included.
const ABOVE: usize = 32;

/// The inventory beside runbooks in a folder, or in the nearest folder above it, up to `root`. Where the folder does not
/// lie in the root, nothing above it is looked at. Links are not followed: what lies in a library belongs to it.
pub fn find(folder: &Path, root: &Path) -> Option<PathBuf> {
    let mut here = folder;
    for _ in 0..ABOVE {
        let path = here.join(FILE);
        if path.symlink_metadata().is_ok_and(|about| about.is_file()) {
            return Some(path);
        }
        here = here.parent().filter(|_| here != root && here.starts_with(root))?;
    }
    None
}

/// Whether a text is that of an inventory: the key `inventory` stands at its top.
pub fn is_inventory(text: &str) -> bool {
    text.lines()
        .any(|line| line.strip_prefix("inventory:").is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_one_counts_and_none_above_the_root() {
        let home = tempfile::tempdir().unwrap();
        let at = |path: &str| home.path().join(path);
        std::fs::create_dir_all(at("library/a/b")).unwrap();
        std::fs::write(at(FILE), "inventory: outside").unwrap();
        let found = |folder: &str| find(&at(folder), &at("library"));
        assert_eq!(found("library/a/b"), None);
        std::fs::write(at("library/inventory.yaml"), "inventory: x").unwrap();
        assert_eq!(found("library/a/b"), Some(at("library/inventory.yaml")));
        std::fs::write(at("library/a/inventory.yaml"), "inventory: x").unwrap();
        assert_eq!(found("library/a/b"), Some(at("library/a/inventory.yaml")));
        assert_eq!(found("library"), Some(at("library/inventory.yaml")));
        assert_eq!(find(&at("library/a/b"), &at("elsewhere")), None);
    }

    #[test]
    fn an_inventory_is_told_from_a_runbook_by_its_first_key() {
        assert!(is_inventory("# ours\ninventory: bank\nsites: {}\n"));
        assert!(!is_inventory("runbook: r\nunits: {a: {run: [{command: 'inventory: x'}]}}\n"));
        assert!(!is_inventory("runbook: r\ninventory-of: x\n"));
    }
}
