//! Real runs with everything that can happen to one, sealed, and reckoned again by a script that knows nothing of the engine.

use std::path::{Path, PathBuf};

use harness::recompute::recompute;
use harness::state::{Beside, State, until_file};
use nix::sys::signal::Signal;

use super::packs::pack;

/// `a` is at work when its engine is killed; `flaky` fails once and is tried again; `back` fails and undoes itself; `broken`
/// fails for good; then people are asked.
const RUNBOOK: &str = "
runbook: trouble
title: {ko: 말썽 많은 훈련, en: A drill with trouble}
objectives: {rto: 5s, clock: declare}
services:
  core: {title: {ko: 핵심 업무, en: Core}, tier: 1, rto: 10m, needs: [call]}
  side: {title: {ko: 부가 업무, en: Side}, tier: 2, rto: 1s, needs: [back, broken]}
stages:
  - stage: first
    units:
      a: {tier: db, target: 1s, run: [{command: 'touch HERE/began; while ! test -e HERE/go; do sleep 0.02; done', timeout: 1m}]}
      flaky: {tier: ap, target: 1s, needs: [a], run: [{command: 'test -e HERE/tried || { touch HERE/tried; exit 1; }', retry: {attempts: 3, every: 200ms}}]}
      back: {tier: ap, needs: [a], on_fail: rollback, run: [{command: 'touch HERE/half; exit 1', rollback: [{command: 'rm HERE/half'}]}]}
      broken: {tier: ap, target: 1s, needs: [a], run: [{command: 'exit 3'}]}
  - stage: second
    needs: []
    units:
      go: {needs: [flaky], gate: {question: Go?, approvers: [commander]}}
      call: {needs: [go], target: 1m, manual: Call the bank, post: [{command: 'true'}]}
      late: {needs: [call, broken], rto: exclude, run: [{command: 'true'}]}
";

fn ask(state: &State, arguments: &[&str]) {
    let done = state.done(arguments);
    assert_eq!(done.code(), 0, "{arguments:?}: {}", done.err());
}

/// Killed once, gone on with, and standing at its gate.
fn at_the_gate() -> (State, Beside) {
    let state = State::new();
    let file = state.runbook(&RUNBOOK.replace("HERE", &state.path("").display().to_string()));
    assert_eq!(state.done(&["key", "new"]).code(), 0);
    let run = state.beside(&["run", &file, "--mode", "drill"]);
    until_file(&state.path("began"));
    run.signal(Signal::SIGKILL);
    drop(run);
    std::fs::write(state.path("go"), "").unwrap();
    let mut run = state.beside(&["resume", "latest", "--format", "json"]);
    drop(run.child().stderr.take());
    state.until_status("waiting");
    (state, run)
}

fn same(packs: &[PathBuf]) {
    let given: Vec<&Path> = packs.iter().map(PathBuf::as_path).collect();
    let (status, said) = recompute(&given);
    assert_eq!(status, 0, "{said:#?}");
    assert_eq!(said.iter().filter(|line| line.contains(": the same, ")).count(), packs.len(), "{said:#?}");
}

#[test]
fn a_run_that_was_killed_held_paused_undone_skipped_and_voted_on_comes_out_the_same_at_every_stage() {
    let (state, run) = at_the_gate();
    let mut packs = vec![pack(&state, "gate.zip", &["--data-only"])];
    ask(&state, &["pause", "latest", "--reason", "회의"]);
    state.until_status("paused");
    packs.push(pack(&state, "paused.zip", &["--data-only"]));
    ask(&state, &["unpause", "latest"]);
    ask(&state, &["pause", "latest", "--exercise", "--reason", "소방 점검"]);
    state.until_status("paused");
    packs.push(pack(&state, "held.zip", &["--data-only"]));
    ask(&state, &["unpause", "latest"]);
    ask(&state, &["approve", "latest", "go", "--as", "commander", "--comment", "확인"]);
    ask(&state, &["skip", "latest", "broken", "--reason", "다음에 고친다"]);
    ask(&state, &["attest", "latest", "back", "--evidence", "화면으로 확인"]);
    state.until_status("waiting");
    ask(&state, &["mark", "latest", "event", "--at", "2026-01-01T00:00:00Z", "--reason", "늦게 알았다"]);
    ask(&state, &["complete", "latest", "call", "--evidence", "통화 4711"]);
    assert_eq!(run.wait().json()["status"], "completed");
    packs.push(pack(&state, "whole.zip", &["--data-only"]));
    same(&packs);
}

#[test]
fn a_run_that_was_called_back_or_ended_early_comes_out_the_same() {
    let (state, run) = at_the_gate();
    ask(&state, &["rerun", "latest", "a", "--downstream", "--reason", "처음부터"]);
    state.until_status("waiting");
    ask(&state, &["rollback", "latest", "--reason", "훈련 취소"]);
    let mut packs = vec![pack(&state, "back.zip", &["--data-only"])];
    // What has no steps of its own for that is undone by hand, and nobody does.
    ask(&state, &["abort", "latest", "--reason", "끝"]);
    run.wait();
    packs.push(pack(&state, "ended.zip", &["--data-only"]));
    same(&packs);
}
