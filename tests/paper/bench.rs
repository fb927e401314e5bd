//! `report-bench [UNITS [STEPS [FOLDER]]]`: how long the report of a long run takes in each form, from the store to the file, and how
//! much memory it holds with its press. The files stay in FOLDER, where one is given.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program for figures fails by stopping, prints them, measures time and starts itself"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use engine::base::{Lang, Millis, Timestamp};
use engine::plan::Mode;
use engine::store::open;
use harness::play::{Play, RUN, at};
use paper::pdf::{Press, press_main};
use relight::report::{Format, write};

/// How often the time of each form is taken; the one in the middle counts.
const ROUNDS: usize = 5;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["press"] => return press_main(),
        ["make", url, form, lang, file] => make(url, form, lang, Path::new(file)),
        _ => {
            let number =
                |place: usize, default: usize| arguments.get(place).map_or(default, |word| word.parse().unwrap());
            measure(number(0, 2_000), number(1, 33), arguments.get(2).map(PathBuf::from));
        }
    }
    ExitCode::SUCCESS
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// What `relight report` does, in a process of its own.
fn make(url: &str, form: &str, lang: &str, file: &Path) {
    let format = Format::ALL.into_iter().find(|format| format.end() == form).unwrap();
    let lang = Lang::ALL.into_iter().find(|one| one.tag() == lang).unwrap();
    let press = Press::new("/proc/self/exe".into(), vec!["press".into()]);
    let made = async {
        let store = open(url).await.unwrap().store;
        write(&*store, RUN, at("23:00:00"), format, lang, &press).await.unwrap().bytes
    };
    fs::write(file, runtime().block_on(made)).unwrap();
}

fn measure(units: usize, steps: usize, folder: Option<PathBuf>) {
    let kept = tempfile::tempdir().unwrap();
    let folder = folder.unwrap_or_else(|| kept.path().to_owned());
    fs::create_dir_all(&folder).unwrap();
    let url = format!("sqlite://{}", kept.path().join("relight.db").display());
    let played = played(units, steps);
    let created = played.created();
    println!("{units} units, {} rows of journal", created.rows.len());
    runtime().block_on(async { open(&url).await.unwrap().store.create(created).await.unwrap() });
    drop(played);
    for format in Format::ALL {
        for lang in Lang::ALL {
            let (form, lang) = (format.end(), lang.tag());
            let file = folder.join(format!("report.{lang}.{form}"));
            let make = || Command::new("/proc/self/exe").args(["make", &url, form, lang]).arg(&file).spawn().unwrap();
            // Whoever is asked what he holds stands still for it, so time and memory are measured one after the other.
            let mut times: Vec<u128> = (0..ROUNDS)
                .map(|_| {
                    let start = Instant::now();
                    assert!(make().wait().unwrap().success());
                    start.elapsed().as_millis()
                })
                .collect();
            times.sort_unstable();
            let mut child = make();
            let mut most = 0;
            while child.try_wait().unwrap().is_none() {
                most = most.max(held(child.id()));
                std::thread::sleep(Duration::from_millis(5));
            }
            let size = fs::metadata(&file).unwrap().len();
            println!(
                "{form} {lang}: {} ms ({} to {}), {} MiB held at most, {} KiB",
                times[ROUNDS / 2],
                times[0],
                times[ROUNDS - 1],
                most / 1_024,
                size / 1_024
            );
        }
    }
}

/// Kilobytes of memory that a process and its children hold, what they share counted once.
fn held(process: u32) -> u64 {
    let sum = |text: &str| -> u64 {
        let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
        line.and_then(|rest| rest.split_whitespace().next()).map_or(0, |number| number.parse().unwrap())
    };
    let own = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).map_or(0, |text| sum(&text));
    let tasks = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let children = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    let children: Vec<u32> = children
        .flat_map(|children| children.split_whitespace().filter_map(|child| child.parse().ok()).collect::<Vec<_>>())
        .collect();
    own + children.into_iter().map(held).sum::<u64>()
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
