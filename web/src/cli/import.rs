//! `relight import`

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use clap::Args;
use engine::base::Lang;
use engine::import::{ColumnMap, Gap, Imported, Sheet, SheetError, import as make_draft};
use engine::plan::compile;
use engine::runbook::{Source, human, json as findings};
use serde::Serialize;

use super::exit::Exit;
use super::failure::{Failure, on_file};
use super::options::{Format, LangWord};
use super::{say, source};

/// Makes a draft runbook of a spreadsheet.
///
/// What the sheet does not say (who, how long, how it is seen that it worked) is listed, not guessed. The draft goes to
/// standard output, or to a file with `-o`; the list goes to standard error.
///
/// Exit code 0 when there is a draft, with gaps or without; 1 when the draft has errors of its own, such as a circle of
/// predecessors.
#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// Spreadsheet: .xlsx or .csv
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Sheet of a workbook [default: the first visible one]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Which column holds what, by its name or letter, such as `task=작업내역` or `minutes=F`; repeat for each
    ///
    /// What a column can hold: no, stage, task, owner, target, tier, needs, minutes, command, manual, check.
    #[arg(long = "map", value_name = "WHAT=COLUMN")]
    map: Vec<String>,
    /// Id of the runbook [default: made of the file's name]
    #[arg(long, value_name = "ID")]
    id: Option<engine::base::RunbookId>,
    /// File for the draft; one that is there already is not overwritten
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Form of the list; with `json` it holds the draft as well and goes to standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Language of the list
    #[arg(long, value_enum, default_value_t)]
    lang: LangWord,
}

#[derive(Debug, Serialize)]
struct Answer<'a> {
    draft: &'a str,
    tasks: usize,
    gaps: &'a [Gap],
    check: serde_json::Value,
}

/// Imports.
pub(super) fn import(args: &ImportArgs) -> Result<Exit, Failure> {
    let mut map = ColumnMap::default();
    for entry in &args.map {
        map.add(entry).map_err(|why| Failure::usage(format!("--map {why}")))?;
    }
    let sheet = Sheet::read(&args.file, args.sheet.as_deref())?;
    let id = args.id.as_ref().map_or_else(|| id_of(&args.file), ToString::to_string);
    let Some(imported) = make_draft(&sheet, &map, &id) else {
        return Err(Failure::usage(format!("{}: no row names its columns", args.file.display())).hint(
            "a column for the task and one more are needed; name them with --map, such as --map task=B --map minutes=F",
        ));
    };
    let name = args.output.as_deref().unwrap_or(Path::new("draft")).display().to_string();
    let draft = Source::new(name, imported.draft.as_str());
    let found = compile(&draft).diagnostics;
    if let Some(path) = &args.output {
        write_new(path, &imported.draft)?;
    }
    match args.format {
        Format::Json => say::json(&Answer {
            draft: &imported.draft,
            tasks: imported.tasks,
            gaps: &imported.gaps,
            check: findings(&draft, &found),
        })?,
        Format::Human => {
            if args.output.is_none() {
                say::text(&imported.draft)?;
            }
            list(&args.file, &sheet.name, &imported, args.lang.into());
            if found.has_errors() {
                let coloured = source::coloured(io::stderr().is_terminal());
                say::note(human(&draft, &found, args.lang.into(), coloured).trim_end());
            }
        }
    }
    Ok(if found.has_errors() { Exit::Failed } else { Exit::Done })
}

fn list(file: &Path, sheet: &str, imported: &Imported, lang: Lang) {
    for gap in &imported.gaps {
        let unit = gap.unit.as_deref().map(|unit| format!(" ({unit})")).unwrap_or_default();
        say::note(&format!(
            "{}:{sheet}!{}: {}{unit}: {}",
            file.display(),
            gap.at,
            gap.code.id(),
            gap.message.get(lang)
        ));
        say::note(&format!("  = {}", gap.help.get(lang)));
    }
    say::note(&match lang {
        Lang::Ko => format!("작업 {}개, 빠진 내용 {}건", imported.tasks, imported.gaps.len()),
        Lang::En => format!("tasks: {}, gaps: {}", imported.tasks, imported.gaps.len()),
    });
}

/// An id for the runbook out of the name of the file.
fn id_of(file: &Path) -> String {
    let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let id: String =
        stem.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' }).take(64).collect();
    let id = id.trim_matches(|c: char| !c.is_alphanumeric());
    if id.is_empty() { "draft".to_owned() } else { id.to_owned() }
}

fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    use io::Write as _;
    let file = std::fs::File::options().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|cause| on_file(path, &cause))
}

impl From<SheetError> for Failure {
    fn from(error: SheetError) -> Self {
        Self::usage(error.to_string())
    }
}
