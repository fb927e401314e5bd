//! The published JSON Schemas, made of the same declarations as the reader.

use serde_json::{Value, json};

use super::read::{Definitions, Read as _};
use super::{Document, InventoryDocument};

/// The JSON Schema (draft 2020-12) of a runbook.
pub fn schema() -> Value {
    let mut definitions = Definitions::default();
    let root = Document::schema(&mut definitions);
    if let Some(document) = definitions.0.get_mut("Document") {
        document["oneOf"] = json!([{ "required": ["units"] }, { "required": ["stages"] }]);
    }
    whole("Relight runbook", root, definitions)
}

/// The JSON Schema (draft 2020-12) of an inventory.
pub fn inventory_schema() -> Value {
    let mut definitions = Definitions::default();
    let root = InventoryDocument::schema(&mut definitions);
    whole("Relight inventory", root, definitions)
}

fn whole(title: &str, mut root: Value, definitions: Definitions) -> Value {
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["title"] = json!(title);
    root["$defs"] = definitions.0.into();
    root
}
