//! An engine that kills itself, as `kill -9` would, at a boundary of its journal that it is told.
//!
//! `mortal run URL FOLDER RUNBOOK POINT COUNT` declares a run and carries it on; `mortal resume URL FOLDER RUN` takes one
//! over; `mortal keeper FOLDER` is its keeper. The last line on standard output is `RUN STATUS BEFORE AFTER SPAWNED EXITED`:
//! how often each boundary was passed. Store, keeper, executor and runner are the real ones, only watched.

#![expect(clippy::print_stdout, clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test's helper")]

mod watched;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use engine::action::keeper::{self, Keeper};
use engine::action::{Actions, Runner};
use engine::base::{IdSource as _, Millis, RunId, SystemClock, SystemIds};
use engine::executor::{Adoption, Declaration, Engine, Options};
use engine::plan::{Mode, compile_in};
use engine::run::{Actor, Door};
use engine::runbook::{Source, Surroundings};
use engine::store::{Owner, Store};

use watched::{Fate, WatchedRunner, WatchedStore};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["keeper", folder] => keeper::main(Path::new(folder)),
        ["run", url, folder, runbook, point, count] => {
            let fate = Fate::at(point, count.parse().unwrap());
            work(url, Path::new(folder), Task::Run(PathBuf::from(runbook)), fate)
        }
        ["resume", url, folder, run] => work(url, Path::new(folder), Task::Resume(run.parse().unwrap()), Fate::none()),
        _ => panic!("mortal: unknown arguments {words:?}"),
    }
}

enum Task {
    Run(PathBuf),
    Resume(RunId),
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn work(url: &str, folder: &Path, task: Task, fate: Fate) -> ExitCode {
    let fate = Arc::new(fate);
    let keeper = Keeper::open(keeper::Config {
        folder: folder.join("keeper"),
        program: std::env::current_exe().unwrap(),
        arguments: vec!["keeper".into(), folder.join("keeper").into()],
    })
    .await
    .unwrap();
    let work = folder.join("work");
    std::fs::create_dir_all(&work).unwrap();
    let log = folder.join("log");
    let real: Arc<dyn Runner> = Arc::new(Actions::new(keeper, work));
    let runner = WatchedRunner { real, fate: Arc::clone(&fate), log: log.clone() };
    let store = engine::store::open(url).await.unwrap().store;
    let store: Arc<dyn Store> = Arc::new(WatchedStore { real: store, fate: Arc::clone(&fate) });
    let engine = Engine::start(Options {
        store,
        runner: Arc::new(runner),
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        owner: Owner(format!("mortal-{}", std::process::id())),
        version: "mortal".to_owned(),
        base: BTreeMap::from([
            ("LOG".to_owned(), log.display().to_string()),
            ("PATH".to_owned(), "/usr/bin:/bin".to_owned()),
        ]),
        adoption: Adoption::OnlyAsked,
        // Short, so that the next engine need not wait long for the lease of one that died.
        lease_ttl: Millis(400),
    });
    let run = match task {
        Task::Run(runbook) => declare(&engine, &runbook).await,
        Task::Resume(run) => {
            while engine.adopt(run, BTreeMap::new()).await.is_err() {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            run
        }
    };
    let settled = engine.settled(run).await.unwrap();
    engine.shut_down().await;
    println!("{run} {} {}", settled.state.status().keyword(), fate.passed());
    ExitCode::SUCCESS
}

async fn declare(engine: &Engine, runbook: &Path) -> RunId {
    let source = Source::read(runbook).unwrap();
    let folder = runbook.parent().unwrap();
    let plan =
        compile_in(&source, &Surroundings::around(folder, folder)).plan.expect("the campaign's runbook compiles");
    let run = RunId(SystemIds.fresh());
    // Said before anything is recorded: whoever finds this process dead knows what to look for.
    println!("{run}");
    let declaration = Declaration {
        run,
        plan: Arc::new(plan),
        source: source.text().to_owned(),
        mode: Mode::Drill,
        inputs: BTreeMap::new(),
        secrets: BTreeMap::new(),
        requester: Actor { name: "tester".parse().unwrap(), roles: vec![], via: Door::CommandLine },
        reason: "campaign".to_owned(),
        concurrency: None,
        simulation: None,
        event_at: None,
        detect_at: None,
        parent: None,
        case: None,
        part: None,
        preflight: None,
        deeds: Vec::new(),
    };
    engine.declare(declaration).await.unwrap()
}
