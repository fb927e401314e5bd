//! Random histories, played on all three stores at once: whatever the caller can see must be the same.

use std::sync::atomic::{AtomicU64, Ordering};

use engine::base::{Millis, RequestId, RunId};
use engine::plan::Mode;
use engine::run::{Answer, AttemptId, Head, RunStatus};
use engine::store::{Append, Lease, Owner, RunFilter, Store};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::backend::{self, Backend};
use crate::world::{HOUR, append, chunk, created, owner, refused, request_id, run_id, submission, summary};

const RUNS: u8 = 4;
const OWNERS: u8 = 3;
const REQUESTS: u8 = 6;

/// One call. What depends on the past (leases, ends of journals) is picked when it is played, from what the reference holds.
#[derive(Debug, Clone)]
enum Step {
    Create {
        run: u8,
        status: RunStatus,
    },
    Acquire {
        run: u8,
        owner: u8,
        expired: bool,
    },
    Renew {
        owner: u8,
        expired: bool,
    },
    Release {
        lease: u8,
    },
    Append(Vec<Write>),
    /// The last batch once more, as after a lost acknowledgement.
    Again,
    Submit {
        run: u8,
        request: u8,
    },
}

/// One append of a batch.
#[derive(Debug, Clone)]
struct Write {
    /// Which of the leases ever given; mostly a late one.
    lease: u8,
    /// How far from the true end the writer believes it to be.
    astray: i8,
    /// How many of the last rows it gives again.
    repeated: u8,
    rows: u8,
    gap: bool,
    output: Vec<(u8, u8, u8)>,
    answers: Vec<(u8, bool)>,
    status: RunStatus,
}

/// The runs, requests and owners of one history. All histories are played on the same three stores, one after the other.
#[derive(Debug, Clone, Copy)]
struct Case(u128);

#[test]
fn random_histories_look_the_same_on_every_store() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let stores =
        runtime.block_on(async { [backend::memory().await, backend::sqlite().await, backend::postgres().await] });
    let cases = AtomicU64::new(0);
    // A fixed seed: the ordinary run always plays the same histories. Change it to play others.
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let config = Config { cases: 100, failure_persistence: None, max_shrink_iters: 300, ..Config::default() };
    TestRunner::new_with_rng(config, rng)
        .run(&prop::collection::vec(step(), 1..60), |steps| {
            let case = Case(cases.fetch_add(1, Ordering::Relaxed).into());
            runtime.block_on(play(case, &stores, &steps))
        })
        .unwrap();
}

async fn play(case: Case, stores: &[Backend; 3], steps: &[Step]) -> Result<(), TestCaseError> {
    let mut past = Past::default();
    for (place, step) in steps.iter().enumerate() {
        let batch = past.batch(case, &*stores[0].database.store, step).await;
        let reference = call(case, &*stores[0].database.store, step, &past, &batch).await;
        for on in &stores[1..] {
            let seen = call(case, &*on.database.store, step, &past, &batch).await;
            prop_assert_eq!(&reference, &seen, "at step {}: {:?}", place, step);
        }
        past.note(reference);
        past.last = batch;
    }
    let reference = everything(case, &*stores[0].database.store).await;
    for on in &stores[1..] {
        for (wanted, seen) in reference.iter().zip(everything(case, &*on.database.store).await) {
            prop_assert_eq!(wanted, &seen);
        }
    }
    Ok(())
}

impl Case {
    fn run(self, run: u8) -> RunId {
        run_id(self.0 * 16 + u128::from(run))
    }

    fn request(self, request: u8) -> RequestId {
        request_id(self.0 * 16 + u128::from(request))
    }

    fn owner(self, number: u8) -> Owner {
        owner(&format!("engine {number} of {}", self.0))
    }

    /// A run's mode is fixed when it is declared.
    fn mode(self, run: RunId) -> Mode {
        if run == self.run(1) { Mode::Mock } else { Mode::Drill }
    }
}

#[derive(Debug, Default)]
struct Past {
    leases: Vec<Lease>,
    last: Vec<Append>,
}

/// What a call gave, as its caller sees it.
#[derive(Debug, PartialEq)]
enum Seen {
    Done(String),
    Taken(Lease),
}

impl Past {
    /// The batch that a step writes, made from what the reference holds.
    async fn batch(&self, case: Case, reference: &dyn Store, step: &Step) -> Vec<Append> {
        match step {
            Step::Append(writes) if !self.leases.is_empty() => {
                let mut batch = Vec::new();
                for write in writes {
                    batch.push(self.write(case, reference, write).await);
                }
                batch
            }
            Step::Again => self.last.clone(),
            _ => Vec::new(),
        }
    }

    async fn write(&self, case: Case, reference: &dyn Store, write: &Write) -> Append {
        let lease = &self.leases[self.leases.len() - 1 - usize::from(write.lease) % self.leases.len()];
        let kept = reference.load(lease.run).await.unwrap().rows;
        let repeated = usize::from(write.repeated).min(kept.len());
        let (before, again) = kept.split_at(kept.len() - repeated);
        let mut head = kept.last().map_or(Head::START, |row| Head { seq: row.seq, hash: row.hash });
        head.seq = head.seq.saturating_add_signed(write.astray.into());
        let mut given = append(lease, &mut head, write.rows.into());
        if write.astray == 0 {
            given.expected = before.len() as u64;
            given.rows.splice(0..0, again.iter().cloned());
        }
        if write.gap && given.rows.len() > 1 {
            given.rows.remove(given.rows.len() / 2);
        }
        given.output = write
            .output
            .iter()
            .map(|(attempt, offset, length)| {
                let text: String = "가나\u{0}da".chars().cycle().take((*length).into()).collect();
                chunk((*attempt).into(), (*offset).into(), &text)
            })
            .collect();
        given.answers = write
            .answers
            .iter()
            .map(|(request, yes)| {
                let answer = if *yes { Answer::Accepted { seq: head.seq } } else { refused("아니오") };
                (case.request(*request), answer)
            })
            .collect();
        given.summary = summary(write.status);
        given.summary.mode = case.mode(lease.run);
        given
    }

    fn note(&mut self, seen: Seen) {
        if let Seen::Taken(lease) = seen
            && !self.leases.contains(&lease)
        {
            self.leases.push(lease);
        }
    }
}

async fn call(case: Case, store: &dyn Store, step: &Step, past: &Past, batch: &[Append]) -> Seen {
    match step {
        Step::Create { run, status } => {
            let mut given = created(case.run(*run), &mut Head::START.clone());
            given.summary.status = *status;
            given.summary.mode = case.mode(given.run);
            Seen::Done(format!("{:?}", store.create(given).await))
        }
        Step::Acquire { run, owner, expired } => {
            match store.acquire(case.run(*run), &case.owner(*owner), ttl(*expired)).await {
                Ok(Some(lease)) => Seen::Taken(lease),
                other => Seen::Done(format!("{other:?}")),
            }
        }
        Step::Renew { owner, expired } => {
            let mut leases = store.renew(&case.owner(*owner), ttl(*expired)).await.unwrap();
            leases.sort_by_key(|lease| lease.run);
            Seen::Done(format!("{leases:?}"))
        }
        Step::Release { lease } => {
            if !past.leases.is_empty() {
                store.release(&past.leases[usize::from(*lease) % past.leases.len()]).await.unwrap();
            }
            Seen::Done(String::new())
        }
        Step::Append(_) | Step::Again => Seen::Done(format!("{:?}", store.append(batch.to_vec()).await)),
        Step::Submit { run, request } => Seen::Done(format!(
            "{:?}",
            store.submit(submission(case.request(*request), case.run(*run)), Vec::new()).await
        )),
    }
}

/// All that can be asked of a store about the runs of a history.
async fn everything(case: Case, store: &dyn Store) -> Vec<String> {
    let mut seen = Vec::new();
    let runs: Vec<_> = (0..RUNS).map(|run| case.run(run)).collect();
    let all = || RunFilter { before: Some(case.run(RUNS)), limit: RUNS.into(), ..RunFilter::default() };
    for filter in [
        all(),
        RunFilter { open_only: true, limit: 2, ..all() },
        RunFilter { mode: Some(Mode::Mock), before: Some(case.run(3)), ..all() },
    ] {
        let mut listed = store.runs(filter).await.unwrap();
        listed.retain(|listed| runs.contains(&listed.run));
        seen.push(format!("{listed:?}"));
    }
    for run in &runs {
        seen.push(format!("{:?}", store.load(*run).await));
        seen.push(format!("{:?}", store.rows_after(*run, 3, 2).await));
        for attempt in 0..2 {
            seen.push(format!("{:?}", store.output(*run, AttemptId(attempt)).await));
        }
    }
    let mut orphans = store.orphans().await.unwrap();
    orphans.retain(|run| runs.contains(run));
    seen.push(format!("{orphans:?}"));
    seen.push(format!("{:?}", store.pending(&runs[1..]).await));
    for request in 0..REQUESTS {
        seen.push(format!("{:?}", store.answer(case.request(request)).await));
    }
    seen
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..RUNS, status()).prop_map(|(run, status)| Step::Create { run, status }),
        5 => (0..RUNS, 0..OWNERS, any::<bool>())
            .prop_map(|(run, owner, expired)| Step::Acquire { run, owner, expired }),
        1 => (0..OWNERS, any::<bool>()).prop_map(|(owner, expired)| Step::Renew { owner, expired }),
        1 => any::<u8>().prop_map(|lease| Step::Release { lease }),
        8 => prop::collection::vec(write(), 1..4).prop_map(Step::Append),
        2 => Just(Step::Again),
        3 => (0..RUNS, 0..REQUESTS).prop_map(|(run, request)| Step::Submit { run, request }),
    ]
}

fn write() -> impl Strategy<Value = Write> {
    let lease = prop_oneof![4 => Just(0), 1 => any::<u8>()];
    let astray = prop_oneof![8 => Just(0), 1 => -2..3_i8];
    let repeated = prop_oneof![4 => Just(0), 1 => 0..4_u8];
    let gap = prop::bool::weighted(0.05);
    let output = prop::collection::vec((0..2_u8, 0..12_u8, 0..9_u8), 0..3);
    let answers = prop::collection::vec((0..REQUESTS, any::<bool>()), 0..3);
    (lease, astray, repeated, 0..4_u8, gap, output, answers, status()).prop_map(
        |(lease, astray, repeated, rows, gap, output, answers, status)| Write {
            lease,
            astray,
            repeated,
            rows,
            gap,
            output,
            answers,
            status,
        },
    )
}

fn status() -> impl Strategy<Value = RunStatus> {
    prop::sample::select(vec![RunStatus::Declared, RunStatus::Running, RunStatus::Failed, RunStatus::Completed])
}

fn ttl(expired: bool) -> Millis {
    if expired { Millis(0) } else { HOUR }
}
