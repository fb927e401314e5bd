//! The values that names stand for.

use super::super::tree::NodeId;
use super::super::{Span, nearest};
use crate::base::ComponentId;

/// A value for a name.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value {
    /// Given where the component is used, or by the item.
    Given(NodeId),
    /// The default of the parameter.
    Default(NodeId),
    /// An optional parameter without a value: what is only it disappears.
    Absent,
}

/// A name and its value.
#[derive(Debug)]
pub(super) struct Binding {
    pub(super) name: String,
    pub(super) value: Value,
    /// Where the name was declared.
    pub(super) declared: Span,
}

/// What the names of a text belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Owner {
    /// The parameters of a component.
    Component(ComponentId),
    /// An item for which a unit is repeated.
    Item,
}

/// All names that a text may use.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) owner: Owner,
    pub(super) bindings: Vec<Binding>,
}

impl Scope {
    pub(super) fn find(&self, name: &str) -> Option<&Binding> {
        self.bindings.iter().find(|binding| binding.name == name)
    }

    pub(super) fn nearest(&self, name: &str) -> Option<&str> {
        nearest(name, self.bindings.iter().map(|binding| binding.name.as_str()))
    }
}
