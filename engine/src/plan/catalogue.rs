//! Which components there are for a folder of runbooks, and which runbooks use each.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::library::{Entry, Library};
use super::{Compiled, compile_in};
use crate::base::{Digest, RunbookId};
use crate::runbook::{ComponentCard, Diagnostics, Source, Surroundings};

/// A component and who uses it.
#[derive(Debug)]
pub struct Listed {
    /// Its path inside the library's folder; of a shipped one, what diagnostics call it.
    pub file: String,
    /// Whether it is part of the program.
    pub shipped: bool,
    /// What it is; absent when there are errors.
    pub card: Option<ComponentCard>,
    /// Its text, for showing what was found in it.
    pub source: Source,
    /// What was found in it.
    pub diagnostics: Diagnostics,
    /// The runbooks whose plans were made from this very text, those that use it by way of another component among them.
    pub used_by: Vec<User>,
}

/// A runbook that uses a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub runbook: RunbookId,
    /// Its path inside the library's folder.
    pub file: String,
}

/// The components of a library by file name, then the shipped ones. Runbooks with errors have no plan and are no users.
pub(super) fn catalogue<'e>(
    library: &Library,
    entries: impl Iterator<Item = &'e Arc<Entry>>,
) -> io::Result<Vec<Listed>> {
    let users: Vec<(User, Vec<Digest>)> = entries
        .filter_map(|entry| {
            let body = entry.plan.as_ref()?.body();
            let user = User { runbook: body.runbook.clone(), file: entry.file.clone() };
            Some((user, body.components.iter().map(|used| used.digest).collect()))
        })
        .collect();
    let listed = |file: String, source: Source, around: &Surroundings, shipped: bool| {
        let digest = Digest::of(source.text().as_bytes());
        let Compiled { component: card, diagnostics, .. } = compile_in(&source, around);
        let used_by = users.iter().filter(|(_, used)| used.contains(&digest)).map(|(user, _)| user.clone()).collect();
        Listed { file, shipped, card, source, diagnostics, used_by }
    };
    let mut all = Vec::new();
    for (file, path) in library.components()? {
        let folder = path.parent().unwrap_or(Path::new(""));
        let around = Surroundings::around(folder, library.folder());
        all.push(listed(file, Source::read(&path)?, &around, false));
    }
    for (id, text) in crate::runbook::shipped() {
        let file = crate::runbook::shipped_path(id);
        all.push(listed(file.clone(), Source::new(file, *text), &Surroundings::default(), true));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_uses_a_component_is_known_by_its_text_and_through_other_components() {
        let home = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = home.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("components/outer.yaml", "component: outer\nversion: 3\nrun: [{uses: inner}, {uses: mark.event}]\n");
        write("components/inner.yaml", "component: inner\nversion: 1\nrun: [{wait: 1s}]\n");
        write("components/broken.yaml", "component: broken\nversion: 1\nrun: [{wait: soon}]\n");
        write("one.yaml", "runbook: one\nunits: {a: {run: [{uses: outer}]}}\n");
        write("near/components/inner.yaml", "component: inner\nversion: 1\nrun: [{wait: 2s}]\n");
        write("near/two.yaml", "runbook: two\nunits: {a: {run: [{uses: inner}]}}\n");
        write("three.yaml", "runbook: three\nunits: {a: {run: [{uses: nothing}]}}\n");
        let library = Library::new(home.path());
        let all = library.catalogue().unwrap();
        let users = |file: &str| {
            let listed = all.iter().find(|listed| listed.file == file).unwrap();
            listed.used_by.iter().map(|user| user.file.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(users("components/outer.yaml"), ["one.yaml"]);
        assert_eq!(users("components/inner.yaml"), ["one.yaml"]);
        assert_eq!(users("near/components/inner.yaml"), ["near/two.yaml"]);
        assert_eq!(users(&crate::runbook::shipped_path("mark.event")), ["one.yaml"]);
        let broken = all.iter().find(|listed| listed.file == "components/broken.yaml").unwrap();
        assert!(broken.card.is_none() && broken.diagnostics.has_errors());
        assert_eq!(all.iter().filter(|listed| listed.shipped).count(), crate::runbook::shipped().len());
        assert!(Arc::ptr_eq(&all, &library.catalogue().unwrap()), "nothing has changed");
        std::fs::remove_file(home.path().join("near/two.yaml")).unwrap();
        let all = library.catalogue().unwrap();
        let near = all.iter().find(|listed| listed.file == "near/components/inner.yaml").unwrap();
        assert!(near.used_by.is_empty(), "{near:?}");
    }
}
