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
    /// Whether a key of it may ask for something to be put in its place.
    pub(super) expands: bool,
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

    /// Whether a key of it may ask for something to be put in its place: only then is it worth looking for one.
    pub(in super::super) const fn expands(&self) -> bool {
        self.expands
    }

    /// Makes another node the root.
    pub(in super::super) const fn set_root(&mut self, root: NodeId) {
        self.root = root;
    }

    /// Nodes in it.
    pub(in super::super) const fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Keys and values of a map; nothing of anything else.
    pub(in super::super) fn entries(&self, at: NodeId) -> Vec<[NodeId; 2]> {
        match self.kind(at) {
            Kind::Map(range) => self.items(range).chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect(),
            Kind::Scalar { .. } | Kind::List(_) | Kind::Alias(_) | Kind::Broken => Vec::new(),
        }
    }

    /// The entry of a map with a key.
    pub(in super::super) fn entry(&self, at: NodeId, name: &str) -> Option<[NodeId; 2]> {
        let Kind::Map(range) = self.kind(at) else { return None };
        let mut pairs = self.items(range).chunks_exact(2);
        pairs.find(|pair| self.text(pair[0]) == Some(name)).map(|pair| [pair[0], pair[1]])
    }

    /// The items of a list; nothing of anything else.
    pub(in super::super) fn list(&self, at: NodeId) -> Vec<NodeId> {
        match self.kind(at) {
            Kind::List(range) => self.items(range).to_vec(),
            Kind::Scalar { .. } | Kind::Map(_) | Kind::Alias(_) | Kind::Broken => Vec::new(),
        }
    }

    /// Adds a node that nothing refers to yet.
    pub(in super::super) fn add(&mut self, span: Span, kind: Kind<'t>) -> NodeId {
        let node = NodeId(place(self.nodes.len()));
        self.nodes.push(Node { span, kind });
        node
    }

    /// Adds a scalar that was made, not written.
    pub(in super::super) fn add_text(&mut self, span: Span, text: String) -> NodeId {
        self.add(span, Kind::Scalar { text: Cow::Owned(text), plain: true })
    }

    /// Adds a list.
    pub(in super::super) fn add_list(&mut self, span: Span, items: &[NodeId]) -> NodeId {
        let kind = Kind::List(self.keep(items));
        self.add(span, kind)
    }

    /// Adds a map whose keys differ.
    pub(in super::super) fn add_map(&mut self, span: Span, entries: &[[NodeId; 2]]) -> NodeId {
        let kind = Kind::Map(self.keep(entries.as_flattened()));
        self.add(span, kind)
    }

    /// Adds a node that is the same as another one, at a place of its own.
    pub(in super::super) fn add_alias(&mut self, span: Span, of: NodeId) -> NodeId {
        let of = match self.nodes[of.0 as usize].kind {
            Kind::Alias(to) => to,
            Kind::Scalar { .. } | Kind::List(_) | Kind::Map(_) | Kind::Broken => of,
        };
        self.add(span, Kind::Alias(of))
    }

    /// Gives a map other entries.
    pub(in super::super) fn set_entries(&mut self, at: NodeId, entries: &[[NodeId; 2]]) {
        let kind = Kind::Map(self.keep(entries.as_flattened()));
        self.nodes[at.0 as usize].kind = kind;
    }

    /// Adds a copy of another tree, which lies so many addresses further up; its root.
    pub(in super::super) fn graft(&mut self, other: &Tree<'_>, shift: u32) -> NodeId {
        let (nodes, children) = (place(self.nodes.len()), place(self.children.len()));
        let moved = |range: &Range<u32>| range.start + children..range.end + children;
        self.nodes.extend(other.nodes.iter().map(|node| Node {
            span: node.span.shifted(shift),
            kind: match &node.kind {
                Kind::Scalar { text, plain } => {
                    Kind::Scalar { text: Cow::Owned(text.clone().into_owned()), plain: *plain }
                }
                Kind::List(range) => Kind::List(moved(range)),
                Kind::Map(range) => Kind::Map(moved(range)),
                Kind::Alias(to) => Kind::Alias(NodeId(to.0 + nodes)),
                Kind::Broken => Kind::Broken,
            },
        }));
        self.children.extend(other.children.iter().map(|child| NodeId(child.0 + nodes)));
        NodeId(other.root.0 + nodes)
    }

    fn keep(&mut self, children: &[NodeId]) -> Range<u32> {
        let start = place(self.children.len());
        self.children.extend_from_slice(children);
        start..place(self.children.len())
    }
}

/// Trees are far smaller: their nodes are counted while they are made.
fn place(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
