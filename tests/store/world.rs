//! Runs, rows and requests to put into a store.

use engine::base::{Millis, RequestId, RunId, Text, Timestamp};
use engine::plan::Mode;
use engine::run::{
    Actor, Answer, AttemptId, Door, Event, Head, OutputChunk, Request, Row, RunStatus, Submission, Summary,
};
use engine::store::{Append, Created, Error, Frozen, Lease, Owner, Store};
use uuid::Uuid;

pub(crate) const HOUR: Millis = Millis(3_600_000);
pub(crate) const NOW: Timestamp = Timestamp(1_795_000_000_000);

/// The nth run; later ones sort behind earlier ones, as with ids that carry their time.
pub(crate) fn run_id(n: u128) -> RunId {
    RunId(Uuid::from_u128((0x0193_0000_0000_7000_8000 << 48) + n))
}

pub(crate) fn request_id(n: u128) -> RequestId {
    RequestId(Uuid::from_u128((0x0194_0000_0000_7000_8000 << 48) + n))
}

pub(crate) fn owner(name: &str) -> Owner {
    Owner(name.to_owned())
}

pub(crate) fn summary(status: RunStatus) -> Summary {
    Summary {
        runbook: "three-tier".parse().unwrap(),
        title: Text::new("3계층 기동", "Three tiers"),
        organisation: Some("bank/it".parse().unwrap()),
        mode: Mode::Drill,
        status,
        verdict: None,
        requester: "kim".parse().unwrap(),
        declared_at: NOW,
        ended_at: None,
        rta: None,
        rto: Some(Millis(1_800_000)),
        done: 0,
        units: 3,
        case: None,
        part: None,
        awaits_second: false,
        asks: Vec::new(),
        tasks: Vec::new(),
    }
}

/// The next rows of a chain, with everything in them that a careless encoding would change.
pub(crate) fn rows(head: &mut Head, run: RunId, count: u64) -> Vec<Row> {
    (0..count)
        .map(|n| {
            let reason = format!("\"{n}\" 재해 선포 \u{0}\u{1f}\\ 🚨 '); --");
            let event = Event::Marked { mark: engine::plan::MarkKind::Event, value: Timestamp(-5), by: None, reason };
            head.seal(run, NOW, &event).unwrap()
        })
        .collect()
}

pub(crate) fn created(run: RunId, head: &mut Head) -> Created {
    let frozen = Frozen { plan: "{\"plan\":\"계획\"}".into(), source: "runbook: x # \u{0} 주석\n".into() };
    Created { run, frozen, rows: rows(head, run, 2), summary: summary(RunStatus::Declared), deeds: Vec::new() }
}

/// Makes a run and takes it.
pub(crate) async fn taken(store: &dyn Store, run: RunId, by: &Owner) -> (Lease, Head) {
    let mut head = Head::START;
    store.create(created(run, &mut head)).await.unwrap();
    let lease = store.acquire(run, by, HOUR).await.unwrap().unwrap();
    (lease, head)
}

/// An append of some rows behind `head`, which moves past them.
pub(crate) fn append(lease: &Lease, head: &mut Head, count: u64) -> Append {
    let expected = head.seq;
    Append {
        lease: lease.clone(),
        expected,
        rows: rows(head, lease.run, count),
        output: Vec::new(),
        answers: Vec::new(),
        summary: summary(RunStatus::Running),
    }
}

/// Commits one append and gives its verdict.
pub(crate) async fn commit(store: &dyn Store, append: Append) -> Result<(), Error> {
    store.append(vec![append]).await?.pop().unwrap()
}

pub(crate) fn chunk(attempt: u32, offset: u64, text: &str) -> OutputChunk {
    OutputChunk { attempt: AttemptId(attempt), offset, text: text.to_owned() }
}

pub(crate) fn submission(id: RequestId, run: RunId) -> Submission {
    let actor = Actor { name: "lee".parse().unwrap(), roles: vec!["commander".parse().unwrap()], via: Door::Console };
    Submission { id, run, actor, request: Request::Pause { reason: "\u{0} 잠시 멈춤".into() }, at: NOW }
}

pub(crate) fn refused(message: &str) -> Answer {
    Answer::Refused { code: "not-now".into(), message: Text::plain(message) }
}

/// Checks the chain of a whole journal and gives its end.
pub(crate) fn verified(run: RunId, rows: &[Row]) -> Head {
    let mut head = Head::START;
    for row in rows {
        head.accept(run, row).unwrap();
    }
    head
}
