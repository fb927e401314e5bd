//! Findings: made by themselves, closed by a later run that passes and by nothing else.

use engine::base::{Day, FindingId, Millis, Timestamp};
use engine::plan::Mode;
use engine::review::{
    Asker, CauseCategory, Command, Finding, FindingError, FindingKind, Observation, Severity, Status, Step, Subject,
    Tended, act, attend, closed, finding, keep, raise, unsettled,
};
use engine::run::{Actor, Request};
use engine::store::{Deed, DeedOutcome, DeedQuery, Store};
use std::sync::Arc;
use uuid::Uuid;

use crate::backend::{Backend, on_every_backend};
use crate::play::{Play, START, account, course, hours, operator, person};

on_every_backend! {
    every_miss_skip_override_and_failure_is_a_finding,
    a_mock_run_leaves_and_closes_nothing,
    only_a_later_run_that_passes_closes_a_finding,
    journals_folded_in_the_other_order_come_to_the_same,
    nobody_closes_a_finding_by_hand,
    a_waiver_needs_an_approver_who_is_not_the_owner_and_ends,
    the_owner_works_on_it_but_can_not_hand_it_on,
    what_the_hotwash_found_is_a_finding_like_any_other,
}

async fn left(store: &dyn Store) -> Vec<Finding> {
    unsettled(store).await.unwrap().into_iter().map(|known| known.value).collect()
}

async fn kept(store: &dyn Store, play: &Play) -> Vec<Finding> {
    play.store(store).await;
    keep(store, play.run(), play.now()).await.unwrap().unwrap();
    left(store).await
}

fn asker(by: Actor, at: Timestamp) -> Asker {
    Asker { by, origin: "10.0.0.1".to_owned(), at }
}

fn tended(owner: Option<&str>) -> Tended {
    Tended {
        severity: Severity::High,
        category: Some(CauseCategory::Technology),
        cause: "디스크 지연".to_owned(),
        action: "스토리지 교체".to_owned(),
        owner: owner.map(|name| name.parse().unwrap()),
        due: Some("2026-12-31".parse().unwrap()),
    }
}

/// A run in which `db` takes too long.
fn late(at: Timestamp) -> Play {
    course(Mode::Drill, at, 12, 4)
}

async fn every_miss_skip_override_and_failure_is_a_finding(on: Backend) {
    let store = &*on.database.store;
    let mut play = Play::declare(Mode::Drill, START);
    play.after(2).fails("db").after(2);
    play.asks(&operator(), Request::Attest { unit: "db".parse().unwrap(), evidence: "콘솔에서 확인".to_owned() });
    play.after(1).asks(&operator(), Request::Stop { unit: "ap".parse().unwrap(), reason: "응답 없음".to_owned() });
    play.fails("ap");
    play.asks(&operator(), Request::Skip { unit: "ap".parse().unwrap(), reason: "예비기로 대체".to_owned() });
    let mut found: Vec<_> =
        kept(store, &play).await.into_iter().map(|one| (one.subject.name().to_owned(), one.kind)).collect();
    found.sort();
    let wanted = [
        ("ap", FindingKind::Skipped),
        ("ap", FindingKind::Failed),
        ("db", FindingKind::Overridden),
        ("db", FindingKind::Failed),
    ];
    assert_eq!(found, wanted.map(|(unit, kind)| (unit.to_owned(), kind)));
    // Aborted: the runbook, its service and what was begun; not what the run never came to.
    let mut play = Play::declare(Mode::Drill, hours(5));
    play.after(1).asks(&operator(), Request::Abort { reason: "중단".to_owned() });
    play.done("db");
    let before = left(store).await.len();
    let found: Vec<_> = kept(store, &play).await.into_iter().skip(before).collect();
    assert!(found.iter().all(|one| one.run == play.run()));
    let mut kinds: Vec<_> = found.iter().map(|one| (one.kind, one.severity)).collect();
    kinds.sort();
    assert_eq!(kinds[0], (FindingKind::PlanMissed, Severity::Critical));
    assert_eq!(kinds[1], (FindingKind::ServiceMissed, Severity::Critical));
    assert!(!found.iter().any(|one| one.subject.name() == "ap"), "{kinds:?}");
}

async fn a_mock_run_leaves_and_closes_nothing(on: Backend) {
    let store = &*on.database.store;
    assert!(kept(store, &course(Mode::Mock, START, 60, 60)).await.is_empty());
    let found = kept(store, &late(hours(3))).await;
    assert_eq!(found.len(), 1);
    assert_eq!(kept(store, &course(Mode::Mock, hours(6), 1, 1)).await, found, "nothing real was shown");
}

async fn only_a_later_run_that_passes_closes_a_finding(on: Backend) {
    let store = &*on.database.store;
    let first = kept(store, &late(START)).await;
    // Late again: the old one stays, the new one says that it is not the first.
    let both = kept(store, &late(hours(3))).await;
    assert_eq!((both.len(), both[1].repeats), (2, Some(first[0].id)));
    // Vouched for is not shown.
    let mut play = Play::declare(Mode::Drill, hours(6));
    play.after(1).fails("db");
    play.asks(&operator(), Request::Attest { unit: "db".parse().unwrap(), evidence: "확인".to_owned() });
    play.after(1).done("ap");
    let all = kept(store, &play).await;
    assert_eq!(all.iter().filter(|one| both.contains(one)).count(), 2, "{all:?}");
    // It passes: all about this unit are closed, by this run.
    let good = course(Mode::Isolated, hours(9), 9, 4);
    assert!(kept(store, &good).await.is_empty());
    let closed = closed(store, None, 0).await.unwrap();
    assert_eq!(closed.len(), all.len());
    for one in closed {
        assert_eq!(one.status, Status::Closed { run: good.run(), at: good.now() });
    }
}

async fn journals_folded_in_the_other_order_come_to_the_same(on: Backend) {
    let store = &*on.database.store;
    let (bad, good, other) = (late(START), course(Mode::Drill, hours(3), 9, 4), late(hours(6)));
    for play in [&other, &good, &bad] {
        play.store(store).await;
        keep(store, play.run(), hours(9)).await.unwrap();
    }
    let open = left(store).await;
    assert_eq!(open.iter().map(|one| one.run).collect::<Vec<_>>(), [other.run()]);
    let closed = closed(store, None, 0).await.unwrap();
    assert_eq!(closed.len(), 1);
    assert_eq!(closed[0].status, Status::Closed { run: good.run(), at: good.now() });
}

async fn nobody_closes_a_finding_by_hand(on: Backend) {
    let store = &*on.database.store;
    let id = kept(store, &late(START)).await[0].id;
    assert_eq!(Step::from_keyword("closed"), None, "there is no such step");
    let everything = person("lee", &["commander", "deputy", "approver", "operator", "admin", "auditor"]);
    for step in [Step::InProgress, Step::AwaitingRetest, Step::Open] {
        let moved = act(store, id, &Command::Move(step), &asker(everything.clone(), hours(1))).await.unwrap();
        assert!(!matches!(moved.status, Status::Closed { .. }));
    }
    for command in [Command::Move(Step::InProgress), Command::Tend(tended(None))] {
        let refused = act(store, id, &command, &asker(person("park", &["auditor"]), hours(1))).await.unwrap_err();
        assert!(matches!(refused, FindingError::Refused(denial) if denial.code == "needs_operator"));
    }
    let deeds = store.deeds(DeedQuery { object: Some(format!("finding/{id}")), ..DeedQuery::default() }).await.unwrap();
    let deeds: Vec<Deed> = deeds.iter().map(|deed| serde_json::from_str(&deed.entry).unwrap()).collect();
    assert_eq!(deeds.len(), 5);
    assert_eq!(deeds.iter().filter(|deed| matches!(deed.outcome, DeedOutcome::Refused { .. })).count(), 2);
    assert_eq!(deeds[0].before.as_ref().unwrap()["status"]["status"], "open");
}

async fn a_waiver_needs_an_approver_who_is_not_the_owner_and_ends(on: Backend) {
    let store = &*on.database.store;
    account(store, "han").await;
    let id = kept(store, &late(START)).await[0].id;
    let until: Day = "2026-11-25".parse().unwrap();
    let waive = || Command::Waive { until, reason: "교체 일정 확정".to_owned() };
    let code = async |by: Actor, command: Command| match act(store, id, &command, &asker(by, hours(1))).await {
        Err(FindingError::Refused(denial)) => denial.code,
        other => panic!("{other:?}"),
    };
    let approver = || person("lee", &["approver"]);
    assert_eq!(code(operator(), waive()).await, "needs_approver");
    assert_eq!(code(approver(), waive()).await, "finding_unowned");
    act(store, id, &Command::Tend(tended(Some("han"))), &asker(operator(), hours(1))).await.unwrap();
    assert_eq!(code(person("han", &["approver", "commander"]), waive()).await, "finding_own");
    let reason = "늦음".to_owned();
    let long = Command::Waive { until: "2029-01-01".parse().unwrap(), reason: reason.clone() };
    assert_eq!(code(approver(), long).await, "finding_until");
    let past = Command::Waive { until: "2026-11-20".parse().unwrap(), reason };
    assert_eq!(code(approver(), past).await, "finding_until");
    assert_eq!(code(approver(), Command::Waive { until, reason: " ".to_owned() }).await, "finding_reason");
    let waived = act(store, id, &waive(), &asker(approver(), hours(1))).await.unwrap();
    assert!(waived.status.rests());
    assert_eq!(code(operator(), Command::Move(Step::InProgress)).await, "finding_rests");
    // It holds to the end of its last day in Seoul, and not a moment longer.
    let over = until.next().begins_at();
    attend(Arc::clone(&on.database.store), Timestamp(over.0 - 1)).await.unwrap();
    assert!(finding(store, id).await.unwrap().value.status.rests());
    attend(Arc::clone(&on.database.store), over).await.unwrap();
    let open = finding(store, id).await.unwrap().value;
    assert!(matches!(open.status, Status::Reopened { by: None, .. }), "{:?}", open.status);
}

async fn the_owner_works_on_it_but_can_not_hand_it_on(on: Backend) {
    let store = &*on.database.store;
    account(store, "han").await;
    account(store, "choi").await;
    let id = kept(store, &late(START)).await[0].id;
    let tend = async |by: Actor, tended: Tended| {
        act(store, id, &Command::Tend(tended), &asker(by, hours(1))).await.map_err(|why| match why {
            FindingError::Refused(denial) => denial.code,
            other => panic!("{other:?}"),
        })
    };
    let han = || person("han", &["observer"]);
    assert_eq!(tend(han(), tended(Some("han"))).await.unwrap_err(), "needs_operator");
    assert_eq!(tend(operator(), tended(Some("nobody"))).await.unwrap_err(), "finding_owner");
    tend(operator(), tended(Some("han"))).await.unwrap();
    let done = Tended { cause: "원인 확인".to_owned(), ..tended(Some("han")) };
    assert_eq!(tend(han(), done.clone()).await.unwrap().cause, "원인 확인");
    for handed_on in [Tended { owner: Some("choi".parse().unwrap()), ..done.clone() }, Tended { due: None, ..done }] {
        assert_eq!(tend(han(), handed_on).await.unwrap_err(), "needs_operator");
    }
    let today: Day = "2027-01-01".parse().unwrap();
    assert!(finding(store, id).await.unwrap().value.is_overdue(today));
}

async fn what_the_hotwash_found_is_a_finding_like_any_other(on: Backend) {
    let store = &*on.database.store;
    let play = course(Mode::Drill, START, 9, 4);
    assert!(kept(store, &play).await.is_empty());
    let seen = |unit: Option<&str>| Observation {
        id: FindingId(Uuid::now_v7()),
        run: play.run(),
        unit: unit.map(|unit| unit.parse().unwrap()),
        what: "연락망에 없는 사람이 있었음".to_owned(),
        tended: tended(None),
    };
    let at = play.now().plus(Millis::minutes(30));
    let one = seen(Some("db"));
    let made = raise(store, &one, &asker(operator(), at)).await.unwrap();
    assert_eq!(raise(store, &one, &asker(operator(), at)).await.unwrap(), made, "sent twice it is one");
    assert_eq!(
        (made.kind, made.subject.clone()),
        (FindingKind::Observed, Subject::Unit { unit: "db".parse().unwrap() })
    );
    let whole = raise(store, &seen(None), &asker(operator(), at)).await.unwrap();
    let code = async |seen: Observation, by: Actor| match raise(store, &seen, &asker(by, at)).await {
        Err(FindingError::Refused(denial)) => denial.code,
        other => panic!("{other:?}"),
    };
    assert_eq!(code(seen(Some("web")), operator()).await, "finding_unit");
    assert_eq!(code(seen(None), person("park", &["observer"])).await, "needs_operator");
    // A run that was under way while it was written down shows nothing about it.
    let mut during = Play::declare(Mode::Drill, play.now().plus(Millis::minutes(10)));
    during.after(9).done("db").after(4).done("ap");
    assert_eq!(kept(store, &during).await.len(), 2);
    let good = course(Mode::Drill, hours(9), 9, 4);
    assert!(kept(store, &good).await.is_empty());
    for id in [made.id, whole.id] {
        assert_eq!(finding(store, id).await.unwrap().value.status, Status::Closed { run: good.run(), at: good.now() });
    }
}
