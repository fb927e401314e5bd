//! `relight preflight FILE --mode MODE`

use std::path::PathBuf;

use clap::Args;
use engine::base::Lang;
use engine::executor::{Adoption, Voters};
use engine::report::Word as _;
use engine::run::{Answered, Topic};

use super::exit::Exit;
use super::failure::Failure;
use super::inventory::InventoryArgs;
use super::options::{Format, LangWord, StateArgs};
use super::place::Place;
use super::run::ModeWord;
use super::{join, say, source};

/// Looks at everything that a run would need: logs in to targets with the credentials of the mode, compares clocks, looks
/// for room, secrets, locks and what has changed. Changes nothing.
///
/// Exit code 1 when something is not as it should be.
#[derive(Debug, Args)]
pub(super) struct PreflightArgs {
    #[command(flatten)]
    state: StateArgs,
    /// Runbook
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Mode of the run that is meant
    #[arg(long, value_enum)]
    mode: ModeWord,
    #[command(flatten)]
    inventory: InventoryArgs,
    /// Form of the findings
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Language of the findings
    #[arg(long, value_enum, default_value_t)]
    lang: LangWord,
}

/// Looks.
pub(super) async fn preflight(args: PreflightArgs) -> Result<Exit, Failure> {
    let lang: Lang = args.lang.into();
    let source = source::read(&args.file)?;
    let inventory = args.inventory.of(&args.file, lang)?;
    let plan = source::plan(&args.file, &source, inventory.as_ref(), lang)?;
    let place = Place::of(&args.state)?;
    let joined = join::join(&place, Adoption::OnlyAsked).await?;
    // Accounts are the console's; the command line knows nobody who could approve.
    let found = joined.engine.preflight(&plan, args.mode.into(), &Voters::default()).await;
    joined.engine.shut_down().await;
    let mut found = found.map_err(|why| Failure::unable(why.to_string()))?;
    found.findings.retain(|finding| finding.topic != Topic::Approvers);
    match args.format {
        Format::Json => say::json(&found)?,
        Format::Human => {
            for finding in &found.findings {
                let (answer, topic) = (finding.answer.word(lang), finding.topic.word(lang));
                say::line(&format!("{answer:<8} {topic:<12} {}: {}", finding.subject, finding.seen.get(lang)))?;
                if let Some(next) = &finding.next_step {
                    say::line(&format!("         {}", next.get(lang)))?;
                }
            }
        }
    }
    Ok(if found.count(Answered::Down) > 0 { Exit::Failed } else { Exit::Done })
}
