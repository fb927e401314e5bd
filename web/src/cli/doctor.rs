//! `relight doctor`

use std::path::{Path, PathBuf};

use clap::Args;
use engine::base::{Clock as _, SystemClock};
use engine::inventory::is_inventory;
use engine::plan::Context;
use engine::runbook::Severity;
use engine::store::Store;
use nix::sys::statvfs::statvfs;
use serde::Serialize;

use super::exit::Exit;
use super::failure::Failure;
use super::inventory::{Inventories, InventoryArgs};
use super::options::{Format, StateArgs};
use super::place::Place;
use super::{join, paths, say, source};
use crate::config::StateFolder;

/// Free space below which a run may fail half-way, and below which it surely will, in bytes.
const TIGHT: u64 = 512 * 1024 * 1024;
const TOO_LITTLE: u64 = 32 * 1024 * 1024;
/// Difference between this clock and the database's from which on reports mislead, in milliseconds.
const APART: u64 = 2_000;
/// 2024-01-01: no clock that is right shows an earlier time.
const SANE: i64 = 1_704_067_200_000;

/// Looks whether everything that a run needs is there. Exit code 1 when something is not.
#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    state: StateArgs,
    /// Runbooks, or folders of them, to compile
    #[arg(long, value_name = "PATH", env = "RELIGHT_RUNBOOKS")]
    runbooks: Vec<PathBuf>,
    #[command(flatten)]
    inventory: InventoryArgs,
    /// File of doors whose servers are asked whether they answer and let us in
    #[arg(long, value_name = "FILE", env = "RELIGHT_DOORS")]
    doors: Option<PathBuf>,
    /// Form of the findings
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How one thing was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Health {
    Ok,
    Warn,
    Fail,
}

#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    result: Health,
    detail: String,
}

/// Examines.
pub(super) async fn doctor(args: DoctorArgs) -> Result<Exit, Failure> {
    let mut findings = Vec::new();
    match Place::of(&args.state) {
        Ok(place) => {
            findings.push(found("state folder", Health::Ok, place.folder.path().display()));
            findings.push(disk(&place.folder));
            findings.push(keeper(&place).await);
            database(&place, &mut findings).await;
            if let Some(file) = &args.doors {
                doors(file, &place, &mut findings).await;
            }
        }
        Err(failure) => findings.push(found("state folder", Health::Fail, failure)),
    }
    findings.push(clock());
    if !args.runbooks.is_empty() {
        findings.push(runbooks(&args.runbooks, args.inventory.all()));
    }
    let sick = findings.iter().any(|finding| finding.result == Health::Fail);
    match args.format {
        Format::Json => say::json(&findings)?,
        Format::Human => {
            for Finding { check, result, detail } in &findings {
                let word = match result {
                    Health::Ok => "ok",
                    Health::Warn => "warn",
                    Health::Fail => "FAIL",
                };
                say::line(&format!("{word:<5} {check:<14}  {detail}"))?;
            }
        }
    }
    Ok(if sick { Exit::Failed } else { Exit::Done })
}

fn found(check: &'static str, result: Health, detail: impl std::fmt::Display) -> Finding {
    Finding { check, result, detail: detail.to_string() }
}

fn disk(folder: &StateFolder) -> Finding {
    match statvfs(folder.path()) {
        Ok(stat) => {
            let free = stat.blocks_available() * stat.fragment_size();
            let result = match free {
                0..TOO_LITTLE => Health::Fail,
                TOO_LITTLE..TIGHT => Health::Warn,
                TIGHT.. => Health::Ok,
            };
            found("disk space", result, format!("{} MiB free", free >> 20))
        }
        Err(why) => found("disk space", Health::Warn, format!("can not be told: {why}")),
    }
}

async fn keeper(place: &Place) -> Finding {
    match join::keeper(place).await {
        Ok(keeper) => {
            let name = keeper.instance().unwrap_or_else(|| "it was lost again".to_owned());
            found("keeper", Health::Ok, name)
        }
        Err(failure) => found("keeper", Health::Fail, failure),
    }
}

async fn database(place: &Place, findings: &mut Vec<Finding>) {
    match place.open().await {
        Ok(database) => {
            findings.push(found("database", Health::Ok, format!("{}, tables up to date", place.database)));
            findings.push(skew(&*database.store).await);
        }
        Err(failure) => findings.push(found("database", Health::Fail, failure)),
    }
}

/// Our own accounts need none of these, so a door that stays shut is a warning; a file that says nothing is a fault.
async fn doors(file: &Path, place: &Place, findings: &mut Vec<Finding>) {
    match super::doors::doors(file, place) {
        Ok(doors) => findings.extend(doors.examine().await.into_iter().map(|(server, result)| match result {
            Ok(()) => found("door", Health::Ok, format!("{server} answers and lets us in")),
            Err(why) => found("door", Health::Warn, why),
        })),
        Err(failure) => findings.push(found("doors", Health::Fail, failure)),
    }
}

async fn skew(store: &dyn Store) -> Finding {
    match store.now().await {
        Ok(theirs) => {
            let apart = theirs.0.abs_diff(SystemClock.now().0);
            let result = if apart > APART { Health::Warn } else { Health::Ok };
            found("database clock", result, format!("{apart} ms from this machine's"))
        }
        Err(why) => found("database clock", Health::Fail, why),
    }
}

fn clock() -> Finding {
    let now = SystemClock.now();
    let result = if now.0 < SANE { Health::Fail } else { Health::Ok };
    found("clock", result, now.in_seoul())
}

fn runbooks(named: &[PathBuf], inventories: Inventories) -> Finding {
    match compiled(named, inventories) {
        Ok((files, faulty, _)) if faulty.is_empty() => found("runbooks", Health::Ok, format!("{files} compile")),
        Ok((_, faulty, errors)) => {
            let sick: Vec<String> = faulty.iter().map(|file: &PathBuf| file.display().to_string()).collect();
            found("runbooks", Health::Fail, format!("{errors} errors in {}; see relight check", sick.join(", ")))
        }
        Err(failure) => found("runbooks", Health::Fail, failure),
    }
}

fn compiled(named: &[PathBuf], mut inventories: Inventories) -> Result<(usize, Vec<PathBuf>, u32), Failure> {
    let files = paths::runbooks(named)?;
    let (mut faulty, mut errors) = (Vec::new(), 0);
    for file in &files {
        let count = errors_in(file, &mut inventories)?;
        errors += count;
        if count > 0 {
            faulty.push(file.clone());
        }
    }
    Ok((files.len(), faulty, errors))
}

fn errors_in(file: &Path, inventories: &mut Inventories) -> Result<u32, Failure> {
    let text = source::read(file)?;
    if is_inventory(text.text()) {
        return Ok(engine::inventory::check(&text).diagnostics.count(Severity::Error));
    }
    let read = inventories.of(file)?;
    if let Some(faulty) = read.as_ref().filter(|read| read.checked.inventory.is_none()) {
        return Ok(faulty.checked.diagnostics.count(Severity::Error));
    }
    let inventory = read.as_ref().and_then(|read| read.checked.inventory.as_ref());
    Ok(Context { inventory }.compile_in(&text, &source::around(file)).diagnostics.count(Severity::Error))
}
