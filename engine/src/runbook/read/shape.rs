//! Maps with known keys, declared once for the struct, its reading and its schema.

use serde_json::{Map, Value};

use super::super::tree::NodeId;
use super::{Definitions, Reader};

/// A key of a map.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Key {
    /// As written in YAML.
    pub(in super::super) name: &'static str,
    /// Whether it must be there.
    pub(in super::super) required: bool,
    /// What it says; the description in the schema.
    pub(in super::super) about: &'static str,
}

/// A map with known keys, which may also share one map with the keys of another.
pub(in super::super) trait Part: Sized {
    /// What the map is, in English and in Korean.
    const WHAT: [&'static str; 2];
    /// Its keys, in the order declared.
    const KEYS: &'static [Key];

    /// Reads its own keys among these entries and reports those that are missing. Other keys are left alone.
    fn part(reader: &mut Reader<'_, '_>, at: NodeId, entries: &[[NodeId; 2]]) -> Self;

    /// The JSON Schemas of its keys.
    fn properties(definitions: &mut Definitions) -> Map<String, Value>;
}

/// Declares a struct that mirrors a YAML map. Every field is optional: a fault leaves it empty and is reported.
/// `required` before a key makes its absence a fault. `open` lets keys that begin with `x-` stand unread.
macro_rules! shape {
    (
        $(#[doc = $about:literal])+
        $vis:vis struct $name:ident [$en:literal, $ko:literal] $(open $open:literal)? {
            $($(#[doc = $doc:literal])+ $(($required:ident))? $key:literal => $field:ident: $type:ty,)*
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, Default)]
        $vis struct $name {
            $($(#[doc = $doc])+ $vis $field: Option<$type>,)*
        }

        impl $crate::runbook::read::Part for $name {
            const WHAT: [&'static str; 2] = [$en, $ko];
            const KEYS: &'static [$crate::runbook::read::Key] = &[$($crate::runbook::read::Key {
                name: $key,
                required: $crate::runbook::read::shape!(@required $($required)?),
                about: concat!($($doc),+),
            }),*];

            fn part(
                reader: &mut $crate::runbook::read::Reader<'_, '_>,
                at: $crate::runbook::tree::NodeId,
                entries: &[[$crate::runbook::tree::NodeId; 2]],
            ) -> Self {
                let mut found = Self::default();
                let mut seen = 0_u64;
                for &[key, value] in entries {
                    let mut place = 0_u32;
                    $(
                        if reader.tree.text(key) == Some($key) {
                            seen |= 1 << place;
                            found.$field = $crate::runbook::read::Read::read(reader, value);
                            continue;
                        }
                        place += 1;
                    )*
                    let _ = place;
                }
                for (key, place) in Self::KEYS.iter().zip(0..) {
                    if key.required && seen & (1 << place) == 0 {
                        reader.missing(at, Self::WHAT, key);
                    }
                }
                found
            }

            fn properties(
                definitions: &mut $crate::runbook::read::Definitions,
            ) -> serde_json::Map<String, serde_json::Value> {
                let mut properties = serde_json::Map::new();
                $({
                    let mut schema = <$type as $crate::runbook::read::Read>::schema(definitions);
                    schema["description"] = concat!($($doc),+).trim().into();
                    properties.insert($key.to_owned(), schema);
                })*
                properties
            }
        }

        impl $crate::runbook::read::Read for $name {
            fn read(
                reader: &mut $crate::runbook::read::Reader<'_, '_>,
                at: $crate::runbook::tree::NodeId,
            ) -> Option<Self> {
                use $crate::runbook::read::Part as _;
                let entries = reader.map(at, Self::WHAT)?;
                let open: Option<&str> = $crate::runbook::read::shape!(@open $($open)?);
                for &[key, _] in &entries {
                    let text = reader.tree.text(key);
                    let known = Self::KEYS.iter().any(|known| text == Some(known.name));
                    if !known && !open.is_some_and(|open| text.is_some_and(|text| text.starts_with(open))) {
                        reader.unknown_key(key, Self::WHAT, Self::KEYS);
                    }
                }
                Some(Self::part(reader, at, &entries))
            }

            fn schema(definitions: &mut $crate::runbook::read::Definitions) -> serde_json::Value {
                use $crate::runbook::read::Part as _;
                definitions.refer(stringify!($name), |definitions| {
                    let required: Vec<&str> = Self::KEYS.iter().filter(|key| key.required).map(|key| key.name).collect();
                    let mut schema = serde_json::json!({
                        "type": "object",
                        "description": concat!($($about),+).trim(),
                        "properties": Self::properties(definitions),
                        "additionalProperties": false,
                    });
                    if !required.is_empty() {
                        schema["required"] = required.into();
                    }
                    let open: Option<&str> = $crate::runbook::read::shape!(@open $($open)?);
                    if let Some(open) = open {
                        schema["patternProperties"] = serde_json::json!({ format!("^{open}"): true });
                    }
                    schema
                })
            }
        }
    };
    (@required required) => { true };
    (@required) => { false };
    (@open $open:literal) => { Some($open) };
    (@open) => { None };
}

pub(in super::super) use shape;
