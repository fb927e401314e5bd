//! The inventory of a command: named, or found beside the runbook.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use clap::Args;
use engine::base::Lang;
use engine::inventory::{self, Checked, Inventory};
use engine::runbook::{Source, human};

use super::failure::{Failure, on_file};
use super::{say, source};

/// Which inventory runbooks are compiled against.
#[derive(Debug, Args)]
pub(super) struct InventoryArgs {
    /// Inventory [default: `inventory.yaml` beside the runbook, or in the nearest folder above it]
    #[arg(long = "inventory", value_name = "FILE", env = "RELIGHT_INVENTORY")]
    pub(super) named: Option<PathBuf>,
}

impl InventoryArgs {
    /// The inventory for a runbook, if there is one; what is wrong with it is shown on standard error.
    pub(super) fn of(&self, file: &Path, lang: Lang) -> Result<Option<Inventory>, Failure> {
        let Some(path) = self.named.clone().or_else(|| beside(file)) else { return Ok(None) };
        let Read { source, checked } = Read::of(&path)?;
        if checked.inventory.is_none() {
            let coloured = source::coloured(io::stderr().is_terminal());
            say::note(human(&source, &checked.diagnostics, lang, coloured).trim_end());
            return Err(Failure::usage(format!("the inventory {} can not be used as it is", path.display())));
        }
        Ok(checked.inventory)
    }

    /// For commands with many runbooks: each inventory is read once.
    pub(super) fn all(&self) -> Inventories {
        Inventories { named: self.named.clone(), read: BTreeMap::new() }
    }
}

/// An inventory that was read.
#[derive(Debug)]
pub(super) struct Read {
    /// Its text.
    pub(super) source: Source,
    /// What came of it.
    pub(super) checked: Checked,
}

impl Read {
    fn of(path: &Path) -> Result<Self, Failure> {
        let source = Source::read(path).map_err(|cause| on_file(path, &cause))?;
        let checked = inventory::check(&source);
        Ok(Self { source, checked })
    }
}

/// The inventories of one command.
#[derive(Debug)]
pub(super) struct Inventories {
    named: Option<PathBuf>,
    read: BTreeMap<PathBuf, Rc<Read>>,
}

impl Inventories {
    /// The inventory for a runbook, if there is one, faults and all.
    pub(super) fn of(&mut self, file: &Path) -> Result<Option<Rc<Read>>, Failure> {
        let Some(path) = self.named.clone().or_else(|| beside(file)) else { return Ok(None) };
        if let Some(read) = self.read.get(&path) {
            return Ok(Some(Rc::clone(read)));
        }
        let read = Rc::new(Read::of(&path)?);
        self.read.insert(path, Rc::clone(&read));
        Ok(Some(read))
    }

    /// Those that were needed and have faults.
    pub(super) fn faulty(&self) -> impl Iterator<Item = &Read> {
        self.read.values().map(Rc::as_ref).filter(|read| read.checked.inventory.is_none())
    }
}

fn beside(file: &Path) -> Option<PathBuf> {
    let (folder, root) = source::surroundings(file);
    inventory::find(&folder, &root)
}
