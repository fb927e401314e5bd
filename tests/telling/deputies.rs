//! Who stands in for somebody that a gate asks is told as well, from the accounts and delegations as they are kept.

use std::collections::BTreeSet;

use engine::base::{Lang, RunId, Text, Timestamp, UnitId};
use engine::identity::{Grant, Mandate, User};
use engine::plan::Mode;
use engine::store::{Query, find, list};
use engine::telling::{About, GateLink, Key, Note, Occasion, OccasionKind, Signer, Way};
use uuid::Uuid;

use crate::ground::{Ground, contact, hook, occasion, until};

const HOUR: i64 = 3_600_000;

async fn account(ground: &Ground, name: &str, roles: &[&str], modes: &[Mode]) {
    let grant = |role: &&str| Grant {
        role: role.parse().unwrap(),
        org: Some("bank/it".parse().unwrap()),
        modes: modes.iter().copied().collect(),
    };
    let user = User::new(name.parse().unwrap(), String::new(), Lang::En, ground.now().await);
    ground.add(&User { given: roles.iter().map(grant).collect(), ..user }).await;
}

/// A delegation of `lee` in force at an instant.
fn mandate(to: &str, at: Timestamp) -> Mandate {
    Mandate {
        id: Uuid::now_v7(),
        from: "lee".parse().unwrap(),
        to: to.parse().unwrap(),
        since: Timestamp(at.0 - HOUR),
        until: Timestamp(at.0 + HOUR),
        reason: "on the road".to_owned(),
        org: None,
        roles: BTreeSet::new(),
        runbooks: BTreeSet::new(),
        given_at: Timestamp(at.0 - HOUR),
        revoked_at: None,
    }
}

fn asked(ground_at: Timestamp, kind: OccasionKind, seq: u64) -> Occasion {
    let (run, unit): (RunId, UnitId) = (RunId(Uuid::nil()), "go-live".parse().unwrap());
    Occasion {
        key: Key::of_run(run, seq, kind, Some(&unit)),
        kind,
        mode: Mode::Drill,
        about: About {
            run: Some(run),
            runbook: Some("bank-db".parse().unwrap()),
            unit: Some(unit),
            organisation: Some("bank/it/dr".parse().unwrap()),
            case: None,
        },
        asks: ["commander".parse().unwrap()].into(),
        headline: Text::plain("Open now?"),
        ..occasion(Uuid::now_v7(), ground_at)
    }
}

async fn told(ground: &Ground) -> Vec<String> {
    let found = list::<Note>(&*ground.database.store, Query::default()).await.unwrap();
    let mut names: Vec<String> = found.into_iter().map(|found| found.value.user.to_string()).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn deputies_of_an_approver_are_told_when_a_gate_opens_and_when_it_is_overdue() {
    for ground in [Ground::memory().await, Ground::sqlite().await, Ground::postgres().await] {
        let now = ground.now().await;
        account(&ground, "lee", &["commander"], &[Mode::Drill]).await;
        for name in ["choi", "early", "late", "revoked", "elsewhere", "other-book", "other-role"] {
            account(&ground, name, &["operator"], &Mode::ALL).await;
        }
        account(&ground, "watcher", &["auditor"], &Mode::ALL).await;
        for given in [
            mandate("choi", now),
            mandate("watcher", now),
            Mandate { since: Timestamp(now.0 + HOUR / 2), ..mandate("early", now) },
            Mandate { until: Timestamp(now.0 - HOUR / 2), ..mandate("late", now) },
            Mandate { revoked_at: Some(now), ..mandate("revoked", now) },
            Mandate { org: Some("shop".parse().unwrap()), ..mandate("elsewhere", now) },
            Mandate { runbooks: ["other".parse().unwrap()].into(), ..mandate("other-book", now) },
            Mandate { roles: ["approver".parse().unwrap()].into(), ..mandate("other-role", now) },
        ] {
            ground.add(&given).await;
        }
        ground.desk_of_accounts().await;
        assert!(ground.raise(&asked(now, OccasionKind::GateOpened, 1)).await);
        until(async || told(&ground).await.len() >= 2).await;
        assert_eq!(told(&ground).await, ["choi", "lee"]);
        // The delegation ends; the next message goes to those who stand in by then.
        let id = list::<Mandate>(&*ground.database.store, Mandate::given_to(&"choi".parse().unwrap())).await.unwrap();
        let found = &id[0];
        ground.change(vec![found.put(&Mandate { revoked_at: Some(now), ..found.value.clone() }).unwrap()]).await;
        ground.add(&mandate("late", now)).await;
        assert!(ground.raise(&asked(now, OccasionKind::GateOverdue, 2)).await);
        until(async || told(&ground).await.len() >= 4).await;
        assert_eq!(told(&ground).await, ["choi", "late", "lee", "lee"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deputy_is_told_over_the_own_channels_in_whose_place_with_a_link_of_the_own() {
    let ground = Ground::sqlite().await;
    ground.channels(&hook("sms", 9), &[(Way::Sms, "sms")]).await;
    let now = ground.now().await;
    account(&ground, "lee", &["commander"], &[Mode::Drill]).await;
    account(&ground, "choi", &["operator"], &[Mode::Drill]).await;
    let mut choi = contact("choi", &[(Way::Sms, "010-1234-5678")]);
    choi.kind = engine::telling::ContactKind::Person { user: Some("choi".parse().unwrap()) };
    choi.lang = Some(Lang::En);
    ground.add(&choi).await;
    ground.add(&mandate("choi", now)).await;
    ground.desk_of_accounts().await;
    assert!(ground.raise(&asked(now, OccasionKind::GateHalfTime, 1)).await);
    until(async || ground.deliveries().await.iter().any(|delivery| delivery.rung.way == Way::Sms)).await;
    let sms = ground.deliveries().await.into_iter().find(|delivery| delivery.rung.way == Way::Sms).unwrap();
    assert_eq!(sms.rung.deputy_for, Some(Text::plain("lee")));
    let (_, sealed) = sms.message.body.split_once("https://dr.bank.test/g/").unwrap();
    let signer = Signer::open(&*ground.database.store, now).await.unwrap();
    let link = GateLink::open(&signer, sealed.trim()).unwrap();
    assert!(link.is_for(&"choi".parse().unwrap()) && !link.is_for(&"lee".parse().unwrap()));
    // Nobody who is asked for anything but a vote is stood in for.
    let work = Occasion { asks: ["commander".parse().unwrap()].into(), ..asked(now, OccasionKind::ManualOpened, 2) };
    assert!(ground.raise(&work).await);
    until(async || {
        let found = find::<engine::telling::Raised>(&*ground.database.store, work.key.as_str()).await.unwrap();
        found.is_some_and(|found| found.value.told.is_some())
    })
    .await;
    let calls: Vec<_> = ground.calls().await.into_iter().filter(|call| call.occasion == work.key).collect();
    assert_eq!(calls.len(), 1, "{calls:?}");
}
