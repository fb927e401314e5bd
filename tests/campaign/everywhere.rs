//! Death at every boundary.

use engine::run::{Event, RunStatus};
use harness::postgres::Cluster;

use crate::field::{Field, UNITS, runbook, states};

/// Boundaries in the order in which a mortal engine reports how often it passed them.
const POINTS: [&str; 4] = ["before-append", "after-append", "after-spawn", "after-exit"];

async fn campaign(field: &Field) {
    let whole = field.run(&runbook(), "never", 0);
    assert_eq!(whole.status, "completed");
    let database = field.database().await;
    let expected = states(&field.load(&database, whole.run).await);
    let mut deaths = 0;
    for (point, passed) in POINTS.iter().zip(&whole.passed) {
        for count in 1..=*passed {
            deaths += u64::from(die_and_go_on(field, &database, point, count, &expected).await);
        }
    }
    // Commits group differently from run to run, so the very last boundaries may not be met; nearly all are.
    let boundaries: u64 = whole.passed.iter().sum();
    assert!(deaths * 10 >= boundaries * 8, "only {deaths} of {boundaries} boundaries were met");
}

async fn die_and_go_on(
    field: &Field,
    database: &engine::store::Database,
    point: &str,
    count: u64,
    expected: &std::collections::BTreeMap<String, engine::run::UnitState>,
) -> bool {
    let at = format!("{point} {count}");
    let first = field.run(&runbook(), point, count);
    if first.died && database.store.load(first.run).await.is_ok() {
        assert_eq!(field.resume(first.run).status, "completed", "{at}");
    } else if first.died {
        panic!("{at}: the run was acted on before it existed");
    }
    let loaded = field.load(database, first.run).await;
    assert_eq!(loaded.replayed.state.status(), RunStatus::Completed, "{at}");
    assert_eq!(&states(&loaded), expected, "{at}");
    let marks = field.marks();
    assert_eq!(marks.len(), 2 * UNITS, "{at}: {marks:?}");
    assert!(marks.values().all(|count| *count == 1), "{at}: something was done twice: {marks:?}");
    let state = &loaded.replayed.state;
    let wall = state.ended_at().unwrap().since(state.declared_at());
    assert_eq!(state.ledger().total(state.last_at()), wall, "{at}");
    let unknown = loaded.replayed.events.iter().filter(|(_, event)| matches!(event, Event::Unknown { .. })).count();
    assert_eq!(unknown, 0, "{at}: the keeper lived, so everything is known");
    assert_eq!(Field::left_over(first.run), Vec::<String>::new(), "{at}");
    first.died
}

#[tokio::test]
async fn an_engine_on_sqlite_killed_at_any_boundary_loses_nothing_and_starts_nothing_twice() {
    campaign(&Field::new(|folder| format!("sqlite://{}/relight.db", folder.display()))).await;
}

#[tokio::test]
async fn an_engine_on_postgresql_killed_at_any_boundary_loses_nothing_and_starts_nothing_twice() {
    let url = Cluster::shared().database().await;
    campaign(&Field::new(|_| url.clone())).await;
}
