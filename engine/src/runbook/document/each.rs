//! `foreach` and `group`: units that are put in the place of one before a document is read, so that these keys are only
//! ever met where no unit can be repeated. Their types have no values.

use std::convert::Infallible;
use std::marker::PhantomData;

use serde_json::{Value, json};

use super::super::read::{Count, Definitions, Named, Read, Reader, shape};
use super::super::tree::NodeId;
use super::super::{Code, Spanned};
use super::{Flow, Unit};
use crate::base::UnitId;
use crate::runbook::diagnostic::Finding;

shape! {
    /// Units in the place of one.
    pub(crate) struct Group ["a group", "그룹"] {
        /// parallel (default): units start as soon as what they need is ready; sequential: one after another.
        "mode" => flow: Spanned<Flow>,
        /// Units of it at work at the same time, at most.
        "max_parallel" => max_parallel: Spanned<Count<1, 10_000>>,
        /// Its units.
        (required) "units" => units: Members,
    }
}

shape! {
    /// A choice among the targets of the inventory.
    pub(crate) struct Chosen ["a choice of targets", "대상 선택"] {
        /// Labels that a target must have, all of them; tier and site are labels as well.
        (required) "labels" => labels: Vec<Named<String, String>>,
    }
}

/// Units that are put in the place of their group before they are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Members(pub(in super::super) NodeId);

impl Read for Members {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        reader.map(at, ["a map of units", "단위의 맵"]).map(|_| Self(at))
    }

    fn schema(definitions: &mut Definitions) -> Value {
        Vec::<Named<UnitId, Unit>>::schema(definitions)
    }
}

/// What a unit is repeated for, where it can not be.
#[derive(Debug, Clone)]
pub enum Repeated {}

impl Read for Repeated {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        misplaced(reader, at);
        None
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let chosen = Chosen::schema(definitions);
        let item = json!({ "type": ["string", "number", "boolean", "object"] });
        json!({ "anyOf": [{ "type": "array", "items": item, "minItems": 1 }, chosen] })
    }
}

/// Units in the place of one, where that can not be.
#[derive(Debug, Clone)]
pub enum Grouped {}

impl Read for Grouped {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        misplaced(reader, at);
        None
    }

    fn schema(definitions: &mut Definitions) -> Value {
        Group::schema(definitions)
    }
}

/// What stands beside `foreach`, written like `T`.
#[derive(Debug, Clone)]
pub struct BesideForeach<T>(Infallible, PhantomData<T>);

impl<T: Read> Read for BesideForeach<T> {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        misplaced(reader, at);
        None
    }

    fn schema(definitions: &mut Definitions) -> Value {
        T::schema(definitions)
    }
}

fn misplaced(reader: &mut Reader<'_, '_>, at: NodeId) {
    let span = reader.span(at);
    reader.findings.report(Code::Repetition, span, || {
        Finding::new("nothing is repeated here", "여기에는 반복할 것이 없습니다").help(
            "`max_parallel` and `sequential` of a unit stand beside `foreach`; those of a stage or a group in its own map",
            "단위의 `max_parallel`과 `sequential`은 `foreach` 옆에 씁니다. 단계와 그룹의 것은 그 맵 안에 쓰십시오",
        )
    });
}
