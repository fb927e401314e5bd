//! Typed values: `null`, truth, numbers and texts.

use serde_json::{Value, json};

use super::super::diagnostic::Finding;
use super::super::tree::{Kind, NodeId};
use super::{Definitions, Read, Reader, shape};
use crate::base::{Decimal, ParseDecimalError};

/// A value with its type: unquoted `true`, `false`, `null` and numbers are what they look like, all else is a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// `null` or `~`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Decimal),
    /// A text.
    Text(String),
}

impl Read for Typed {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        if let Kind::Scalar { text, plain: true } = reader.tree.kind(at) {
            match text.as_ref() {
                "" | "~" | "null" | "Null" | "NULL" => return Some(Self::Null),
                "true" | "True" | "TRUE" => return Some(Self::Bool(true)),
                "false" | "False" | "FALSE" => return Some(Self::Bool(false)),
                text => {
                    if let Ok(number) = text.parse() {
                        return Some(Self::Number(number));
                    }
                }
            }
        }
        String::read(reader, at).map(Self::Text)
    }

    fn schema(_: &mut Definitions) -> Value {
        json!({ "type": ["null", "boolean", "number", "string"] })
    }
}

impl Read for Decimal {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let written = reader.scalar(at, ["a number", "수"])?;
        written.trim().parse().map_or_else(
            |fault: ParseDecimalError| {
                reader.bad(at, || {
                    Finding::new(
                        format!("`{written}` is not a number"),
                        format!("`{written}`은(는) 수로 읽을 수 없습니다"),
                    )
                    .help(fault.to_string(), "예: `3`, `-12.5`, `1e6`")
                })
            },
            Some,
        )
    }

    fn schema(_: &mut Definitions) -> Value {
        json!({ "type": ["number", "string"], "pattern": r"^\s*[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\s*$" })
    }
}

shape! {
    /// What must be true of a value; all that is written.
    pub struct Bounds ["bounds of a value", "값의 범위"] {
        /// The same.
        "eq" => eq: Typed,
        /// Not the same.
        "ne" => ne: Typed,
        /// Greater.
        "gt" => gt: Typed,
        /// Greater, or the same.
        "gte" => gte: Typed,
        /// Less.
        "lt" => lt: Typed,
        /// Less, or the same.
        "lte" => lte: Typed,
    }
}

/// What a single value must be: the value itself, or bounds.
#[derive(Debug, Clone)]
pub enum Wish {
    /// This value.
    Is(Typed),
    /// Bounds, at least one.
    Within(Box<Bounds>),
}

impl Read for Wish {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let Kind::Map(_) = reader.tree.kind(at) else {
            return Typed::read(reader, at).map(Self::Is);
        };
        let before = reader.findings.errors();
        let bounds = Bounds::read(reader, at)?;
        let Bounds { eq, ne, gt, gte, lt, lte } = &bounds;
        let ordered = [gt, gte, lt, lte].into_iter().flatten();
        let orderless = ordered.clone().any(|bound| matches!(bound, Typed::Null | Typed::Bool(_)));
        if orderless {
            return reader.bad(at, || {
                Finding::new("only numbers and texts are greater or less", "크고 작음은 수와 글에만 있습니다")
                    .help("write `eq` or `ne`, or a number or text", "`eq`나 `ne`를 쓰거나 수 또는 글을 쓰십시오")
            });
        }
        let some = ordered.chain(eq).chain(ne).next().is_some();
        if !some && reader.findings.errors() == before {
            return reader.bad(at, || {
                Finding::new("nothing is said about the value", "값에 대한 조건이 없습니다")
                    .help("write for example `{gte: 5, lt: 10}`", "예: `{gte: 5, lt: 10}`")
            });
        }
        some.then(|| Self::Within(Box::new(bounds)))
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let value = Typed::schema(definitions);
        let mut bounds = Bounds::schema(definitions);
        if let Some(shape) = definitions.0.get_mut("Bounds").filter(|shape| shape.is_object()) {
            shape["minProperties"] = 1.into();
        }
        bounds["description"] = "What must be true of the value.".into();
        json!({ "anyOf": [value, bounds] })
    }
}
