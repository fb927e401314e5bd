//! What is kept of a run when it ends.

use std::sync::Arc;

use engine::base::Millis;
use engine::plan::Mode;
use engine::review::{Rehearsed, attend, ended_runs, facts_of, keep, units_of, unsettled};
use engine::run::{RunStatus, Verdict};
use engine::store::{Query, find, list};
use engine::telling::Raised;

use crate::backend::{Backend, on_every_backend};
use crate::play::{Play, START, course, hours};

on_every_backend! {
    a_run_that_is_over_is_kept_once_however_many_look_after_it,
    a_run_that_is_open_is_not_kept,
    whoever_starts_later_keeps_what_nobody_has_kept,
    what_is_critical_is_told_once_and_what_is_history_is_not,
}

async fn a_run_that_is_over_is_kept_once_however_many_look_after_it(on: Backend) {
    let store = Arc::clone(&on.database.store);
    let play = course(Mode::Drill, START, 12, 4);
    let run = play.store(&*store).await;
    let now = play.now();
    let all = (0..8).map(|_| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { keep(&*store, run, now).await.unwrap().unwrap() })
    });
    let kept: Vec<_> = futures::future::join_all(all).await.into_iter().map(Result::unwrap).collect();
    assert!(kept.windows(2).all(|pair| pair[0] == pair[1]));
    let facts = facts_of(&*store, run).await.unwrap().unwrap();
    assert_eq!(facts, kept[0]);
    assert_eq!(
        (facts.status, facts.verdict, facts.plan_verdict),
        (RunStatus::Completed, Some(Verdict::Met), Some(Verdict::Met))
    );
    assert_eq!((facts.rta, facts.rto), (Some(Millis::minutes(16)), Some(Millis::minutes(30))));
    assert_eq!((facts.units.met, facts.units.exceeded), (1, 1));
    assert_eq!((facts.participants.len(), facts.person_time), (1, Millis::minutes(16)));
    let units = units_of(&*store, run).await.unwrap().unwrap();
    assert_eq!(units.len(), 2);
    // The unit that was late is one finding, made once.
    let found: Vec<_> =
        unsettled(&*store).await.unwrap().into_iter().map(|known| known.value.subject.name().to_owned()).collect();
    assert_eq!(found, ["db"]);
    let rehearsed = find::<Rehearsed>(&*store, "two-tier").await.unwrap().unwrap();
    assert_eq!((rehearsed.version, rehearsed.value.units.len()), (1, 2));
}

async fn a_run_that_is_open_is_not_kept(on: Backend) {
    let store = &on.database.store;
    let mut play = Play::declare(Mode::Drill, START);
    play.after(5).done("db");
    let run = play.store(&**store).await;
    assert_eq!(keep(&**store, run, play.now()).await.unwrap(), None);
    assert_eq!(facts_of(&**store, run).await.unwrap(), None);
}

async fn whoever_starts_later_keeps_what_nobody_has_kept(on: Backend) {
    let store = Arc::clone(&on.database.store);
    let mut runs = Vec::new();
    for n in 0..5 {
        runs.push(course(Mode::Drill, hours(n), 9, 4).store(&*store).await);
    }
    let open = Play::declare(Mode::Drill, hours(6)).store(&*store).await;
    for looks in [hours(7), hours(100), hours(200)] {
        attend(Arc::clone(&on.again().await.store), looks).await.unwrap();
        let kept: Vec<_> =
            ended_runs(&*store, None, None, 0).await.unwrap().into_iter().map(|facts| facts.run).collect();
        assert_eq!(kept, runs.iter().rev().copied().collect::<Vec<_>>(), "newest first, the open one not among them");
    }
    assert_eq!(facts_of(&*store, open).await.unwrap(), None);
    let late = course(Mode::Drill, hours(201), 9, 4).store(&*store).await;
    attend(Arc::clone(&store), hours(202)).await.unwrap();
    assert!(facts_of(&*store, late).await.unwrap().is_some());
}

async fn what_is_critical_is_told_once_and_what_is_history_is_not(on: Backend) {
    let store = &on.database.store;
    let old = course(Mode::Drill, START, 40, 4);
    old.store(&**store).await;
    keep(&**store, old.run(), hours(72)).await.unwrap();
    let told = async || list::<Raised>(&**store, Query::default()).await.unwrap().len();
    assert_eq!(told().await, 0, "three days later it is history");
    let new = course(Mode::Drill, hours(72), 40, 4);
    new.store(&**store).await;
    keep(&**store, new.run(), new.now()).await.unwrap();
    keep(&**store, new.run(), new.now()).await.unwrap();
    // The runbook and its first service were late; the unit that was late is no objective of the business.
    assert_eq!(told().await, 2);
}
