//! The journal of one rich run, cut after every decision: an engine that takes over from there comes to the same end.
//!
//! Cut after decisions and not within them, because a store keeps all events of a decision or none.

use engine::base::Millis;
use engine::plan::{Plan, UnitIx};
use engine::run::{
    CauseKind, Effect, Event, Flight, Input, ManualResult, Outcome, Purpose, Request, RunStatus, UnitState,
};

use crate::script::{Script, request};
use crate::world::{failed, is_held, succeeded, unknown};

const RICH: &str = "
runbook: rich
concurrency: {run: 3, per_target: 2}
objectives: {rto: 2m}
services: {shop: {rto: 20s, needs: [web]}}
stages:
  - stage: prepare
    mode: sequential
    units:
      assess: {manual: {instruction: look at it, roles: [commander], evidence: true}}
      fence: {run: [{command: fence, timeout: 10s, already_done: {command: fenced}}]}
  - stage: database
    units:
      flaky:
        target: 1s
        pre: [{tcp: '127.0.0.1:1', timeout: 5s}]
        run: [{command: db, timeout: 5s, idempotent: true, retry: {attempts: 3, every: 2s}}]
        post: [{tcp: '127.0.0.1:1', timeout: 5s}]
      lost: {on: db-1, run: [{command: db, timeout: 5s}]}
      dispensable: {on: db-1, on_fail: skip, run: [{command: db, timeout: 5s}]}
      hanging: {on: db-1, run: [{command: one, timeout: 5s}, {command: two, timeout: 5s, idempotent: true, retry: 2}]}
      pausing: {on_fail: pause, run: [{command: db, timeout: 5s}]}
  - stage: application
    max_parallel: 2
    units:
      go: {gate: {approvers: [approver], quorum: 2, distinct: true, exclude: [requester], timeout: 3s}}
      skipped: {needs: [go], run: [{command: app, timeout: 5s}]}
      retried: {needs: [go], run: [{command: one, timeout: 5s, idempotent: true}, {command: two, timeout: 5s}]}
      fine: {needs: [go], run: [{http: 'http://127.0.0.1:1/', method: POST, timeout: 5s}]}
  - stage: front
    units:
      web: {run: [{wait: 5s}, {mark: resume}, {command: web, timeout: 5s}]}
";

/// How the `nth` attempt of a unit's step goes; `None` where it never ends by itself.
fn course(unit: &str, step: u16, purpose: Purpose, nth: usize) -> Option<Outcome> {
    match (unit, step, purpose, nth) {
        ("fence", _, Purpose::Act, 1) => Some(unknown()),
        ("fence", _, Purpose::Probe, _) => Some(failed(CauseKind::Check)),
        ("flaky", 1, _, 1 | 2) | ("pausing" | "retried", _, _, 1) => Some(failed(CauseKind::Exit)),
        ("lost", ..) => Some(unknown()),
        ("dispensable" | "skipped", ..) => Some(failed(CauseKind::Exit)),
        ("hanging", 1, _, 1) => None,
        _ => Some(succeeded()),
    }
}

fn flights(script: &Script) -> Vec<(UnitIx, Flight)> {
    script.state.flights().map(|(unit, flight)| (unit, flight.clone())).collect()
}

/// The outcome that the world has for an attempt at work, once a second has passed or it was ended.
fn outcome(script: &Script, unit: UnitIx, flight: &Flight) -> Option<Outcome> {
    if flight.timed_out || flight.stopped {
        return Some(failed(CauseKind::Signal));
    }
    if script.now < flight.since.plus(Millis::seconds(1)) {
        return None;
    }
    let id = &script.plan.unit(unit).id;
    let nth = script.count(|event| {
        matches!(event, Event::Started { unit, step, purpose, .. }
            if unit == id && *step == flight.step && *purpose == flight.purpose)
    });
    course(id.as_str(), flight.step, flight.purpose, nth)
}

/// What people do now, told from the state alone.
fn wish(script: &Script) -> Option<(&'static str, Request)> {
    if script.state.status() == RunStatus::Paused {
        return Some(("lee", request("resume", "")));
    }
    script.plan.unit_ixs().find_map(|ix| {
        let (unit, id) = (script.state.unit(ix), script.plan.unit(ix).id.as_str());
        match unit.state {
            UnitState::AwaitingGate => {
                let openings = script.count(|event| matches!(event, Event::GateOpened { .. }));
                let voted = unit.gate.as_ref().map_or(0, |gate| gate.votes.len());
                let voter = if voted == 0 { "lee" } else { "park" };
                Some((voter, script.ballot(id, openings > 1)))
            }
            UnitState::AwaitingManual => {
                Some(("lee", Request::complete_manual(id.parse().unwrap(), ManualResult::Done, "seen")))
            }
            UnitState::Failed if id == "skipped" => Some(("lee", request("skip", id))),
            UnitState::Failed if id == "retried" => Some(("lee", request("retry unit", id))),
            UnitState::Failed => Some(("lee", request("retry", id))),
            UnitState::Unknown => Some(("lee", request("attest", id))),
            _ => None,
        }
    })
}

/// Goes on until the run is over.
fn carry_on(script: &mut Script) {
    for _ in 0..1_000 {
        if !script.state.status().is_open() {
            return;
        }
        let landing = flights(script)
            .into_iter()
            .find_map(|(unit, flight)| Some((unit, flight.attempt, outcome(script, unit, &flight)?)));
        if let Some((unit, attempt, outcome)) = landing {
            script.decide(Input::Outcome { unit, attempt, outcome });
        } else if let Some((name, request)) = wish(script) {
            script.ask(name, request).unwrap();
        } else {
            script.pass_seconds(1);
        }
    }
    panic!("the run does not end: {}", script.status());
}

fn whole() -> Script {
    let mut script = Script::of(RICH);
    carry_on(&mut script);
    script
}

fn ends(script: &Script) -> Vec<(&str, &'static str)> {
    script.plan.units().iter().map(|unit| (unit.id.as_str(), script.unit(unit.id.as_str()))).collect()
}

fn starts(script: &Script) -> Vec<(&str, usize)> {
    script.plan.units().iter().map(|unit| (unit.id.as_str(), script.starts(unit.id.as_str()))).collect()
}

/// A new engine with the journal as it was after each decision, and with the decision's own events.
fn cuts(script: &Script) -> impl Iterator<Item = (Script, &[(engine::base::Timestamp, Event)])> {
    let boundaries = script.boundaries.windows(2).filter(|pair| pair[0] < pair[1]);
    boundaries.filter_map(|pair| {
        let over = matches!(script.events[pair[1] - 1].1, Event::Ended { .. });
        let plan: &'static Plan = script.plan;
        (!over).then(|| (Script::resumed(plan, script.events[..pair[1]].to_vec()), &script.events[pair[0]..pair[1]]))
    })
}

#[test]
fn the_rich_run_is_rich() {
    let script = whole();
    assert_eq!(
        ends(&script),
        [
            ("assess", "ready"),
            ("fence", "ready"),
            ("flaky", "ready"),
            ("lost", "attested"),
            ("dispensable", "skipped"),
            ("hanging", "ready"),
            ("pausing", "ready"),
            ("go", "ready"),
            ("skipped", "skipped"),
            ("retried", "ready"),
            ("fine", "ready"),
            ("web", "ready"),
        ]
    );
    assert_eq!(script.status(), "completed");
    assert!(script.boundaries.len() > 60);
}

#[test]
fn cut_after_any_decision_it_comes_to_the_same_end() {
    let script = whole();
    for (mut resumed, _) in cuts(&script) {
        let cut = resumed.events.len();
        carry_on(&mut resumed);
        assert_eq!((ends(&resumed), starts(&resumed)), (ends(&script), starts(&script)), "cut before row {cut}");
    }
}

#[test]
fn cut_before_what_was_decided_could_begin_it_comes_to_the_same_end_with_no_more_attempts() {
    let script = whole();
    let mut never_started = 0;
    for (mut resumed, last) in cuts(&script) {
        for (unit, flight) in flights(&resumed) {
            let fresh = last
                .iter()
                .any(|(_, event)| matches!(event, Event::Started { attempt, .. } if *attempt == flight.attempt));
            if fresh && is_held(resumed.plan, unit, flight.step, flight.purpose) {
                let attempt = flight.attempt;
                resumed.decide(Input::NeverStarted { unit, attempt });
                assert!(matches!(resumed.effects[..], [Effect::Start { attempt: of, .. }] if of == attempt));
                never_started += 1;
            }
        }
        carry_on(&mut resumed);
        assert_eq!((ends(&resumed), starts(&resumed)), (ends(&script), starts(&script)));
    }
    assert!(never_started > 10);
}

#[test]
fn cut_together_with_its_keeper_it_repeats_nothing_blindly_and_still_ends() {
    let script = whole();
    for (mut resumed, _) in cuts(&script) {
        for (unit, flight) in flights(&resumed) {
            resumed.decide(Input::Outcome { unit, attempt: flight.attempt, outcome: unknown() });
        }
        // That nothing is repeated blindly is a rule of the model, which sees every event.
        carry_on(&mut resumed);
        assert_eq!(resumed.status(), "completed");
    }
}
