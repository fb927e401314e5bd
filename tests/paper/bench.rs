//! `report-bench [UNITS [STEPS]]`: how long the report of a long run takes in each form, and how much memory the press.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program for figures fails by stopping, and prints them"
)]
#![expect(clippy::disallowed_methods, reason = "it measures time")]

use std::process::ExitCode;
use std::time::Instant;

use engine::base::{Lang, Millis, Timestamp};
use engine::plan::Mode;
use engine::report::{Aside, Document, RunReport, json};
use harness::play::{Play, at};
use nix::sys::resource::{UsageWho, getrusage};
use paper::pdf::{Press, Sheet, press_main};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|word| word == "press") {
        return press_main();
    }
    let number = |place: usize, default: usize| arguments.get(place).map_or(default, |word| word.parse().unwrap());
    let (units, steps) = (number(0, 2_000), number(1, 48));
    let play = played(units, steps);
    let report = timed("report of the journal", || play.report());
    println!("{units} units, {} events, {} attempts", report.timeline.len(), report.attempts.len());
    let aside = Aside::default();
    for lang in Lang::ALL {
        timed("html", || relight::report::html(&report, &aside, lang).unwrap());
        let whole = timed("whole document", || Document::whole(&report, &aside, lang));
        timed("xlsx", || paper::xlsx::xlsx(&report, &whole).unwrap());
        timed("csv", || paper::csv::archive(&whole).unwrap());
        drop(whole);
        printed(&report, &aside, lang);
    }
    timed("json", || json(&report).unwrap());
    ExitCode::SUCCESS
}

fn printed(report: &RunReport, aside: &Aside, lang: Lang) {
    let press = Press::new("/proc/self/exe".into(), vec!["press".into()]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sheet = timed("sheet", || Sheet::of(report, Document::of(report, aside, lang)));
    let pdf = timed("pdf", || runtime.block_on(press.print(&sheet)).unwrap());
    // Kilobytes on Linux.
    let memory = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss() / 1_024;
    println!("  {} KiB; the press held {memory} MiB at most", pdf.len() / 1_024);
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let made = work();
    println!("{what}: {} ms", start.elapsed().as_millis());
    made
}

/// A drill of so many units, each of so many steps; every fourth attempt takes longer than planned.
fn played(units: usize, steps: usize) -> Play {
    let mut source = String::from(
        "runbook: long\ntitle: {ko: 긴 훈련, en: Long drill}\nobjectives: {rto: 1h}\nconcurrency: {run: 500}\nunits:\n",
    );
    for unit in 0..units {
        let many = "{command: \"true\"}, ".repeat(steps);
        source.push_str(&format!(
            "  u{unit}: {{title: {{ko: 업무 서버 {unit}호기, en: Server {unit}}}, target: 5m, run: [{many}]}}\n"
        ));
    }
    let mut play = Play::declare(&source, Mode::Drill, "긴 훈련");
    let mut now: Timestamp = at("10:05:00");
    loop {
        let flying: Vec<String> = play.state().flights().map(|(ix, _)| play.plan().unit(ix).id.to_string()).collect();
        if flying.is_empty() {
            return play;
        }
        for (place, unit) in flying.iter().enumerate() {
            now = now.plus(Millis(if place % 4 == 0 { 25 } else { 5 }));
            play.ends(now, unit, None);
        }
    }
}
