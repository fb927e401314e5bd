//! Votes through engines on a real database: whatever meets whatever, each vote counts once, and a decision and what follows
//! from it are there together or not at all.

#![expect(clippy::disallowed_methods, reason = "ids of the tests are drawn as they are needed")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use engine::base::{Digest, Millis, RequestId, RunId, SystemClock, SystemIds};
use engine::executor::{Adoption, Declaration, Engine, Options};
use engine::plan::{Mode, compile};
use engine::run::{Actor, Answer, Ballot, Door, Event, Request, Row, Submission};
use engine::runbook::Source;
use engine::store::{Database, Owner};
use futures::future::join_all;
use uuid::Uuid;

use crate::backend::Backend;
use crate::idle::Idle;

const PATIENCE: Duration = Duration::from_mins(1);

/// A run whose only unit is a gate, and the engine that carries it.
pub(crate) struct Poll {
    pub(crate) backend: Backend,
    pub(crate) engine: Engine,
    pub(crate) run: RunId,
}

pub(crate) fn engine(database: &Database, name: &str) -> Engine {
    Engine::start(Options {
        store: Arc::clone(&database.store),
        runner: Arc::new(Idle),
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        owner: Owner(name.to_owned()),
        version: "test".to_owned(),
        base: std::collections::BTreeMap::new(),
        adoption: Adoption::Orphans,
        lease_ttl: Millis::seconds(1),
    })
}

pub(crate) fn actor(name: &str, role: &str) -> Actor {
    Actor { name: name.parse().unwrap(), roles: vec![role.parse().unwrap()], via: Door::Console }
}

impl Poll {
    pub(crate) async fn open(backend: Backend, gate: &str) -> Self {
        let text = format!("runbook: poll\ntitle: Poll\nunits:\n  go: {{target: 1m, gate: {{{gate}}}}}\n");
        let compiled = compile(&Source::new("poll.yaml", &*text));
        let plan = compiled.plan.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
        let engine = engine(&backend.database, "first");
        let declaration = Declaration {
            run: RunId(Uuid::now_v7()),
            plan: Arc::new(plan),
            source: text,
            mode: Mode::Drill,
            inputs: std::collections::BTreeMap::new(),
            secrets: std::collections::BTreeMap::new(),
            requester: actor("kim", "operator"),
            reason: "race".to_owned(),
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
        let run = engine.declare(declaration).await.unwrap();
        let poll = Self { backend, engine, run };
        poll.opened(1).await;
        poll
    }

    pub(crate) async fn events(&self) -> Vec<Event> {
        let rows: Vec<Row> = self.backend.database.store.rows_after(self.run, 0, 1_000).await.unwrap();
        rows.iter().map(|row| serde_json::from_str(&row.event).unwrap()).collect()
    }

    /// What is voted on at an opening of the gate, once it is open.
    pub(crate) async fn opened(&self, opening: usize) -> Digest {
        loop {
            let events = self.events().await;
            let mut opened = events.iter().filter_map(|event| match event {
                Event::GateOpened { digest, .. } => Some(*digest),
                _ => None,
            });
            if let Some(digest) = opened.nth(opening - 1) {
                return digest;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) async fn until(&self, wanted: impl Fn(&Event) -> bool) -> Vec<Event> {
        loop {
            let events = self.events().await;
            if events.iter().any(&wanted) {
                return events;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) fn submission(&self, actor: Actor, request: Request) -> Submission {
        let at = engine::base::Clock::now(&SystemClock);
        Submission { id: RequestId(Uuid::now_v7()), run: self.run, actor, request, at }
    }

    pub(crate) fn vote(&self, name: &str, digest: Digest) -> Submission {
        let ballot = Box::new(Ballot::new(true, String::new(), digest));
        self.submission(actor(name, "commander"), Request::Vote { unit: "go".parse().unwrap(), ballot })
    }

    pub(crate) async fn put(&self, engine: &Engine, submission: Submission) -> bool {
        matches!(engine.submit(submission, Vec::new(), PATIENCE).await.unwrap(), Answer::Accepted { .. })
    }
}

pub(crate) fn voters(events: &[Event]) -> Vec<String> {
    let name = |event: &Event| match event {
        Event::Voted { vote, .. } => Some(vote.voter().to_string()),
        _ => None,
    };
    events.iter().filter_map(name).collect()
}

pub(crate) fn decisions(events: &[Event]) -> Vec<bool> {
    let approved = |event: &Event| match event {
        Event::GateDecided { approved, .. } => Some(*approved),
        _ => None,
    };
    events.iter().filter_map(approved).collect()
}

async fn many_at_once(backend: Backend) {
    let poll = Poll::open(backend, "approvers: [commander], quorum: 4").await;
    let digest = poll.opened(1).await;
    // Half of them come in through a process that does not carry the run.
    let other = engine(&poll.backend.again().await, "second");
    let names: Vec<String> = (0..8).map(|n| format!("voter-{n}")).collect();
    let twice = names.iter().chain(&names).zip([&poll.engine, &other].into_iter().cycle());
    let answers = join_all(twice.map(|(name, engine)| poll.put(engine, poll.vote(name, digest)))).await;
    let events = poll.until(|event| matches!(event, Event::Ended { .. })).await;
    let voters = voters(&events);
    assert_eq!(voters.len(), 4, "what comes after the decision is not taken: {voters:?}");
    assert_eq!(voters.iter().collect::<BTreeSet<_>>().len(), 4, "nobody counts twice: {voters:?}");
    assert_eq!(answers.into_iter().filter(|accepted| *accepted).count(), 4, "who was told yes is in the journal");
    assert_eq!(decisions(&events), [true]);
    other.shut_down_hard();
    poll.engine.shut_down_hard();
}

async fn against_an_abort(backend: Backend) {
    let poll = Poll::open(backend, "approvers: [commander], quorum: 2").await;
    let digest = poll.opened(1).await;
    let other = engine(&poll.backend.again().await, "second");
    let abort = poll.submission(actor("choi", "commander"), Request::Abort { reason: "enough".to_owned() });
    let votes = join_all((0..6).map(|n| {
        let vote = poll.vote(&format!("voter-{n}"), digest);
        poll.put(if n % 2 == 0 { &other } else { &poll.engine }, vote)
    }));
    let (votes, aborted) = tokio::join!(votes, poll.put(&other, abort));
    let events = poll.until(|event| matches!(event, Event::Ended { .. })).await;
    assert_eq!(voters(&events).len(), votes.into_iter().filter(|accepted| *accepted).count());
    let at = events.iter().position(|event| matches!(event, Event::AbortRequested { .. }));
    assert_eq!(at.is_some(), aborted, "the abort took effect exactly if it was accepted");
    assert_eq!(decisions(&events).len(), usize::from(!aborted), "either the votes decided or the abort did");
    assert!(at.is_none_or(|at| voters(&events[at..]).is_empty()), "nothing counts after an abort");
    other.shut_down_hard();
    poll.engine.shut_down_hard();
}

async fn against_the_time_out(backend: Backend) {
    let poll = Poll::open(backend, "approvers: [commander], timeout: 1s, on_timeout: fail").await;
    let digest = poll.opened(1).await;
    let mut accepted = 0;
    // One after the other, every one before its answer decides what the next one meets, until time has decided or a vote.
    for n in 0.. {
        // Those without the role knock until shortly before and beyond the time-out; then one comes that counts.
        let role = if n < 20 { "operator" } else { "commander" };
        let ballot = Box::new(Ballot::new(true, String::new(), digest));
        let request = Request::Vote { unit: "go".parse().unwrap(), ballot };
        accepted +=
            usize::from(poll.put(&poll.engine, poll.submission(actor(&format!("voter-{n}"), role), request)).await);
        if !decisions(&poll.events().await).is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(45)).await;
    }
    let events = poll.events().await;
    let overdue = events.iter().any(|event| matches!(event, Event::GateOverdue { .. }));
    assert_eq!(decisions(&events), [!overdue], "the one that came first decided, and silence approves nothing");
    assert_eq!((voters(&events).len(), accepted), if overdue { (0, 0) } else { (1, 1) });
    let late = poll.put(&poll.engine, poll.vote("late", digest)).await;
    assert!(!late && voters(&poll.events().await).len() == accepted);
    poll.engine.shut_down_hard();
}

async fn against_a_new_opening(backend: Backend) {
    let poll = Poll::open(backend, "approvers: [commander], quorum: 2").await;
    let old = poll.opened(1).await;
    let no = Box::new(Ballot::new(false, "not yet".to_owned(), old));
    let reject = Request::Vote { unit: "go".parse().unwrap(), ballot: no };
    assert!(poll.put(&poll.engine, poll.submission(actor("choi", "commander"), reject)).await);
    let again = poll.submission(actor("kim", "operator"), Request::RetryUnit { unit: "go".parse().unwrap() });
    let other = engine(&poll.backend.again().await, "second");
    let stale = join_all((0..6).map(|n| poll.put(&other, poll.vote(&format!("voter-{n}"), old))));
    let (stale, retried) = tokio::join!(stale, poll.put(&poll.engine, again));
    assert!(retried && !stale.contains(&true), "a vote on what is not asked any more counts for nothing: {stale:?}");
    let new = poll.opened(2).await;
    assert_ne!(old, new);
    for name in ["voter-0", "choi"] {
        assert!(poll.put(&other, poll.vote(name, new)).await, "{name} is asked anew");
    }
    let events = poll.until(|event| matches!(event, Event::Ended { .. })).await;
    assert_eq!(
        (voters(&events), decisions(&events)),
        (["choi", "voter-0", "choi"].map(str::to_owned).to_vec(), vec![false, true])
    );
    other.shut_down_hard();
    poll.engine.shut_down_hard();
}

async fn against_the_end_of_the_engine(backend: Backend) {
    let poll = Poll::open(backend, "approvers: [commander]").await;
    let digest = poll.opened(1).await;
    let other_database = poll.backend.again().await;
    let votes: Vec<Submission> = (0..4).map(|n| poll.vote(&format!("voter-{n}"), digest)).collect();
    for vote in &votes {
        other_database.store.submit(vote.clone(), Vec::new()).await.unwrap();
    }
    // It dies at whatever it has come to by now; another one takes over once its lease is over.
    poll.engine.shut_down_hard();
    let other = engine(&other_database, "second");
    let answers = join_all(votes.into_iter().map(|vote| poll.put(&other, vote))).await;
    let events = poll.until(|event| matches!(event, Event::Ended { .. })).await;
    assert_eq!(answers.into_iter().filter(|accepted| *accepted).count(), 1, "one vote was enough");
    let voted = events.iter().position(|event| matches!(event, Event::Voted { .. })).unwrap();
    assert!(matches!(events[voted + 1], Event::GateDecided { approved: true, .. }), "{:?}", events[voted + 1]);
    assert_eq!((voters(&events).len(), decisions(&events)), (1, vec![true]));
    other.shut_down_hard();
}

/// Makes a test of each race for each database.
macro_rules! on_both_databases {
    ($($test:ident: $race:ident,)*) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")] async fn $test() { super::$race(crate::backend::sqlite().await).await; })*
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread")] async fn $test() { super::$race(crate::backend::postgres().await).await; })*
        }
    };
}
pub(crate) use on_both_databases;

on_both_databases! {
    of_many_who_vote_at_once_twice_each_counts_once: many_at_once,
    a_vote_and_an_abort_have_one_outcome: against_an_abort,
    a_vote_and_the_time_out_have_one_outcome: against_the_time_out,
    a_vote_on_what_was_asked_before_counts_for_nothing: against_a_new_opening,
    an_engine_that_dies_between_vote_and_transition_has_taken_neither_or_both: against_the_end_of_the_engine,
}
