//! From a case to those who are told about it.

use engine::base::{CaseClass, CaseId, Lang, Millis, Mode, RequestId, Timestamp};
use engine::cases::{Asker, Brief, Command, Criterion, Customers, Opening, Source, act, attend, open_case};
use engine::run::{Actor, Door};
use engine::store::{Query, list};
use engine::telling::{Note, OccasionKind, Person, Raised, Stands};
use uuid::Uuid;

use crate::ground::{Ground, until};

fn person(name: &str, role: &str) -> Person {
    let (name, roles) = (name.parse().unwrap(), [role.parse().unwrap()].into());
    Person { name, roles, lang: Lang::En, stands_in: std::collections::BTreeMap::new() }
}

fn asker(name: &str, at: Timestamp) -> Asker {
    let by = Actor { name: name.parse().unwrap(), roles: vec!["commander".parse().unwrap()], via: Door::Console };
    Asker { by, origin: "10.0.0.7".to_owned(), at, request: RequestId(Uuid::now_v7()) }
}

fn opening(event_at: Timestamp) -> Opening {
    Opening {
        what: "전원 상실".to_owned(),
        class: CaseClass::Failure,
        mode: Mode::Drill,
        event_at,
        event_source: Source::Person,
        detect_at: event_at,
        detect_source: Source::Monitoring,
        customers: Some(Customers::Sensitive),
        scope: None,
        organisation: None,
    }
}

async fn kinds(ground: &Ground) -> Vec<OccasionKind> {
    let found = list::<Raised>(&*ground.database.store, Query::default()).await.unwrap();
    found.into_iter().map(|found| found.value.occasion.kind).collect()
}

async fn notes(ground: &Ground, name: &str) -> Vec<Note> {
    let found = list::<Note>(&*ground.database.store, Query::group(Note::unread_of(&name.parse().unwrap()))).await;
    found.unwrap().into_iter().map(|found| found.value).collect()
}

async fn stands(ground: &Ground, kind: OccasionKind) -> Option<Stands> {
    let call = ground.calls().await.into_iter().find(|call| call.occasion.as_str().ends_with(kind.keyword()));
    call.map(|call| call.stands())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_decides_is_asked_until_it_is_declared_and_a_successor_until_the_command_is_taken() {
    for ground in [Ground::memory().await, Ground::sqlite().await, Ground::postgres().await] {
        let store = &*ground.database.store;
        ground.desk(&[person("lee", "commander"), person("han", "deputy"), person("kim", "operator")]).await;
        let (case, now) = (CaseId(Uuid::now_v7()), ground.now().await);
        open_case(store, case, opening(now), &asker("lee", now)).await.unwrap();
        until(async || notes(&ground, "lee").await.len() == 1 && notes(&ground, "han").await.len() == 1).await;
        let note = notes(&ground, "lee").await.remove(0);
        assert_eq!(note.message.subject, "[DRILL] assessment opened: 전원 상실");
        assert!(note.message.body.contains("failure, grade 4, since "), "{}", note.message.body);
        assert_eq!((note.path, note.wants_acknowledgement), (format!("/cases/{case}"), true));

        let declare =
            Command::Declare { criteria: vec![Criterion::Unreachable], reason: "no power".to_owned(), proposed: None };
        act(store, case, &declare, &asker("lee", now)).await.unwrap();
        assert_eq!(stands(&ground, OccasionKind::CaseOpened).await, Some(Stands::Settled));
        let offer = Command::OfferCommand { to: "han".parse().unwrap(), brief: Brief::default(), note: String::new() };
        act(store, case, &offer, &asker("lee", now)).await.unwrap();
        until(async || stands(&ground, OccasionKind::HandOver).await.is_some()).await;
        assert_eq!((notes(&ground, "han").await.len(), notes(&ground, "lee").await.len()), (2, 1));
        act(store, case, &Command::TakeCommand, &asker("han", now)).await.unwrap();
        assert_eq!(stands(&ground, OccasionKind::HandOver).await, Some(Stands::Settled));
        assert!(notes(&ground, "kim").await.is_empty());

        let every = Command::ReportEvery { every: Some(Millis::minutes(10)) };
        act(store, case, &every, &asker("han", now)).await.unwrap();
        let later = now.plus(Millis::minutes(40));
        // Two nodes look after the case at once.
        let (one, other) = tokio::join!(attend(store, later), attend(store, later));
        one.unwrap();
        other.unwrap();
        let stand_down = Command::StandDown { reason: "power is back".to_owned() };
        act(store, case, &stand_down, &asker("han", later)).await.unwrap();
        assert_eq!(
            kinds(&ground).await,
            [
                OccasionKind::CaseOpened,
                OccasionKind::CaseDeclared,
                OccasionKind::HandOver,
                OccasionKind::CaseChanged,
                OccasionKind::CaseEscalated,
                OccasionKind::SituationReport,
                OccasionKind::CaseClosed,
            ]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_a_threshold_without_being_graver_is_told_to_nobody_and_a_refused_act_neither() {
    let ground = Ground::memory().await;
    let store = &*ground.database.store;
    let (case, now) = (CaseId(Uuid::now_v7()), ground.now().await);
    let minor = Opening { customers: Some(Customers::General), ..opening(now) };
    open_case(store, case, minor, &asker("lee", now)).await.unwrap();
    attend(store, now.plus(Millis::minutes(150))).await.unwrap();
    act(store, case, &Command::TakeCommand, &asker("lee", now)).await.unwrap_err();
    assert_eq!(kinds(&ground).await, [OccasionKind::CaseOpened, OccasionKind::SituationReport]);
}
