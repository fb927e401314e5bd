//! Votes cast in somebody's place, through engines on a real database: whatever meets whatever, the vote of one person counts
//! once, and not at all under a delegation that is over.

#![expect(clippy::disallowed_methods, reason = "ids of the tests are drawn as they are needed")]

use std::sync::Arc;
use std::time::Duration;

use engine::base::{Digest, Lang, Millis, SystemClock, Timestamp};
use engine::identity::{Grant, Mandate, User};
use engine::plan::Mode;
use engine::run::{Actor, Answer, Ballot, Delegation, Door, Event, Hand, Request, Submission};
use engine::store::{Change, Changed, Database, Kept as _, add};
use futures::future::join_all;
use relight::accounts::{By, SignIns};
use relight::board::Board;
use relight::extract::StandsIn;
use uuid::Uuid;

use crate::backend::Backend;
use crate::votes::{Poll, actor, decisions, engine, on_both_databases, voters};

const HOUR: u64 = 3_600_000;
const PATIENCE: Duration = Duration::from_mins(1);

fn now() -> Timestamp {
    engine::base::Clock::now(&SystemClock)
}

/// What `lee`, a commander, has handed on until an instant.
fn handed_on(until: Timestamp) -> Delegation {
    let roles = vec!["commander".parse().unwrap()];
    Delegation { from: "lee".parse().unwrap(), roles, since: Timestamp(0), until, reason: "away".to_owned() }
}

/// The vote of a deputy, who holds no role of the gate.
fn instead(poll: &Poll, deputy: &str, delegation: Delegation, digest: Digest) -> Submission {
    let ballot = Ballot { hand: Hand::For(delegation), ..Ballot::new(true, String::new(), digest) };
    poll.submission(actor(deputy, "operator"), Request::Vote { unit: "go".parse().unwrap(), ballot: Box::new(ballot) })
}

async fn with_the_absent_one(backend: Backend) {
    let poll = Poll::open(backend, "approvers: [commander], quorum: 2").await;
    let digest = poll.opened(1).await;
    let other = engine(&poll.backend.again().await, "second");
    let later = now().plus(Millis(HOUR));
    // Again and again, through both processes: the absent person, and who stands in for that person.
    let answers = join_all((0..12).map(|n| {
        let own = poll.vote("lee", digest);
        let vote = if n % 2 == 0 { own } else { instead(&poll, "choi", handed_on(later), digest) };
        poll.put(if n % 4 < 2 { &poll.engine } else { &other }, vote)
    }))
    .await;
    assert_eq!(answers.into_iter().filter(|accepted| *accepted).count(), 1, "one of the two counts");
    let events = poll.events().await;
    assert_eq!((voters(&events).len(), decisions(&events)), (1, vec![]), "one person is no quorum of two");
    // That vote is spent, whoever comes with it; another person decides.
    let again = instead(&poll, "choi", handed_on(later), digest);
    assert!(!poll.put(&other, poll.vote("lee", digest)).await && !poll.put(&other, again).await);
    assert!(poll.put(&other, poll.vote("park", digest)).await);
    let events = poll.until(|event| matches!(event, Event::Ended { .. })).await;
    assert_eq!((voters(&events).len(), decisions(&events)), (2, vec![true]));
    other.shut_down_hard();
    poll.engine.shut_down_hard();
}

async fn of_two_deputies(backend: Backend) {
    let poll = Poll::open(backend, "approvers: [commander], quorum: 2").await;
    let digest = poll.opened(1).await;
    let other = engine(&poll.backend.again().await, "second");
    let later = now().plus(Millis(HOUR));
    let answers = join_all((0..12).map(|n| {
        let deputy = ["choi", "han"][n % 2];
        poll.put(if n % 4 < 2 { &other } else { &poll.engine }, instead(&poll, deputy, handed_on(later), digest))
    }))
    .await;
    assert_eq!(answers.into_iter().filter(|accepted| *accepted).count(), 1, "two deputies of one person are one vote");
    let events = poll.events().await;
    assert_eq!((voters(&events).len(), decisions(&events)), (1, vec![]));
    other.shut_down_hard();
    poll.engine.shut_down_hard();
}

async fn at_its_last_instant(backend: Backend) {
    let poll = Poll::open(backend, "approvers: [commander], quorum: 2").await;
    let digest = poll.opened(1).await;
    // Each deputy of each absent person votes once, ever later; the delegations are over in the midst of it.
    let over = now().plus(Millis(400));
    let (mut last_taken, mut first_refused) = (None, None);
    for n in 0.. {
        let begun = now();
        let vote = instead(&poll, &format!("deputy-{n}"), handed_on(over), digest);
        match poll.engine.submit(vote, Vec::new(), PATIENCE).await.unwrap() {
            Answer::Accepted { .. } => last_taken = Some(begun),
            Answer::Refused { code, .. } if code == "not_delegated" => {
                first_refused = first_refused.or(Some(now()));
                if begun >= over {
                    break;
                }
            }
            // The first of them has spent the vote of the absent person.
            Answer::Refused { code, .. } => assert_eq!(code, "already_voted"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(last_taken.is_none_or(|at| at < over), "nothing counts from its last instant on");
    assert!(first_refused.is_some_and(|at| at >= over), "and nothing is refused for that before");
    let taken = usize::from(last_taken.is_some());
    let events = poll.events().await;
    assert_eq!((voters(&events).len(), decisions(&events)), (taken, vec![]));
    poll.engine.shut_down_hard();
}

/// What `choi` brings to the poll, as the door of a process sees it.
async fn brought(board: &Board, database: &Database, deputy: &User) -> Option<Delegation> {
    let mandates = board.mandates(&*database.store, &deputy.name).await.unwrap();
    let brought = StandsIn::of(deputy, mandates, now()).at(None, Mode::Drill, &"poll".parse().unwrap());
    brought.into_iter().next()
}

async fn against_its_withdrawal(backend: Backend) {
    let poll = Poll::open(backend, "approvers: [commander], quorum: 9").await;
    let digest = poll.opened(1).await;
    let account = |name: &str, role: &str| {
        let grants = vec![Grant::in_all_modes(role.parse().unwrap(), None)];
        User { given: grants, ..User::new(name.parse().unwrap(), String::new(), Lang::Ko, now()) }
    };
    let put = async |change: Change| {
        let done = poll.backend.database.store.change(now(), vec![change], Vec::new()).await.unwrap();
        assert_eq!(done, Changed::Done);
    };
    let deputy = account("choi", "operator");
    put(add(&deputy).unwrap()).await;
    let (second, board) = (poll.backend.again().await, Board::default());
    let other = engine(&second, "second");
    let sign_ins = SignIns::new(Arc::clone(&poll.backend.database.store), Arc::new(SystemClock), None);
    let mut taken = 0;
    for n in 0..6 {
        let giver = account(&format!("absent-{n}"), "commander");
        put(add(&giver).unwrap()).await;
        let mandate = Mandate {
            id: Uuid::now_v7(),
            from: giver.name.clone(),
            to: deputy.name.clone(),
            since: Timestamp(0),
            until: now().plus(Millis(HOUR)),
            reason: "away".to_owned(),
            org: None,
            roles: std::collections::BTreeSet::new(),
            runbooks: std::collections::BTreeSet::new(),
            given_at: now(),
            revoked_at: None,
        };
        put(add(&mandate).unwrap()).await;
        // The door of the other process has seen it before, and sees at once that it was taken back.
        let seen = brought(&board, &second, &deputy).await;
        assert_eq!(seen.map(|it| it.from), Some(giver.name.clone()), "{}", mandate.id());
        let by = By::host(Actor { name: giver.name.clone(), roles: vec![], via: Door::CommandLine });
        let vote = async || match brought(&board, &second, &deputy).await {
            Some(delegation) => {
                let voter = format!("choi-{n}");
                poll.put(&other, instead(&poll, &voter, delegation, digest)).await
            }
            None => false,
        };
        let (withdrawn, counted) = tokio::join!(sign_ins.take_back(&giver, mandate.id, &by), vote());
        withdrawn.unwrap();
        taken += usize::from(counted);
        assert!(brought(&board, &second, &deputy).await.is_none(), "after it was taken back nothing is brought");
        assert!(!vote().await, "and nothing counts");
    }
    assert_eq!(voters(&poll.events().await).len(), taken, "who was told yes is in the journal, and nobody else");
    other.shut_down_hard();
    poll.engine.shut_down_hard();
}

on_both_databases! {
    the_vote_of_an_absent_person_and_of_the_deputy_are_one: with_the_absent_one,
    two_deputies_of_one_person_are_one_vote: of_two_deputies,
    a_delegation_counts_up_to_its_last_instant: at_its_last_instant,
    a_delegation_that_was_taken_back_brings_nothing_at_any_door: against_its_withdrawal,
}
