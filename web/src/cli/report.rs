//! `relight report RUN`

use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use engine::base::{Clock as _, Lang, RunId, SystemClock};
use engine::report::{Document, Extent};
use engine::store::Store;

use super::exit::Exit;
use super::failure::{Failure, on_file};
use super::options::{LangWord, RunArg, StateArgs};
use super::pick::pick;
use super::place::Place;
use super::press::press;
use super::say;
use crate::error::Error;
use crate::i18n::Words;
use crate::report::{Format, aside, made, write};

/// Writes the report on a run: verdicts unit by unit, timeline, gate register, and what they were made of.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    run: RunArg,
    /// Form of the report
    #[arg(long, value_enum)]
    format: Form,
    /// With `--format csv`: this table alone, by its name in the archive, such as `units-1`
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
    /// Language of the report; JSON holds both
    #[arg(long, value_enum, default_value_t = LangWord::Ko)]
    lang: LangWord,
    /// File to write instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    state: StateArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    /// For print and for the archive: PDF/A, PDF/UA
    Pdf,
    /// One page, complete in itself
    Html,
    /// A workbook, a sheet a table, numbers as numbers
    Xlsx,
    /// An archive of tables, or one table with --table
    Csv,
    /// For programs
    Json,
    /// For text tools
    Md,
}

impl From<Form> for Format {
    fn from(form: Form) -> Self {
        match form {
            Form::Pdf => Self::Pdf,
            Form::Html => Self::Html,
            Form::Xlsx => Self::Xlsx,
            Form::Csv => Self::Csv,
            Form::Json => Self::Json,
            Form::Md => Self::Markdown,
        }
    }
}

/// Reports.
pub(super) async fn report(args: ReportArgs) -> Result<Exit, Failure> {
    let format = Format::from(args.format);
    if args.table.is_some() && format != Format::Csv {
        return Err(Failure::usage("--table asks for a table of the CSV form").hint("add `--format csv`"));
    }
    if format.is_binary() && args.table.is_none() && args.output.is_none() && io::stdout().is_terminal() {
        let end = format.end();
        return Err(Failure::usage(format!("a report as {} is no text for a terminal", format.name()))
            .hint(format!("add `-o report.{end}`, or send standard output to a file")));
    }
    let store = Place::of(&args.state)?.open().await?.store;
    let run = pick(&*store, &args.run.run).await?.run;
    let lang = args.lang.into();
    let file = match &args.table {
        Some(name) => table(&whole(&*store, run, lang).await?, name)?,
        None => match write(&*store, run, SystemClock.now(), format, lang, &press()).await {
            Ok(written) => written.bytes,
            Err(why) => return Err(unmade(why, run)),
        },
    };
    match &args.output {
        Some(path) => fs::write(path, file).map_err(|cause| on_file(path, &cause))?,
        None => say::bytes(&file)?,
    }
    Ok(Exit::Done)
}

/// The document with every row of its tables.
async fn whole(store: &dyn Store, run: RunId, lang: Lang) -> Result<Document, Failure> {
    let report = made(store, run, SystemClock.now(), Extent::Whole).await.map_err(|why| unmade(why, run))?;
    let aside = aside(store, &report).await?;
    Ok(Document::whole(&report, &aside, lang))
}

fn unmade(why: Error, run: RunId) -> Failure {
    match why {
        Error::Corrupt(corrupt) => Failure::refused(corrupt.get(Lang::En))
            .hint(format!("relight verify {run} names the first row that is broken")),
        // A fault of ours has its own words in the log only; here they are all there is to say.
        Error::Internal(cause) => Failure::unable(format!("there is no report in this form: {cause}")),
        other => Failure::unable(format!("there is no report in this form: {}", other.tell(Words(Lang::En)).message)),
    }
}

fn table(document: &Document, name: &str) -> Result<Vec<u8>, Failure> {
    let files = paper::csv::files(document)
        .map_err(|why| Failure::unable(format!("there is no report in this form: {why}")))?;
    match files.iter().find(|file| file.name == name) {
        Some(file) => Ok(file.text.clone().into_bytes()),
        None => {
            let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
            Err(Failure::usage(format!("the report has no table `{name}`"))
                .hint(format!("it has {}", names.join(", "))))
        }
    }
}
