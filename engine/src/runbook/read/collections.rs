//! Lists, maps with free keys, one-or-many, and values that know their place.

use serde_json::{Value, json};

use super::super::Spanned;
use super::super::tree::{Kind, NodeId};
use super::{Count, Definitions, Read, Reader};

impl<T: Read> Read for Spanned<T> {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let span = reader.span(at);
        T::read(reader, at).map(|value| Self { value, span })
    }

    fn schema(definitions: &mut Definitions) -> Value {
        T::schema(definitions)
    }
}

impl<T: Read> Read for Box<T> {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        T::read(reader, at).map(Self::new)
    }

    fn schema(definitions: &mut Definitions) -> Value {
        T::schema(definitions)
    }
}

/// A list. Items that can not be read are reported and left out.
impl<T: Read> Read for Vec<T> {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let items = reader.list(at, ["a list", "목록"])?;
        Some(items.into_iter().filter_map(|item| T::read(reader, item)).collect())
    }

    fn schema(definitions: &mut Definitions) -> Value {
        json!({ "type": "array", "items": T::schema(definitions) })
    }
}

/// One value, or a list of them.
#[derive(Debug, Clone)]
pub struct Many<T>(
    /// At least one.
    pub Vec<T>,
);

impl<const MIN: u32, const MAX: u32> Many<Count<MIN, MAX>> {
    /// Numbers whose bounds fit the smaller type.
    pub(in super::super) fn small<T: TryFrom<u32>>(self) -> Vec<T> {
        self.0.into_iter().filter_map(|count| T::try_from(count.0).ok()).collect()
    }
}

impl<T: Read> Read for Many<T> {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        match reader.tree.kind(at) {
            Kind::List(_) => Vec::read(reader, at).map(Self),
            Kind::Scalar { .. } | Kind::Map(_) | Kind::Alias(_) | Kind::Broken => {
                T::read(reader, at).map(|value| Self(vec![value]))
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let one = T::schema(definitions);
        json!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }] })
    }
}

/// A map that has a short form: a single value that stands for one of its keys.
pub(in super::super) trait Short: Read {
    /// The short form.
    type Written: Read;

    /// The map that the short form stands for.
    fn from_short(written: Self::Written) -> Self;
}

/// A map, or its short form.
#[derive(Debug, Clone)]
pub struct OrShort<T>(
    /// The map.
    pub T,
);

impl<T: Short> Read for OrShort<T> {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        match reader.tree.kind(at) {
            Kind::Map(_) => T::read(reader, at).map(Self),
            Kind::Scalar { .. } | Kind::List(_) | Kind::Alias(_) | Kind::Broken => {
                T::Written::read(reader, at).map(|written| Self(T::from_short(written)))
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        json!({ "anyOf": [T::Written::schema(definitions), T::schema(definitions)] })
    }
}

/// One entry of a map whose keys the author chooses.
#[derive(Debug, Clone)]
pub struct Named<K, V> {
    /// The key.
    pub key: Spanned<K>,
    /// The value.
    pub value: V,
    /// Whether it was read without a fault: what is missing in it is then truly not there.
    pub whole: bool,
}

impl<K: Read, V: Read> Read for Vec<Named<K, V>> {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let entries = reader.map(at, ["a map", "맵"])?;
        let mut found = Self::with_capacity(entries.len());
        for [key, value] in entries {
            let before = reader.faults();
            match (Spanned::read(reader, key), V::read(reader, value)) {
                (Some(key), Some(value)) => {
                    found.push(Named { key, value, whole: reader.is_whole(before) });
                }
                _ => reader.misread.extend(reader.tree.text(key).map(str::to_owned)),
            }
        }
        Some(found)
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let (names, values) = (K::schema(definitions), V::schema(definitions));
        json!({ "type": "object", "propertyNames": names, "additionalProperties": values })
    }
}
