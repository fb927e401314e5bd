//! `relight check PATH…`

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use clap::Args;
use engine::plan::compile_in;
use engine::runbook::{Severity, human, json};
use serde::Serialize;

use super::exit::Exit;
use super::failure::Failure;
use super::options::{Format, LangWord};
use super::{paths, say, source};

/// Finds everything that is wrong with runbooks, all at once.
///
/// Exit code 0 without errors (warnings do not count), 1 with errors.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Runbooks, or folders of them; `-` is standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
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
    files: Vec<serde_json::Value>,
}

/// Checks.
pub(super) fn check(args: &CheckArgs) -> Result<Exit, Failure> {
    let mut checked = Checked::default();
    let coloured = source::coloured(io::stdout().is_terminal());
    let mut faulty = 0_u32;
    let files = paths::runbooks(&args.paths)?;
    for file in &files {
        let text = source::read(file)?;
        let found = compile_in(&text, &source::around(file)).diagnostics;
        checked.errors += found.count(Severity::Error);
        checked.warnings += found.count(Severity::Warning);
        faulty += u32::from(found.has_errors());
        match args.format {
            Format::Human if found.is_empty() => {}
            Format::Human => say::text(&human(&text, &found, args.lang.into(), coloured))?,
            Format::Json => checked.files.push(json(&text, &found)),
        }
    }
    match args.format {
        Format::Json => say::json(&checked)?,
        Format::Human => say::note(&format!(
            "{} checked: {}, {}, {} can not be run",
            many(files.len(), "runbook"),
            many(checked.errors as usize, "error"),
            many(checked.warnings as usize, "warning"),
            faulty
        )),
    }
    Ok(if checked.errors > 0 { Exit::Failed } else { Exit::Done })
}

fn many(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
