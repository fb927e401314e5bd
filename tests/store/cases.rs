//! Cases as every store keeps them.

use engine::base::{CaseClass, CaseId, CasePart, FacilityScope, Millis, RequestId, RunId, Timestamp};
use engine::cases::{
    Asker, Command, Criterion, Customers, Entry, Error, Event, Opening, Phase, Source, act, admits, attend, load,
    open_cards, open_case, over_cards, replay,
};
use engine::identity::Glass;
use engine::plan::Mode;
use engine::run::{Actor, Door, Head, RunStatus, Summary};
use engine::store::{Changed, DeedQuery, Store, add};
use uuid::Uuid;

use crate::backend::{Backend, on_every_backend};
use crate::world::{self, HOUR, NOW, commit, owner, request_id, run_id, summary};

on_every_backend![
    a_case_is_read_back_with_its_log_and_every_act_has_its_deed,
    writers_that_meet_lose_nothing_and_write_in_order,
    a_form_sent_twice_is_written_once,
    what_is_refused_changes_nothing_and_is_a_deed,
    two_nodes_write_each_threshold_and_report_once,
    a_case_moves_by_what_its_runs_do,
    a_run_moves_its_case_once_a_second_person_has_confirmed_it,
    a_run_may_be_declared_in_an_open_case_of_its_mode_alone,
    glass_broken_while_a_real_case_is_open_is_in_its_log_and_its_next_report,
];

const CASE: CaseId = CaseId(Uuid::from_u128(0x0192_0000_0000_7000_8000 << 48));

fn later(minutes: u64) -> Timestamp {
    NOW.plus(Millis::minutes(minutes))
}

fn asker(role: &str, n: u128, at: Timestamp) -> Asker {
    let by = Actor { name: role.parse().unwrap(), roles: vec![role.parse().unwrap()], via: Door::Console };
    Asker { by, origin: "10.0.0.7".to_owned(), at, request: request_id(n) }
}

fn opening(event_at: Timestamp) -> Opening {
    Opening {
        what: "주센터 전원 상실 \u{0} '); --".to_owned(),
        class: CaseClass::Disaster,
        mode: Mode::Drill,
        event_at,
        event_source: Source::Person,
        detect_at: NOW,
        detect_source: Source::Monitoring,
        customers: Some(Customers::Sensitive),
        scope: Some(FacilityScope::Cluster),
        organisation: None,
    }
}

async fn opened(store: &dyn Store) {
    open_case(store, CASE, opening(NOW), &asker("commander", 0, NOW)).await.unwrap();
}

fn declare() -> Command {
    Command::Declare { criteria: vec![Criterion::Unsafe], reason: "연기".to_owned(), proposed: None }
}

fn note(text: &str) -> Command {
    Command::Note { text: text.to_owned(), occurred_at: Some(Timestamp(NOW.0 - 60_000)) }
}

async fn log(store: &dyn Store) -> Vec<Entry> {
    load(store, CASE).await.unwrap().entries
}

async fn a_case_is_read_back_with_its_log_and_every_act_has_its_deed(backend: Backend) {
    let store = &*backend.database.store;
    opened(store).await;
    act(store, CASE, &declare(), &asker("commander", 1, later(1))).await.unwrap();
    act(store, CASE, &note("\u{0} 대피 완료"), &asker("situation-room", 2, later(2))).await.unwrap();
    let again = backend.again().await;
    let loaded = load(&*again.store, CASE).await.unwrap();
    assert_eq!(replay(&loaded.entries).unwrap().unwrap(), loaded.state);
    assert_eq!(loaded.state.phase(), Phase::Declared);
    let last = loaded.entries.last().unwrap();
    assert_eq!((last.entered_at, last.occurred_at), (later(2), Timestamp(NOW.0 - 60_000)), "both times are kept");
    let cards = open_cards(&*again.store).await.unwrap();
    assert_eq!(
        cards.iter().map(|card| (card.case, card.phase, card.seq)).collect::<Vec<_>>(),
        [(CASE, Phase::Declared, last.seq)]
    );
    let deeds = store.deeds(DeedQuery { object: Some(format!("case/{CASE}")), ..DeedQuery::default() }).await.unwrap();
    for (deed, wanted) in deeds.iter().zip(["case.open", "case.declare", "case.note"]) {
        assert!(deed.entry.contains(wanted) && deed.entry.contains("10.0.0.7"), "{}", deed.entry);
    }
    assert_eq!(deeds.len(), 3);
    act(store, CASE, &Command::StandDown { reason: "오보".into() }, &asker("commander", 3, later(3))).await.unwrap();
    assert!(open_cards(store).await.unwrap().is_empty());
    assert_eq!(over_cards(store, None, 10).await.unwrap().len(), 1);
    assert!(matches!(load(store, CaseId(Uuid::nil())).await, Err(Error::NoSuchCase(_))));
}

async fn writers_that_meet_lose_nothing_and_write_in_order(backend: Backend) {
    opened(&*backend.database.store).await;
    let other = backend.again().await;
    let stores = [backend.database.store.clone(), other.store];
    let writers = (0..12_u128).map(|n| {
        let store = stores[usize::try_from(n % 2).unwrap()].clone();
        tokio::spawn(async move {
            act(&*store, CASE, &note(&format!("note {n}")), &asker("deputy", 10 + n, later(1))).await.map(drop)
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap().unwrap();
    }
    let entries = log(&*backend.database.store).await;
    assert_eq!(entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), (1..=13).collect::<Vec<_>>());
    let mut texts: Vec<_> = entries.iter().filter(|entry| matches!(entry.event, Event::Noted { .. })).collect();
    texts.sort_by_key(|entry| entry.request);
    texts.dedup_by_key(|entry| entry.request);
    assert_eq!(texts.len(), 12);
}

async fn a_form_sent_twice_is_written_once(backend: Backend) {
    let store = &*backend.database.store;
    opened(store).await;
    opened(store).await;
    for _ in 0..2 {
        act(store, CASE, &note("한 번"), &asker("deputy", 1, later(1))).await.unwrap();
    }
    assert_eq!(log(store).await.len(), 2);
    // Closed by the first, so that the second is told what is so and not that it is refused.
    for _ in 0..2 {
        let down = Command::StandDown { reason: "오보".into() };
        act(store, CASE, &down, &asker("commander", 2, later(2))).await.unwrap();
    }
}

async fn what_is_refused_changes_nothing_and_is_a_deed(backend: Backend) {
    let store = &*backend.database.store;
    opened(store).await;
    let refused = act(store, CASE, &declare(), &asker("auditor", 1, later(1))).await;
    assert!(matches!(refused, Err(Error::Refused(refusal)) if refusal.code == "needs_commander"));
    assert_eq!(log(store).await.len(), 1);
    let deeds = store.deeds(DeedQuery { outcome: Some("refused".to_owned()), ..DeedQuery::default() }).await.unwrap();
    assert_eq!(deeds.len(), 1);
    assert!(deeds[0].entry.contains("needs_commander") && deeds[0].entry.contains("case.declare"));
}

async fn two_nodes_write_each_threshold_and_report_once(backend: Backend) {
    let store = backend.database.store.clone();
    let late = opening(Timestamp(NOW.0 - 3_600_001));
    open_case(&*store, CASE, late, &asker("commander", 0, NOW)).await.unwrap();
    let raised =
        |entries: &[Entry]| entries.iter().filter(|entry| matches!(entry.event, Event::Escalated { .. })).count();
    assert_eq!(raised(&log(&*store).await), 2, "it was open for an hour when it was noticed");
    let other = backend.again().await.store;
    for minutes in [29, 30, 45, 59, 60] {
        let (one, two) = tokio::join!(attend(&*store, later(minutes)), attend(&*other, later(minutes)));
        one.and(two).unwrap();
    }
    let loaded = load(&*store, CASE).await.unwrap();
    assert_eq!(raised(&loaded.entries), 3);
    assert_eq!(loaded.state.reports().iter().map(|report| report.at).collect::<Vec<_>>(), [later(30), later(60)]);
}

fn of_case(status: RunStatus, part: CasePart) -> Summary {
    Summary { case: Some(CASE), part: Some(part), ..summary(status) }
}

async fn play(store: &dyn Store, run: RunId, part: CasePart, end: RunStatus) -> Vec<Phase> {
    let mut head = Head::START;
    let created = world::created(run, &mut head);
    store.create(engine::store::Created { summary: of_case(RunStatus::Declared, part), ..created }).await.unwrap();
    attend(store, later(1)).await.unwrap();
    let mut phases = vec![load(store, CASE).await.unwrap().state.phase()];
    let lease = store.acquire(run, &owner("one"), HOUR).await.unwrap().unwrap();
    let over = engine::store::Append { summary: of_case(end, part), ..world::append(&lease, &mut head, 1) };
    commit(store, over).await.unwrap();
    attend(store, later(2)).await.unwrap();
    phases.push(load(store, CASE).await.unwrap().state.phase());
    phases
}

async fn a_case_moves_by_what_its_runs_do(backend: Backend) {
    let store = &*backend.database.store;
    // Its id is older than the case: whatever it says of itself, it was not declared in it.
    let stranger = RunId(Uuid::from_u128(7));
    let mut head = Head::START;
    let created = world::created(stranger, &mut head);
    let summary = of_case(RunStatus::Running, CasePart::Failover);
    store.create(engine::store::Created { summary, ..created }).await.unwrap();
    opened(store).await;
    let (over, back) = (CasePart::Failover, CasePart::Failback);
    let lost = play(store, run_id(1), over, RunStatus::Aborted).await;
    assert_eq!(lost, [Phase::FailingOver, Phase::Declared]);
    assert_eq!(play(store, run_id(2), over, RunStatus::Completed).await, [Phase::FailingOver, Phase::RunningOnDr]);
    assert_eq!(play(store, run_id(3), back, RunStatus::Completed).await, [Phase::FailingBack, Phase::Normal]);
    let seq = load(store, CASE).await.unwrap().state.seq();
    attend(store, later(3)).await.unwrap();
    let state = load(store, CASE).await.unwrap().state;
    assert_eq!((state.seq(), state.runs().len()), (seq, 3), "nothing is written twice");
    let close = Command::Close { summary: "끝".into() };
    act(store, CASE, &close, &asker("commander", 9, later(4))).await.unwrap();
}

async fn a_run_moves_its_case_once_a_second_person_has_confirmed_it(backend: Backend) {
    let store = &*backend.database.store;
    opened(store).await;
    let waits = |waits| Summary { awaits_second: waits, ..of_case(RunStatus::Paused, CasePart::Failover) };
    let (run, mut head) = (run_id(1), Head::START);
    let created = world::created(run, &mut head);
    store.create(engine::store::Created { summary: waits(true), ..created }).await.unwrap();
    attend(store, later(1)).await.unwrap();
    let state = load(store, CASE).await.unwrap().state;
    assert_eq!((state.phase(), state.runs()[0].unconfirmed), (Phase::Assessing, true));
    let lease = store.acquire(run, &owner("one"), HOUR).await.unwrap().unwrap();
    let confirmed = engine::store::Append { summary: waits(false), ..world::append(&lease, &mut head, 1) };
    commit(store, confirmed).await.unwrap();
    let other = backend.again().await.store;
    let (one, two) = tokio::join!(attend(store, later(2)), attend(&*other, later(2)));
    one.and(two).unwrap();
    let state = load(store, CASE).await.unwrap().state;
    assert_eq!((state.phase(), state.runs()[0].unconfirmed), (Phase::FailingOver, false));
}

async fn a_run_may_be_declared_in_an_open_case_of_its_mode_alone(backend: Backend) {
    let store = &*backend.database.store;
    let code = |answer: Result<(), engine::cases::Refusal>| answer.err().map(|refusal| refusal.code);
    assert_eq!(code(admits(store, CASE, Mode::Drill).await.unwrap()), Some("case_absent"));
    opened(store).await;
    assert_eq!(code(admits(store, CASE, Mode::Drill).await.unwrap()), None);
    assert_eq!(code(admits(store, CASE, Mode::Mock).await.unwrap()), None, "a rehearsal harms nothing");
    assert_eq!(code(admits(store, CASE, Mode::Real).await.unwrap()), Some("case_mode"));
    let down = Command::StandDown { reason: "오보".into() };
    act(store, CASE, &down, &Asker { request: RequestId(Uuid::nil()), ..asker("deputy", 1, later(1)) }).await.unwrap();
    assert_eq!(code(admits(store, CASE, Mode::Drill).await.unwrap()), Some("case_over"));
}

async fn glass_broken_while_a_real_case_is_open_is_in_its_log_and_its_next_report(backend: Backend) {
    let store = &*backend.database.store;
    let real = Opening { mode: Mode::Real, ..opening(NOW) };
    open_case(store, CASE, real, &asker("commander", 0, NOW)).await.unwrap();
    let glass = |n: u128, at: Timestamp| Glass {
        id: Uuid::from_u128(n),
        by: "choi".parse().unwrap(),
        reason: "nobody answers".to_owned(),
        at,
        until: at.plus(Glass::LASTS),
        review: None,
    };
    let long_ago = Timestamp(NOW.0 - 24 * 3_600_000);
    for broken in [glass(7, later(1)), glass(8, long_ago)] {
        let changed = store.change(later(1), vec![add(&broken).unwrap()], Vec::new()).await.unwrap();
        assert_eq!(changed, Changed::Done);
    }
    let other = backend.again().await;
    let (one, two) = tokio::join!(attend(store, later(2)), attend(&*other.store, later(2)));
    one.unwrap();
    two.unwrap();
    attend(store, later(3)).await.unwrap();
    let told: Vec<_> =
        log(store).await.into_iter().filter(|it| matches!(it.event, Event::GlassBroken { .. })).collect();
    assert_eq!(told.len(), 1, "once, and not what was over before: {told:?}");
    let reported = act(store, CASE, &Command::Report, &asker("situation-room", 3, later(4))).await.unwrap();
    let text = &reported.reports().last().unwrap().text;
    assert!(text.get(engine::base::Lang::En).contains("Glass broken: choi"), "{text:?}");
    assert!(text.get(engine::base::Lang::Ko).contains("비상 권한: choi"), "{text:?}");
}
