//! Records beside the journals, and the log of deeds.

use engine::base::{Digest, RequestId, Timestamp};
use engine::run::{Actor, Door, Head, Request, Submission};
use engine::store::{
    BrokenDeeds, Change, Changed, Deed, DeedChain, DeedOutcome, DeedQuery, Entry, Kept, Query, RecordedDeed, Versioned,
    add, due, find, list,
};
use serde::{Deserialize, Serialize};

use crate::backend::{Backend, on_every_backend};
use crate::world::{NOW, created, request_id, run_id};

on_every_backend! {
    an_entry_is_added_replaced_and_removed_by_who_saw_its_version,
    changes_are_made_together_or_not_at_all,
    entries_are_listed_by_group_and_page,
    what_is_due_comes_first_in_time,
    a_content_is_kept_once,
    values_keep_their_type_and_version,
    deeds_make_one_chain_whoever_records_them,
    deeds_are_found_by_what_they_say,
    a_refused_change_leaves_no_deed,
    a_request_and_its_deed_are_kept_together_and_once,
    many_at_once_make_one_chain_without_gaps,
}

fn change(id: &str, expected: u64, body: &str) -> Change {
    Change::Put { kind: "note", id: id.into(), expected, group: String::new(), due: None, body: body.into() }
}

fn deed(act: &str, by: &str) -> Deed {
    Deed {
        at: NOW,
        by: Actor { name: by.parse().unwrap(), roles: vec!["admin".parse().unwrap()], via: Door::Console },
        on_behalf_of: None,
        origin: "10.0.0.1".into(),
        act: act.into(),
        object: "note/a".into(),
        before: None,
        after: Some(serde_json::json!({"글": "본문"})),
        outcome: DeedOutcome::Done,
        reason: "정기 점검".into(),
    }
}

async fn made(on: &Backend, changes: Vec<Change>) -> bool {
    on.database.store.change(NOW, changes, Vec::new()).await.unwrap() == Changed::Done
}

async fn an_entry_is_added_replaced_and_removed_by_who_saw_its_version(on: Backend) {
    let store = &on.database.store;
    assert_eq!(store.entry("note", "a").await.unwrap(), None);
    assert!(!made(&on, vec![change("a", 1, "{}")]).await, "there is no version 1 yet");
    assert!(made(&on, vec![change("a", 0, r#"{"n":1}"#)]).await);
    assert!(!made(&on, vec![change("a", 0, "{}")]).await, "it is there already");
    let later = Timestamp(NOW.0 + 5);
    let wanted = Entry {
        id: "a".into(),
        version: 2,
        group: "g".into(),
        due: Some(Timestamp(9)),
        body: r#"{"n":"둘"}"#.into(),
        at: later,
    };
    let replaced = Change::Put {
        kind: "note",
        id: "a".into(),
        expected: 1,
        group: wanted.group.clone(),
        due: wanted.due,
        body: wanted.body.clone(),
    };
    assert_eq!(store.change(later, vec![replaced], Vec::new()).await.unwrap(), Changed::Done);
    assert_eq!(on.again().await.store.entry("note", "a").await.unwrap(), Some(wanted));
    assert_eq!(store.entry("other", "a").await.unwrap(), None, "a kind is a world of its own");

    let remove = |expected| Change::Remove { kind: "note", id: "a".into(), expected };
    let stale = Changed::Stale { kind: "note", id: "a".into() };
    assert_eq!(store.change(NOW, vec![remove(1)], Vec::new()).await.unwrap(), stale);
    assert!(made(&on, vec![remove(2)]).await);
    assert_eq!(store.entry("note", "a").await.unwrap(), None);
}

async fn changes_are_made_together_or_not_at_all(on: Backend) {
    assert!(made(&on, vec![change("a", 0, "1"), change("b", 0, "1")]).await);
    let stale = Changed::Stale { kind: "note", id: "b".into() };
    let changes = vec![change("a", 1, "2"), change("b", 7, "2"), change("c", 0, "2")];
    assert_eq!(on.database.store.change(NOW, changes, Vec::new()).await.unwrap(), stale);
    let bodies = on.database.store.entries("note", Query::default()).await.unwrap();
    assert_eq!(bodies.iter().map(|entry| entry.body.as_str()).collect::<Vec<_>>(), ["1", "1"]);
    // The store goes on after it.
    assert!(made(&on, vec![change("a", 1, "2"), change("a", 2, "3")]).await, "each sees the one before");
}

async fn entries_are_listed_by_group_and_page(on: Backend) {
    let put = |id: &str, group: &str| Change::Put {
        kind: "note",
        id: id.into(),
        expected: 0,
        group: group.into(),
        due: None,
        body: "1".into(),
    };
    let ids = ["case/01", "case/02", "case/03", "가", "나"];
    let groups = ["x", "y", "x", "x", ""];
    assert!(made(&on, ids.iter().zip(groups).map(|(id, group)| put(id, group)).collect()).await);
    let listed = async |query: Query| {
        let found = on.database.store.entries("note", query).await.unwrap();
        found.into_iter().map(|entry| entry.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(Query::default()).await, ids);
    assert_eq!(listed(Query::group("x")).await, ["case/01", "case/03", "가"]);
    let page = |after: &str, newest_first| Query {
        group: Some("x".into()),
        after: Some(after.into()),
        newest_first,
        limit: 1,
    };
    assert_eq!(listed(page("case/01", false)).await, ["case/03"]);
    assert_eq!(listed(page("가", true)).await, ["case/03"]);
    assert_eq!(listed(page("case/01", true)).await, [""; 0]);
}

async fn what_is_due_comes_first_in_time(on: Backend) {
    let put = |id: &str, due: Option<i64>| Change::Put {
        kind: "call",
        id: id.into(),
        expected: 0,
        group: String::new(),
        due: due.map(Timestamp),
        body: "1".into(),
    };
    assert!(made(&on, vec![put("a", Some(30)), put("b", Some(10)), put("c", None), put("d", Some(20))]).await);
    let due = async |now: i64, limit: u32| {
        let found = on.database.store.due("call", Timestamp(now), limit).await.unwrap();
        found.into_iter().map(|entry| entry.id).collect::<Vec<_>>()
    };
    assert_eq!(due(20, 0).await, ["b", "d"]);
    assert_eq!(due(99, 2).await, ["b", "d"]);
    assert_eq!(due(9, 0).await, [""; 0]);
}

async fn a_content_is_kept_once(on: Backend) {
    let bytes = vec![0_u8, 255, 7, 0];
    let digest = on.database.store.keep(bytes.clone()).await.unwrap();
    assert_eq!(digest, Digest::of(&bytes));
    assert_eq!(on.database.store.keep(bytes.clone()).await.unwrap(), digest);
    assert_eq!(on.again().await.store.kept(digest).await.unwrap(), Some(bytes));
    assert_eq!(on.database.store.kept(Digest::of(b"other")).await.unwrap(), None);
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    name: String,
    text: String,
    until: Option<Timestamp>,
}

impl Kept for Note {
    const KIND: &'static str = "note";
    fn id(&self) -> String {
        self.name.clone()
    }
    fn group(&self) -> String {
        self.text.chars().take(1).collect()
    }
    fn due(&self) -> Option<Timestamp> {
        self.until
    }
}

async fn values_keep_their_type_and_version(on: Backend) {
    let store = &*on.database.store;
    let note = Note { name: "가".into(), text: "본문".into(), until: Some(Timestamp(5)) };
    assert!(made(&on, vec![add(&note).unwrap()]).await);
    let found = find::<Note>(store, "가").await.unwrap().unwrap();
    assert_eq!(found, Versioned { value: note.clone(), version: 1 });
    assert_eq!(due::<Note>(store, Timestamp(5), 10).await.unwrap(), std::slice::from_ref(&found));
    let changed = Note { text: "다른".into(), until: None, ..note };
    assert!(made(&on, vec![found.put(&changed).unwrap()]).await);
    assert!(!made(&on, vec![found.put(&changed).unwrap()]).await, "that version is gone");
    let listed = list::<Note>(store, Query::group("다")).await.unwrap();
    assert_eq!(listed, [Versioned { value: changed, version: 2 }]);
    assert_eq!(due::<Note>(store, Timestamp(99), 10).await.unwrap(), []);
    assert!(made(&on, vec![listed[0].remove()]).await);
    assert_eq!(find::<Note>(store, "가").await.unwrap(), None);
}

async fn all(on: &Backend) -> Vec<RecordedDeed> {
    on.database.store.deeds(DeedQuery::default()).await.unwrap()
}

fn verified(rows: &[RecordedDeed]) -> Result<Vec<Deed>, BrokenDeeds> {
    let mut chain = DeedChain::START;
    rows.iter().map(|row| chain.accept(row)).collect()
}

async fn deeds_make_one_chain_whoever_records_them(on: Backend) {
    let store = &on.database.store;
    let (add, change) = (deed("user.add", "kim"), deed("user.change", "lee"));
    let done = store.change(NOW, Vec::new(), vec![add.clone(), change.clone()]).await.unwrap();
    assert_eq!(done, Changed::Done);
    let declare = deed("run.declare", "park");
    let mut run = created(run_id(1), &mut Head::START.clone());
    run.deeds = vec![declare.clone()];
    on.again().await.store.create(run.clone()).await.unwrap();
    assert!(store.create(run).await.is_err(), "the run is there: nothing is recorded again");
    let rows = all(&on).await;
    assert_eq!(verified(&rows).unwrap(), [add, change, declare]);
    assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), [1, 2, 3]);

    let mut changed = rows.clone();
    changed[1].entry = changed[1].entry.replace("lee", "kim");
    assert_eq!(verified(&changed).unwrap_err(), BrokenDeeds::Changed { seq: 2 });
    let mut missing = rows.clone();
    missing.remove(1);
    assert_eq!(verified(&missing).unwrap_err(), BrokenDeeds::Gap { wanted: 2, found: 3 });
}

async fn deeds_are_found_by_what_they_say(on: Backend) {
    let store = &on.database.store;
    let refused = Deed {
        at: Timestamp(NOW.0 + 10),
        outcome: DeedOutcome::Refused { code: "needs_admin".into() },
        object: "note/b".into(),
        ..deed("user.add", "lee")
    };
    let deeds = vec![deed("user.add", "kim"), refused, deed("case.open", "lee")];
    assert_eq!(store.change(NOW, Vec::new(), deeds).await.unwrap(), Changed::Done);
    let found = async |query: DeedQuery| {
        let found = store.deeds(query).await.unwrap();
        found.into_iter().map(|row| row.seq).collect::<Vec<_>>()
    };
    let query = DeedQuery::default;
    assert_eq!(found(DeedQuery { by: Some("lee".parse().unwrap()), ..query() }).await, [2, 3]);
    assert_eq!(found(DeedQuery { act: Some("user.".into()), ..query() }).await, [1, 2]);
    assert_eq!(found(DeedQuery { object: Some("note/b".into()), ..query() }).await, [2]);
    assert_eq!(found(DeedQuery { outcome: Some("refused".into()), ..query() }).await, [2]);
    assert_eq!(found(DeedQuery { from: Some(Timestamp(NOW.0 + 1)), ..query() }).await, [2]);
    assert_eq!(found(DeedQuery { until: Some(Timestamp(NOW.0 + 1)), ..query() }).await, [1, 3]);
    assert_eq!(found(DeedQuery { newest_first: true, after: Some(3), limit: 1, ..query() }).await, [2]);
    assert_eq!(found(DeedQuery { after: Some(1), ..query() }).await, [2, 3]);
}

async fn a_refused_change_leaves_no_deed(on: Backend) {
    let stale = on.database.store.change(NOW, vec![change("a", 3, "1")], vec![deed("note.change", "kim")]).await;
    assert_eq!(stale.unwrap(), Changed::Stale { kind: "note", id: "a".into() });
    assert_eq!(all(&on).await, []);
}

async fn a_request_and_its_deed_are_kept_together_and_once(on: Backend) {
    let store = &on.database.store;
    let submission = |request: RequestId, run: u128| Submission {
        id: request,
        run: run_id(run),
        actor: deed("", "kim").by,
        request: Request::Resume,
        at: NOW,
    };
    let given =
        |request: RequestId| vec![Deed { outcome: DeedOutcome::Asked { request }, ..deed("run.resume", "kim") }];
    let (first, lost) = (request_id(1), request_id(2));
    assert!(store.submit(submission(lost, 9), given(lost)).await.is_err(), "there is no such run");
    store.create(created(run_id(1), &mut Head::START.clone())).await.unwrap();
    store.submit(submission(first, 1), given(first)).await.unwrap();
    store.submit(submission(first, 1), given(first)).await.unwrap();
    assert_eq!(verified(&all(&on).await).unwrap(), given(first));
}

async fn many_at_once_make_one_chain_without_gaps(on: Backend) {
    const WRITERS: usize = 6;
    const DEEDS: usize = 5;
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let store = on.again().await.store;
        writers.spawn(async move {
            for _ in 0..DEEDS {
                let deeds = vec![deed("note.add", &format!("writer-{writer}"))];
                assert_eq!(store.change(NOW, Vec::new(), deeds).await.unwrap(), Changed::Done);
            }
        });
    }
    while let Some(ended) = writers.join_next().await {
        ended.unwrap();
    }
    assert_eq!(verified(&all(&on).await).unwrap().len(), WRITERS * DEEDS);
}
