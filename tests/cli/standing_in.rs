//! Votes told by phone and votes in somebody's place, through the binary: held to the accounts and delegations of the console.

#![expect(clippy::disallowed_methods, reason = "ids of the tests are drawn as they are needed")]

use std::sync::Arc;

use engine::base::{Bilingual as _, Clock as _, Lang, Millis, SystemClock, Timestamp};
use engine::identity::Mandate;
use engine::store::{self, Change, Changed, Store, add};
use harness::state::{Beside, State, redacted};
use uuid::Uuid;

const GATED: &str = "
runbook: gated
units:
  go: {gate: {question: Go?, approvers: [commander], exclude: [requester], timeout: 10m}}
";

/// Runs something over the database of a state.
fn over<T>(state: &State, work: impl AsyncFnOnce(Arc<dyn Store>) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let url = format!("sqlite://{}", state.folder().join("relight.db").display());
        work(store::open(&url).await.unwrap().store).await
    })
}

fn change(state: &State, change: Change) {
    let done = over(state, async |store| store.change(SystemClock.now(), vec![change], Vec::new()).await);
    assert_eq!(done.unwrap(), Changed::Done);
}

/// A run that waits at its gate, and people: `lee` may approve, the others may not.
fn waiting() -> (State, Beside) {
    let state = State::new();
    for (name, role) in [("lee", "commander"), ("choi", "operator"), ("han", "operator")] {
        assert_eq!(state.done(&["user", "add", name]).code(), 0);
        assert_eq!(state.done(&["user", "grant", name, role, "--modes", "drill"]).code(), 0);
    }
    let file = state.runbook(GATED);
    let run = state.beside(&["run", &file, "--mode", "drill", "--format", "json"]);
    state.until_status("waiting");
    (state, run)
}

#[test]
fn a_vote_told_by_phone_needs_three_persons_with_accounts_and_the_role_of_the_caller() {
    let (state, run) = waiting();
    let phone =
        |more: &[&str]| state.done(&[&["approve", "latest", "go", "--as", "choi", "--format", "json"], more].concat());
    // What can not be meant is refused before anything is asked.
    for wrong in [
        &["--by-phone", "lee"][..],
        &["--witness", "han"],
        &["--called-at", "2026-11-21T03:00:00+09:00"],
        &["--by-phone", "lee", "--witness", "han", "--for", "lee"],
        &["--by-phone", "lee", "--witness", "han", "--called-at", "at noon"],
        &["--by-phone", "no name!", "--witness", "han"],
    ] {
        assert_eq!(phone(wrong).code(), 2, "{wrong:?}");
    }
    for (who, witness) in [("nobody", "han"), ("lee", "nobody")] {
        let refused = phone(&["--by-phone", who, "--witness", witness]);
        assert_eq!(refused.code(), 1, "{}", refused.err());
        assert!(refused.err().contains("nobody has no account that is in use"), "{}", refused.err());
    }
    for (call, code) in [
        (&["--by-phone", "lee", "--witness", "choi"][..], "witness_missing"),
        (&["--by-phone", "lee", "--witness", "lee"], "witness_missing"),
        (&["--by-phone", "han", "--witness", "lee"], "not_an_approver"),
        (&["--by-phone", "lee", "--witness", "han", "--called-at", "2020-01-01T00:00:00Z"], "call_outside_the_gate"),
        (&["--by-phone", "lee", "--witness", "han", "--called-at", "2999-01-01T00:00:00Z"], "call_outside_the_gate"),
    ] {
        let refused = phone(call);
        assert_eq!((refused.code(), refused.json()["code"].as_str()), (1, Some(code)), "{call:?}: {}", refused.err());
    }
    let vote = phone(&["--by-phone", "lee", "--witness", "han", "--comment", "확인"]);
    insta::assert_json_snapshot!("a_vote_told_by_phone", redacted(vote.json_with(0)));
    assert_eq!(run.wait().json_with(0)["status"], "completed");
    let report = state.done(&["report", "latest", "--format", "md", "--lang", "en"]);
    assert!(report.out().contains("entered by choi, witness han"), "{}", report.out());
    let log = state.done(&["audit", "list", "--act", "gate.vote", "--format", "json"]).out();
    assert!(log.contains(r#"\"on_behalf_of\":\"lee\""#), "{log}");
}

#[test]
fn a_vote_in_somebody_s_place_needs_a_delegation_that_is_in_force() {
    let (state, run) = waiting();
    let instead = |deputy: &str, of: &str| state.done(&["approve", "latest", "go", "--as", deputy, "--for", of]);
    let none = |deputy: &str, of: &str, said: &str| {
        let refused = instead(deputy, of);
        assert_eq!(refused.code(), 1, "{}", refused.out());
        assert!(refused.err().contains(said), "{}", refused.err());
    };
    assert_eq!(instead("choi", "no name!").code(), 2);
    none("stranger", "lee", "stranger has no account that is in use");
    none("choi", "lee", "/me/delegations");
    let now = SystemClock.now();
    let mandate = |to: &str, since: Timestamp, until: Timestamp| Mandate {
        id: Uuid::now_v7(),
        from: "lee".parse().unwrap(),
        to: to.parse().unwrap(),
        since,
        until,
        reason: "away".to_owned(),
        org: None,
        roles: std::collections::BTreeSet::new(),
        runbooks: std::collections::BTreeSet::new(),
        given_at: now,
        revoked_at: None,
    };
    let (before, later) = (Timestamp(now.0 - 3_600_000), now.plus(Millis(3_600_000)));
    change(&state, add(&mandate("han", before, now)).unwrap());
    none("han", "lee", "/me/delegations");
    let revoked = Mandate { revoked_at: Some(now), ..mandate("han", before, later) };
    change(&state, add(&revoked).unwrap());
    none("han", "lee", "/me/delegations");
    change(&state, add(&mandate("choi", before, later)).unwrap());
    none("han", "choi", "/me/delegations");

    let vote = state.done(&["approve", "latest", "go", "--as", "choi", "--for", "lee", "--format", "json"]);
    assert_eq!(vote.json_with(0)["answer"], "accepted");
    assert_eq!(run.wait().json_with(0)["status"], "completed");
    let report = state.done(&["report", "latest", "--format", "md", "--lang", "en"]);
    assert!(report.out().contains("choi (for lee)"), "{}", report.out());
}

mod cases {
    use engine::base::{CaseClass, CaseId, RequestId};
    use engine::cases::{Asker, Opening, Source, load, open_case};
    use engine::plan::Mode;
    use engine::run::{Actor, Door};

    use super::*;

    /// An open case in a mode.
    fn opened(state: &State, mode: Mode) -> CaseId {
        let (case, now) = (CaseId(Uuid::now_v7()), SystemClock.now());
        let by = Actor { name: "lee".parse().unwrap(), roles: vec!["commander".parse().unwrap()], via: Door::Console };
        let asker = Asker { by, origin: "::1".to_owned(), at: now, request: RequestId(Uuid::now_v7()) };
        let opening = Opening {
            what: "power lost".to_owned(),
            class: CaseClass::Disaster,
            mode,
            event_at: now,
            event_source: Source::Person,
            detect_at: now,
            detect_source: Source::Person,
            customers: None,
            scope: None,
            organisation: None,
        };
        over(state, async |store| open_case(&*store, case, opening, &asker).await)
            .unwrap_or_else(|why| panic!("{}", why.text().get(Lang::En)));
        case
    }

    #[test]
    fn a_run_of_a_case_is_declared_in_an_open_one_of_its_mode_and_stands_in_its_log() {
        let state = State::new();
        assert_eq!(state.done(&["runs"]).code(), 0);
        let case = opened(&state, Mode::Drill);
        let named = case.to_string();
        let file = state.runbook("runbook: r\nunits:\n  a: {run: [{command: [\"true\"], timeout: 5s}]}\n");
        let run = |more: &[&str]| state.done(&[&["run", &*file, "--format", "json"], more].concat());
        for wrong in [
            &["--mode", "drill", "--case", "the big one"][..],
            &["--mode", "drill", "--part", "failover"],
            &["--mode", "drill", "--case", &*named, "--part", "sideways"],
        ] {
            assert_eq!(run(wrong).code(), 2, "{wrong:?}");
        }
        let absent = Uuid::now_v7().to_string();
        for (wrong, said) in [
            (&["--mode", "drill", "--case", &*absent][..], "there is no case"),
            (&["--mode", "isolated", "--case", &*named], "this case is in mode drill"),
        ] {
            let refused = run(wrong);
            assert!(refused.code() != 0 && refused.err().contains(said), "{wrong:?}: {}", refused.err());
        }
        assert!(state.latest().is_none(), "nothing was declared");
        let done = run(&["--mode", "drill", "--case", &*named, "--part", "support"]);
        let id = done.json_with(0)["run"].as_str().unwrap().to_owned();
        let loaded = over(&state, async |store| load(&*store, case).await).unwrap();
        let log = serde_json::to_string(&loaded.entries).unwrap();
        assert!(log.contains(&id), "the case knows its run: {log}");
    }
}
