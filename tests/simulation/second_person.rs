//! What is declared for real is begun by two.

use engine::base::Millis;
use engine::plan::MarkKind;
use engine::run::{Account, Header, declare};

use crate::drive::header;
use crate::script::{FLAKY, START, Script, compiled, request};

fn declared() -> Script {
    let plan = compiled(FLAKY);
    let header = Header { second_person: true, ..header(plan, 4) };
    let (_, events) = declare(plan, header, &[(MarkKind::Declare, START)], START).unwrap();
    Script::resumed(plan, events)
}

#[test]
fn nothing_is_started_before_another_commander_has_confirmed_and_the_wait_is_booked() {
    let mut script = declared();
    script.pass(Millis::minutes(3));
    script.crash();
    assert_eq!((script.status(), script.starts("db")), ("paused", 0));
    assert_eq!(script.ask("kim", request("resume", "")), Err("needs_commander".to_owned()), "who declared it");
    assert_eq!(script.ask("park", request("resume", "")), Err("needs_operator".to_owned()));
    assert_eq!(script.ask("root", request("pause", "")), Err("paused_already".to_owned()));
    script.ask("lee", request("resume", "")).unwrap();
    assert_eq!(script.starts("db"), 1);
    assert_eq!(script.state.ledger().booked(Account::Gate, script.now), Millis::minutes(3));
    // From then on it is a run like any other.
    script.ask("kim", request("pause", "")).unwrap();
    script.ask("kim", request("resume", "")).unwrap();
}

#[test]
fn a_declaration_that_nobody_confirms_can_be_taken_back() {
    let mut script = declared();
    script.ask("kim", request("abort", "")).unwrap();
    assert_eq!((script.status(), script.starts("db")), ("aborted", 0));
}
