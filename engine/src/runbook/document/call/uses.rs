//! `uses`: a component. Its steps are put in its place before a document is read, so that these keys are only ever met
//! where no component can stand. Their types have no values.

use std::marker::PhantomData;

use serde_json::{Value, json};

use crate::base::ComponentId;
use crate::runbook::Code;
use crate::runbook::diagnostic::Finding;
use crate::runbook::read::{Definitions, Read, Reader};
use crate::runbook::tree::NodeId;

/// The id of a component where none can be used.
#[derive(Debug, Clone)]
pub(super) enum Uses {}

impl Read for Uses {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let span = reader.span(at);
        reader.findings.report(Code::Step, span, || {
            Finding::new("no component can be used here", "여기에는 컴포넌트를 쓸 수 없습니다").help(
                "use it as a step of `pre`, `run`, `post` or `rollback` of a unit",
                "단위의 `pre`, `run`, `post`, `rollback`에서 작업으로 쓰십시오",
            )
        });
        None
    }

    fn schema(definitions: &mut Definitions) -> Value {
        ComponentId::schema(definitions)
    }
}

/// What stands beside `uses`, written like `T`.
#[derive(Debug, Clone)]
pub(super) struct Beside<T>(pub(super) std::convert::Infallible, PhantomData<T>);

impl<T: Read> Read for Beside<T> {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let span = reader.span(at);
        reader.findings.report(Code::Step, span, || {
            Finding::new("this belongs to `uses`", "이 값은 `uses` 동작에 속합니다")
                .help("remove it, or name a component with `uses`", "지우거나 `uses`로 컴포넌트를 지정하십시오")
        });
        None
    }

    fn schema(definitions: &mut Definitions) -> Value {
        T::schema(definitions)
    }
}

/// Values for the parameters of a component, of which only the component knows what they are.
#[derive(Debug, Clone)]
pub(super) enum Arguments {}

impl Read for Arguments {
    fn read(_: &mut Reader<'_, '_>, _: NodeId) -> Option<Self> {
        None
    }

    fn schema(_: &mut Definitions) -> Value {
        json!({ "type": "object" })
    }
}
