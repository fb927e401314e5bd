//! Random runbooks, faults, approvals, pauses, requests and crashes through `run::decide`, against a model that tells the
//! same run in other words.

#![cfg(test)]

mod books;
mod breaches;
mod capacity;
mod chance;
mod clocks;
mod conditions;
mod drive;
mod gates;
mod journals;
mod lost_sight;
mod manual;
mod model;
mod people;
mod reported;
mod retries;
mod rollback;
mod runbook;
mod script;
mod second_person;
mod undoing;
mod usable;
mod work;
mod world;
mod yaml;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use chance::Chance;
use drive::Drive;
use engine::base::{Millis, Timestamp};
use engine::plan::{Body, Plan};
use engine::run::{Event, Head, Row, replay};
use harness::recompute::recompute;
use people::RUN;

/// Runs of the ordinary test run. Each is wholly made of its seed, so that `simulate(seed)` repeats it.
const RUNS: u64 = 12_000;

/// Every so many runs the plan comes out of a runbook in YAML, and the journal is written down and read back.
const STORED: u64 = 20;

/// Of every so many runs one is reported as it ended and one as it stood on the way, for a script that knows nothing of the engine.
const RECOMPUTED: u64 = 60;

/// One simulated run from its seed. Gives its events and how often the engine died; what is reckoned again is laid into `folder`.
fn simulate(seed: u64, folder: &Path) -> Result<(Vec<Event>, u32), String> {
    let mut chance = Chance::new(seed);
    let body = runbook::random(&mut chance);
    let plan = if seed.is_multiple_of(STORED) { compiled(&body)? } else { runbook::plan_of(&body) };
    model::direct_needs_agree(&plan)?;
    let turns = chance.between(10, 70);
    let mut drive = Drive::new(&plan, chance)?;
    drive.trouble(turns)?;
    drive.finish()?;
    drive.compare_books(drive.now)?;
    let mut read_back = Drive::fold(&plan, &drive.events)?;
    let rows = sealed(&drive.events)?;
    reported::balances(&plan, &rows, drive.now)?;
    match seed % RECOMPUTED {
        0 => reported::lay(folder, seed, &plan, &rows, drive.now)?,
        30 => {
            let some = 1 + usize::try_from(seed).unwrap() % rows.len();
            let now = rows[some - 1].at.plus(Millis(seed % 90_000));
            reported::lay(folder, seed, &plan, &rows[..some], now)?;
        }
        _ => {}
    }
    if seed.is_multiple_of(STORED) {
        let frozen = plan.freeze().map_err(|error| error.to_string())?;
        read_back = replay(RUN, &frozen, &rows).map_err(|corrupt| corrupt.to_string())?.state;
    }
    if read_back != drive.state {
        return Err(format!("the journal makes another state:\n{read_back:#?}\nthan was live:\n{:#?}", drive.state));
    }
    Ok((drive.events.into_iter().map(|(_, event)| event).collect(), drive.crashes))
}

/// The rows of a journal.
fn sealed(events: &[(Timestamp, Event)]) -> Result<Vec<Row>, String> {
    let mut head = Head::START;
    let row = |(at, event): &(Timestamp, Event)| head.seal(RUN, *at, event).map_err(|error| error.to_string());
    events.iter().map(row).collect()
}

/// The plan of a body that went through parser and compiler, and came out as it went in.
fn compiled(body: &Body) -> Result<Plan, String> {
    let plan = yaml::by_way_of_yaml(body)?;
    let out = Body { source: body.source, ..plan.body().clone() };
    if out != *body {
        return Err(format!("the compiler made\n{out:#?}\nof\n{body:#?}"));
    }
    Ok(plan)
}

/// The name of an event's kind.
fn kind(event: &Event) -> String {
    let described = format!("{event:?}");
    described.split([' ', '(']).next().unwrap_or_default().to_owned()
}

#[test]
fn random_runs_keep_every_rule() {
    let (next, events, crashes) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let kinds = Mutex::new(BTreeSet::new());
    let folder = tempfile::tempdir().unwrap();
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= RUNS {
                break;
            }
            let (told, crashed) = simulate(seed, folder.path()).unwrap_or_else(|fault| panic!("seed {seed}: {fault}"));
            events.fetch_add(told.len() as u64, Ordering::Relaxed);
            crashes.fetch_add(u64::from(crashed), Ordering::Relaxed);
            if seed.is_multiple_of(STORED) {
                kinds.lock().unwrap().extend(told.iter().map(kind));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(work);
        }
    });
    let kinds = kinds.into_inner().unwrap();
    let (status, said) = recompute(&[folder.path()]);
    let same = said.iter().filter(|line| line.contains(": the same, ")).count();
    assert_eq!((status, same), (0, usize::try_from(2 * RUNS / RECOMPUTED).unwrap()), "{said:#?}");
    println!("{RUNS} runs, {} events of {} kinds, {} crashes", events.into_inner(), kinds.len(), crashes.into_inner());
    let all = [
        "AbortRequested",
        "Adopted",
        "Attested",
        "Cancelled",
        "Decided",
        "Declared",
        "Eligible",
        "Ended",
        "ExerciseHeld",
        "Failed",
        "Finished",
        "GateDecided",
        "GateEscalated",
        "GateOpened",
        "GateOverdue",
        "GateReminded",
        "Judged",
        "Late",
        "LockAwaited",
        "Locked",
        "ManualClosed",
        "ManualOpened",
        "ManualWorked",
        "Marked",
        "NotSelected",
        "Obeyed",
        "Passed",
        "Paused",
        "Ready",
        "Recalled",
        "Requeued",
        "Reset",
        "Resumed",
        "RetryScheduled",
        "Rewound",
        "RollbackAsked",
        "RollbackBegun",
        "RolledBack",
        "RtoExceeded",
        "Skipped",
        "Stalled",
        "Started",
        "StepDone",
        "StopRequested",
        "TargetExceeded",
        "TimedOut",
        "Unknown",
        "Voted",
    ];
    assert_eq!(kinds.iter().map(String::as_str).collect::<Vec<_>>(), all, "every kind of event is reached");
}
