//! The worked example of the rules of measurement: the site failover of the samples, for real, from the declaration at ten.
//! The consent to the DNS switch is waited for for six minutes beside the unit's five of work, and one retry of the restore
//! costs two more: 48 minutes against 40.

use std::collections::BTreeMap;

use engine::base::{Lang, Millis, Timestamp};
use engine::plan::MarkKind;
use engine::report::{Aside, Document, RunReport};
use engine::run::{Actor, ManualAct, ManualResult, Request, UnitState};

use crate::play::{Play, at, person};

/// Seconds that each unit's attempts take, one after another.
const ATTEMPTS: [(&str, &[u64]); 14] = [
    ("preflight", &[180, 60, 60]),
    ("dr-net", &[30, 60, 30]),
    ("hot-nodes", &[240, 60]),
    ("fence-primary", &[30, 30]),
    // The promotion fails after 100 seconds, is asked for again 20 seconds later, and found not to have happened.
    ("db-restore", &[15, 100, 5, 15, 475, 60, 30]),
    ("files", &[480, 180, 60]),
    ("ap", &[60, 60, 30, 30]),
    ("web", &[30, 30, 30, 30]),
    ("dns", &[60, 120, 90, 30]),
    ("v1-basic", &[60, 60]),
    ("v2-core", &[180, 60]),
    ("v3-advanced", &[180, 60]),
    ("v4-perf", &[180, 60]),
    ("announce", &[120, 120, 60]),
];

/// Plays it.
pub fn play() -> Play {
    let marks = [(MarkKind::Event, at("09:40:00")), (MarkKind::Detect, at("09:43:00"))];
    let inputs = [("reason", Some("주사이트 정전")), ("restore_from", Some("local-backup")), ("db_password", None)];
    let mut play = Play::sample("freshservice-site-failover", &inputs, &marks, at("09:50:00"));
    let mut made: BTreeMap<String, usize> = BTreeMap::new();
    let mut now = at("09:50:00");
    while now <= at("10:50:00") && play.state().ended_at().is_none() {
        while turn(&mut play, &mut made, now) {}
        play.tick(now);
        now = now.plus(Millis(5_000));
    }
    assert!(play.state().ended_at().is_some(), "{:#?}", play.state());
    play
}

/// The report on it.
pub fn r1() -> RunReport {
    play().report()
}

/// The document of it.
pub fn document(lang: Lang) -> Document {
    Document::of(&r1(), &Aside::default(), lang)
}

/// One thing that is due by now; whether there was one.
fn turn(play: &mut Play, made: &mut BTreeMap<String, usize>, now: Timestamp) -> bool {
    let due = play.state().flights().find_map(|(ix, flight)| {
        let unit = play.plan().unit(ix).id.to_string();
        let place = made.get(&unit).copied().unwrap_or_default();
        let (_, seconds) = ATTEMPTS.iter().find(|(name, _)| *name == unit).unwrap();
        let takes = *seconds.get(place).unwrap_or_else(|| panic!("{unit} has no attempt {place}"));
        (now.since(flight.since) >= Millis(takes * 1_000)).then_some(unit)
    });
    if let Some(unit) = due {
        let place = made.entry(unit.clone()).or_default();
        *place += 1;
        let failure = match (unit.as_str(), *place) {
            ("db-restore", 2) => {
                Some("db-restore: 복제본이 승격 요청에 응답하지 않음(종료 코드 2). 복제 상태를 확인하고 다시 시도할 것")
            }
            ("db-restore", 3) => Some("아직 복구 모드임"),
            _ => None,
        };
        play.ends(now, &unit, failure);
        return true;
    }
    people(play, now)
}

fn people(play: &mut Play, now: Timestamp) -> bool {
    let lee = person("lee", &["commander"]);
    let waited = |since: Timestamp, seconds: u64| now.since(since) >= Millis(seconds * 1_000);
    for ix in play.plan().unit_ixs() {
        let unit = play.plan().unit(ix).id.to_string();
        let run = play.state().unit(ix);
        match run.state {
            UnitState::AwaitingGate => {
                let gate = run.gate.as_ref().unwrap();
                let (votes, since) = (gate.votes.len(), gate.opened_at);
                let (after, voter): (u64, &Actor) = match (unit.as_str(), votes) {
                    ("g-declare", 0) => (200, &lee),
                    ("g-declare", _) => (300, &person("choi", &["infra-lead"])),
                    ("dns", _) => (360, &lee),
                    ("announce", 0) => (0, &person("park", &["business-owner"])),
                    ("announce", _) => (0, &lee),
                    (other, _) => panic!("nobody knows the gate {other}"),
                };
                if waited(since, after) {
                    play.votes(now, voter, &unit, "확인");
                    return true;
                }
            }
            UnitState::AwaitingManual => {
                let since = run.manual.as_ref().unwrap().opened_at;
                let (after, by, evidence) = match unit.as_str() {
                    "fence-primary" => {
                        (120, person("han", &["network-lead"]), "경로 광고 철회 확인, 통신사 담당과 통화 10:02")
                    }
                    "v-business" => (240, person("park", &["business-owner"]), "점검표 참조"),
                    other => panic!("nobody knows the manual work {other}"),
                };
                if waited(since, after) {
                    answer(play, now, &unit, &by, evidence);
                    return true;
                }
            }
            UnitState::Failed if waited(play.state().last_at(), 20) => {
                play.asks(now, &lee, Request::RetryUnit { unit: unit.parse().unwrap() });
                play.asks(now, &lee, Request::Resume);
                return true;
            }
            _ => {}
        }
    }
    false
}

fn answer(play: &mut Play, now: Timestamp, unit: &str, by: &Actor, evidence: &str) {
    let unit_id = || unit.parse().unwrap();
    let mut measure = None;
    if unit == "v-business" {
        for item in 0..12 {
            let work = ManualAct::Tick { item, result: ManualResult::Done, note: String::new() };
            play.asks(now, by, Request::Manual { unit: unit_id(), opening: None, work });
        }
        measure = Some("1.4".parse().unwrap());
    }
    let work = ManualAct::Complete { result: ManualResult::Done, evidence: evidence.to_owned(), measure };
    play.asks(now, by, Request::Manual { unit: unit_id(), opening: None, work });
}
