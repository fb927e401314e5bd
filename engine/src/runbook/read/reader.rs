//! The reader's hands: what every readable type needs.

use serde_json::{Map, Value, json};

use super::super::diagnostic::{Finding, Findings};
use super::super::tree::{Kind, NodeId, Tree};
use super::super::{Code, Span, nearest};
use super::Key;

/// A type that can be read from a node.
pub(in super::super) trait Read: Sized {
    /// Reads a node. `None` means that the fault has been reported.
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self>;

    /// The JSON Schema of what [`Read::read`] accepts.
    fn schema(definitions: &mut Definitions) -> Value;
}

/// The `$defs` of the schema, filled while it is made.
#[derive(Debug, Default)]
pub(in super::super) struct Definitions(pub(in super::super) Map<String, Value>);

impl Definitions {
    /// A reference to a definition, made by `schema` when it is not there yet.
    pub(in super::super) fn refer(&mut self, name: &str, schema: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.0.contains_key(name) {
            self.0.insert(name.to_owned(), Value::Null);
            let schema = schema(self);
            self.0.insert(name.to_owned(), schema);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }
}

/// Reads a tree and reports what does not fit.
pub(in super::super) struct Reader<'a, 't> {
    pub(in super::super) tree: &'a Tree<'t>,
    pub(in super::super) findings: &'a mut Findings<'t>,
    /// Names of entries that could not be read: whoever needs them is not told in addition that they do not exist.
    pub(in super::super) misread: Vec<String>,
    /// Nodes met about which something was reported before.
    broken: u32,
}

impl<'a, 't> Reader<'a, 't> {
    pub(in super::super) const fn new(tree: &'a Tree<'t>, findings: &'a mut Findings<'t>) -> Self {
        Self { tree, findings, misread: Vec::new(), broken: 0 }
    }
}

impl Reader<'_, '_> {
    /// Whether nothing was wrong since a count was taken by [`Reader::faults`].
    pub(in super::super) const fn is_whole(&self, since: (u32, u32)) -> bool {
        let now = self.faults();
        now.0 == since.0 && now.1 == since.1
    }

    /// The faults so far, those found before the reading and those found by it.
    pub(in super::super) const fn faults(&self) -> (u32, u32) {
        (self.findings.errors(), self.broken)
    }

    pub(in super::super) fn span(&self, at: NodeId) -> Span {
        self.tree.span(at)
    }

    /// Keys and values of a map in turn; anything else is reported.
    pub(in super::super) fn map(&mut self, at: NodeId, what: [&str; 2]) -> Option<Vec<[NodeId; 2]>> {
        match self.tree.kind(at) {
            Kind::Map(range) => Some(self.tree.items(range).chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect()),
            Kind::Scalar { .. } | Kind::List(_) | Kind::Alias(_) | Kind::Broken => self.wrong(at, what),
        }
    }

    /// The items of a list; anything else is reported.
    pub(in super::super) fn list(&mut self, at: NodeId, what: [&str; 2]) -> Option<Vec<NodeId>> {
        match self.tree.kind(at) {
            Kind::List(range) => Some(self.tree.items(range).to_vec()),
            Kind::Scalar { .. } | Kind::Map(_) | Kind::Alias(_) | Kind::Broken => self.wrong(at, what),
        }
    }

    /// The text of a scalar exactly as written; anything else, nothing included, is reported.
    pub(in super::super) fn scalar(&mut self, at: NodeId, what: [&str; 2]) -> Option<String> {
        match self.tree.text(at) {
            Some(text) if !self.tree.is_null(at) => Some(text.to_owned()),
            _ => self.wrong(at, what),
        }
    }

    /// Reports that something else was wanted. `what` names it in English and in Korean.
    pub(in super::super) fn wrong<T>(&mut self, at: NodeId, what: [&str; 2]) -> Option<T> {
        let [en, ko] = what;
        let null = self.tree.is_null(at);
        let (found_en, found_ko) = match self.tree.kind(at) {
            Kind::Broken | Kind::Alias(_) => {
                self.broken += 1;
                return None;
            }
            Kind::Scalar { .. } if null => ("nothing", "빈 값"),
            Kind::Scalar { .. } => ("a single value", "단일 값"),
            Kind::List(_) => ("a list", "목록"),
            Kind::Map(_) => ("a map", "맵"),
        };
        self.findings.report(Code::WrongType, self.tree.span(at), || {
            let finding = Finding::new(
                format!("{en} is wanted here, this is {found_en}"),
                format!("여기에는 {ko}이(가) 와야 하는데 {found_ko}이(가) 있습니다"),
            );
            if null {
                finding.help(
                    "write the value, or remove the key; an unquoted `null` or `~` also means nothing",
                    "값을 쓰거나 키를 지우십시오. 따옴표 없는 `null`과 `~`도 빈 값입니다",
                )
            } else {
                finding
            }
        });
        None
    }

    /// Reports a scalar that can not be read.
    pub(in super::super) fn bad<T>(&mut self, at: NodeId, finding: impl FnOnce() -> Finding) -> Option<T> {
        self.findings.report(Code::BadValue, self.tree.span(at), finding);
        None
    }

    /// Reports a key that the map does not have, with the nearest one that it has.
    pub(in super::super) fn unknown_key(
        &mut self,
        at: NodeId,
        what: [&str; 2],
        keys: impl IntoIterator<Item = &'static Key>,
    ) {
        let span = self.tree.span(at);
        let Some(written) = self.tree.text(at) else { return };
        self.findings.report(Code::UnknownKey, span, || {
            let names: Vec<&str> = keys.into_iter().map(|key| key.name).collect();
            let near = nearest(written, names.iter().copied());
            let all = names.join(", ");
            let finding = Finding::new(
                format!("{} has no key `{written}`", what[0]),
                format!("{}에는 `{written}` 키가 없습니다", what[1]),
            );
            match near {
                Some(near) => finding
                    .help(format!("did you mean `{near}`?"), format!("`{near}`을(를) 쓰려고 하셨습니까?"))
                    .suggest(span, Some(near)),
                None => finding.help(format!("it has: {all}"), format!("쓸 수 있는 키: {all}")),
            }
        });
    }

    /// Reports a key that must be there.
    pub(in super::super) fn missing(&mut self, at: NodeId, what: [&str; 2], key: &Key) {
        let name = key.name;
        self.findings.report(Code::MissingKey, self.first_key(at), || {
            Finding::new(
                format!("{} needs the key `{name}`", what[0]),
                format!("{}에는 `{name}` 키가 있어야 합니다", what[1]),
            )
            .help(format!("`{name}`: {}", key.about.trim()), format!("`{name}` 키를 추가하십시오"))
        });
    }

    /// Where a key of a map stands.
    pub(in super::super) fn key_span(&self, at: NodeId, name: &str) -> Span {
        let Kind::Map(range) = self.tree.kind(at) else { return self.tree.span(at) };
        let mut pairs = self.tree.items(range).chunks_exact(2);
        let key = pairs.find(|pair| self.tree.text(pair[0]) == Some(name));
        key.map_or_else(|| self.tree.span(at), |pair| self.tree.span(pair[0]))
    }

    /// Whether a map has a key.
    pub(in super::super) fn has_key(&self, at: NodeId, name: &str) -> bool {
        let Kind::Map(range) = self.tree.kind(at) else { return false };
        self.tree.items(range).chunks_exact(2).any(|pair| self.tree.text(pair[0]) == Some(name))
    }

    /// The first key of a map stands for the whole of it: a picture of fifty lines helps nobody.
    pub(in super::super) fn first_key(&self, at: NodeId) -> Span {
        let span = self.tree.span(at);
        match self.tree.kind(at) {
            Kind::Map(range) => self.tree.items(range).first().map_or(span, |key| self.tree.span(*key)),
            Kind::Scalar { .. } | Kind::List(_) | Kind::Alias(_) | Kind::Broken => span,
        }
    }
}
