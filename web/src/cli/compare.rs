//! `relight compare RUN RUN`

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use engine::base::{Clock as _, Lang, Millis, RunId, SystemClock};
use engine::report::Word as _;
use engine::review::{Change, Comparison, RunFacts, compare, keep, notes, units_in_order};
use engine::run::Verdict;
use engine::store::Store;

use super::exit::Exit;
use super::failure::Failure;
use super::options::{LangWord, StateArgs};
use super::pick::pick;
use super::place::Place;
use super::say;
use crate::pages::difference;

/// Puts two runs of a runbook beside each other, unit by unit: time taken then and now, verdicts, what was changed.
#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    /// The earlier run, or the beginning of its id
    #[arg(value_name = "THEN")]
    then: String,
    /// The later run
    #[arg(value_name = "NOW")]
    now: String,
    /// Form of the comparison
    #[arg(long, value_enum, default_value_t)]
    format: Form,
    /// Language of the text
    #[arg(long, value_enum, default_value_t = LangWord::Ko)]
    lang: LangWord,
    #[command(flatten)]
    state: StateArgs,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Form {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// Compares.
pub(super) async fn compared(args: CompareArgs) -> Result<Exit, Failure> {
    let store = Place::of(&args.state)?.open().await?.store;
    let (then, now) = (pick(&*store, &args.then).await?.run, pick(&*store, &args.now).await?.run);
    let sides = (over(&*store, then).await?, over(&*store, now).await?);
    if sides.0.runbook != sides.1.runbook {
        return Err(Failure::refused(format!(
            "run {then} is of the runbook {}, run {now} of {}",
            sides.0.runbook, sides.1.runbook
        ))
        .hint("name two runs of one runbook: relight runs --runbook ID lists them"));
    }
    let units = (units_in_order(&*store, then).await?, units_in_order(&*store, now).await?);
    let found = compare((&sides.0, &units.0), (&sides.1, &units.1), notes(&*store, then, now).await?);
    match args.format {
        Form::Json => say::json(&found)?,
        Form::Text => say::text(&text(&found, args.lang.into()))?,
    }
    Ok(Exit::Done)
}

/// What is kept of a run that is over.
async fn over(store: &dyn Store, run: RunId) -> Result<RunFacts, Failure> {
    let kept = keep(store, run, SystemClock.now()).await.map_err(|why| Failure::refused(why.to_string()))?;
    kept.ok_or_else(|| {
        Failure::refused(format!("run {run} is not over")).hint("compare it when it has ended: relight runs --open")
    })
}

fn text(found: &Comparison, lang: Lang) -> String {
    let of = |ko: &'static str, en: &'static str| if lang == Lang::Ko { ko } else { en };
    let clock = |time: Option<Millis>| time.map_or_else(|| "–".to_owned(), Millis::clock);
    let verdict = |verdict: Option<Verdict>| verdict.map_or("–", |verdict| verdict.word(lang));
    let mut out = String::new();
    let _ = writeln!(out, "{} ({})", found.now.title.get(lang), found.now.runbook);
    for (word, side) in [(of("이전", "then"), &found.then), (of("이후", "now"), &found.now)] {
        let (at, mode) = (side.declared_at.in_seoul(), side.mode.word(lang));
        let _ = writeln!(out, "{word}  {}  {at}  {mode}  RTA {}  {}", side.run, clock(side.rta), verdict(side.verdict));
    }
    let plan = if found.same_plan { of("같은 계획", "same plan") } else { of("바뀐 계획", "changed plan") };
    let _ = writeln!(out, "{plan}  RTA {}", difference(found.rta_delta_ms));
    if found.simulated {
        let said = of(
            "모의 실행이 있어 시간 비교는 시스템에 대해 말하지 않습니다",
            "a mock run is among them: times say nothing about the systems",
        );
        let _ = writeln!(out, "{said}");
    }
    for line in &found.units {
        let change = match line.change {
            Change::Same => "",
            Change::Changed => of("변경", "changed"),
            Change::Added => of("추가", "added"),
            Change::Removed => of("삭제", "removed"),
        };
        let (then, now) = (line.then.as_ref(), line.now.as_ref());
        let _ = writeln!(
            out,
            "{:<24} {:>10} {:>10} {:>10}  {} → {}  {change}",
            line.unit,
            clock(then.and_then(|took| took.elapsed)),
            clock(now.and_then(|took| took.elapsed)),
            difference(line.delta_ms),
            verdict(then.and_then(|took| took.verdict)),
            verdict(now.and_then(|took| took.verdict)),
        );
        if let Some(note) = &line.note {
            let _ = writeln!(out, "    {} ({})", note.text, note.by);
        }
    }
    out
}
