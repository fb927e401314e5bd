//! Maps with known keys, declared once for the struct, its reading and its schema.

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

        impl $name {
            const WHAT: [&'static str; 2] = [$en, $ko];
            const KEYS: &'static [$crate::runbook::read::Key] = &[$($crate::runbook::read::Key {
                name: $key,
                required: $crate::runbook::read::shape!(@required $($required)?),
                about: concat!($($doc),+),
            }),*];
            const OPEN: Option<&'static str> = $crate::runbook::read::shape!(@open $($open)?);
        }

        impl $crate::runbook::read::Read for $name {
            fn read(
                reader: &mut $crate::runbook::read::Reader<'_, '_>,
                at: $crate::runbook::tree::NodeId,
            ) -> Option<Self> {
                let entries = reader.map(at, Self::WHAT)?;
                let mut found = Self::default();
                let mut seen = 0_u64;
                for [key, value] in entries {
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
                    let open = Self::OPEN.is_some_and(|open| {
                        reader.tree.text(key).is_some_and(|text| text.starts_with(open))
                    });
                    if !open {
                        reader.unknown_key(key, Self::WHAT, Self::KEYS);
                    }
                }
                for (key, place) in Self::KEYS.iter().zip(0..) {
                    if key.required && seen & (1 << place) == 0 {
                        reader.missing(at, Self::WHAT, key);
                    }
                }
                Some(found)
            }

            fn schema(definitions: &mut $crate::runbook::read::Definitions) -> serde_json::Value {
                definitions.refer(stringify!($name), |definitions| {
                    let mut properties = serde_json::Map::new();
                    $({
                        let mut schema = <$type as $crate::runbook::read::Read>::schema(definitions);
                        schema["description"] = concat!($($doc),+).trim().into();
                        properties.insert($key.to_owned(), schema);
                    })*
                    let required: Vec<&str> = Self::KEYS.iter().filter(|key| key.required).map(|key| key.name).collect();
                    let mut schema = serde_json::json!({
                        "type": "object",
                        "description": concat!($($about),+).trim(),
                        "properties": properties,
                        "additionalProperties": false,
                    });
                    if !required.is_empty() {
                        schema["required"] = required.into();
                    }
                    if let Some(open) = Self::OPEN {
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
