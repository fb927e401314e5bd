//! From a file to a plan, or to what is wrong with it.

use std::io::{self, IsTerminal as _, Read as _};
use std::path::{Component, Path, PathBuf};

use engine::base::Lang;
use engine::inventory::Inventory;
use engine::plan::{Compiled, Context, Plan};
use engine::runbook::{Severity, Source, Surroundings, human};

use super::failure::{Failure, on_file};
use super::place::variable;
use super::say;

/// Longest runbook taken from standard input, in bytes; one more than the parser accepts, which then says so.
const LONGEST: u64 = 32 * 1024 * 1024 + 1;

/// Reads a runbook; `-` is standard input.
pub(super) fn read(file: &Path) -> Result<Source, Failure> {
    if file.as_os_str() != "-" {
        return Source::read(file).map_err(|cause| on_file(file, &cause));
    }
    let mut bytes = Vec::new();
    let read = io::stdin().lock().take(LONGEST).read_to_end(&mut bytes);
    read.map_err(|cause| on_file(Path::new("standard input"), &cause))?;
    Ok(Source::from_bytes("standard input", bytes))
}

/// What lies around a file: components and called runbooks are looked for beside it and in the folders above it, up to the one that the
/// command was given in. Elsewhere only what lies beside the file is trusted to belong to it.
pub(super) fn around(file: &Path) -> Surroundings {
    let (folder, root) = surroundings(file);
    Surroundings::around(&folder, &root)
}

/// The folder of a file, and the folder up to which what lies above it counts.
pub(super) fn surroundings(file: &Path) -> (PathBuf, PathBuf) {
    let is_stdin = file.as_os_str() == "-";
    let folder = if is_stdin { Path::new("") } else { file.parent().unwrap_or(Path::new("")) };
    let goes_up = folder.components().any(|part| part == Component::ParentDir);
    let here = std::env::current_dir().unwrap_or_default();
    match folder.is_relative() {
        true if !goes_up => (folder.to_owned(), PathBuf::new()),
        true => (std::path::absolute(folder).unwrap_or_default(), here),
        false => (folder.to_owned(), here),
    }
}

/// A plan, or everything that is wrong on standard error.
pub(super) fn plan(file: &Path, source: &Source, inventory: Option<&Inventory>, lang: Lang) -> Result<Plan, Failure> {
    let Compiled { plan, component, diagnostics } = Context { inventory }.compile_in(source, &around(file));
    if let Some(component) = component {
        return Err(Failure::usage(format!(
            "{} is the component {}: a runbook takes it in with `uses: {}`",
            source.path(),
            component.id,
            component.id
        )));
    }
    let Some(plan) = plan else {
        say::note(human(source, &diagnostics, lang, coloured(io::stderr().is_terminal())).trim_end());
        return Err(Failure::usage(format!("{} can not be run as it is", source.path())));
    };
    let warnings = diagnostics.count(Severity::Warning);
    if warnings > 0 {
        tracing::info!(file = source.path(), warnings, "`relight check` shows the warnings of this runbook");
    }
    Ok(plan)
}

/// Whether to use colours, by the convention of <https://no-color.org>.
pub(super) fn coloured(terminal: bool) -> bool {
    terminal && variable("NO_COLOR").is_none()
}
