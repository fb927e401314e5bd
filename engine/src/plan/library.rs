//! A folder of runbooks, each compiled when it is first asked for and again when its file has changed.

use std::collections::{BTreeMap, btree_map};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::catalogue::{Listed, catalogue};
use super::{Compiled, Context, Plan};
use crate::base::{Clock, Day, RunbookId};
use crate::inventory::{self, Checked};
use crate::runbook::{Components, Diagnostics, Source, Surroundings};

/// Runbooks read at most. A folder with more is most likely not a folder of runbooks.
const FILES: usize = 1_000;
/// Folders within folders, at most.
const DEPTH: usize = 4;

/// One file and what came of it.
#[derive(Debug)]
pub struct Entry {
    /// Its path inside the library's folder, with `/` between the parts.
    pub file: String,
    /// Its text; that of its inventory where that has errors.
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
    inventory: Option<PathBuf>,
    clock: Option<Arc<dyn Clock>>,
    known: Mutex<Known>,
}

/// What was read last.
#[derive(Debug, Default)]
struct Known {
    runbooks: BTreeMap<String, Arc<Entry>>,
    /// Every component and every inventory: when one changes, any runbook may mean something else.
    shared: Vec<(PathBuf, Stamp)>,
    /// Every runbook: when one changes, those that call it mean something else.
    stamps: Vec<(PathBuf, Stamp)>,
    /// What was made of all of these, while none of them changes.
    catalogue: Option<Arc<Vec<Listed>>>,
    /// The day on which they were compiled.
    day: Option<Day>,
}

/// What lies in the folder.
#[derive(Debug, Default)]
struct Found {
    runbooks: Vec<(String, PathBuf)>,
    components: Vec<(String, PathBuf)>,
    inventories: Vec<PathBuf>,
}

/// The inventories that were needed, each read once, with their texts.
type Inventories = BTreeMap<PathBuf, (Source, Checked)>;

impl Library {
    /// Over a folder; nothing is read yet. Inventories are found beside and above the runbooks, within the folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), inventory: None, clock: None, known: Mutex::default() }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// With one inventory for all of them, wherever it lies.
    #[must_use]
    pub fn with_inventory(self, file: impl Into<PathBuf>) -> Self {
        Self { inventory: Some(file.into()), ..self }
    }

    /// With a clock: what is due on a day is found on that day. Without one nothing is ever due.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock: Some(clock), ..self }
    }

    /// All runbooks by file name. Reads and compiles what is new or changed: call it off the async threads.
    pub fn entries(&self) -> io::Result<Vec<Arc<Entry>>> {
        Ok(self.refreshed()?.runbooks.values().cloned().collect())
    }

    /// The components of the library by file name, then the shipped ones, with who uses each. Made anew only when a runbook,
    /// a component or an inventory has changed; reads as [`Library::entries`].
    pub fn catalogue(&self) -> io::Result<Arc<Vec<Listed>>> {
        let mut known = self.refreshed()?;
        if let Some(made) = &known.catalogue {
            return Ok(Arc::clone(made));
        }
        let made = Arc::new(catalogue(self, known.runbooks.values())?);
        known.catalogue = Some(Arc::clone(&made));
        Ok(made)
    }

    fn refreshed(&self) -> io::Result<MutexGuard<'_, Known>> {
        let mut found = Found::default();
        collect(&self.folder, "", DEPTH, &mut found)?;
        found.runbooks.sort();
        let inventories = self.inventory.clone().map_or(found.inventories, |only| vec![only]);
        let mut files: Vec<PathBuf> = found.components.into_iter().map(|(_, path)| path).chain(inventories).collect();
        files.sort();
        let mut shared = Vec::with_capacity(files.len());
        for path in files {
            let stamp = stamp(&path)?;
            shared.push((path, stamp));
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let today = self.clock.as_ref().map(|clock| Day::in_seoul(clock.now()));
        if known.shared != shared || known.day != today {
            *known = Known { shared, day: today, ..Known::default() };
        }
        let mut stamps = Vec::with_capacity(found.runbooks.len());
        for (_, path) in &found.runbooks {
            stamps.push((path.clone(), stamp(path)?));
        }
        let changed = known.stamps != stamps;
        let paths: Arc<[PathBuf]> = stamps.iter().map(|(path, _)| path.clone()).collect();
        // What has errors may lack a runbook that is there now.
        let depends = |entry: &Entry| entry.plan.as_ref().is_none_or(|plan| !plan.body().callees.is_empty());
        let mut inventories = Inventories::new();
        let mut fresh = BTreeMap::new();
        for ((file, path), (_, stamp)) in found.runbooks.into_iter().zip(&stamps) {
            let entry = match known.runbooks.remove(&file) {
                Some(entry) if entry.stamp == *stamp && !(changed && depends(&entry)) => entry,
                Some(_) | None => {
                    let when = (*stamp, today);
                    Arc::new(self.read(file.clone(), &path, when, Arc::clone(&paths), &mut inventories)?)
                }
            };
            fresh.insert(file, entry);
        }
        known.runbooks = fresh;
        if changed {
            known.catalogue = None;
        }
        known.stamps = stamps;
        Ok(known)
    }

    /// The files of components in it: paths inside the folder with `/` between the parts, and whole ones.
    pub(super) fn components(&self) -> io::Result<Vec<(String, PathBuf)>> {
        let mut found = Found::default();
        collect(&self.folder, "", DEPTH, &mut found)?;
        found.components.sort();
        Ok(found.components)
    }

    /// Where the inventory has errors, the entry shows these: nothing sound can be said of the runbook before.
    fn read(
        &self,
        file: String,
        path: &Path,
        (stamp, today): (Stamp, Option<Day>),
        paths: Arc<[PathBuf]>,
        inventories: &mut Inventories,
    ) -> io::Result<Entry> {
        let source = Source::read(path)?;
        let folder = path.parent().unwrap_or(&self.folder);
        let inventory = self.inventory.clone().or_else(|| inventory::find(folder, &self.folder));
        let inventory = match inventory {
            None => None,
            Some(place) => Some(match inventories.entry(place) {
                btree_map::Entry::Occupied(read) => read.into_mut(),
                btree_map::Entry::Vacant(unread) => {
                    let source = Source::read(unread.key())?;
                    let checked = inventory::check(&source);
                    unread.insert((source, checked))
                }
            }),
        };
        let around = Surroundings::among(folder, &self.folder, paths);
        let (source, compiled) = match inventory {
            None => {
                let compiled = Context::default().compile_when(&source, &around, today);
                (source, compiled)
            }
            Some((_, Checked { inventory: Some(inventory), .. })) => {
                let compiled = Context { inventory: Some(inventory) }.compile_when(&source, &around, today);
                (source, compiled)
            }
            Some((source, Checked { inventory: None, diagnostics })) => {
                let compiled = Compiled { plan: None, component: None, diagnostics: diagnostics.clone() };
                (source.clone(), compiled)
            }
        };
        Ok(Entry { file, source, plan: compiled.plan.map(Arc::new), diagnostics: compiled.diagnostics, stamp })
    }

    /// The runbook with an id; of several with the same one, the first by file name. Reads as [`Library::entries`].
    pub fn find(&self, id: &RunbookId) -> io::Result<Option<Arc<Entry>>> {
        let has_it = |entry: &Arc<Entry>| entry.plan.as_ref().is_some_and(|plan| plan.body().runbook == *id);
        Ok(self.entries()?.into_iter().find(has_it))
    }

    /// A file by its path inside the folder, and what stands for its id instead. Reads as [`Library::entries`].
    pub fn file(&self, file: &str) -> io::Result<Option<(Arc<Entry>, Option<String>)>> {
        let entries = self.entries()?;
        let entry = entries.iter().find(|entry| entry.file == file);
        Ok(entry.map(|entry| (Arc::clone(entry), entry.hidden_by(&entries).map(str::to_owned))))
    }
}

impl Entry {
    /// The file that the id of this runbook stands for, where that is another one: of several with the same id the first
    /// by name counts.
    pub fn hidden_by<'e>(&self, entries: &'e [Arc<Self>]) -> Option<&'e str> {
        let id = |entry: &Self| entry.plan.as_ref().map(|plan| plan.body().runbook.clone());
        let own = id(self)?;
        let first = entries.iter().find(|entry| id(entry).as_ref() == Some(&own))?;
        (first.file != self.file).then_some(first.file.as_str())
    }
}

fn stamp(path: &Path) -> io::Result<Stamp> {
    let metadata = std::fs::metadata(path)?;
    Ok((metadata.modified().ok(), metadata.len()))
}

fn collect(folder: &Path, prefix: &str, depth: usize, into: &mut Found) -> io::Result<()> {
    let components = folder.file_name().is_some_and(|name| name == Components::FOLDER);
    for item in std::fs::read_dir(folder)? {
        let item = item?;
        let Ok(name) = item.file_name().into_string() else { continue };
        let path = item.path();
        let inner = format!("{prefix}{name}");
        // Links are not followed: a library is what lies in its folder.
        let kind = item.file_type()?;
        if kind.is_dir() && depth > 1 && !name.starts_with('.') {
            collect(&path, &format!("{inner}/"), depth - 1, into)?;
        } else if kind.is_file() && is_yaml(&path) {
            if name == inventory::FILE {
                into.inventories.push(path);
            } else if components && into.components.len() < FILES {
                into.components.push((inner, path));
            } else if !components && into.runbooks.len() < FILES {
                into.runbooks.push((inner, path));
            }
        }
    }
    Ok(())
}

/// Told by the end of its name, as everybody's tools write it: in small letters.
fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "yaml" || end == "yml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_component_changes_the_runbooks_and_is_none_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        std::fs::create_dir(at("components")).unwrap();
        std::fs::write(at("one.yaml"), "runbook: one\nunits:\n  a: {run: [{uses: pause}]}\n").unwrap();
        let library = Library::new(folder.path());
        let steps =
            || library.file("one.yaml").unwrap().unwrap().0.plan.as_ref().map(|plan| plan.units()[0].steps.len());
        assert_eq!(steps(), None);
        let component = at("components/pause.yaml");
        std::fs::write(&component, "component: pause\nversion: 1\nrun: [{wait: 1s}]\n").unwrap();
        assert_eq!(steps(), Some(1));
        std::fs::write(&component, "component: pause\nversion: 1\nrun: [{wait: 1s}, {wait: 2s}]\n").unwrap();
        assert_eq!(steps(), Some(2));
        assert_eq!(library.entries().unwrap().len(), 1);
    }

    #[test]
    fn an_inventory_is_found_is_no_runbook_and_its_faults_are_those_of_its_runbooks() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        std::fs::create_dir(at("bank")).unwrap();
        std::fs::write(at("bank/one.yaml"), "runbook: one\nunits:\n  a: {run: [{tcp: ':1', on: db}]}\n").unwrap();
        std::fs::write(at("inventory.yaml"), "inventory: x\ntargets: {db: {address: 10.0.0.1}}\n").unwrap();
        let library = Library::new(folder.path());
        let entry = || library.file("bank/one.yaml").unwrap().unwrap().0;
        let address = |entry: &Entry| {
            let plan = entry.plan.as_ref()?;
            plan.body().bound.binding(&"db".parse().unwrap(), crate::base::Mode::Real)?.address.clone()
        };
        assert_eq!(address(&entry()).as_deref(), Some("10.0.0.1"));
        assert_eq!(library.entries().unwrap().len(), 1);
        std::fs::write(at("bank/inventory.yaml"), "inventory: y\ntargets: {db: {address: 10.0.0.22}}\n").unwrap();
        assert_eq!(address(&entry()).as_deref(), Some("10.0.0.22"), "the nearest one counts");
        std::fs::write(at("bank/inventory.yaml"), "inventory: y\ntargets: {db: {adress: 10.0.0.22}}\n").unwrap();
        let broken = entry();
        assert!(broken.plan.is_none() && broken.diagnostics.has_errors());
        assert!(broken.source.text().starts_with("inventory:"));
        let other = Library::new(folder.path()).with_inventory(at("inventory.yaml"));
        assert_eq!(address(&other.file("bank/one.yaml").unwrap().unwrap().0).as_deref(), Some("10.0.0.1"));
    }

    #[test]
    fn a_changed_file_is_compiled_again_and_an_unchanged_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.yaml");
        std::fs::write(&path, "runbook: one\nunits:\n  a: {run: [{wait: 1s}]}\n").unwrap();
        let library = Library::new(folder.path());
        let (first, _) = library.file("one.yaml").unwrap().unwrap();
        assert!(Arc::ptr_eq(&first, &library.file("one.yaml").unwrap().unwrap().0));
        std::fs::write(&path, "runbook: another\nunits:\n  a: {run: [{wait: 1s}]}\n").unwrap();
        assert!(library.find(&"another".parse().unwrap()).unwrap().is_some());
        assert!(library.find(&"one".parse().unwrap()).unwrap().is_none());
    }
}
