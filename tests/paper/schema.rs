//! The published JSON Schema of the report, checked by a validator that is not ours.

use engine::report::json;
use serde_json::{Map, Value, json};

use harness::r1::r1;

fn published() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/report.schema.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The same schema, to which every member that it does not name is a fault. Readers take new members as they come; we are to
/// publish them.
fn strict(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.get("properties").is_some_and(Value::is_object) {
                members.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
            members.values_mut().for_each(strict);
        }
        Value::Array(items) => items.iter_mut().for_each(strict),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn faults(schema: &Value, report: &Value) -> Vec<String> {
    let validator = jsonschema::draft202012::new(schema).unwrap();
    validator.iter_errors(report).map(|fault| format!("{}: {fault}", fault.instance_path())).collect()
}

/// Reports that the tests of the engine and this one have on record.
fn samples() -> Vec<(String, Value)> {
    let drill = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../engine/src/report/tests/snapshots/engine__report__tests__snapshots__the_drill_as_json.snap"
    );
    let text = std::fs::read_to_string(drill).unwrap();
    let drill = text.splitn(3, "---\n").nth(2).unwrap();
    vec![
        ("the drill".to_owned(), serde_json::from_str(drill).unwrap()),
        ("R1".to_owned(), serde_json::from_str(&json(&r1()).unwrap()).unwrap()),
    ]
}

#[test]
fn every_sample_fits_and_has_no_member_that_is_not_published() {
    let schema = published();
    let mut closed = schema.clone();
    strict(&mut closed);
    for (name, report) in samples() {
        assert_eq!(faults(&schema, &report), Vec::<String>::new(), "{name}");
        let unknown = faults(&closed, &report);
        assert!(unknown.is_empty(), "{name}: docs/report.schema.json is to say more: {unknown:#?}");
    }
}

#[test]
fn what_is_missing_or_of_another_kind_does_not_fit() {
    let schema = published();
    let (_, report) = samples().pop().unwrap();
    let members: Vec<String> = report.as_object().unwrap().keys().cloned().collect();
    for member in members {
        let mut broken: Map<String, Value> = report.as_object().unwrap().clone();
        broken.insert(member.clone(), json!("another kind"));
        assert!(!faults(&schema, &Value::Object(broken.clone())).is_empty(), "{member} may be anything");
        broken.remove(&member);
        assert!(!faults(&schema, &Value::Object(broken)).is_empty(), "{member} may be missing");
    }
    let mut broken = report;
    broken["plan"]["recovery"]["verdict"] = json!("excellent");
    assert!(!faults(&schema, &broken).is_empty());
}
