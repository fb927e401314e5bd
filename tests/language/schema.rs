//! The published JSON Schema, checked by a validator that is not ours.

use engine::runbook::schema;
use serde_json::{Value, json};

use crate::harness_files::{corpus, repository};

/// `RELIGHT_PUBLISH=1 cargo test -p relight-tests --test language` writes the file anew.
#[test]
fn the_published_schema_is_the_one_that_the_reader_follows() {
    let path = repository("runbooks/runbook.schema.json");
    let text = format!("{:#}\n", schema());
    if std::env::var_os("RELIGHT_PUBLISH").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap();
    assert!(published == text, "runbooks/runbook.schema.json is out of date: publish it anew");
}

#[test]
fn good_runbooks_fit_the_schema() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    for (name, source) in corpus("good") {
        let value: Value = serde_yaml::from_str(source.text()).unwrap();
        let faults: Vec<String> = validator.iter_errors(&value).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
}

#[test]
fn what_the_reader_refuses_for_its_shape_does_not_fit_the_schema() {
    let validator = jsonschema::draft202012::new(&schema()).unwrap();
    let shapes = [
        "misspelt-key-top",
        "misspelt-key-unit",
        "misspelt-key-step",
        "unknown-key-without-near-miss",
        "korean-key",
        "wrong-type-units",
        "wrong-type-needs",
        "wrong-type-run",
        "null-unit",
        "null-title",
        "top-level-list",
        "duration-without-unit",
        "bad-duration",
        "bad-id",
        "gate-quorum-zero",
        "retry-zero",
        "number-in-quotes",
        "wrong-word-on-fail",
        "step-without-action",
        "step-with-two-actions",
        "key-of-another-action",
        "every-beside-check",
        "units-and-stages",
        "neither-units-nor-stages",
        "without-id",
        "empty-command",
        "bad-url",
        "bad-endpoint",
        "bad-env-name",
        "bad-exit-code",
        "unknown-input-type",
        "service-without-needs",
        "bad-size",
        "bad-share",
        "relative-path",
        "clock-offset-without-max",
        "key-of-several-other-actions",
        "bad-service-name",
    ];
    let corpus = corpus("broken");
    for shape in shapes {
        let (_, source) = corpus.iter().find(|(name, _)| name == shape).unwrap();
        let value: Value = serde_yaml::from_str(source.text()).unwrap();
        assert!(!validator.is_valid(&value), "{shape} fits the schema");
    }
    assert!(!validator.is_valid(&json!({ "runbook": "r" })));
}
