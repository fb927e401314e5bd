//! `relight plan`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use engine::plan::{self, Derivation};
use engine::runbook::Source;

use super::exit::Exit;
use super::failure::Failure;
use super::inventory::InventoryArgs;
use super::options::LangWord;
use super::{derive, say, source};

/// Shows a plan: levels, critical path, slack, services against their objectives.
#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    /// Runbook
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The plan of what stops it, as `relight derive stop` makes it
    #[arg(long)]
    stop: bool,
    #[command(flatten)]
    inventory: InventoryArgs,
    /// Form of the plan
    #[arg(long, value_enum, default_value_t)]
    format: Form,
    /// Language of the text
    #[arg(long, value_enum, default_value_t)]
    lang: LangWord,
}

/// Forms of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Form {
    /// For people.
    #[default]
    Text,
    /// For programs; the fields are a contract.
    Json,
    /// For Graphviz.
    Dot,
}

/// Shows.
pub(super) fn plan(args: &PlanArgs) -> Result<Exit, Failure> {
    let mut source = source::read(&args.file)?;
    if args.stop {
        let stops = derive::of_source(&args.file, &source, Derivation::Stop, args.lang.into())?;
        source = Source::new(source.path(), stops.text);
    }
    let inventory = args.inventory.of(&args.file, args.lang.into())?;
    let plan = source::plan(&args.file, &source, inventory.as_ref(), args.lang.into())?;
    match args.format {
        Form::Text => say::text(&plan::text(&plan, args.lang.into()))?,
        Form::Json => say::json(&plan::json(&plan))?,
        Form::Dot => say::text(&plan::dot(&plan))?,
    }
    Ok(Exit::Done)
}
