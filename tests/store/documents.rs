//! Documents as every store keeps and finds them.

use engine::base::{Digest, OrgId, Timestamp};
use engine::documents::{Asked, DocumentError, DocumentId, Draft, Standing, Unfit, document, past, save, search};
use engine::run::{Actor, Door, EvidenceFile, FileLabel, Media};
use engine::store::{Deed, DeedOutcome, DeedQuery, Store};
use uuid::Uuid;

use crate::backend::{Backend, on_every_backend};
use crate::world::NOW;

on_every_backend![
    korean_words_are_found_inside_longer_ones_and_by_each_word_of_a_query,
    what_a_document_no_longer_says_finds_it_no_more,
    every_version_is_kept_and_of_two_who_save_one_is_told,
    who_may_not_publish_is_refused_and_that_is_a_deed,
    more_documents_than_a_page_of_the_store_come_page_by_page_and_only_those_that_may_be_seen,
];

fn id(n: u128) -> DocumentId {
    DocumentId(Uuid::from_u128((0x0195_0000_0000_7000_8000 << 48) + n))
}

fn deed(role: &str) -> Deed {
    Deed {
        at: NOW,
        by: Actor { name: "kim".parse().unwrap(), roles: vec![role.parse().unwrap()], via: Door::Console },
        on_behalf_of: None,
        origin: "10.0.0.7".to_owned(),
        act: String::new(),
        object: String::new(),
        before: None,
        after: None,
        outcome: DeedOutcome::Done,
        reason: String::new(),
    }
}

fn draft(title: &str, summary: &str) -> Draft {
    Draft {
        title: title.to_owned(),
        summary: summary.to_owned(),
        organisation: Some("bank/it".parse().unwrap()),
        standing: Standing::Draft,
        from: None,
        until: None,
        update_by: None,
        owners: vec!["김담당".to_owned(), "이담당".to_owned()],
        files: Vec::new(),
    }
}

async fn put(store: &dyn Store, n: u128, last: u32, draft: Draft) -> Result<(), DocumentError> {
    save(store, id(n), last, draft, String::new(), deed("operator")).await.map(|_| ())
}

fn asked(words: &str, before: Option<DocumentId>, most: usize) -> Asked {
    Asked { words: words.to_owned(), before, most }
}

async fn titles(store: &dyn Store, query: &str) -> Vec<String> {
    let found = search(store, asked(query, None, 100), |_| true).await.unwrap();
    found.documents.into_iter().map(|found| found.draft.title).collect()
}

async fn korean_words_are_found_inside_longer_ones_and_by_each_word_of_a_query(backend: Backend) {
    let store = &*backend.database.store;
    put(store, 1, 0, draft("2026년 통합재해복구훈련의 결과", "RTO 2h, '); -- \u{0}")).await.unwrap();
    put(store, 2, 0, draft("비상연락망", "재해 시 연락처")).await.unwrap();
    let mut filed = draft("점검 기록", "");
    // The name of a file as macOS writes it, every syllable in its parts.
    let name = FileLabel::of("\u{1107}\u{1162}\u{11a8}\u{110b}\u{1165}\u{11b8}-20190710.log");
    filed.files = vec![EvidenceFile { digest: Digest::of(b"x"), name, size: 26_368, media: Media::Text }];
    put(store, 3, 0, filed).await.unwrap();
    let again = backend.again().await;
    let store = &*again.store;
    assert_eq!(titles(store, "재해복구").await, ["2026년 통합재해복구훈련의 결과"]);
    assert_eq!(titles(store, "복구훈련 결과").await.len(), 1);
    assert_eq!(titles(store, "재해").await.len(), 2, "the newest first");
    assert_eq!(titles(store, "재해").await[0], "비상연락망");
    assert_eq!(titles(store, "훈련 연락").await, [""; 0], "both words must stand in it");
    assert_eq!(titles(store, "해복재").await, [""; 0], "its letters stand there, in another order");
    assert_eq!(titles(store, "비상 연락망은").await, ["비상연락망"], "neither spaces nor particles count");
    assert_eq!(titles(store, "rto 2H").await.len(), 1, "large and small letters are one");
    assert_eq!(titles(store, "망").await, ["비상연락망"]);
    assert_eq!(titles(store, "백업").await, ["점검 기록"], "the name of a file in its parts");
    assert_eq!(titles(store, "20190710").await, ["점검 기록"]);
    assert_eq!(titles(store, "김담당").await.len(), 3);
    assert_eq!(titles(store, "bank").await.len(), 3);
    assert_eq!(titles(store, "  ").await.len(), 3, "who asks for nothing gets all");
    for nothing in ["!?'", "없는말"] {
        assert_eq!(titles(store, nothing).await, [""; 0], "{nothing:?}");
    }
}

async fn what_a_document_no_longer_says_finds_it_no_more(backend: Backend) {
    let store = &*backend.database.store;
    put(store, 1, 0, draft("낡은 제목", "")).await.unwrap();
    put(store, 1, 1, draft("새로운 제목", "")).await.unwrap();
    assert_eq!(titles(store, "낡은").await, [""; 0]);
    assert_eq!(titles(store, "새로운 제목").await.len(), 1);
}

async fn every_version_is_kept_and_of_two_who_save_one_is_told(backend: Backend) {
    let store = &*backend.database.store;
    put(store, 1, 0, draft("하나", "")).await.unwrap();
    assert!(matches!(put(store, 1, 0, draft("하나", "")).await, Err(DocumentError::Unfit(Unfit::MovedOn(1)))));
    let both = tokio::join!(put(store, 1, 1, draft("둘", "")), put(store, 1, 1, draft("셋", "")));
    assert!(both.0.is_ok() != both.1.is_ok(), "{both:?}");
    let versions = past(store, id(1)).await.unwrap();
    assert_eq!(versions.iter().map(|version| version.number).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(versions[1].draft.title, "하나");
    let now = document(store, id(1)).await.unwrap();
    assert_eq!((&now, now.made_at), (&versions[0], NOW));
    let bad = Draft { owners: Vec::new(), ..draft("넷", "") };
    assert!(matches!(put(store, 2, 0, bad).await, Err(DocumentError::Unfit(Unfit::NoOwner))));
    let day = |text: &str| Some(text.parse().unwrap());
    let bad = Draft { from: day("2026-02-01"), until: day("2026-01-31"), ..draft("넷", "") };
    assert!(matches!(put(store, 2, 0, bad).await, Err(DocumentError::Unfit(Unfit::Period))));
    assert_eq!(titles(store, "").await.len(), 1);
}

async fn who_may_not_publish_is_refused_and_that_is_a_deed(backend: Backend) {
    let store = &*backend.database.store;
    let published = Draft { standing: Standing::Published, ..draft("계획서", "") };
    let saved = async |last: u32, draft: &Draft, role: &str| {
        save(store, id(1), last, draft.clone(), String::new(), deed(role)).await
    };
    for role in ["operator", "auditor", "admin"] {
        assert!(matches!(saved(0, &published, role).await, Err(DocumentError::Denied(_))), "{role}");
    }
    saved(0, &draft("계획서", ""), "operator").await.unwrap();
    saved(1, &published, "approver").await.unwrap();
    // What counts is not taken back by who could not have published it.
    assert!(matches!(saved(2, &draft("계획서", ""), "operator").await, Err(DocumentError::Denied(_))));
    let query = DeedQuery { outcome: Some("refused".to_owned()), from: Some(Timestamp(0)), ..DeedQuery::default() };
    assert_eq!(store.deeds(query).await.unwrap().len(), 4);
}

async fn more_documents_than_a_page_of_the_store_come_page_by_page_and_only_those_that_may_be_seen(backend: Backend) {
    let store = &*backend.database.store;
    for n in 0..1_010 {
        let organisation = if n % 2 == 0 { "bank/it" } else { "shop" };
        let organisation = Some(organisation.parse().unwrap());
        put(store, n, 0, Draft { organisation, ..draft("훈련", "") }).await.unwrap();
    }
    let shop = |organisation: Option<&OrgId>| organisation.is_some_and(|organisation| organisation.as_str() == "shop");
    let (mut before, mut seen) = (None, Vec::new());
    loop {
        let found = search(store, asked("훈련", before, 100), shop).await.unwrap();
        assert!(found.documents.len() == 100 || found.next.is_none(), "a page is full of what may be seen");
        seen.extend(found.documents.iter().map(|document| document.id));
        before = found.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen, (0..1_010).filter(|n| n % 2 == 1).rev().map(id).collect::<Vec<_>>());
}
