//! `relight forecast FILE`

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use engine::base::{Clock as _, Lang, Millis, SystemClock, UnitId};
use engine::forecast::{Outlook, WhatIf, outlook};
use engine::plan::Plan;
use engine::review::{Hindsight, Past, attend};
use serde::Serialize;

use super::exit::Exit;
use super::failure::Failure;
use super::inventory::InventoryArgs;
use super::options::{Format, LangWord, StateArgs};
use super::place::Place;
use super::{say, source};

/// Past runs that forecasts are held against.
const LOOKED_AT: usize = 10;

/// The chance of meeting the objectives, from the past runs of a runbook and the targets of units that have too little of a
/// past; and how far such forecasts were off.
#[derive(Debug, Args)]
pub(super) struct ForecastArgs {
    /// Runbook
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What if so many were at work at the same time, at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    concurrency: Option<u32>,
    /// What if a unit took this long, whatever its past: db-restore=12m
    #[arg(long = "take", value_name = "UNIT=DURATION", value_parser = take)]
    takes: Vec<(UnitId, Millis)>,
    /// What if so much had passed between the event and the declaration
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "0s")]
    before: Millis,
    #[command(flatten)]
    inventory: InventoryArgs,
    #[command(flatten)]
    state: StateArgs,
    /// Form of the forecast
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Language of the text
    #[arg(long, value_enum, default_value_t)]
    lang: LangWord,
}

/// What `--format json` prints; the fields are a contract.
#[derive(Debug, Serialize)]
struct Told<'a> {
    runbook: &'a str,
    past_runs: usize,
    #[serde(flatten)]
    outlook: Outlook,
    hindsight: Vec<Hindsight>,
}

/// Forecasts.
pub(super) async fn forecast(args: ForecastArgs) -> Result<Exit, Failure> {
    let lang = Lang::from(args.lang);
    let source = source::read(&args.file)?;
    let inventory = args.inventory.of(&args.file, lang)?;
    let plan = source::plan(&args.file, &source, inventory.as_ref(), lang)?;
    if let Some((unknown, _)) = args.takes.iter().find(|(unit, _)| plan.find(unit).is_none()) {
        return Err(Failure::usage(format!("{} has no unit {unknown}", args.file.display()))
            .hint("`relight plan FILE` lists its units"));
    }
    let store = Place::of(&args.state)?.open().await?.store;
    // Where no console looks after what runs leave behind, it is done now.
    attend(Arc::clone(&store), SystemClock.now()).await?;
    let past = Past::of(&*store, &plan.body().runbook).await?;
    let takes = args.takes.into_iter().collect();
    let what_if = WhatIf { concurrency: args.concurrency, takes, before: args.before };
    let told = Told {
        runbook: plan.body().runbook.as_str(),
        past_runs: past.runs(),
        outlook: outlook(&plan, &past.history(), &what_if),
        hindsight: past.hindsight(&plan, LOOKED_AT),
    };
    match args.format {
        Format::Json => say::json(&told)?,
        Format::Human => say::text(&text(&plan, &told, lang))?,
    }
    Ok(Exit::Done)
}

fn text(plan: &Plan, told: &Told<'_>, lang: Lang) -> String {
    let of = |ko: &'static str, en: &'static str| match lang {
        Lang::Ko => ko,
        Lang::En => en,
    };
    let seen = &told.outlook;
    let mut text = String::new();
    let mut line = |words: String| writeln!(text, "{words}").unwrap_or_default();
    line(format!("{} ({})", plan.body().title.get(lang), told.runbook));
    line(match lang {
        Lang::Ko => format!(
            "과거 실행 {}회, 단위 {}개 중 {}개는 이력, 나머지는 목표시간 기준, {}회 모의 시행",
            told.past_runs, seen.units, seen.units_known, seen.trials
        ),
        Lang::En => format!(
            "{} past runs; of {} units {} by their past, the others by their targets; {} trials",
            told.past_runs, seen.units, seen.units_known, seen.trials
        ),
    });
    line(String::new());
    let header = [of("대상", "what"), "P50", "P90", "RTO", of("충족 확률", "chance")];
    line(row(&header.map(str::to_owned)));
    let whole = (of("전체", "plan").to_owned(), seen.p50, seen.p90, seen.rto, seen.chance);
    let services = seen.services.iter().map(|it| (it.service.to_string(), it.p50, it.p90, it.rto, it.chance));
    for (name, p50, p90, rto, chance) in std::iter::once(whole).chain(services) {
        let absent = || "–".to_owned();
        let rto = rto.map_or_else(absent, Millis::clock);
        line(row(&[name, p50.clock(), p90.clock(), rto, chance.map_or_else(absent, percent)]));
    }
    if !told.hindsight.is_empty() {
        line(String::new());
        line(of("지난 예측과 실제 (P50 대비 오차)", "what was forecast, and what came (beside P50)").to_owned());
        for it in &told.hindsight {
            let sign = if it.error_ms < 0 { "-" } else { "+" };
            let off = format!("{sign}{}", Millis(it.error_ms.unsigned_abs()).clock());
            let changed = if it.same_plan { "" } else { of("계획 변경됨", "another plan") };
            let cells = [it.declared_at.in_seoul(), it.p50.clock(), it.p90.clock(), it.rta.clock(), off];
            line(format!("{} {changed}", cells.join("  ")).trim_end().to_owned());
        }
    }
    text
}

fn row(cells: &[String; 5]) -> String {
    let [name, p50, p90, rto, chance] = cells;
    format!("{name:<24} {p50:>10} {p90:>10} {rto:>10} {chance:>8}")
}

fn percent(tenths: u32) -> String {
    format!("{}.{} %", tenths / 10, tenths % 10)
}

fn duration(text: &str) -> Result<Millis, String> {
    text.parse().map_err(|why| format!("{why}"))
}

fn take(text: &str) -> Result<(UnitId, Millis), String> {
    let (unit, took) = text.split_once('=').ok_or("write UNIT=DURATION, such as db-restore=12m")?;
    let unit = unit.parse().map_err(|why| format!("{why}"))?;
    Ok((unit, duration(took)?))
}
