//! Components: the steps of units with parameters, in files of their own.

use serde_json::{Value, json};

use super::super::Spanned;
use super::super::read::{Count, Definitions, Named, Read, Reader, shape, words};
use super::super::tree::NodeId;
use crate::base::{ComponentId, Mode, ParamName, Text};

shape! {
    /// A component: what a unit does, with parameters, for use in many runbooks.
    pub(crate) struct Component ["a component", "컴포넌트"] open "x-" {
        /// The id of the component, which is also the name of its file.
        (required) "component" => id: Spanned<ComponentId>,
        /// Grows when a runbook that uses the component would have to change, or be read again.
        (required) "version" => version: Spanned<Count<1, 1_000_000>>,
        /// Its name for people.
        "title" => title: Text,
        /// What it does, what it needs, what it leaves behind.
        "description" => description: Text,
        /// The values that a use of it gives.
        "params" => params: Vec<Named<ParamName, Param>>,
        /// The modes of runs in which it may be used; all where absent. A mock run plays any component.
        "modes" => modes: Vec<Mode>,
        /// Checks before anything is touched; they join those of the unit.
        "pre" => pre: Unread,
        /// The work; it stands where the component is used.
        "run" => run: Unread,
        /// Checks that tell whether it worked; they join those of the unit.
        "post" => post: Unread,
        /// Steps that take the work back; they join those of the unit.
        "rollback" => rollback: Unread,
        /// A question whose answer tells that its work is already done.
        "already_done" => already_done: Unread,
        /// Whether repeating its run steps does no harm.
        "idempotent" => idempotent: Spanned<bool>,
        /// Whether there is no simple way back after it.
        "point_of_no_return" => point_of_no_return: Spanned<bool>,
    }
}

shape! {
    /// A value that a use of a component gives.
    pub(crate) struct Param ["a parameter", "매개변수"] {
        /// text, number, bool, duration, target, enum or list.
        (required) "type" => kind: ParamType,
        /// What it is, for people.
        "title" => title: Text,
        /// Whether every use must give it.
        "required" => required: Spanned<bool>,
        /// Taken where a use gives nothing.
        "default" => default: Unread,
        /// What an enum offers.
        "options" => options: Vec<Spanned<String>>,
        /// A value to show, and to check the component with.
        "example" => example: Unread,
    }
}

words! {
    /// What a parameter may be.
    pub(crate) enum ParamType {
        /// Any text.
        Text = "text",
        /// A number in decimal digits.
        Number = "number",
        /// True or false.
        Bool = "bool",
        /// A duration with its unit.
        Duration = "duration",
        /// The name of a target.
        Target = "target",
        /// One of a few texts.
        Enum = "enum",
        /// A list of values.
        List = "list",
    }
}

/// A part that is not read where it stands: it is copied first, with values put into it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unread(pub(in super::super) NodeId);

impl Read for Unread {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        if reader.tree.is_null(at) { reader.wrong(at, ["a value", "값"]) } else { Some(Self(at)) }
    }

    fn schema(_: &mut Definitions) -> Value {
        json!({})
    }
}
