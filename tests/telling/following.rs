//! From the journal of a run to the message of who is asked.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::base::{Digest, Lang, RunId, Text, Timestamp};
use engine::plan::{Mode, Plan, compile};
use engine::run::{Actor, Cause, CauseKind, Door, Event, Head, Header, Row, RunStatus, Summary};
use engine::runbook::Source;
use engine::store::{Append, Created, Frozen, Lease, Owner, Query, Store, list};
use engine::telling::{
    About, ContactKind, GateLink, Key, Note, Occasion, OccasionKind, Person, Raised, Signer, Stands, Way, follow,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::ground::{Ground, contact, hook, occasion, until};

const BOOK: &str = "runbook: r\ntitle: {ko: 전환, en: Failover}\nunits:\n  go-live:\n    target: 1m\n    gate: {question: {ko: 개시, en: open}, \
                    approvers: [commander], timeout: 10m}\n";

pub(crate) struct Journal {
    store: Arc<dyn Store>,
    lease: Lease,
    head: Head,
    plan: Plan,
    at: Timestamp,
}

fn summary(plan: &Plan, mode: Mode, at: Timestamp, status: RunStatus) -> Summary {
    Summary {
        runbook: plan.body().runbook.clone(),
        title: plan.body().title.clone(),
        organisation: None,
        mode,
        status,
        verdict: None,
        requester: "kim".parse().unwrap(),
        declared_at: at,
        ended_at: None,
        rta: None,
        rto: None,
        done: 0,
        units: 1,
        case: None,
        part: None,
        awaits_second: false,
        asks: Vec::new(),
        tasks: Vec::new(),
    }
}

impl Journal {
    pub(crate) async fn declare(ground: &Ground, mode: Mode) -> Self {
        let compiled = compile(&Source::new("r.yaml", BOOK));
        let plan = compiled.plan.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
        let store = Arc::clone(&ground.database.store);
        let (run, at) = (RunId(Uuid::now_v7()), ground.now().await);
        let requester = Actor { name: "kim".parse().unwrap(), roles: Vec::new(), via: Door::Console };
        let header = Header {
            format: 1,
            run,
            runbook: plan.body().runbook.clone(),
            plan: plan.digest(),
            mode,
            inputs: BTreeMap::new(),
            requester,
            reason: "exercise".to_owned(),
            concurrency: 1,
            engine: "0".to_owned(),
            simulation: None,
            parent: None,
            case: None,
            part: None,
            preflight: None,
            clocks: Vec::new(),
            second_person: mode == Mode::Real,
        };
        let mut head = Head::START;
        let rows = vec![head.seal(run, at, &Event::Declared(Box::new(header))).unwrap()];
        let frozen = Frozen { plan: plan.freeze().unwrap(), source: BOOK.to_owned() };
        let summary = summary(&plan, mode, at, RunStatus::Declared);
        store.create(Created { run, frozen, rows, summary, deeds: Vec::new() }).await.unwrap();
        let owner = Owner("test".to_owned());
        let lease = store.acquire(run, &owner, engine::base::Millis::minutes(5)).await.unwrap().unwrap();
        Self { store, lease, head, plan, at }
    }

    pub(crate) fn run(&self) -> RunId {
        self.lease.run
    }

    pub(crate) async fn say(&mut self, events: &[Event]) {
        let expected = self.head.seq;
        let rows: Vec<Row> =
            events.iter().map(|event| self.head.seal(self.lease.run, self.at, event).unwrap()).collect();
        let over = events.iter().any(|event| matches!(event, Event::Ended { .. }));
        let status = if over { RunStatus::Completed } else { RunStatus::Running };
        let append = Append {
            lease: self.lease.clone(),
            expected,
            rows,
            output: Vec::new(),
            answers: Vec::new(),
            summary: summary(&self.plan, Mode::Drill, self.at, status),
        };
        self.store.append(vec![append]).await.unwrap().remove(0).unwrap();
    }
}

fn opened() -> Event {
    let step = serde_json::from_value(
        serde_json::json!({"event": "gate_opened", "unit": "go-live", "step": STEP, "deadline": null, "digest": Digest::of(b"x")}),
    );
    step.unwrap()
}

/// The first step of a unit, as a journal writes it.
const STEP: u32 = 0;

fn commander() -> Person {
    let roles = ["commander".parse().unwrap()].into();
    Person { name: "lee".parse().unwrap(), roles, lang: Lang::En, stands_in: BTreeMap::new() }
}

async fn raised(ground: &Ground) -> Vec<Raised> {
    let found = list::<Raised>(&*ground.database.store, Query::default()).await.unwrap();
    found.into_iter().map(|found| found.value).collect()
}

async fn notes(ground: &Ground) -> Vec<Note> {
    let lee = "lee".parse().unwrap();
    let found = list::<Note>(&*ground.database.store, Query::group(Note::unread_of(&lee))).await.unwrap();
    found.into_iter().map(|found| found.value).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_a_gate_asks_is_told_once_by_two_followers_and_nobody_once_it_is_decided() {
    for ground in [Ground::memory().await, Ground::sqlite().await, Ground::postgres().await] {
        let stop = CancellationToken::new();
        ground.desk(&[commander()]).await;
        for _ in 0..2 {
            tokio::spawn(follow(Arc::clone(&ground.database.store), stop.clone()));
        }
        // What the followers begin with decides what is news.
        until(async || ground.database.store.entry("telling-began", "began").await.unwrap().is_some()).await;
        let mut journal = Journal::declare(&ground, Mode::Drill).await;
        journal.say(&[opened()]).await;
        until(async || notes(&ground).await.len() == 1).await;
        let note = notes(&ground).await.remove(0);
        assert_eq!(note.message.subject, "[DRILL] approval asked for: Failover · go-live");
        assert_eq!(note.path, format!("/runs/{}/gates/go-live", journal.lease.run));
        let cause = Cause { kind: CauseKind::Unexpected, message: Text::plain("it broke") };
        let decided = Event::GateDecided { unit: "go-live".parse().unwrap(), approved: false, in_default: false };
        journal.say(&[decided, Event::Failed { unit: "go-live".parse().unwrap(), cause }]).await;
        until(async || raised(&ground).await.iter().any(|told| told.occasion.kind == OccasionKind::UnitFailed)).await;
        let call = ground.calls().await.into_iter().find(|call| call.occasion.as_str().contains("gate_opened"));
        assert_eq!(call.unwrap().stands(), Stands::Settled);
        let kinds: Vec<_> = raised(&ground).await.iter().map(|told| told.occasion.kind).collect();
        assert_eq!(kinds, [OccasionKind::RunDeclared, OccasionKind::GateOpened, OccasionKind::UnitFailed]);
        assert_eq!(notes(&ground).await.len(), 1);
        stop.cancel();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_that_comes_back_goes_on_where_it_was_and_tells_nothing_of_before_it_began() {
    let ground = Ground::sqlite().await;
    let mut old = Journal::declare(&ground, Mode::Drill).await;
    old.say(&[opened()]).await;
    let follower = async |wanted: usize| {
        let stop = CancellationToken::new();
        let task = tokio::spawn(follow(Arc::clone(&ground.database.store), stop.clone()));
        until(async || raised(&ground).await.len() >= wanted).await;
        stop.cancel();
        task.await.unwrap();
    };
    follower(0).await;
    until(async || ground.database.store.entry("telling-began", "began").await.unwrap().is_some()).await;
    let mut journal = Journal::declare(&ground, Mode::Drill).await;
    journal.say(&[opened()]).await;
    follower(2).await;
    // Said while nobody followed, and the run is over and in no list of open ones.
    journal.say(&[Event::GateOverdue { unit: "go-live".parse().unwrap() }]).await;
    follower(3).await;
    journal.say(&[Event::Ended { end: engine::run::End::Completed }]).await;
    follower(4).await;
    let about: Vec<_> = raised(&ground).await.iter().map(|told| told.occasion.about.run).collect();
    assert_eq!(about, vec![Some(journal.lease.run); 4], "nothing of {}", old.lease.run);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mock_run_tells_those_whom_it_asks_and_nobody_else() {
    let ground = Ground::memory().await;
    let stop = CancellationToken::new();
    tokio::spawn(follow(Arc::clone(&ground.database.store), stop.clone()));
    until(async || ground.database.store.entry("telling-began", "began").await.unwrap().is_some()).await;
    let mut journal = Journal::declare(&ground, Mode::Mock).await;
    journal.say(&[opened(), Event::TargetExceeded { unit: "go-live".parse().unwrap() }]).await;
    until(async || !raised(&ground).await.is_empty()).await;
    let kinds: Vec<_> = raised(&ground).await.iter().map(|told| told.occasion.kind).collect();
    assert_eq!(kinds, [OccasionKind::GateOpened]);
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declaration_for_real_asks_who_commands_until_somebody_has_confirmed_it() {
    let ground = Ground::sqlite().await;
    let stop = CancellationToken::new();
    ground.desk(&[commander()]).await;
    tokio::spawn(follow(Arc::clone(&ground.database.store), stop.clone()));
    until(async || ground.database.store.entry("telling-began", "began").await.unwrap().is_some()).await;
    let mut journal = Journal::declare(&ground, Mode::Real).await;
    until(async || notes(&ground).await.len() == 1).await;
    assert_eq!(
        notes(&ground).await[0].message.subject,
        "[REAL] second person asked for: Failover · declared for real by kim"
    );
    let lee = Actor { name: "lee".parse().unwrap(), roles: vec!["commander".parse().unwrap()], via: Door::Console };
    journal.say(&[Event::Resumed { by: lee }]).await;
    until(async || ground.calls().await.iter().all(|call| call.stands() == Stands::Settled)).await;
    assert_eq!(raised(&ground).await[0].occasion.kind, OccasionKind::SecondPerson);
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_asked_for_a_vote_gets_a_short_link_that_is_good_for_that_person_and_gate_alone() {
    let ground = Ground::memory().await;
    ground.channels(&hook("sms", 9), &[(Way::Sms, "sms")]).await;
    let mut lee = contact("lee", &[(Way::Sms, "010-1234-5678")]);
    lee.kind = ContactKind::Person { user: Some("lee".parse().unwrap()) };
    lee.lang = Some(Lang::En);
    ground.add(&lee).await;
    ground.desk(&[commander()]).await;
    let (run, unit) = (RunId(Uuid::now_v7()), "go-live".parse().unwrap());
    let asked = Occasion {
        key: Key::of_run(run, 4, OccasionKind::GateOpened, Some(&unit)),
        kind: OccasionKind::GateOpened,
        about: About { run: Some(run), unit: Some(unit.clone()), ..About::default() },
        people: ["lee".parse().unwrap()].into(),
        headline: Text::plain("Open now?"),
        ..occasion(Uuid::now_v7(), ground.now().await)
    };
    assert!(ground.raise(&asked).await);
    until(async || !ground.deliveries().await.is_empty()).await;
    let body = ground.deliveries().await[0].message.body.clone();
    let (told, sealed) = body.split_once("https://dr.bank.test/g/").unwrap_or_else(|| panic!("{body}"));
    assert_eq!(told, "[DRILL] approval asked for: Open now?. Vote ");
    assert!(body.chars().count() <= 160, "one message of a telephone: {body}");
    let signer = Signer::open(&*ground.database.store, ground.now().await).await.unwrap();
    let link = GateLink::open(&signer, sealed).unwrap();
    assert!(link.run == run && link.is_of(&unit) && link.is_for(&"lee".parse().unwrap()));
}
