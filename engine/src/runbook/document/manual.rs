//! Work of a person, as written.

use serde_json::{Value, json};

use super::super::Spanned;
use super::super::read::{Count, Definitions, Read, Reader, shape, words};
use super::super::tree::{Kind, NodeId};
use crate::base::{Decimal, RoleName, Text};

words! {
    /// Whether something must come with the confirmation.
    pub enum Wanted {
        /// It must.
        Required = "required",
        /// It may.
        Optional = "optional",
    }
}

words! {
    /// Whether manual work may be said not to apply.
    pub enum NotApplicable {
        /// With a reason.
        Allowed = "allowed",
        /// Never: who goes on without it skips the unit.
        Refused = "refused",
    }
}

shape! {
    /// What must come with the confirmation of manual work.
    pub struct EvidenceKeys ["`evidence`", "`evidence`"] {
        /// A text: required or optional.
        "text" => text: Wanted,
        /// The number of `measure`: required (default) or optional.
        "measure" => measure: Spanned<Wanted>,
        /// A file: required or optional.
        "file" => file: Wanted,
        /// A picture: required or optional.
        "photo" => photo: Wanted,
        /// The least characters of a text.
        "min_text" => min_text: Count<1, 4_000>,
        /// The least number of files and pictures in all.
        "min_files" => min_files: Count<1, 20>,
    }
}

/// `evidence` as written: whether a text must come, or a map.
#[derive(Debug, Clone)]
pub enum Evidence {
    /// A text, or nothing.
    Text(bool),
    /// What in particular.
    Of(Box<EvidenceKeys>),
}

impl Read for Evidence {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        match reader.tree.kind(at) {
            Kind::Map(_) => Box::read(reader, at).map(Self::Of),
            Kind::Scalar { .. } | Kind::List(_) | Kind::Alias(_) | Kind::Broken => {
                bool::read(reader, at).map(Self::Text)
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        json!({ "anyOf": [bool::schema(definitions), EvidenceKeys::schema(definitions)] })
    }
}

shape! {
    /// A number that a person reads off, with the bounds within which it is good.
    pub struct Measure ["`measure`", "`measure`"] {
        /// Its unit, such as ms or %.
        (required) "unit" => unit: Text,
        /// The least that is good.
        "min" => min: Spanned<Decimal>,
        /// The most that is good.
        "max" => max: Spanned<Decimal>,
    }
}

shape! {
    /// One thing of a checklist.
    pub struct Item ["an item of a checklist", "점검표 항목"] {
        /// What to look at.
        (required) "item" => item: Text,
        /// Whether the work counts as done although this fails; it stays as a finding.
        "may_fail" => may_fail: bool,
    }
}

/// One thing of a checklist: what to look at, or a map that holds it.
#[derive(Debug, Clone)]
pub struct Listed(
    /// The map.
    pub Item,
);

impl Read for Listed {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let is_map = matches!(reader.tree.kind(at), Kind::Map(_));
        if is_map && !reader.has_key(at, "ko") && !reader.has_key(at, "en") {
            return Item::read(reader, at).map(Self);
        }
        Text::read(reader, at).map(|text| Self(Item { item: Some(text), may_fail: None }))
    }

    fn schema(definitions: &mut Definitions) -> Value {
        json!({ "anyOf": [Text::schema(definitions), Item::schema(definitions)] })
    }
}

/// `second_checker` as written: whether there is one, or the roles of who may be it.
#[derive(Debug, Clone)]
pub enum SecondChecker {
    /// Somebody of the roles of the work itself, or nobody.
    Any(bool),
    /// One of these roles.
    Of(Vec<RoleName>),
}

impl Read for SecondChecker {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        match reader.tree.kind(at) {
            Kind::List(_) => Vec::read(reader, at).map(Self::Of),
            Kind::Scalar { .. } | Kind::Map(_) | Kind::Alias(_) | Kind::Broken => bool::read(reader, at).map(Self::Any),
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let roles = RoleName::schema(definitions);
        json!({ "anyOf": [bool::schema(definitions), { "type": "array", "items": roles, "minItems": 1 }] })
    }
}

shape! {
    /// Work of a person.
    pub struct Manual ["`manual`", "`manual`"] {
        /// What to do.
        (required) "instruction" => instruction: Text,
        /// What must be seen afterwards.
        "expected" => expected: Text,
        /// A command to copy; never executed by the engine.
        "copy" => copy: String,
        /// Who may do it; absent: any operator.
        "roles" => roles: Vec<RoleName>,
        /// What must come with the confirmation: true for a text, or in particular.
        "evidence" => evidence: Evidence,
        /// A number that is read off and must lie within bounds.
        "measure" => measure: Measure,
        /// What is gone through one by one: each item is done, failed or does not apply.
        "checklist" => checklist: Spanned<Vec<Listed>>,
        /// Whether another person must look at it before it counts, or the roles of that person.
        "second_checker" => second_checker: Spanned<SecondChecker>,
        /// Whether it may be said not to apply, with a reason: allowed or refused (default).
        "not_applicable" => not_applicable: NotApplicable,
    }
}

/// `manual` as written: an instruction alone, or a map that holds it.
#[derive(Debug, Clone)]
pub struct Instruction(
    /// The map.
    pub Manual,
);

impl Read for Instruction {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let is_map = matches!(reader.tree.kind(at), Kind::Map(_));
        if is_map && !reader.has_key(at, "ko") && !reader.has_key(at, "en") {
            return Manual::read(reader, at).map(Self);
        }
        Text::read(reader, at).map(|text| Self(Manual { instruction: Some(text), ..Manual::default() }))
    }

    fn schema(definitions: &mut Definitions) -> Value {
        json!({ "anyOf": [Text::schema(definitions), Manual::schema(definitions)] })
    }
}
