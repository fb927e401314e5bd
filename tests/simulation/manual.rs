//! Manual work: who does it, what must come with it, and who looks at it a second time.

use engine::base::Millis;
use engine::run::{Account, Event, FILE_LIMIT, FILES_LIMIT, ManualAct, ManualResult, ManualWork, Media, Request};

use crate::script::{Script, request};
use crate::work::{done, file};

/// Work with everything that can be asked for.
const CABLE: &str = "
runbook: cable
units:
  plug:
    manual:
      instruction: Plug the second line in
      roles: [approver]
      evidence: {min_text: 5, photo: required, min_files: 2}
      measure: {unit: ms, min: 0.5, max: 20}
      checklist: [the lamp is green, {item: the label is right, may_fail: true}]
      second_checker: true
      not_applicable: allowed
  after: {needs: [plug], run: [{command: go}]}
";

fn act(work: ManualAct) -> Request {
    Request::Manual { unit: "plug".parse().unwrap(), opening: None, work }
}

fn complete(result: ManualResult, evidence: &str, measure: Option<&str>) -> Request {
    let measure = measure.map(|number| number.parse().unwrap());
    act(ManualAct::Complete { result, evidence: evidence.to_owned(), measure })
}

fn tick(item: u16, result: ManualResult, note: &str) -> Request {
    act(ManualAct::Tick { item, result, note: note.to_owned() })
}

fn check(accept: bool, comment: &str) -> Request {
    act(ManualAct::Check { accept, comment: comment.to_owned() })
}

fn refused(code: &str) -> Result<(), String> {
    Err(code.to_owned())
}

/// Everything there, and reported by lee.
fn reported() -> Script {
    let mut script = Script::of(CABLE);
    let engine::plan::Action::Manual(manual) = &script.plan.units()[0].steps[0].action else { panic!("manual work") };
    for work in done(manual) {
        script.ask("lee", act(work)).unwrap();
    }
    assert_eq!((script.unit("plug"), script.status()), ("awaiting_manual", "waiting"), "a second person is asked");
    script
}

#[test]
fn nothing_is_done_before_all_that_is_asked_for_is_there() {
    let mut script = Script::of(CABLE);
    let finish = |script: &mut Script, number| script.ask("lee", complete(ManualResult::Done, "plugged", number));
    assert_eq!(script.ask("lee", complete(ManualResult::Done, " ", Some("3"))), refused("evidence_missing"));
    assert_eq!(script.ask("lee", complete(ManualResult::Done, "done", Some("3"))), refused("evidence_too_short"));
    assert_eq!(finish(&mut script, None), refused("measure_missing"));
    assert_eq!(finish(&mut script, Some("0.49")), refused("measure_out_of_bounds"));
    assert_eq!(finish(&mut script, Some("20.01")), refused("measure_out_of_bounds"));
    assert_eq!(finish(&mut script, Some("20")), refused("items_open"));
    script.ask("lee", tick(0, ManualResult::Failed, "red")).unwrap();
    script.ask("lee", tick(1, ManualResult::Failed, "smudged")).unwrap();
    assert_eq!(finish(&mut script, Some("20")), refused("item_failed"), "an item that may not fail did");
    script.ask("lee", tick(0, ManualResult::Done, "")).unwrap();
    assert_eq!(finish(&mut script, Some("20")), refused("file_missing"));
    script.ask("lee", act(ManualAct::Attach { file: file(Media::Text) })).unwrap();
    script.ask("lee", act(ManualAct::Attach { file: file(Media::Text) })).unwrap();
    assert_eq!(finish(&mut script, Some("20")), refused("file_missing"), "neither of the two is a photo");
    script.ask("lee", act(ManualAct::Attach { file: file(Media::Jpeg) })).unwrap();
    finish(&mut script, Some("20")).unwrap();
    script.ask("park", check(true, "")).unwrap();
    assert_eq!(script.unit("plug"), "ready");
    let closed = script.events.iter().find_map(|(_, event)| match event {
        Event::ManualClosed { by, measure, .. } => Some((by.name.to_string(), measure.clone())),
        _ => None,
    });
    assert_eq!(closed, Some(("lee".to_owned(), Some("20".parse().unwrap()))), "who did it answers for it");
}

#[test]
fn items_and_files_are_bounded() {
    let mut script = Script::of(CABLE);
    assert_eq!(script.ask("lee", tick(2, ManualResult::Done, "")), refused("no_such_item"));
    assert_eq!(script.ask("lee", tick(0, ManualResult::NotApplicable, "\t")), refused("evidence_missing"));
    let mut large = file(Media::Png);
    large.size = FILE_LIMIT + 1;
    assert_eq!(script.ask("lee", act(ManualAct::Attach { file: large })), refused("file_too_large"));
    for _ in 0..FILES_LIMIT {
        script.ask("lee", act(ManualAct::Attach { file: file(Media::Png) })).unwrap();
    }
    assert_eq!(script.ask("lee", act(ManualAct::Attach { file: file(Media::Png) })), refused("too_many_files"));
}

#[test]
fn the_second_person_had_no_hand_in_it() {
    let mut script = reported();
    assert_eq!(script.ask("lee", check(true, "")), refused("own_work"));
    assert_eq!(script.ask("yoon", check(true, "")), refused("needs_hand"), "an auditor checks nothing");
    assert_eq!(script.ask("kim", complete(ManualResult::Done, "me too", Some("1"))), refused("waits_for_check"));
    assert_eq!(script.ask("kim", tick(0, ManualResult::Failed, "no")), refused("waits_for_check"));
    script.ask("park", check(true, "seen")).unwrap();
    assert_eq!((script.unit("plug"), script.starts("after")), ("ready", 1));
    assert_eq!(script.ask("kim", check(true, "")), refused("manual_not_open"));
}

#[test]
fn who_ticked_an_item_or_handed_in_a_file_does_not_check_it() {
    for helps in [tick(0, ManualResult::Done, ""), act(ManualAct::Attach { file: file(Media::Png) })] {
        let mut script = Script::of(CABLE);
        script.ask("park", helps).unwrap();
        let engine::plan::Action::Manual(manual) = &script.plan.units()[0].steps[0].action else { panic!() };
        for work in done(manual) {
            // The last word on the first item stays park's.
            if script.state.unit(script.ix("plug")).manual.as_ref().is_some_and(|open| open.files.is_empty())
                && matches!(work, ManualAct::Tick { item: 0, .. })
            {
                continue;
            }
            script.ask("lee", act(work)).unwrap();
        }
        assert_eq!(script.ask("park", check(true, "")), refused("own_work"));
        script.ask("choi", check(true, "")).unwrap();
    }
}

#[test]
fn what_is_sent_back_needs_a_reason_and_goes_back_to_who_did_it() {
    let mut script = reported();
    assert_eq!(script.ask("park", check(false, " ")), refused("evidence_missing"));
    script.ask("park", check(false, "the lamp is red")).unwrap();
    assert_eq!(script.unit("plug"), "awaiting_manual");
    let open = script.state.unit(script.ix("plug")).manual.clone().unwrap();
    assert_eq!(open.holder.as_ref().map(|name| name.as_str()), Some("lee"));
    assert_eq!((open.ticks.len(), open.files.len()), (2, 2), "what was found is kept");
    assert_eq!(script.ask("kim", complete(ManualResult::Done, "I did", Some("3"))), refused("held_by_another"));
    script.ask("lee", complete(ManualResult::Done, "plugged again", Some("3"))).unwrap();
    script.ask("park", check(true, "")).unwrap();
    assert_eq!(script.unit("plug"), "ready");
}

#[test]
fn work_that_somebody_took_is_left_alone_by_the_others_until_who_leads_says_otherwise() {
    let mut script = Script::of(CABLE);
    script.ask("park", act(ManualAct::Claim)).unwrap();
    assert_eq!(script.ask("choi", act(ManualAct::Claim)), refused("held_by_another"));
    assert_eq!(script.ask("choi", act(ManualAct::Release)), refused("held_by_another"));
    assert_eq!(script.ask("choi", tick(0, ManualResult::Done, "")), refused("held_by_another"));
    let assign = |name: &str| act(ManualAct::Assign { to: name.parse().unwrap() });
    assert_eq!(script.ask("choi", assign("choi")), refused("not_assigned"));
    script.ask("kim", assign("choi")).unwrap();
    assert_eq!(script.ask("park", tick(0, ManualResult::Done, "")), refused("held_by_another"));
    script.ask("choi", tick(0, ManualResult::Done, "")).unwrap();
    script.ask("choi", act(ManualAct::Release)).unwrap();
    assert_eq!(script.ask("choi", act(ManualAct::Release)), refused("not_held"));
    script.ask("park", act(ManualAct::Claim)).unwrap();
    script.ask("lee", act(ManualAct::Release)).unwrap();
    assert_eq!(script.count(|event| matches!(event, Event::ManualWorked { work: ManualWork::Released, .. })), 2);
}

#[test]
fn a_failure_is_looked_into_at_once_and_what_does_not_apply_is_checked_like_the_rest() {
    let mut script = Script::of(CABLE);
    assert_eq!(script.ask("lee", complete(ManualResult::Failed, "", None)), refused("evidence_missing"));
    script.ask("lee", complete(ManualResult::Failed, "the socket is broken", None)).unwrap();
    assert_eq!(script.unit("plug"), "failed", "nobody has to agree to that");

    let mut script = Script::of(CABLE);
    script.ask("lee", complete(ManualResult::NotApplicable, "there is but one line here", None)).unwrap();
    assert_eq!(script.unit("plug"), "awaiting_manual");
    script.ask("park", check(true, "")).unwrap();
    assert_eq!(script.unit("plug"), "ready");

    let mut script = Script::of("{runbook: plain, units: {plug: {manual: look}}}");
    assert_eq!(script.ask("lee", complete(ManualResult::NotApplicable, "no", None)), refused("always_applies"));
    assert_eq!(script.ask("lee", complete(ManualResult::Done, "", Some("3"))), refused("nothing_to_measure"));
    assert_eq!(script.ask("lee", check(true, "")), refused("nothing_to_check"));
    script.ask("lee", complete(ManualResult::Done, "", None)).unwrap();
    assert_eq!(script.unit("plug"), "ready");
}

#[test]
fn an_answer_to_what_was_shown_is_no_answer_to_what_came_after_it() {
    let mut script = Script::of(
        "{runbook: two, units: {plug: {run: [{manual: the first}, {manual: the second}]}, z: {needs: [plug], manual: end}}}",
    );
    let shown = |opening| {
        let work = ManualAct::Complete { result: ManualResult::Done, evidence: String::new(), measure: None };
        Request::Manual { unit: "plug".parse().unwrap(), opening: Some(opening), work }
    };
    script.ask("lee", shown(1)).unwrap();
    assert_eq!(script.ask("kim", shown(1)), refused("manual_lapsed"), "two people answered the same page");
    script.ask("kim", shown(2)).unwrap();
    assert_eq!(script.unit("plug"), "ready");
    script.ask("lee", request("rerun with downstream", "plug")).unwrap();
    assert_eq!(script.ask("lee", shown(1)), refused("manual_lapsed"), "a page from before it was started again");
    script.ask("lee", shown(3)).unwrap();
}

#[test]
fn the_time_of_doer_and_checker_is_the_work_s_and_survives_the_engine() {
    let mut script = reported();
    script.pass(Millis::minutes(2));
    script.crash();
    script.ask("park", check(false, "the lamp is red")).unwrap();
    script.pass(Millis::minutes(1));
    script.crash();
    script.ask("lee", complete(ManualResult::Done, "plugged again", Some("3"))).unwrap();
    script.pass(Millis::minutes(4));
    script.crash();
    script.ask("park", check(true, "")).unwrap();
    let plug = script.state.unit(script.ix("plug"));
    assert_eq!(plug.ledger.booked(Account::Manual, script.now), Millis::minutes(7));
}

#[test]
fn what_a_unit_is_skipped_or_aborted_with_is_not_asked_for_any_more() {
    for verb in ["skip", "attest", "abort"] {
        let mut script = reported();
        script.ask("lee", request(verb, "plug")).unwrap();
        let late = script.ask("park", check(true, "")).unwrap_err();
        assert!(["manual_not_open", "run_is_over", "run_is_aborting"].contains(&late.as_str()), "{verb}: {late}");
    }
}
