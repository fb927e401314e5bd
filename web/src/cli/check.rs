//! `relight check PATH…`

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use engine::base::{Clock as _, Day, RunbookId, SystemClock};
use engine::inventory::{self, is_inventory};
use engine::plan::Context;
use engine::runbook::{Diagnostics, Severity, Source, human, json};
use serde::Serialize;

use super::exit::Exit;
use super::failure::Failure;
use super::inventory::{Inventories, InventoryArgs};
use super::options::{Format, LangWord};
use super::{paths, say, source};

/// Finds everything that is wrong with runbooks, components and inventories, all at once.
///
/// Exit code 0 without errors (warnings do not count), 1 with errors.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Runbooks, components and inventories, or folders of them; `-` is standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    inventory: InventoryArgs,
    /// Form of the findings
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Language of the findings
    #[arg(long, value_enum, default_value_t)]
    lang: LangWord,
}

#[derive(Debug, Default, Serialize)]
struct Checked {
    errors: u32,
    warnings: u32,
    silenced: u32,
    files: Vec<serde_json::Value>,
}

/// Checks.
pub(super) fn check(args: &CheckArgs) -> Result<Exit, Failure> {
    let mut checked = Checked::default();
    let mut inventories = args.inventory.all();
    let (mut faulty, mut left_out) = (0_u32, 0_usize);
    let files = paths::runbooks(&args.paths)?;
    let mut ids = Ids::default();
    for file in &files {
        let text = source::read(file)?;
        let Some(found) = findings(file, &text, &mut inventories, &mut ids)? else {
            left_out += 1;
            continue;
        };
        faulty += u32::from(found.has_errors());
        checked.add(args, &text, &found)?;
    }
    for read in inventories.faulty().filter(|read| !files.iter().any(|file| file.as_os_str() == read.source.path())) {
        checked.add(args, &read.source, &read.checked.diagnostics)?;
    }
    match args.format {
        Format::Json => say::json(&checked)?,
        Format::Human => {
            say::note(&format!(
                "{} checked: {}, {}, {} can not be run",
                many(files.len() - left_out, "runbook"),
                many(checked.errors as usize, "error"),
                many(checked.warnings as usize, "warning"),
                faulty
            ));
            if checked.silenced > 0 {
                say::note(&format!(
                    "{} silenced by the runbooks, each with a reason",
                    many(checked.silenced as usize, "finding")
                ));
            }
            if left_out > 0 {
                say::note(&format!("{} left out: correct the inventory first", many(left_out, "runbook")));
            }
        }
    }
    Ok(if checked.errors > 0 { Exit::Failed } else { Exit::Done })
}

/// What is wrong with one file. `None` where that can not be told before its inventory is in order.
fn findings(
    file: &Path,
    text: &Source,
    inventories: &mut Inventories,
    ids: &mut Ids,
) -> Result<Option<Diagnostics>, Failure> {
    if is_inventory(text.text()) {
        return Ok(Some(inventory::check(text).diagnostics));
    }
    let (around, today) = (source::around(file).behind(ids.before(file)), Day::in_seoul(SystemClock.now()));
    let read = inventories.of(file)?;
    let context = match &read {
        None => Context::default(),
        Some(read) => match &read.checked.inventory {
            Some(inventory) => Context { inventory: Some(inventory) },
            None => return Ok(None),
        },
    };
    let compiled = context.compile_on(text, &around, today);
    if let Some(plan) = compiled.plan {
        ids.take(plan.body().runbook.clone(), file);
    }
    Ok(Some(compiled.diagnostics))
}

/// The ids of the sound runbooks that were checked so far, each with its first file.
#[derive(Debug, Default)]
struct Ids {
    taken: Arc<BTreeMap<RunbookId, String>>,
    files: BTreeSet<PathBuf>,
}

impl Ids {
    /// Those that a file may not have. A file that was named twice is its own namesake and no other's.
    fn before(&self, file: &Path) -> Arc<BTreeMap<RunbookId, String>> {
        if self.files.contains(file) { Arc::default() } else { Arc::clone(&self.taken) }
    }

    fn take(&mut self, id: RunbookId, file: &Path) {
        Arc::make_mut(&mut self.taken).entry(id).or_insert_with(|| file.display().to_string());
        self.files.insert(file.to_owned());
    }
}

impl Checked {
    fn add(&mut self, args: &CheckArgs, text: &Source, found: &Diagnostics) -> Result<(), Failure> {
        self.errors += found.count(Severity::Error);
        self.warnings += found.count(Severity::Warning);
        self.silenced += found.silenced_count();
        match args.format {
            Format::Human if found.is_empty() => {}
            Format::Human => {
                let coloured = source::coloured(io::stdout().is_terminal());
                say::text(&human(text, found, args.lang.into(), coloured))?;
            }
            Format::Json => self.files.push(json(text, found)),
        }
        Ok(())
    }
}

fn many(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
