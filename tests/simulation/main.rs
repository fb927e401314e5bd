//! Random runbooks, faults, approvals, pauses, requests and crashes through `run::decide`, against a model that tells the
//! same run in other words.

#![cfg(test)]

mod books;
mod chance;
mod drive;
mod model;
mod people;
mod runbook;
mod world;

use std::sync::atomic::{AtomicU64, Ordering};

use chance::Chance;
use drive::Drive;

/// Runs of the ordinary test run. Each is the whole of its seed: `SEED=n` below repeats one.
const RUNS: u64 = 12_000;

/// One simulated run from its seed. Gives the number of its events and crashes.
fn simulate(seed: u64) -> Result<(usize, u32), String> {
    let mut chance = Chance::new(seed);
    let plan = runbook::random(&mut chance);
    model::direct_needs_agree(&plan)?;
    let turns = chance.between(10, 70);
    let mut drive = Drive::new(&plan, chance)?;
    drive.trouble(turns)?;
    drive.finish()?;
    let folded = Drive::fold(&plan, &drive.events)?;
    if folded != drive.state {
        return Err(format!("the journal makes another state:\n{folded:#?}\nthan was live:\n{:#?}", drive.state));
    }
    drive.compare_books(drive.now)?;
    Ok((drive.events.len(), drive.crashes))
}

#[test]
fn random_runs_keep_every_rule() {
    let (next, events, crashes) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let work = || loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= RUNS {
            break;
        }
        match simulate(seed) {
            Ok((more, crashed)) => {
                events.fetch_add(more as u64, Ordering::Relaxed);
                crashes.fetch_add(u64::from(crashed), Ordering::Relaxed);
            }
            Err(fault) => panic!("seed {seed}: {fault}"),
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(work);
        }
    });
    println!("{RUNS} runs, {} events, {} crashes", events.into_inner(), crashes.into_inner());
}
