//! `relight findings`

use std::fmt::Write as _;

use clap::builder::PossibleValuesParser;
use clap::{Args, value_parser};
use engine::base::{Clock as _, Day, FindingId, Lang, RunbookId, SystemClock};
use engine::review::{Finding, Severity, Status, closed, unsettled};

use super::exit::Exit;
use super::failure::Failure;
use super::options::{Format, LangWord, StateArgs};
use super::place::Place;
use super::say;
use crate::api::model::FindingLine;

/// Stands for those without an owner.
const NOBODY: &str = "-";

/// Lists what runs have shown and what is not put right yet, the gravest first.
#[derive(Debug, Args)]
pub(super) struct FindingsArgs {
    /// Only of this runbook
    #[arg(long, value_name = "ID")]
    runbook: Option<RunbookId>,
    /// Only those that this person answers for; `-`: those without an owner
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    owner: Option<String>,
    /// Only those that stand so; `closed` ones are listed only when they are asked for
    #[arg(long, value_name = "WORD", value_parser = PossibleValuesParser::new(Status::WORDS))]
    status: Option<String>,
    /// Only of this severity
    #[arg(long, value_name = "WORD", value_parser = PossibleValuesParser::new(Severity::ALL.map(Severity::keyword)))]
    severity: Option<String>,
    /// Only those that should have been put right by now
    #[arg(long)]
    overdue: bool,
    /// Of closed ones, the newest first, only those before this one
    #[arg(long, value_name = "FINDING")]
    before: Option<FindingId>,
    /// Of closed ones, look through at most so many
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = value_parser!(u32).range(1..=1000))]
    limit: u32,
    /// Form of the list
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Language of the text
    #[arg(long, value_enum, default_value_t = LangWord::Ko)]
    lang: LangWord,
    #[command(flatten)]
    state: StateArgs,
}

impl FindingsArgs {
    fn admits(&self, finding: &Finding, today: Day) -> bool {
        let owner = finding.owner.as_ref().map_or(NOBODY, engine::base::UserName::as_str);
        self.runbook.as_ref().is_none_or(|runbook| *runbook == finding.runbook)
            && self.owner.as_ref().is_none_or(|wanted| wanted == owner)
            && self.status.as_ref().is_none_or(|word| word == finding.status.keyword())
            && self.severity.as_ref().is_none_or(|word| word == finding.severity.keyword())
            && (!self.overdue || finding.is_overdue(today))
    }
}

/// Lists.
pub(super) async fn findings(args: FindingsArgs) -> Result<Exit, Failure> {
    let store = Place::of(&args.state)?.open().await?.store;
    let today = Day::in_seoul(SystemClock.now());
    let mut found: Vec<Finding> = if args.status.as_deref() == Some("closed") {
        let before = args.before.map(|id| id.to_string());
        closed(&*store, before.as_deref(), args.limit).await?
    } else {
        unsettled(&*store).await?.into_iter().map(|known| known.value).collect()
    };
    found.retain(|finding| args.admits(finding, today));
    found.sort_by_key(|one| (one.severity, one.due.is_none(), one.due, one.id));
    match args.format {
        Format::Json => say::json(&found.iter().map(FindingLine::of).collect::<Vec<_>>())?,
        Format::Human if found.is_empty() => say::note("no finding stands so"),
        Format::Human => say::text(&table(&found, today, args.lang.into()))?,
    }
    Ok(Exit::Done)
}

fn table(found: &[Finding], today: Day, lang: Lang) -> String {
    let row = |cells: [&str; 6]| {
        let [finding, severity, status, due, owner, what] = cells;
        format!("{finding:<36}  {severity:<8}  {status:<15}  {due:<11}  {owner:<12}  {what}\n")
    };
    let mut text = row(["FINDING", "SEVERITY", "STATUS", "DUE", "OWNER", "WHAT"]);
    for one in found {
        let due = one.due.map_or_else(|| NOBODY.to_owned(), |due| due.to_string());
        let due = if one.is_overdue(today) { format!("{due}!") } else { due };
        let owner = one.owner.as_ref().map_or(NOBODY, engine::base::UserName::as_str);
        let what = format!("{} {}: {}", one.runbook, one.subject.name(), one.what.get(lang));
        let id = one.id.to_string();
        let cells = [id.as_str(), one.severity.keyword(), one.status.keyword(), &due, owner, &what];
        // Writing to a String can not fail.
        text.write_str(&row(cells)).unwrap_or_default();
    }
    text
}
