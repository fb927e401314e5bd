//! Death between a vote and what follows from it: an engine that carries a run with a gate is killed with SIGKILL at every
//! boundary of its journal, while somebody votes once; another engine takes over.

use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::base::{Clock as _, Digest, RequestId, RunId, SystemClock};
use engine::run::{Actor, Answer, Ballot, Door, Event, Request, Row, Submission};
use engine::store::{Database, Store};
use harness::postgres::Cluster;
use uuid::Uuid;

use crate::field::Field;

const POINTS: [&str; 2] = ["before-append", "after-append"];

fn runbook() -> String {
    let line = "printf 'b %s\\\\n' $RELIGHT_UNIT >> $LOG";
    format!(
        "runbook: voting\nunits:\n  go: {{target: 1m, gate: {{question: Go?, approvers: [commander], timeout: 10m}}}}\n  \
         db:\n    needs: [go]\n    target: 5s\n    run: [{{command: \"{line}\", timeout: 60s}}]\n"
    )
}

async fn events(store: &dyn Store, run: RunId) -> Vec<Event> {
    let rows: Vec<Row> = store.rows_after(run, 0, 1_000).await.unwrap_or_default();
    rows.iter().map(|row| serde_json::from_str(&row.event).unwrap()).collect()
}

/// Votes once, as soon as the gate asks, whichever engine has the run then; and tells what became of that.
async fn vote(store: Arc<dyn Store>, run: RunId) -> Answer {
    let until = Instant::now() + Duration::from_mins(2);
    let digest: Digest = loop {
        let asked = events(&*store, run).await.into_iter().find_map(|event| match event {
            Event::GateOpened { digest, .. } => Some(digest),
            _ => None,
        });
        if let Some(digest) = asked {
            break digest;
        }
        assert!(Instant::now() < until, "the gate of {run} never asked");
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    let id = RequestId(Uuid::now_v7());
    let actor = Actor { name: "lee".parse().unwrap(), roles: vec!["commander".parse().unwrap()], via: Door::Console };
    let ballot = Box::new(Ballot::new(true, String::new(), digest));
    let request = Request::Vote { unit: "go".parse().unwrap(), ballot };
    let submission = Submission { id, run, actor, request, at: SystemClock.now() };
    store.submit(submission, Vec::new()).await.unwrap();
    loop {
        if let Some(answer) = store.answer(id).await.unwrap() {
            return answer;
        }
        assert!(Instant::now() < until, "the vote in {run} was never answered");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// One death, and whether it came about.
async fn die_and_go_on(field: &Field, database: &Database, point: &str, count: u64) -> (bool, Vec<u64>) {
    let at = format!("{point} {count}");
    let engine = field.start(&runbook(), point, count);
    let run = engine.run;
    let voter = tokio::spawn(vote(Arc::clone(&database.store), run));
    let first = tokio::task::spawn_blocking(move || engine.end()).await.unwrap();
    if first.died {
        // Whatever it had taken of the vote, it had taken together with the decision.
        let journal = events(&*database.store, run).await;
        let voted = journal.iter().filter(|event| matches!(event, Event::Voted { .. })).count();
        let decided = journal.iter().filter(|event| matches!(event, Event::GateDecided { approved: true, .. })).count();
        assert_eq!(voted, decided, "{at}: {journal:?}");
        if journal.is_empty() {
            voter.abort();
            return (true, first.passed);
        }
        assert_eq!(field.resume(run).status, "completed", "{at}");
    }
    let answer = tokio::time::timeout(Duration::from_mins(2), voter).await.unwrap().unwrap();
    assert!(matches!(answer, Answer::Accepted { .. }), "{at}: {answer:?}");
    let journal = events(&*database.store, run).await;
    let place = journal.iter().position(|event| matches!(event, Event::Voted { .. })).unwrap();
    assert!(matches!(journal[place + 1], Event::GateDecided { approved: true, .. }), "{at}: {:?}", journal[place + 1]);
    assert_eq!(journal.iter().filter(|event| matches!(event, Event::Voted { .. })).count(), 1, "{at}");
    assert_eq!(field.marks().get("b db"), Some(&1), "{at}: what was approved happened once");
    assert_eq!(Field::left_over(run), Vec::<String>::new(), "{at}");
    (first.died, first.passed)
}

async fn campaign(field: &Field) {
    let database = field.database().await;
    let (_, passed) = die_and_go_on(field, &database, "never", 0).await;
    let mut deaths = 0;
    for (point, passed) in POINTS.iter().zip(&passed) {
        for count in 1..=*passed {
            deaths += u64::from(die_and_go_on(field, &database, point, count).await.0);
        }
    }
    // Commits group differently from run to run, so the very last boundaries may not be met.
    let boundaries: u64 = passed.iter().take(POINTS.len()).sum();
    assert!(boundaries >= 4 && deaths * 10 >= boundaries * 7, "only {deaths} of {boundaries} boundaries were met");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_vote_and_decision_survive_a_kill_together_or_neither_does() {
    campaign(&Field::new(|folder| format!("sqlite://{}/relight.db", folder.display()))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgresql_vote_and_decision_survive_a_kill_together_or_neither_does() {
    let url = Cluster::shared().database().await;
    campaign(&Field::new(|_| url.clone())).await;
}
