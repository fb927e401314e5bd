//! The corpora beside this file, and an inventory that most tests begin with.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::base::Lang;
use engine::inventory::{Inventory, check};
use engine::plan::{Context, Plan};
use engine::runbook::{Source, human};

/// An inventory in which everything occurs.
pub(crate) const WHOLE: &str = include_str!("whole.yaml");

/// The inventory in a text without faults.
pub(crate) fn inventory(text: &str) -> Inventory {
    let source = Source::new("inventory.yaml", text);
    let checked = check(&source);
    let told = human(&source, &checked.diagnostics, Lang::En, false);
    checked.inventory.unwrap_or_else(|| panic!("{told}"))
}

/// The files of one corpus in the order of their names, each under its name alone.
pub(crate) fn corpus(name: &str) -> Vec<(String, Source)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("inventory").join(name);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        (file.trim_end_matches(".yaml").to_owned(), Source::from_bytes(file, std::fs::read(&path).unwrap()))
    };
    paths.into_iter().map(read).collect()
}

/// The plan of a runbook without faults.
pub(crate) fn planned(inventory: &Inventory, text: &str) -> Arc<Plan> {
    let source = Source::new("runbook.yaml", text);
    let compiled = Context { inventory: Some(inventory) }.compile(&source);
    let told = human(&source, &compiled.diagnostics, Lang::En, false);
    Arc::new(compiled.plan.unwrap_or_else(|| panic!("{told}")))
}
