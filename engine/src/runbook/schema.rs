//! The published JSON Schema, made of the same declarations as the reader.

use serde_json::{Value, json};

use super::Document;
use super::read::{Definitions, Read as _};

/// The JSON Schema (draft 2020-12) of a runbook.
pub fn schema() -> Value {
    let mut definitions = Definitions::default();
    let mut root = Document::schema(&mut definitions);
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["title"] = json!("Relight runbook");
    if let Some(document) = definitions.0.get_mut("Document") {
        document["oneOf"] = json!([{ "required": ["units"] }, { "required": ["stages"] }]);
    }
    root["$defs"] = definitions.0.into();
    root
}
