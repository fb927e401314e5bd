//! An expression as a tree.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Fault, Name, Value, parse};

/// An expression that was read. Two are the same when their texts are.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Expression {
    text: String,
    pub(super) root: Node,
}

/// A part of an expression and the bytes of its text that it stands for.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) place: Range<usize>,
    pub(super) it: Part,
}

/// What a part is.
#[derive(Debug, Clone)]
pub(super) enum Part {
    Literal(Value),
    Name(Name),
    List(Vec<Node>),
    Not(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Compare(Comparison, Box<Node>, Box<Node>),
    /// Whether the first is among, or a part of, the second.
    In(Box<Node>, Box<Node>),
    /// Whether the value of a name is there at all.
    Defined(Name),
    Reckon(Reckoning, Box<Node>, Box<Node>),
    Filter(Filter, Box<Node>),
    /// The value of a name, or another one where it is not there.
    Default(Name, Box<Node>),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Same,
    Other,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// How two numbers make a third.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reckoning {
    Plus,
    Minus,
    Times,
    Over,
}

/// What makes another value of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filter {
    Int,
    Float,
    Length,
    Lower,
    Upper,
    Trim,
}

impl Filter {
    /// All of them, by their words.
    pub(super) const ALL: [(&'static str, Self); 6] = [
        ("int", Self::Int),
        ("float", Self::Float),
        ("length", Self::Length),
        ("lower", Self::Lower),
        ("upper", Self::Upper),
        ("trim", Self::Trim),
    ];
}

impl Expression {
    /// Reads a text.
    pub(in super::super) fn parse(text: &str) -> Result<Self, Fault> {
        Ok(Self { root: parse::parse(text)?, text: text.to_owned() })
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names in it, each with the places where it stands.
    pub fn names(&self) -> BTreeMap<Name, Vec<Range<usize>>> {
        let mut found = BTreeMap::new();
        collect(&self.root, &mut found);
        found
    }
}

/// Gathers the names in a part.
pub(super) fn collect(node: &Node, into: &mut BTreeMap<Name, Vec<Range<usize>>>) {
    let mut name = |name: &Name| into.entry(name.clone()).or_default().push(node.place.clone());
    match &node.it {
        Part::Literal(_) => {}
        Part::Name(it) | Part::Defined(it) => name(it),
        Part::Default(it, other) => {
            name(it);
            collect(other, into);
        }
        Part::List(items) | Part::And(items) | Part::Or(items) => items.iter().for_each(|item| collect(item, into)),
        Part::Not(it) | Part::Filter(_, it) => collect(it, into),
        Part::In(a, b) | Part::Compare(_, a, b) | Part::Reckon(_, a, b) => {
            collect(a, into);
            collect(b, into);
        }
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Expression {}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<Expression> for String {
    fn from(expression: Expression) -> Self {
        expression.text
    }
}

/// For frozen plans.
impl TryFrom<String> for Expression {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
            .map_err(|fault| format!("{text:?} is no condition: {}", fault.message.get(crate::base::Lang::En)))
    }
}
