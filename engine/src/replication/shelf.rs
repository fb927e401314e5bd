//! The inventory on the disk, read anew when it has changed.

use std::path::PathBuf;
use std::sync::Arc;

use crate::base::Digest;
use crate::inventory::{self, Inventory};
use crate::runbook::Source;

/// Bytes of an inventory, at most.
const LARGEST: u64 = 4 << 20;

/// Where the inventory lies: the one that was named, or the one in the folder of runbooks.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// Where it was named.
    pub file: Option<PathBuf>,
    /// The folder of runbooks.
    pub folder: PathBuf,
}

/// What was read.
#[derive(Debug, Clone, Default)]
pub(super) struct Held {
    /// The text that was last read, good or not.
    digest: Option<Digest>,
    /// The last one without errors: while somebody writes a new one, the old one holds.
    pub(super) inventory: Option<Arc<Inventory>>,
}

impl Shelf {
    /// Reads it where its text is another one than that which is held. Reads files.
    pub(super) fn look(&self, held: &Held) -> Held {
        let path = self.file.clone().or_else(|| inventory::find(&self.folder, &self.folder));
        let Some(path) = path else { return Held::default() };
        let small = std::fs::metadata(&path).is_ok_and(|about| about.len() <= LARGEST);
        let Some(text) = small.then(|| std::fs::read_to_string(&path).ok()).flatten() else { return held.clone() };
        let digest = Digest::of(text.as_bytes());
        if held.digest == Some(digest) {
            return held.clone();
        }
        let checked = inventory::check(&Source::new(path.display().to_string(), text));
        let inventory = checked.inventory.map(Arc::new).or_else(|| held.inventory.clone());
        Held { digest: Some(digest), inventory }
    }
}
