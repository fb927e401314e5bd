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
    for name in REPEATED {
        if let Some(definition) = definitions.0.get_mut(name) {
            allow_names(&mut definition["properties"]);
        }
    }
    definitions.0.insert(NAME.to_owned(), json!({ "type": "string", "pattern": r"\{\{.*\}\}" }));
    whole("Relight runbook", root, definitions)
}

/// Parts of a unit: where it is repeated, names in `{{ }}` stand in them for values of any type.
const REPEATED: [&str; 11] =
    ["Unit", "Step", "Check", "Probe", "Manual", "Gate", "Retry", "FromInput", "Mock", "Decision", "Case"];
/// The definition of a text with such a name in it.
const NAME: &str = "NameInBraces";

/// Lets a name in braces stand wherever only some texts, numbers or truths may.
fn allow_names(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            let is_scalar = map.get("type").is_some_and(|kind| kind == "integer" || kind == "boolean");
            let is_named =
                ["#/$defs/Name", "#/$defs/Duration"].iter().any(|of| map.get("$ref").is_some_and(|to| to == of));
            if is_scalar || is_named || map.contains_key("pattern") || map.contains_key("enum") {
                let about = map.remove("description");
                let written = Value::Object(std::mem::take(map));
                *schema = json!({ "anyOf": [written, { "$ref": format!("#/$defs/{NAME}") }] });
                if let Some(about) = about {
                    schema["description"] = about;
                }
            } else {
                map.iter_mut().filter(|(key, _)| *key != "propertyNames").for_each(|(_, value)| allow_names(value));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(allow_names),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
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
