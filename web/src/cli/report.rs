//! `relight report RUN`

use std::fs;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use engine::base::{Clock as _, Lang, SystemClock};
use engine::report::{self, Aside, RunReport};

use super::exit::Exit;
use super::failure::{Failure, on_file};
use super::options::{LangWord, RunArg, StateArgs};
use super::pick::pick;
use super::place::Place;
use super::say;
use crate::report::aside;

/// Writes the report on a run: verdicts unit by unit, timeline, gate register, and what they were made of.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    run: RunArg,
    /// Form of the report
    #[arg(long, value_enum)]
    format: Form,
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
    /// One page, complete in itself
    Html,
    /// For programs
    Json,
    /// For text tools
    Md,
}

/// Reports.
pub(super) async fn report(args: ReportArgs) -> Result<Exit, Failure> {
    let store = Place::of(&args.state)?.open().await?.store;
    let run = pick(&*store, &args.run.run).await?.run;
    let stored = store.load(run).await?;
    let report = RunReport::of(run, &stored.frozen.plan, &stored.frozen.source, &stored.rows, SystemClock.now())
        .map_err(|why| {
            Failure::refused(why.to_string()).hint(format!("relight verify {run} names the first row that is broken"))
        })?;
    let aside = aside(&*store, run, &stored).await?;
    let text = write(&report, &aside, args.format, args.lang.into())?;
    match &args.output {
        Some(file) => fs::write(file, text).map_err(|cause| on_file(file, &cause))?,
        None => say::text(&text)?,
    }
    Ok(Exit::Done)
}

fn write(report: &RunReport, aside: &Aside, form: Form, lang: Lang) -> Result<String, Failure> {
    let unwritable = |why: &dyn std::fmt::Display| Failure::unable(format!("the report can not be written: {why}"));
    match form {
        Form::Html => crate::report::html(report, aside, lang).map_err(|why| unwritable(&why)),
        Form::Json => report::json(report).map_err(|why| unwritable(&why)),
        Form::Md => Ok(report::markdown(report, aside, lang)),
    }
}
