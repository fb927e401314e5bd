//! What [`Reader::choose`](crate::runbook::read::Reader) checks, said as a JSON Schema: one action, and only keys that
//! belong to it.

use serde_json::{Map, Value, json};

use super::form::Form;
use super::kind::CallKind;
use crate::runbook::read::Definitions;

impl Form {
    /// The definition of a map with one action; `own` makes the schemas of the keys that are no call's.
    pub(super) fn schema(
        &self,
        definitions: &mut Definitions,
        name: &str,
        about: &str,
        own: fn(&mut Definitions) -> Map<String, Value>,
    ) -> Value {
        definitions.refer(name, |definitions| self.map(about, &own(definitions), definitions))
    }

    fn map(&self, about: &str, own: &Map<String, Value>, definitions: &mut Definitions) -> Value {
        let kinds: Vec<(&CallKind, Map<String, Value>)> =
            self.calls().map(|kind| (kind, (kind.properties)(definitions))).collect();
        let mut keys: Vec<(&str, Vec<&Value>)> = Vec::new();
        for (key, schema) in own.iter().chain(kinds.iter().flat_map(|(_, properties)| properties)) {
            match keys.iter_mut().find(|(known, _)| known == key) {
                Some((_, schemas)) => schemas.push(schema),
                None => keys.push((key, vec![schema])),
            }
        }
        let properties: Map<String, Value> =
            keys.iter().map(|(key, schemas)| ((*key).to_owned(), any_of(schemas))).collect();
        let mut one: Vec<Value> = kinds.iter().map(|(kind, _)| is(kind)).collect();
        one.extend(self.actions.iter().map(|action| json!({ "required": [action] })));
        let narrowed: Vec<Value> = kinds.iter().filter_map(|(kind, own)| narrowed(kind, own, &properties)).collect();
        let mut map = json!({
            "type": "object",
            "description": about,
            "properties": properties,
            "additionalProperties": false,
            "oneOf": one,
        });
        self.owners(keys.iter().map(|(key, _)| *key), own, &mut map);
        if !narrowed.is_empty() {
            map["allOf"] = narrowed.into();
        }
        map
    }

    /// Says which keys need one of certain actions beside them.
    fn owners<'k>(&self, keys: impl Iterator<Item = &'k str>, own: &Map<String, Value>, map: &mut Value) {
        let (mut required, mut schemas) = (Map::new(), Map::new());
        for key in keys {
            let asking = self.asking.iter().any(|asking| asking.name == key);
            if self.calls().any(|kind| kind.word == key) || (own.contains_key(key) && !asking) {
                continue;
            }
            // A key that makes a check of a call stands beside each call that can be asked.
            let owners: Vec<&str> =
                self.calls().filter(|kind| kind.has(key) || (asking && kind.asks)).map(|kind| kind.word).collect();
            match owners.as_slice() {
                // Where all actions have it, there is nothing to say.
                all if all.len() == self.calls().count() + self.actions.len() => {}
                [owner] => drop(required.insert(key.to_owned(), json!([owner]))),
                several => {
                    let any: Vec<Value> = several.iter().map(|owner| json!({ "required": [owner] })).collect();
                    schemas.insert(key.to_owned(), json!({ "anyOf": any }));
                }
            }
        }
        map["dependentRequired"] = required.into();
        if !schemas.is_empty() {
            map["dependentSchemas"] = schemas.into();
        }
    }
}

/// The map is of this kind.
fn is(kind: &CallKind) -> Value {
    let others: Vec<Value> = kind.shadowed_by().map(|other| json!({ "required": [other.word] })).collect();
    if others.is_empty() {
        json!({ "required": [kind.word] })
    } else {
        json!({ "required": [kind.word], "not": { "anyOf": others } })
    }
}

/// What a kind wants of keys that other kinds read otherwise, and the keys that it can not do without.
fn narrowed(kind: &CallKind, own: &Map<String, Value>, all: &Map<String, Value>) -> Option<Value> {
    let special: Map<String, Value> = own
        .iter()
        .filter(|(key, schema)| !all.get(*key).is_some_and(|other| same(other, schema)))
        .map(|(key, it)| (key.clone(), it.clone()))
        .collect();
    let required: Vec<&str> =
        kind.keys.iter().filter(|key| key.required && key.name != kind.word).map(|key| key.name).collect();
    if special.is_empty() && required.is_empty() {
        return None;
    }
    let mut then = Map::new();
    if !special.is_empty() {
        then.insert("properties".to_owned(), special.into());
    }
    if !required.is_empty() {
        then.insert("required".to_owned(), required.into());
    }
    Some(json!({ "if": is(kind), "then": then }))
}

/// One of several schemas of the same key; those that differ in their description alone once.
fn any_of(schemas: &[&Value]) -> Value {
    let mut distinct: Vec<&Value> = Vec::new();
    for schema in schemas {
        if !distinct.iter().any(|other| same(other, schema)) {
            distinct.push(schema);
        }
    }
    match distinct.as_slice() {
        [one] => (*one).clone(),
        several => json!({ "anyOf": several }),
    }
}

fn same(one: &Value, other: &Value) -> bool {
    let bare = |schema: &Value| {
        let mut schema = schema.clone();
        schema.as_object_mut().map(|map| map.remove("description"));
        schema
    };
    bare(one) == bare(other)
}
