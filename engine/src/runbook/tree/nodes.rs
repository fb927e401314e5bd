//! The tree itself: flat, borrowed from the text, forty bytes a node.

use std::borrow::Cow;
use std::ops::Range;

use super::super::Span;

/// A node's place in its tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in super::super) struct NodeId(pub(super) u32);

/// What stands at a place.
#[derive(Debug, Clone)]
pub(in super::super) enum Kind<'t> {
    /// A scalar as written, escapes resolved. `plain` when nothing (quotes, block form, `!!str`) makes it a string.
    Scalar { text: Cow<'t, str>, plain: bool },
    /// A list: its items stand in [`Tree::items`].
    List(Range<u32>),
    /// A map: its keys and values stand in turn. Merge keys are already resolved, duplicate keys removed.
    Map(Range<u32>),
    /// The same node as another one.
    Alias(NodeId),
    /// A fault was reported here; whoever reads it says nothing more.
    Broken,
}

#[derive(Debug, Clone)]
pub(super) struct Node<'t> {
    pub(super) span: Span,
    pub(super) kind: Kind<'t>,
}

/// A well-formed YAML document.
#[derive(Debug)]
pub(in super::super) struct Tree<'t> {
    pub(super) nodes: Vec<Node<'t>>,
    pub(super) children: Vec<NodeId>,
    pub(super) root: NodeId,
}

impl<'t> Tree<'t> {
    pub(in super::super) const fn root(&self) -> NodeId {
        self.root
    }

    /// What stands at a place, aliases followed. An alias is never of an alias: the builder follows them.
    pub(in super::super) fn kind(&self, at: NodeId) -> &Kind<'t> {
        match &self.nodes[at.0 as usize].kind {
            Kind::Alias(to) => &self.nodes[to.0 as usize].kind,
            kind => kind,
        }
    }

    /// Where a node was written; of an alias, where it stands itself.
    pub(in super::super) fn span(&self, at: NodeId) -> Span {
        self.nodes[at.0 as usize].span
    }

    /// Items of a list, or keys and values of a map in turn.
    pub(in super::super) fn items(&self, range: &Range<u32>) -> &[NodeId] {
        &self.children[range.start as usize..range.end as usize]
    }

    /// The text of a scalar.
    pub(in super::super) fn text(&self, at: NodeId) -> Option<&str> {
        match self.kind(at) {
            Kind::Scalar { text, .. } => Some(text),
            Kind::List(_) | Kind::Map(_) | Kind::Alias(_) | Kind::Broken => None,
        }
    }

    /// Whether nothing was written here, or a word that YAML reads as nothing.
    pub(in super::super) fn is_null(&self, at: NodeId) -> bool {
        match self.kind(at) {
            Kind::Scalar { text, plain } => *plain && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL"),
            Kind::List(_) | Kind::Map(_) | Kind::Alias(_) | Kind::Broken => false,
        }
    }
}
