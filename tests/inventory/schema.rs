//! The published JSON Schema of inventories, checked by a validator that is not ours.

use engine::runbook::inventory_schema;
use serde_json::Value;

use crate::files::{WHOLE, corpus};

/// `RELIGHT_PUBLISH=1 cargo test -p relight-tests --test inventory` writes the file anew.
#[test]
fn the_published_schema_is_the_one_that_the_reader_follows() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../runbooks/inventory.schema.json");
    let text = format!("{:#}\n", inventory_schema());
    if std::env::var_os("RELIGHT_PUBLISH").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let published = std::fs::read_to_string(path).unwrap();
    assert!(published == text, "runbooks/inventory.schema.json is out of date: publish it anew");
}

#[test]
fn an_inventory_in_which_everything_occurs_fits_the_schema() {
    let validator = jsonschema::draft202012::new(&inventory_schema()).unwrap();
    let value: Value = serde_yaml::from_str(WHOLE).unwrap();
    let faults: Vec<String> = validator.iter_errors(&value).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn what_the_reader_refuses_for_its_shape_does_not_fit_the_schema() {
    let validator = jsonschema::draft202012::new(&inventory_schema()).unwrap();
    for (name, source) in corpus("broken").into_iter().filter(|(name, _)| name.starts_with("shape-")) {
        let value: Value = serde_yaml::from_str(source.text()).unwrap();
        assert!(!validator.is_valid(&value), "{name} fits the schema");
    }
}
