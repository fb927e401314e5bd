//! Attempts that nobody saw the end of, or the beginning: probes decide, else a person.

use engine::base::Millis;
use engine::run::{CauseKind, Effect, Event, Input, Purpose};

use crate::script::{FLAKY, Script, request};
use crate::world::failed;

const PROBED: &str = "
runbook: probed
units:
  promote:
    run: [{command: promote, timeout: 1m, already_done: {tcp: '127.0.0.1:1'}}]
  web: {needs: [promote], run: [{command: web, timeout: 1m}]}
";

#[test]
fn after_an_unknown_end_the_probe_says_done_and_nothing_is_repeated() {
    let mut script = Script::of(PROBED);
    script.lose("promote");
    assert_eq!(script.purpose("promote"), Some(Purpose::Probe));
    script.succeed("promote");
    assert_eq!((script.unit("promote"), script.starts("promote"), script.starts("web")), ("ready", 1, 1));
}

#[test]
fn after_an_unknown_end_the_probe_says_not_done_and_the_step_is_attempted_again() {
    let mut script = Script::of(PROBED);
    script.lose("promote");
    script.end("promote", failed(CauseKind::Check));
    assert_eq!((script.purpose("promote"), script.starts("promote")), (Some(Purpose::Act), 2));
    script.succeed("promote");
    assert_eq!(script.unit("promote"), "ready");
}

#[test]
fn after_an_unknown_end_the_probe_can_not_tell_and_a_person_is_asked() {
    let mut script = Script::of(PROBED);
    script.lose("promote");
    script.lose("promote");
    assert_eq!((script.unit("promote"), script.status()), ("unknown", "failed"));
    assert_eq!(script.starts("promote"), 1);
    // The person wants another try: the probe is asked first all the same.
    script.ask("lee", request("retry", "promote")).unwrap();
    assert_eq!(script.purpose("promote"), Some(Purpose::Probe));
    script.lose("promote");
    script.ask("lee", request("attest", "promote")).unwrap();
    assert_eq!(script.starts("web"), 1);
}

#[test]
fn lost_sight_of_again_and_again_and_never_done_it_fails_in_the_end() {
    let mut script = Script::of(PROBED);
    for _ in 0..20 {
        if script.unit("promote") == "failed" {
            break;
        }
        match script.purpose("promote") {
            Some(Purpose::Act) => script.lose("promote"),
            _ => script.end("promote", failed(CauseKind::Check)),
        }
    }
    assert_eq!((script.unit("promote"), script.starts("promote")), ("failed", 6));
}

#[test]
fn a_probe_that_is_ended_has_not_said_not_done() {
    let mut script = Script::of(PROBED);
    script.lose("promote");
    script.pass(Millis::minutes(1));
    assert_eq!(script.count(|event| matches!(event, Event::TimedOut { .. })), 1);
    script.die("promote");
    assert_eq!((script.unit("promote"), script.starts("promote")), ("unknown", 1));
    script.ask("lee", request("retry", "promote")).unwrap();
    script.ask("lee", request("stop", "promote")).unwrap();
    script.die("promote");
    assert_eq!((script.unit("promote"), script.starts("promote")), ("failed", 1));
}

#[test]
fn a_probe_that_died_with_its_engine_is_asked_again() {
    let mut script = Script::of(PROBED);
    script.lose("promote");
    let asked = script.attempt("promote");
    script.crash();
    script.lose("promote");
    assert_eq!(script.purpose("promote"), Some(Purpose::Probe));
    assert!(script.attempt("promote") > asked);
}

#[test]
fn an_unknown_end_without_a_probe_is_a_question_to_a_person() {
    let mut script = Script::of(
        "
runbook: blind
units:
  fence: {run: [{command: fence, timeout: 1m}]}
  copy: {run: [{command: copy, timeout: 1m, idempotent: true}]}
",
    );
    script.lose("fence");
    assert_eq!((script.unit("fence"), script.starts("fence")), ("unknown", 1));
    script.lose("copy");
    assert_eq!((script.unit("copy"), script.starts("copy")), ("running", 2), "doing it twice does no harm");
}

#[test]
fn an_attempt_that_was_never_started_is_started_as_the_same_attempt() {
    let mut script = Script::of(FLAKY);
    let attempt = script.attempt("db");
    script.crash();
    let unit = script.ix("db");
    let recorded = script.events.len();
    script.decide(Input::NeverStarted { unit, attempt });
    assert!(matches!(script.effects[..], [Effect::Start { attempt: of, .. }] if of == attempt));
    assert_eq!(script.events.len(), recorded);
}

#[test]
fn an_attempt_that_was_never_started_stays_so_once_nobody_wants_it() {
    let (abort, stop) = (request("abort", ""), request("stop", "db"));
    for (wish, state) in [(abort, "cancelled"), (stop, "failed")] {
        let mut script = Script::of(FLAKY);
        let attempt = script.attempt("db");
        script.crash();
        script.ask("lee", wish).unwrap();
        let unit = script.ix("db");
        script.decide(Input::NeverStarted { unit, attempt });
        assert!(!script.starts_something());
        assert_eq!(script.unit("db"), state);
    }
}

#[test]
fn an_attempt_whose_time_ran_out_before_it_was_started_is_made_anew() {
    let mut script = Script::of(FLAKY);
    let attempt = script.attempt("db");
    script.now = script.now.plus(Millis::minutes(10));
    script.crash();
    let unit = script.ix("db");
    script.decide(Input::NeverStarted { unit, attempt });
    assert!(script.attempt("db") > attempt);
    assert!(script.starts_something());
    script.pass_seconds(59);
    assert_eq!(script.unit("db"), "running", "with all its time before it");
}

#[test]
fn an_attempt_that_lost_some_of_its_time_before_it_was_started_is_made_anew_with_all_of_it() {
    let mut script = Script::of(FLAKY);
    let attempt = script.attempt("db");
    script.now = script.now.plus(Millis::seconds(50));
    script.crash();
    let unit = script.ix("db");
    script.decide(Input::NeverStarted { unit, attempt });
    assert!(script.attempt("db") > attempt);
    assert!(script.starts_something());
    script.pass_seconds(59);
    assert_eq!(script.unit("db"), "running", "it is not ended ten seconds after it began");
    script.succeed("db");
    assert_eq!(script.unit("db"), "ready");
}

#[test]
fn an_end_in_the_millisecond_of_its_time_out_came_in_time() {
    let mut script = Script::of(FLAKY);
    script.now = script.now.plus(Millis::minutes(1));
    script.succeed("db");
    assert_eq!(script.unit("db"), "ready");
    assert_eq!(script.count(|event| matches!(event, Event::TimedOut { .. })), 0);
}
