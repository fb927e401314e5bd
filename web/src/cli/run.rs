//! `relight run FILE`

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use engine::base::{CaseId, CasePart, RunId, Timestamp};
use engine::executor::{Adoption, Declaration};
use engine::plan::Mode;
use serde_json::json;

use super::drive::drive;
use super::exit::Exit;
use super::failure::Failure;
use super::inputs::InputArgs;
use super::inventory::InventoryArgs;
use super::join::{join, join_to_play};
use super::options::{ActorArgs, Format, LangWord, StateArgs};
use super::place::Place;
use super::simulation::SimulationArgs;
use super::{say, source};
use crate::deeds::{self, Doer};

/// Longest reason, in characters.
const REASON: usize = 4_000;

/// Declares a run of a runbook and carries it out.
///
/// Exit code 0 completed, 1 failed or aborted, 3 completed but later than its objective, 130 interrupted. Gates and manual
/// steps wait for `relight approve` and `relight complete`, or for the console on the same state. Ctrl-C lets go of the
/// run softly: steps at work go on, and `relight resume` takes it up again.
#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// Runbook; `-` is standard input
    file: PathBuf,
    /// How the run touches the world
    #[arg(long, value_enum)]
    mode: ModeWord,
    #[command(flatten)]
    inventory: InventoryArgs,
    #[command(flatten)]
    inputs: InputArgs,
    /// Units at work at the same time, at most; never more than the runbook says
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    concurrency: Option<u32>,
    /// Why it is declared
    #[arg(long, value_name = "TEXT", default_value = "", value_parser = reason)]
    reason: String,
    /// When it happened, such as 2026-11-21T03:00:00+09:00 [default: when it was noticed]
    #[arg(long, value_name = "ISO", value_parser = instant)]
    event_at: Option<Timestamp>,
    /// When it was noticed [default: now]
    #[arg(long, value_name = "ISO", value_parser = instant)]
    detect_at: Option<Timestamp>,
    /// Case that it is a part of; it must be open and of the same mode
    #[arg(long, value_name = "CASE")]
    case: Option<CaseId>,
    /// What it is there [default: what the case expects next]
    #[arg(long, value_name = "PART", requires = "case", value_parser = part)]
    part: Option<CasePart>,
    #[command(flatten)]
    actor: ActorArgs,
    #[command(flatten)]
    state: StateArgs,
    /// Form of the outcome
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    simulation: SimulationArgs,
}

/// A mode on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ModeWord {
    /// 모의: played, nothing is touched
    Mock,
    /// 격리: real steps inside the test bubble
    Isolated,
    /// 실전환훈련: a real switchover as an exercise
    Drill,
    /// 실제: a disaster
    Real,
}

impl From<ModeWord> for Mode {
    fn from(word: ModeWord) -> Self {
        match word {
            ModeWord::Mock => Self::Mock,
            ModeWord::Isolated => Self::Isolated,
            ModeWord::Drill => Self::Drill,
            ModeWord::Real => Self::Real,
        }
    }
}

pub(super) fn instant(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse_iso(text).ok_or_else(|| "write an instant with its offset: 2026-11-21T03:00:00+09:00".to_owned())
}

fn part(word: &str) -> Result<CasePart, String> {
    let words = || CasePart::ALL.iter().map(|part| part.keyword()).collect::<Vec<_>>().join(", ");
    CasePart::from_keyword(word).ok_or_else(|| format!("there are {}", words()))
}

fn reason(text: &str) -> Result<String, String> {
    let length = text.chars().count();
    if length > REASON {
        Err(format!("at most {REASON} characters are kept, this has {length}"))
    } else {
        Ok(text.to_owned())
    }
}

/// Declares and drives.
pub(super) async fn run(args: RunArgs) -> Result<Exit, Failure> {
    let place = Place::of(&args.state)?;
    let requester = args.actor.actor()?;
    let source = source::read(&args.file)?;
    let lang = LangWord::default().into();
    let inventory = args.inventory.of(&args.file, lang)?;
    let plan = Arc::new(source::plan(&args.file, &source, inventory.as_ref(), lang)?);
    let mode = Mode::from(args.mode);
    let simulation = args.simulation.of(mode, &plan)?;
    let (inputs, secrets) = args.inputs.read()?;
    let joined = match mode {
        Mode::Mock => join_to_play(&place).await?,
        Mode::Isolated | Mode::Drill | Mode::Real => join(&place, Adoption::OnlyAsked).await?,
    };
    let mut declaration = Declaration {
        run: RunId(joined.engine.fresh_id()),
        plan,
        source: source.text().to_owned(),
        mode,
        inputs,
        secrets,
        requester,
        reason: args.reason,
        concurrency: args.concurrency,
        simulation,
        event_at: args.event_at,
        detect_at: args.detect_at,
        parent: None,
        case: args.case,
        part: args.part,
        preflight: None,
        deeds: Vec::new(),
    };
    let doer = Doer::at_host(declaration.requester.clone());
    declaration.deeds.push(deeds::of_declaration(&doer, &declaration, joined.engine.clock().now()));
    let run = joined.engine.declare(declaration).await?;
    if let Some(case) = args.case {
        let now = joined.engine.clock().now();
        if let Err(why) = engine::cases::attend_one(&*joined.database.store, case, now).await {
            say::note(&format!("case {case} was not told of its run yet ({why}); any `relight serve` does it"));
        }
    }
    match args.format {
        // Told at once: whoever is to approve needs it long before the run is over.
        Format::Json => say::json(&json!({ "run": run, "mode": mode.keyword(), "status": "declared" }))?,
        Format::Human => say::note(&format!("run {run}")),
    }
    drive(&joined, run, 0, args.format).await
}
