//! The worked example, reckoned again from its journal by a script that knows nothing of the engine.

use std::fs;
use std::path::Path;

use harness::r1;
use harness::recompute::recompute;
use harness::rise;
use serde_json::Value;

/// Adds one to every number, and counts them.
fn change(value: &mut Value, numbers: &mut usize) {
    match value {
        Value::Number(number) => {
            *value = (number.as_i64().unwrap() + 1).into();
            *numbers += 1;
        }
        Value::Array(items) => items.iter_mut().for_each(|item| change(item, numbers)),
        Value::Object(members) => members.values_mut().for_each(|member| change(member, numbers)),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

fn edit(folder: &Path, change: impl FnOnce(&mut Value)) {
    let file = folder.join("report.json");
    let mut report: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    change(&mut report);
    fs::write(file, report.to_string()).unwrap();
}

#[test]
fn every_number_of_the_golden_report_comes_out_the_same() {
    let folder = tempfile::tempdir().unwrap();
    r1::play().lay(folder.path());
    let (status, said) = recompute(&[folder.path()]);
    assert_eq!(status, 0, "{said:#?}");
    assert!(said[0].contains("the same, "), "{said:#?}");
}

#[test]
fn clocks_and_capacity_come_out_the_same() {
    let folder = tempfile::tempdir().unwrap();
    rise::play().lay(folder.path());
    let (status, said) = recompute(&[folder.path()]);
    assert_eq!(status, 0, "{said:#?}");
    let changes: [Change; 3] = [
        |report| report["clocks"]["hosts"][1]["doubt_ms"] = 29.into(),
        |report| report["clocks"]["hosts"][1]["matters"] = false.into(),
        |report| report["clocks"]["unmeasured"] = Value::Array(Vec::new()),
    ];
    for change in changes {
        rise::play().lay(folder.path());
        edit(folder.path(), change);
        let (status, said) = recompute(&[folder.path()]);
        assert!(status == 1 && said[0].contains("clocks."), "{said:#?}");
    }
}

#[test]
fn no_number_can_be_changed_without_being_named() {
    let folder = tempfile::tempdir().unwrap();
    r1::play().lay(folder.path());
    let mut numbers = 0;
    edit(folder.path(), |report| change(report, &mut numbers));
    let (status, said) = recompute(&[folder.path()]);
    assert_eq!((status, said.len()), (1, numbers + 1), "a difference a number, and how many there are: {said:#?}");
    let named = |place: &str| said.iter().any(|line| line.contains(place));
    for place in [
        "plan.recovery.rta_ms: the report says 2880001, the journal gives 2880000",
        "units[8](web).accounts.exec_ms",
        "(ticket).ledger.wall_ms",
        "basis.accounts.gate_ms",
    ] {
        assert!(named(place), "{place}: {said:#?}");
    }
}

/// What a report is made to say wrongly.
type Change = fn(&mut Value);

#[test]
fn a_verdict_a_line_or_a_row_can_not_be_changed_without_being_named() {
    let changes: [(&str, Change); 4] = [
        ("summary.verdict: the report says \"met\"", |report| report["summary"]["verdict"] = "met".into()),
        ("gates: the report has", |report| drop(report["gates"].as_array_mut().unwrap().pop())),
        ("units[0](preflight).bonus_ms: the report says 7; that is not reckoned", |report| {
            report["units"][0]["bonus_ms"] = 7.into();
        }),
        ("the report does not say it", |report| drop(report["plan"].as_object_mut().unwrap().remove("planned_ms"))),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (place, change) in changes {
        r1::play().lay(folder.path());
        edit(folder.path(), change);
        let (status, said) = recompute(&[folder.path()]);
        assert_eq!(status, 1, "{said:#?}");
        assert!(said[0].contains(place), "{place}: {said:#?}");
    }
    r1::play().lay(folder.path());
    let journal = folder.path().join("journal.jsonl");
    let changed = fs::read_to_string(&journal).unwrap().replacen("\"at\":17", "\"at\":16", 1);
    fs::write(journal, changed).unwrap();
    let (status, said) = recompute(&[folder.path()]);
    assert_eq!(status, 2, "{said:#?}");
    assert!(said[0].contains("row 1 does not fit the chain"), "{said:#?}");
}
