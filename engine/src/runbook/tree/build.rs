//! From parser events to a tree, within hard limits.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle, Tag};

use super::super::diagnostic::{Finding, Findings};
use super::super::{Code, Span};
use super::faults;
use super::nodes::{Kind, Node, NodeId, Tree};

/// Lists and maps inside one another, at most. The language itself needs nine.
pub(super) const DEPTH_LIMIT: usize = 64;
/// Nodes written, and nodes after aliases and merge keys are expanded, at most. 100,000 units have 1.3 million.
pub(in super::super) const NODE_LIMIT: u64 = 4_000_000;
/// Keys in whose place something else is put before the document is read.
const EXPANDING: [&str; 4] = ["uses", "foreach", "group", "component"];
/// Bytes of one scalar, at most.
const SCALAR_LIMIT: usize = 64 * 1024;

/// Builds the tree of a text that has one document. `None` when a fault leaves nothing to read.
pub(in super::super) fn build<'t>(text: &'t str, findings: &mut Findings<'_>) -> Option<Tree<'t>> {
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        emit_comments: false,
        flow_nesting_limit: DEPTH_LIMIT * 2,
        block_nesting_limit: DEPTH_LIMIT * 2,
    };
    let mut builder = Builder {
        findings,
        nodes: Vec::with_capacity(text.len() / 8),
        children: Vec::with_capacity(text.len() / 8),
        pending: Vec::new(),
        open: Vec::new(),
        anchors: HashMap::new(),
        weight: 0,
        documents: 0,
        expands: false,
        root: None,
    };
    for event in Parser::new_from_str_with_options(text, options) {
        match event {
            Ok((event, span)) => builder.event(event, to_span(&span))?,
            Err(fault) => {
                let at = fault.marker().byte_offset().unwrap_or(text.len()).min(text.len());
                let (code, span, finding) = faults::of(text, at, fault.kind());
                builder.findings.report(code, span, || finding);
                return None;
            }
        }
    }
    let (nodes, children, root, expands) = (builder.nodes, builder.children, builder.root, builder.expands);
    let tree = root.map(|root| Tree { nodes, children, root, expands }).filter(|tree| !tree.is_null(tree.root));
    if tree.is_none() {
        findings.report(Code::Empty, Span::default(), || {
            Finding::new("there is no runbook in this text", "런북 내용이 없습니다").help(
                "begin with `runbook: an-id` and `units:`; see docs/runbook-language.md",
                "`runbook: 식별자`와 `units:`로 시작하십시오. docs/runbook-language.md를 참고하십시오",
            )
        });
    }
    tree
}

fn to_span(span: &granit_parser::Span) -> Span {
    span.byte_range().map_or_else(Span::default, |range| Span::new(range.start, range.end))
}

/// A list or map whose end has not come yet.
struct Open {
    node: NodeId,
    is_map: bool,
    flow: bool,
    anchor: usize,
    /// Where its children begin in `pending`.
    from: usize,
    /// The weight counted before it.
    weight: u64,
}

/// What an anchor stands for.
#[derive(Clone, Copy)]
struct Anchor {
    node: NodeId,
    /// Nodes in it, aliases expanded; `None` while it is still open.
    weight: Option<u64>,
}

struct Builder<'f, 's, 't> {
    findings: &'f mut Findings<'s>,
    nodes: Vec<Node<'t>>,
    children: Vec<NodeId>,
    pending: Vec<NodeId>,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchor>,
    /// Nodes so far, aliases expanded.
    weight: u64,
    documents: u32,
    expands: bool,
    root: Option<NodeId>,
}

impl<'t> Builder<'_, '_, 't> {
    /// Takes one event in. `None` when going on makes no sense.
    fn event(&mut self, event: Event<'t>, span: Span) -> Option<()> {
        match event {
            Event::DocumentStart(..) => self.document(span)?,
            Event::Scalar(text, style, anchor, tag) => {
                let plain = self.tag(tag.as_deref(), style == ScalarStyle::Plain, span);
                self.scalar(text, plain, anchor, span)?;
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.tag(tag.as_deref(), false, span);
                self.start(false, style, anchor, span)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                self.tag(tag.as_deref(), false, span);
                self.start(true, style, anchor, span)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span)?,
            Event::Alias(anchor) => self.alias(anchor, span)?,
            Event::UnresolvedAlias(name) => {
                self.findings.report(Code::UnknownAnchor, span, || faults::unknown_anchor(&name));
                self.add(Kind::Broken, span, 1)?;
            }
            // The enum is open for events of later versions; none that this parser sends carries data of a runbook.
            _ => {}
        }
        Some(())
    }

    fn document(&mut self, span: Span) -> Option<()> {
        self.documents += 1;
        if self.documents == 1 {
            return Some(());
        }
        self.findings.report(Code::Documents, span, || {
            Finding::new("a second YAML document begins here", "여기서 두 번째 YAML 문서가 시작됩니다").help(
                "one file holds one runbook: move what follows `---` to a file of its own",
                "파일 하나에는 런북 하나만 둡니다. `---` 뒤의 내용을 다른 파일로 옮기십시오",
            )
        });
        None
    }

    /// Reports tags of foreign types; returns whether the scalar stays plain.
    fn tag(&mut self, tag: Option<&Tag>, plain: bool, span: Span) -> bool {
        match tag.map(|tag| (tag.core_suffix(), tag)) {
            None => plain,
            Some((Some("str"), _)) => false,
            Some((Some("map" | "seq" | "int" | "bool" | "null" | "float"), _)) => plain,
            Some((_, tag)) => {
                let written = tag.original();
                self.findings.report(Code::Tag, span, || faults::tag(&written));
                plain
            }
        }
    }

    fn scalar(&mut self, text: Cow<'t, str>, plain: bool, anchor: usize, span: Span) -> Option<()> {
        if text.len() > SCALAR_LIMIT {
            let length = text.len();
            self.findings.report(Code::Limit, span, || faults::scalar_too_long(length, SCALAR_LIMIT));
            let node = self.add(Kind::Broken, span, 1)?;
            self.anchor(anchor, node, Some(1));
            return Some(());
        }
        let node = self.add(Kind::Scalar { text, plain }, span, 1)?;
        self.anchor(anchor, node, Some(1));
        Some(())
    }

    fn start(&mut self, is_map: bool, style: StructureStyle, anchor: usize, span: Span) -> Option<()> {
        if self.open.len() >= DEPTH_LIMIT {
            self.findings.report(Code::Limit, span, || faults::too_deep(DEPTH_LIMIT));
            return None;
        }
        let weight = self.weight;
        let node = self.add(Kind::Broken, span, 1)?;
        self.anchor(anchor, node, None);
        let flow = style == StructureStyle::Flow;
        self.open.push(Open { node, is_map, flow, anchor, from: self.pending.len(), weight });
        Some(())
    }

    fn end(&mut self, span: Span) -> Option<()> {
        let open = self.open.pop()?;
        let kind = if open.is_map { self.map(open.from)? } else { Kind::List(self.keep(open.from)) };
        // The end of a block collection is where the next thing begins, blank lines included: take its last child's.
        let range = match &kind {
            Kind::List(range) | Kind::Map(range) => range.clone(),
            Kind::Scalar { .. } | Kind::Alias(_) | Kind::Broken => 0..0,
        };
        let last = self.children[range.start as usize..range.end as usize].last().copied();
        let end = match last {
            Some(last) if !open.flow => self.nodes[last.0 as usize].span.end,
            _ => span.end,
        };
        let node = &mut self.nodes[open.node.0 as usize];
        node.span.end = end.max(node.span.start);
        node.kind = kind;
        self.anchor(open.anchor, open.node, Some(self.weight - open.weight));
        Some(())
    }

    /// Moves the pending children into the tree.
    fn keep(&mut self, from: usize) -> std::ops::Range<u32> {
        let start = count(self.children.len());
        self.children.extend(self.pending.drain(from..));
        start..count(self.children.len())
    }

    /// Finishes a map: refuses keys that are no scalars, reports duplicates, resolves merge keys.
    fn map(&mut self, from: usize) -> Option<Kind<'t>> {
        let entries: Vec<NodeId> = self.pending.drain(from..).collect();
        let start = count(self.children.len());
        let mut merges = Vec::new();
        let mut keys = Keys::default();
        for pair in entries.chunks_exact(2) {
            let (key, value) = (pair[0], pair[1]);
            match follow(&self.nodes, key) {
                Kind::Scalar { text, plain: true } if text == "<<" => merges.push((key, value)),
                Kind::Scalar { text, .. } => match keys.insert(&self.nodes, text, key) {
                    None => {
                        self.expands |= EXPANDING.contains(&text.as_ref());
                        self.children.extend([key, value]);
                    }
                    Some(first) => {
                        let first = self.nodes[first.0 as usize].span;
                        let here = self.nodes[key.0 as usize].span;
                        self.findings.report(Code::DuplicateKey, here, || faults::duplicate_key(text, first));
                    }
                },
                Kind::List(_) | Kind::Map(_) => {
                    let here = self.nodes[key.0 as usize].span;
                    self.findings.report(Code::WrongType, here, faults::key_is_no_word);
                }
                Kind::Alias(_) | Kind::Broken => {}
            }
        }
        for (key, value) in merges {
            self.merge(key, value, &mut keys)?;
        }
        Some(Kind::Map(start..count(self.children.len())))
    }

    /// Adds the entries of one merge key, a map or a list of maps. What stands in the map itself, or came before, wins.
    fn merge(&mut self, key: NodeId, value: NodeId, keys: &mut Keys) -> Option<()> {
        let maps = match follow(&self.nodes, value) {
            Kind::List(range) => self.children[range.start as usize..range.end as usize].to_vec(),
            Kind::Map(_) => vec![value],
            Kind::Scalar { .. } => {
                let (here, there) = (self.nodes[key.0 as usize].span, self.nodes[value.0 as usize].span);
                self.findings.report(Code::Merge, there, || faults::merge_of_no_map(here));
                return Some(());
            }
            Kind::Alias(_) | Kind::Broken => return Some(()),
        };
        for map in maps {
            match follow(&self.nodes, map) {
                Kind::Map(range) => {
                    let range = range.start as usize..range.end as usize;
                    self.weigh(range.len() as u64, self.nodes[key.0 as usize].span)?;
                    for at in range.step_by(2) {
                        let (key, value) = (self.children[at], self.children[at + 1]);
                        if let Kind::Scalar { text, .. } = follow(&self.nodes, key)
                            && keys.insert(&self.nodes, text, key).is_none()
                        {
                            self.children.extend([key, value]);
                        }
                    }
                }
                Kind::Scalar { .. } | Kind::List(_) => {
                    let (here, there) = (self.nodes[key.0 as usize].span, self.nodes[map.0 as usize].span);
                    self.findings.report(Code::Merge, there, || faults::merge_of_no_map(here));
                }
                Kind::Alias(_) | Kind::Broken => {}
            }
        }
        Some(())
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Option<()> {
        match self.anchors.get(&anchor).copied() {
            Some(Anchor { node, weight: Some(weight) }) => self.add(Kind::Alias(node), span, weight).map(|_| ()),
            Some(Anchor { node, weight: None }) => {
                let around = self.nodes[node.0 as usize].span;
                self.findings.report(Code::RecursiveAnchor, span, || faults::recursive_anchor(around));
                self.add(Kind::Broken, span, 1).map(|_| ())
            }
            None => self.add(Kind::Broken, span, 1).map(|_| ()),
        }
    }

    fn anchor(&mut self, anchor: usize, node: NodeId, weight: Option<u64>) {
        if anchor != 0 {
            self.anchors.insert(anchor, Anchor { node, weight });
        }
    }

    /// Adds a node where the parser stands: as the root, or as the next child of what is open.
    fn add(&mut self, kind: Kind<'t>, span: Span, weight: u64) -> Option<NodeId> {
        self.weigh(weight, span)?;
        let node = NodeId(count(self.nodes.len()));
        self.nodes.push(Node { span, kind });
        if self.open.is_empty() {
            self.root = Some(node);
        } else {
            self.pending.push(node);
        }
        Some(node)
    }

    fn weigh(&mut self, weight: u64, span: Span) -> Option<()> {
        self.weight = self.weight.saturating_add(weight);
        if self.weight <= NODE_LIMIT {
            return Some(());
        }
        self.findings.report(Code::Limit, span, || faults::too_many_nodes(NODE_LIMIT));
        None
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn follow<'n, 't>(nodes: &'n [Node<'t>], at: NodeId) -> &'n Kind<'t> {
    match &nodes[at.0 as usize].kind {
        Kind::Alias(to) => &nodes[to.0 as usize].kind,
        kind => kind,
    }
}

/// The keys of one map so far. A few are compared one by one, many are hashed.
#[derive(Default)]
struct Keys {
    few: Vec<NodeId>,
    many: HashMap<Box<str>, NodeId>,
}

impl Keys {
    const FEW: usize = 24;

    /// Adds a key; the one already there, where there is one.
    fn insert(&mut self, nodes: &[Node<'_>], text: &str, key: NodeId) -> Option<NodeId> {
        let same = |at: &&NodeId| matches!(follow(nodes, **at), Kind::Scalar { text: other, .. } if other == text);
        if let Some(first) = self.few.iter().find(same).or_else(|| self.many.get(text)) {
            return Some(*first);
        }
        if self.few.len() < Self::FEW {
            self.few.push(key);
        } else {
            self.many.insert(text.into(), key);
        }
        None
    }
}
