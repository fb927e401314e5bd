//! Runbooks that follow from a runbook: they compile, and their order is the other one.

use std::collections::BTreeSet;

use engine::base::Lang;
use engine::plan::{Derivation, NotDerived, Plan, UnitIx, compile, derive};
use engine::runbook::{Source, Surroundings, human};

use crate::harness_files::repository;

const BOTH_WAYS: &str = r#"
runbook: three-tier
title: {ko: 3계층 기동, en: Three tiers}
owner: dba
version: "2"
inputs:
  admin: {type: secret}
x-probe: &probe {every: 2s, attempts: 30}
stages:
  - stage: database
    title: {ko: 데이터베이스, en: Database}
    mode: sequential
    units:
      go: {gate: {question: Go?, approvers: [dba-lead]}}
      fence:
        timeout: 30s
        run: [{command: [./fence.sh], rollback: [{command: [./unfence.sh], idempotent: true}]}]
        post: [{tcp: "127.0.0.1:5432", expect: down}]
      promote:
        timeout: 1m
        point_of_no_return: true
        run: [{command: [./promote.sh]}]
        post: [{tcp: "127.0.0.1:5433"}]
      db:
        tier: db
        timeout: 1m
        lock: [pg-main]
        start:
          - {command: [systemctl, start, postgresql], env: {PGPASSWORD: {input: admin}}, rollback: [{command: [systemctl, stop, postgresql]}]}
          - mark: verified
        stop: [{name: {ko: 정지, en: Stop it}, command: "systemctl stop postgresql # \"fast\"", idempotent: true}]
        post: [{<<: *probe, tcp: "127.0.0.1:5433"}, {command: [./is-primary.sh]}]
  - stage: look
    units:
      smoke: {timeout: 10s, run: [{command: [./smoke.sh]}], post: [{command: [./seen.sh]}], rollback: []}
  - stage: application
    max_parallel: 2
    units:
      ap1: {timeout: 1m, start: [{command: [./start, ap1]}], stop: [{command: [./stop, ap1]}], post: [{http: "http://127.0.0.1:8081/health", contains: UP}]}
      ap2: {timeout: 1m, start: [{command: [./start, ap2]}], stop: [{command: [./stop, ap2]}], post: [{check: {tcp: "127.0.0.1:8082", every: 1s}}]}
      batch: {needs: [ap1], timeout: 1m, start: [{command: [./start, batch]}], stop: [{command: [./stop, batch]}], post: [{command: [./seen.sh]}]}
  - stage: web
    needs: [application]
    units:
      web1: {timeout: 1m, start: [{command: [./start, web]}], stop: [{command: [./stop, web]}], post: [{tcp: "127.0.0.1:80"}]}
      log: {needs: [], timeout: 1m, run: [{command: [./log.sh]}], post: [{command: [./seen.sh]}]}
"#;

fn derived(text: &str, what: Derivation) -> (String, Vec<String>) {
    let source = Source::new("three-tier.yaml", text);
    let derived = derive(&source, &Surroundings::default(), what).unwrap_or_else(|why| panic!("{why:?}"));
    (derived.text, derived.left_out)
}

/// The plan of a derived text, in which nothing is wrong.
fn plan(text: &str) -> Plan {
    let source = Source::new("derived.yaml", text);
    let compiled = compile(&source);
    compiled.plan.unwrap_or_else(|| panic!("{text}\n{}", human(&source, &compiled.diagnostics, Lang::En, false)))
}

/// Each pair of units of which one waits for the other.
fn pairs(plan: &Plan) -> BTreeSet<(String, String)> {
    let id = |ix: UnitIx| plan.unit(ix).id.to_string();
    let all = plan.unit_ixs();
    all.flat_map(|ix| plan.graph().downstream(ix).into_iter().map(move |after| (ix, after)))
        .map(|(before, after)| (id(before), id(after)))
        .collect()
}

/// The pairs of a plan between units of another one, the other way round.
fn turned(of: &Plan, among: &Plan) -> BTreeSet<(String, String)> {
    let known = |id: &String| among.find(&id.parse().unwrap()).is_some();
    let pairs = pairs(of).into_iter().filter(|(before, after)| known(before) && known(after));
    pairs.map(|(before, after)| (after, before)).collect()
}

#[test]
fn a_stop_is_the_start_in_reverse() {
    let (text, left_out) = derived(BOTH_WAYS, Derivation::Stop);
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("derived-stop", text);
    });
    assert_eq!(left_out, ["fence", "promote", "log"]);
    let stop = plan(&text);
    assert_eq!(pairs(&stop), turned(&plan(BOTH_WAYS), &stop));
    assert_eq!(stop.units().len(), 5);
    let (again, _) = derived(&text.replace("run:", "stop:").replace("rollback:", "start:"), Derivation::Stop);
    let again = plan(&again);
    assert_eq!(pairs(&again), turned(&stop, &again), "and in reverse again");
}

#[test]
fn a_failback_undoes_what_was_done_behind_a_gate_and_asks_people_where_there_is_no_way_back() {
    let (text, left_out) = derived(BOTH_WAYS, Derivation::Failback);
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("derived-failback", text);
    });
    assert_eq!(left_out, ["log"]);
    let back = plan(&text);
    let go = back.find(&"failback-go".parse().unwrap()).unwrap();
    let end = back.find(&"failback-done".parse().unwrap()).unwrap();
    assert_eq!(back.graph().downstream(go).len(), back.units().len() - 1, "everything waits for the consent");
    assert_eq!(back.graph().upstream_of([end]).len(), back.units().len() - 1, "and the end for everything");
    let of_it = |(before, after): &(String, String)| {
        let made = ["failback-go", "failback-done"];
        !made.contains(&before.as_str()) && !made.contains(&after.as_str())
    };
    let told: BTreeSet<_> = pairs(&back).into_iter().filter(of_it).collect();
    assert_eq!(told, turned(&plan(BOTH_WAYS), &back));
}

#[test]
fn what_is_derived_of_a_shipped_runbook_passes_the_check() {
    let mut failbacks = 0;
    for folder in ["runbooks/samples", "runbooks/demo"] {
        for entry in std::fs::read_dir(repository(folder)).unwrap() {
            let source = Source::read(&entry.unwrap().path()).unwrap();
            let around = Surroundings::around(&repository(folder), &repository(folder));
            for what in [Derivation::Stop, Derivation::Failback] {
                match derive(&source, &around, what) {
                    Ok(found) => {
                        plan(&found.text);
                        failbacks += usize::from(what == Derivation::Failback);
                    }
                    Err(NotDerived::Nothing) => {}
                    Err(NotDerived::Faulty(found)) => panic!("{}", human(&source, &found, Lang::En, false)),
                }
            }
        }
    }
    assert!(failbacks >= 5, "{failbacks}");
}

#[test]
fn of_nothing_comes_nothing() {
    let refused = |text: &str, what| derive(&Source::new("a.yaml", text), &Surroundings::default(), what).unwrap_err();
    let plain = "{runbook: a, units: {a: {wait: 1s}}}";
    assert!(matches!(refused(plain, Derivation::Stop), NotDerived::Nothing));
    assert!(matches!(refused(plain, Derivation::Failback), NotDerived::Nothing));
    assert!(matches!(refused("{runbook: a}", Derivation::Stop), NotDerived::Faulty(_)));
}

#[test]
fn a_runbook_of_one_stage_stays_one() {
    let text = "
runbook: small
units:
  a: {timeout: 5s, start: [{command: [up]}], stop: [{command: [down]}], post: [{tcp: '127.0.0.1:1'}]}
  b: {needs: [a], wait: 1s}
  c: {needs: [b], timeout: 5s, start: [{command: [up]}], stop: [{command: [down]}], post: [{tcp: '127.0.0.1:2'}]}
";
    let (stop, left_out) = derived(text, Derivation::Stop);
    assert!(left_out.is_empty());
    assert!(stop.contains("\nunits:\n"), "{stop}");
    let stop = plan(&stop);
    assert_eq!(pairs(&stop), BTreeSet::from([("c".to_owned(), "a".to_owned())]), "across what has no part in it");
}
