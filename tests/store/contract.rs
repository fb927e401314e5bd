//! What every store promises, one sentence a test.

use engine::base::Millis;
use engine::plan::Mode;
use engine::run::{Answer, AttemptId, Head, RunStatus};
use engine::store::{Append, Error, RunFilter, with_rows};

use crate::backend::{Backend, on_every_backend};
use crate::world::{
    HOUR, append, chunk, commit, created, owner, refused, request_id, rows, run_id, submission, summary, taken,
    verified,
};

on_every_backend! {
    what_is_written_is_read_back_to_the_byte,
    a_run_is_made_once,
    rows_must_follow_one_another,
    unknown_runs_are_named,
    an_append_that_does_not_know_the_end_is_refused,
    an_append_whose_acknowledgement_was_lost_may_come_again,
    a_refused_append_harms_no_other_of_its_batch,
    appends_of_one_run_follow_one_another_in_a_batch,
    a_lease_is_given_to_one_owner_at_a_time,
    a_token_is_never_given_twice,
    an_owner_that_was_overtaken_can_not_append,
    an_expired_lease_is_good_until_somebody_takes_it,
    renewing_prolongs_what_is_still_ours,
    orphans_are_runs_that_want_an_engine_and_have_none,
    a_request_is_put_once_and_answered_once,
    an_answer_is_kept_only_with_its_rows,
    output_is_kept_once_whatever_its_borders,
    output_ends_at_a_mebibyte,
    runs_are_listed_newest_first_and_filtered,
    every_commit_changes_the_counter,
    rows_are_read_in_pages,
    a_long_journal_is_handed_over_whole,
}

async fn what_is_written_is_read_back_to_the_byte(on: Backend) {
    let (store, run) = (&on.database.store, run_id(1));
    let (lease, mut head) = taken(&**store, run, &owner("a")).await;
    let given = append(&lease, &mut head, 40);
    commit(&**store, given.clone()).await.unwrap();
    let stored = on.again().await.store.load(run).await.unwrap();
    assert_eq!(stored.frozen, created(run, &mut Head::START.clone()).frozen);
    assert_eq!(stored.rows[2..], given.rows);
    assert_eq!(verified(run, &stored.rows), head);
}

async fn a_run_is_made_once(on: Backend) {
    let (store, run) = (&on.database.store, run_id(1));
    let first = created(run, &mut Head::START.clone());
    store.create(first.clone()).await.unwrap();
    let mut second = first.clone();
    second.frozen.plan = "another".into();
    assert!(matches!(store.create(second).await, Err(Error::RunExists(id)) if id == run));
    assert_eq!(store.load(run).await.unwrap().frozen, first.frozen);
}

async fn rows_must_follow_one_another(on: Backend) {
    let (store, run) = (&on.database.store, run_id(1));
    let mut head = Head::START;
    let mut gap = created(run, &mut head);
    gap.rows.remove(0);
    assert!(matches!(store.create(gap).await, Err(Error::Conflict { found: 0, expected: 1, .. })));

    let (lease, mut head) = taken(&**store, run, &owner("a")).await;
    let mut gap = append(&lease, &mut head, 3);
    gap.rows.remove(1);
    assert!(matches!(commit(&**store, gap).await, Err(Error::Conflict { found: 2, expected: 4, .. })));
    assert_eq!(store.load(run).await.unwrap().rows.len(), 2);
}

async fn unknown_runs_are_named(on: Backend) {
    let (store, run) = (&on.database.store, run_id(9));
    let (mut lease, mut head) = taken(&**store, run_id(1), &owner("a")).await;
    lease.run = run;
    let named = |error: Error| matches!(error, Error::NoSuchRun(id) if id == run);
    assert!(named(store.load(run).await.unwrap_err()));
    assert!(named(store.rows_after(run, 0, 10).await.unwrap_err()));
    assert!(named(store.output(run, AttemptId(1)).await.unwrap_err()));
    assert!(named(store.acquire(run, &owner("a"), HOUR).await.unwrap_err()));
    assert!(named(store.submit(submission(request_id(1), run), Vec::new()).await.unwrap_err()));
    assert!(named(commit(&**store, append(&lease, &mut head, 1)).await.unwrap_err()));
    assert_eq!(store.answer(request_id(1)).await.unwrap(), None);
}

async fn an_append_that_does_not_know_the_end_is_refused(on: Backend) {
    let (store, run) = (&on.database.store, run_id(1));
    let (lease, head) = taken(&**store, run, &owner("a")).await;
    let mut at = head;
    let first = append(&lease, &mut at, 2);
    commit(&**store, first).await.unwrap();

    let mut behind = head;
    rows(&mut behind, run_id(2), 1); // another history from the same end
    behind.seq = head.seq;
    let stale = append(&lease, &mut behind, 2);
    assert!(matches!(commit(&**store, stale).await, Err(Error::Conflict { found: 4, expected: 2, .. })));

    let mut ahead = Head { seq: 9, ..at };
    let early = append(&lease, &mut ahead, 1);
    assert!(matches!(commit(&**store, early).await, Err(Error::Conflict { found: 4, expected: 9, .. })));
    assert_eq!(verified(run, &store.load(run).await.unwrap().rows), at);
}

async fn an_append_whose_acknowledgement_was_lost_may_come_again(on: Backend) {
    let (store, run) = (&on.database.store, run_id(1));
    let (lease, mut head) = taken(&**store, run, &owner("a")).await;
    let mut given = append(&lease, &mut head, 3);
    given.output.push(chunk(1, 0, "once"));
    commit(&**store, given.clone()).await.unwrap();
    commit(&**store, given.clone()).await.unwrap();
    // What had come up meanwhile may go with it.
    given.rows.extend(rows(&mut head, run, 2));
    given.output.push(chunk(1, 4, " more"));
    commit(&**store, given).await.unwrap();
    assert_eq!(verified(run, &store.load(run).await.unwrap().rows), head);
    assert_eq!(store.output(run, AttemptId(1)).await.unwrap(), "once more");
}

async fn a_refused_append_harms_no_other_of_its_batch(on: Backend) {
    let store = &on.database.store;
    let (first, mut first_head) = taken(&**store, run_id(1), &owner("a")).await;
    let (second, mut second_head) = taken(&**store, run_id(2), &owner("a")).await;
    let (third, mut third_head) = taken(&**store, run_id(3), &owner("a")).await;
    store.acquire(run_id(2), &owner("a"), HOUR).await.unwrap().unwrap();
    store.submit(submission(request_id(1), run_id(2)), Vec::new()).await.unwrap();
    let mut stale = append(&second, &mut second_head, 2);
    stale.output.push(chunk(1, 0, "never"));
    stale.answers.push((request_id(1), Answer::Accepted { seq: 4 }));
    let batch = vec![append(&first, &mut first_head, 2), stale, append(&third, &mut third_head, 1)];
    let verdicts = store.append(batch).await.unwrap();
    assert!(matches!(verdicts[..], [Ok(()), Err(Error::Fenced { held: 2, ours: 1, .. }), Ok(())]), "{verdicts:?}");
    assert_eq!(verified(run_id(1), &store.load(run_id(1)).await.unwrap().rows), first_head);
    assert_eq!(store.load(run_id(2)).await.unwrap().rows.len(), 2);
    assert_eq!(store.output(run_id(2), AttemptId(1)).await.unwrap(), "");
    assert_eq!(store.answer(request_id(1)).await.unwrap(), None);
    assert_eq!(verified(run_id(3), &store.load(run_id(3)).await.unwrap().rows), third_head);
}

async fn appends_of_one_run_follow_one_another_in_a_batch(on: Backend) {
    let (store, run) = (&on.database.store, run_id(1));
    let (lease, mut head) = taken(&**store, run, &owner("a")).await;
    let start = head;
    let mut first = append(&lease, &mut head, 2);
    first.output.push(chunk(1, 0, "one "));
    let mut second = append(&lease, &mut head, 1);
    second.output.push(chunk(1, 4, "two"));
    second.summary = summary(RunStatus::Waiting);
    let late = append(&lease, &mut Head { hash: head.hash, ..start }, 1);
    let verdicts = store.append(vec![first, second, late]).await.unwrap();
    assert!(matches!(verdicts[..], [Ok(()), Ok(()), Err(Error::Conflict { found: 5, .. })]), "{verdicts:?}");
    assert_eq!(verified(run, &store.load(run).await.unwrap().rows), head);
    assert_eq!(store.output(run, AttemptId(1)).await.unwrap(), "one two");
    assert_eq!(store.runs(RunFilter::default()).await.unwrap()[0].summary.status, RunStatus::Waiting);
}

async fn a_lease_is_given_to_one_owner_at_a_time(on: Backend) {
    let (store, run) = (&on.database.store, run_id(1));
    let (lease, _) = taken(&**store, run, &owner("a")).await;
    assert_eq!(on.again().await.store.acquire(run, &owner("b"), HOUR).await.unwrap(), None);
    assert_eq!(store.runs(RunFilter::default()).await.unwrap()[0].owner.as_deref(), Some("a"));
    store.release(&lease).await.unwrap();
    assert_eq!(store.runs(RunFilter::default()).await.unwrap()[0].owner, None);
    let theirs = store.acquire(run, &owner("b"), HOUR).await.unwrap().unwrap();
    assert_eq!(theirs.owner, owner("b"));
    // What is no longer ours is left alone.
    store.release(&lease).await.unwrap();
    assert_eq!(store.acquire(run, &owner("a"), HOUR).await.unwrap(), None);
}

async fn a_token_is_never_given_twice(on: Backend) {
    let (store, run) = (&on.database.store, run_id(1));
    let (first, _) = taken(&**store, run, &owner("a")).await;
    let again = store.acquire(run, &owner("a"), Millis(0)).await.unwrap().unwrap();
    let over = store.acquire(run, &owner("b"), HOUR).await.unwrap().unwrap();
    store.release(&over).await.unwrap();
    let after = store.acquire(run, &owner("a"), HOUR).await.unwrap().unwrap();
    assert_eq!([first.token, again.token, over.token, after.token], [1, 2, 3, 4]);
}

async fn an_owner_that_was_overtaken_can_not_append(on: Backend) {
    let (store, run) = (&on.database.store, run_id(1));
    let (_, mut head) = taken(&**store, run, &owner("a")).await;
    let ours = store.acquire(run, &owner("a"), Millis(0)).await.unwrap().unwrap();
    let other = on.again().await;
    let theirs = other.store.acquire(run, &owner("b"), HOUR).await.unwrap().unwrap();
    let stale = append(&ours, &mut head.clone(), 1);
    assert!(matches!(commit(&**store, stale.clone()).await, Err(Error::Fenced { held: 3, ours: 2, .. })));
    commit(&*other.store, append(&theirs, &mut head, 1)).await.unwrap();
    other.store.release(&theirs).await.unwrap();
    assert!(matches!(commit(&**store, stale).await, Err(Error::Fenced { .. })), "a release gives nothing back");
    let released = append(&theirs, &mut head.clone(), 1);
    assert!(matches!(commit(&**store, released).await, Err(Error::Fenced { held: 3, ours: 3, .. })));
    assert_eq!(verified(run, &store.load(run).await.unwrap().rows), head);
}

async fn an_expired_lease_is_good_until_somebody_takes_it(on: Backend) {
    let (store, run) = (&on.database.store, run_id(1));
    let (_, mut head) = taken(&**store, run, &owner("a")).await;
    let expired = store.acquire(run, &owner("a"), Millis(0)).await.unwrap().unwrap();
    commit(&**store, append(&expired, &mut head, 1)).await.unwrap();
    assert_eq!(store.runs(RunFilter::default()).await.unwrap()[0].owner, None);
}

async fn renewing_prolongs_what_is_still_ours(on: Backend) {
    let store = &on.database.store;
    for n in 1..=4 {
        taken(&**store, run_id(n), &owner("a")).await;
        store.acquire(run_id(n), &owner("a"), Millis(0)).await.unwrap().unwrap();
    }
    let lost = store.acquire(run_id(2), &owner("b"), HOUR).await.unwrap().unwrap();
    let given = store.acquire(run_id(3), &owner("a"), HOUR).await.unwrap().unwrap();
    store.release(&given).await.unwrap();
    let mut kept = store.renew(&owner("a"), HOUR).await.unwrap();
    kept.sort_by_key(|lease| lease.run);
    assert_eq!(kept.iter().map(|lease| (lease.run, lease.token)).collect::<Vec<_>>(), [(run_id(1), 2), (run_id(4), 2)]);
    assert_eq!(store.acquire(run_id(1), &owner("b"), HOUR).await.unwrap(), None, "prolonged");
    assert_eq!(store.renew(&owner("b"), HOUR).await.unwrap(), [lost]);
}

async fn orphans_are_runs_that_want_an_engine_and_have_none(on: Backend) {
    let store = &on.database.store;
    for (n, status) in
        [(1, RunStatus::Running), (2, RunStatus::Failed), (3, RunStatus::Completed), (4, RunStatus::Paused)]
    {
        let (lease, mut head) = taken(&**store, run_id(n), &owner("a")).await;
        let done = Append { summary: summary(status), ..append(&lease, &mut head, 1) };
        commit(&**store, done).await.unwrap();
        assert_eq!(store.orphans().await.unwrap(), [], "all are held");
    }
    store.submit(submission(request_id(1), run_id(2)), Vec::new()).await.unwrap();
    for n in 1..=3 {
        store.acquire(run_id(n), &owner("a"), Millis(0)).await.unwrap().unwrap();
    }
    assert_eq!(store.orphans().await.unwrap(), [run_id(1), run_id(2)], "one runs, one is asked; one is over, one held");
    store.create(created(run_id(5), &mut Head::START.clone())).await.unwrap();
    assert_eq!(store.orphans().await.unwrap(), [run_id(1), run_id(2), run_id(5)], "one was only declared");
    let (lease, head) =
        (store.acquire(run_id(2), &owner("a"), HOUR).await.unwrap().unwrap(), store.load(run_id(2)).await);
    let mut head = verified(run_id(2), &head.unwrap().rows);
    let mut answered = append(&lease, &mut head, 1);
    answered.summary = summary(RunStatus::Failed);
    answered.answers.push((request_id(1), refused("no")));
    commit(&**store, answered).await.unwrap();
    store.release(&lease).await.unwrap();
    assert_eq!(store.orphans().await.unwrap(), [run_id(1), run_id(5)], "an answered request asks nothing more");
}

async fn a_request_is_put_once_and_answered_once(on: Backend) {
    let (store, run) = (&on.database.store, run_id(1));
    let (lease, mut head) = taken(&**store, run, &owner("a")).await;
    taken(&**store, run_id(2), &owner("a")).await;
    let (first, second) = (submission(request_id(7), run), submission(request_id(3), run));
    let elsewhere = submission(request_id(5), run_id(2));
    for given in [&first, &second, &elsewhere, &first] {
        store.submit(given.clone(), Vec::new()).await.unwrap();
    }
    let mut changed = first.clone();
    changed.run = run_id(2);
    store.submit(changed, Vec::new()).await.unwrap();
    let both = [run, run_id(2)];
    let other = on.again().await.store;
    assert_eq!(other.pending(&both).await.unwrap(), [first.clone(), second.clone(), elsewhere.clone()]);
    assert_eq!(store.pending(&[run]).await.unwrap(), [first.clone(), second.clone()]);
    assert_eq!(store.pending(&[]).await.unwrap(), []);

    let mut answering = append(&lease, &mut head, 1);
    answering.answers = vec![
        (first.id, Answer::Accepted { seq: 3 }),
        (first.id, refused("too late")),
        (elsewhere.id, refused("not its run")),
        (request_id(99), refused("never asked")),
    ];
    commit(&**store, answering).await.unwrap();
    let mut again = append(&lease, &mut head, 1);
    again.answers = vec![(first.id, refused("changed its mind"))];
    commit(&**store, again).await.unwrap();
    assert_eq!(store.answer(first.id).await.unwrap(), Some(Answer::Accepted { seq: 3 }));
    assert_eq!(store.answer(second.id).await.unwrap(), None);
    assert_eq!(store.pending(&both).await.unwrap(), [second, elsewhere]);
}

async fn an_answer_is_kept_only_with_its_rows(on: Backend) {
    let (store, run) = (&on.database.store, run_id(1));
    let (lease, mut head) = taken(&**store, run, &owner("a")).await;
    store.submit(submission(request_id(1), run), Vec::new()).await.unwrap();
    let mut early = append(&lease, &mut Head { seq: 7, ..head }, 1);
    early.answers.push((request_id(1), refused("x")));
    assert!(matches!(commit(&**store, early).await, Err(Error::Conflict { .. })));
    assert_eq!(store.answer(request_id(1)).await.unwrap(), None);
    let mut only = append(&lease, &mut head, 0);
    only.answers.push((request_id(1), refused("no rows are needed")));
    commit(&**store, only).await.unwrap();
    assert_eq!(store.answer(request_id(1)).await.unwrap(), Some(refused("no rows are needed")));
}

async fn output_is_kept_once_whatever_its_borders(on: Backend) {
    let (store, run) = (&on.database.store, run_id(1));
    let (lease, mut head) = taken(&**store, run, &owner("a")).await;
    for output in [
        vec![chunk(1, 0, "기동\u{0}"), chunk(2, 0, "other")],
        vec![chunk(1, 0, "기동\u{0}"), chunk(1, 7, "완료")],
        vec![chunk(1, 3, "동\u{0}완료 끝")],
        vec![chunk(1, 0, "기")],
    ] {
        let given = Append { output, ..append(&lease, &mut head, 0) };
        commit(&**store, given).await.unwrap();
    }
    assert_eq!(store.output(run, AttemptId(1)).await.unwrap(), "기동\u{0}완료 끝");
    assert_eq!(store.output(run, AttemptId(2)).await.unwrap(), "other");
    assert_eq!(store.output(run, AttemptId(3)).await.unwrap(), "");
}

async fn output_ends_at_a_mebibyte(on: Backend) {
    let (store, run) = (&on.database.store, run_id(1));
    let (lease, mut head) = taken(&**store, run, &owner("a")).await;
    let half = "x".repeat((1 << 19) - 1);
    for n in 0..4 {
        let output = vec![chunk(1, n * half.len() as u64, &half)];
        commit(&**store, Append { output, ..append(&lease, &mut head, 0) }).await.unwrap();
    }
    assert_eq!(store.output(run, AttemptId(1)).await.unwrap().len(), 1 << 20);
}

async fn runs_are_listed_newest_first_and_filtered(on: Backend) {
    let store = &on.database.store;
    for n in [2, 1, 4, 3] {
        let mut given = created(run_id(n), &mut Head::START.clone());
        if n == 1 {
            given.summary.runbook = "db-only".parse().unwrap();
        }
        if n == 2 {
            given.summary.mode = Mode::Mock;
        }
        if n == 3 {
            given.summary.status = RunStatus::Aborted;
        }
        store.create(given).await.unwrap();
    }
    let listed =
        async |filter: RunFilter| -> Vec<_> { store.runs(filter).await.unwrap().iter().map(|run| run.run).collect() };
    let all = RunFilter::default;
    assert_eq!(listed(all()).await, [4, 3, 2, 1].map(run_id));
    assert_eq!(listed(RunFilter { limit: 2, ..all() }).await, [4, 3].map(run_id));
    assert_eq!(listed(RunFilter { before: Some(run_id(3)), ..all() }).await, [2, 1].map(run_id));
    assert_eq!(listed(RunFilter { open_only: true, ..all() }).await, [4, 2, 1].map(run_id));
    assert_eq!(listed(RunFilter { mode: Some(Mode::Mock), ..all() }).await, [2].map(run_id));
    assert_eq!(listed(RunFilter { runbook: Some("db-only".parse().unwrap()), ..all() }).await, [1].map(run_id));
    let first = &store.runs(all()).await.unwrap()[0];
    assert_eq!((first.seq, &first.summary), (2, &summary(RunStatus::Declared)));
}

async fn every_commit_changes_the_counter(on: Backend) {
    let (store, run) = (&on.database.store, run_id(1));
    let other = on.again().await.store;
    let mut last = (store.change_counter().await.unwrap(), other.change_counter().await.unwrap());
    let mut changed = async |what: &str| {
        let now = (store.change_counter().await.unwrap(), other.change_counter().await.unwrap());
        assert!(now.0 != last.0 && now.1 != last.1, "{what}");
        last = now;
    };
    let mut head = Head::START;
    store.create(created(run, &mut head)).await.unwrap();
    changed("create").await;
    let lease = store.acquire(run, &owner("a"), HOUR).await.unwrap().unwrap();
    changed("acquire").await;
    for _ in 0..20 {
        commit(&**store, append(&lease, &mut head, 1)).await.unwrap();
        changed("append").await;
    }
    other.submit(submission(request_id(1), run), Vec::new()).await.unwrap();
    changed("submit elsewhere").await;
    store.release(&lease).await.unwrap();
    changed("release").await;
}

async fn rows_are_read_in_pages(on: Backend) {
    let (store, run) = (&on.database.store, run_id(1));
    let (lease, mut head) = taken(&**store, run, &owner("a")).await;
    commit(&**store, append(&lease, &mut head, 8)).await.unwrap();
    let all = store.load(run).await.unwrap().rows;
    assert_eq!(store.rows_after(run, 0, 4).await.unwrap(), all[..4]);
    assert_eq!(store.rows_after(run, 4, 100).await.unwrap(), all[4..]);
    assert_eq!(store.rows_after(run, 10, 100).await.unwrap(), []);
}

async fn a_long_journal_is_handed_over_whole(on: Backend) {
    let (store, run) = (&*on.database.store, run_id(1));
    let (lease, mut head) = taken(store, run, &owner("a")).await;
    commit(store, append(&lease, &mut head, 9_000)).await.unwrap();
    let handed = with_rows(store, run, |rows| rows.collect::<Vec<_>>()).await.unwrap().unwrap();
    assert_eq!(verified(run, &handed), head);
    assert_eq!(handed, store.load(run).await.unwrap().rows);
    let first = with_rows(store, run, |mut rows| rows.next()).await.unwrap().unwrap();
    assert_eq!(first.as_ref(), handed.first(), "who wants no more is not waited for");
    assert!(matches!(with_rows(store, run_id(9), Iterator::count).await, Err(Error::NoSuchRun(id)) if id == run_id(9)));
    let broken = with_rows(store, run, |rows| assert_eq!(rows.count(), 0, "nobody's fault but the work's"));
    assert!(broken.await.unwrap().unwrap_err().is_panic());
}
