//! Whether an expression makes sense: every name is known, and only what can be compared is compared.
//!
//! What a step said is a text. Compared with a number it would differ from every number, silently and for ever; so that
//! is refused here, and `| int` asked for. A word that a value can never hold is refused for the same reason.

use std::ops::Range;

use super::node::{Comparison, Filter, Node, Part};
use super::{Expression, Fault, Name, Value};
use crate::runbook::nearest;

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Kind {
    Bool,
    Number,
    /// Any text.
    Text,
    /// One of a few texts.
    Word(Vec<String>),
    /// A list; `None` when it is empty.
    List(Option<Box<Self>>),
}

/// The names that an expression may hold.
pub(in super::super) trait Scope {
    /// What a name stands for, or why it can not stand here; no reason where it was given already. The place of the fault
    /// is the name's.
    fn kind(&self, name: &Name) -> Result<Kind, Option<Fault>>;
}

/// Checks an expression that must come to true or false. All faults are found.
pub(in super::super) fn check(expression: &Expression, scope: &dyn Scope) -> Vec<Fault> {
    let mut checker = Checker { scope, faults: Vec::new() };
    if let Some(kind) = checker.kind(&expression.root)
        && kind != Kind::Bool
    {
        checker.faults.push(
            Fault::new(
                expression.root.place.clone(),
                format!("a condition is true or false, this is {}", kind.en()),
                format!("조건식의 값은 참 또는 거짓이어야 하는데 {}입니다", kind.ko()),
            )
            .help("compare it: `… == …`", "`… == …`처럼 비교하십시오"),
        );
    }
    checker.faults
}

impl Kind {
    const fn en(&self) -> &'static str {
        match self {
            Self::Bool => "true or false",
            Self::Number => "a number",
            Self::Text | Self::Word(_) => "a text",
            Self::List(_) => "a list",
        }
    }

    const fn ko(&self) -> &'static str {
        match self {
            Self::Bool => "참·거짓",
            Self::Number => "숫자",
            Self::Text | Self::Word(_) => "글",
            Self::List(_) => "목록",
        }
    }

    const fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::Word(_))
    }

    /// Whether values of both may be equal to each other.
    fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(None), Self::List(_)) | (Self::List(_), Self::List(None)) => true,
            (Self::List(Some(one)), Self::List(Some(other))) => one.meets(other),
            _ => self == other || (self.is_text() && other.is_text()),
        }
    }
}

struct Checker<'s> {
    scope: &'s dyn Scope,
    faults: Vec<Fault>,
}

impl Checker<'_> {
    /// What a part comes to; `None` after a fault, so that nothing more is said about what holds it.
    fn kind(&mut self, node: &Node) -> Option<Kind> {
        match &node.it {
            Part::Literal(value) => Some(literal(value)),
            Part::Name(name) => self.name(name, &node.place),
            Part::List(items) => self.list(items),
            Part::Not(it) => {
                self.want_bool(it)?;
                Some(Kind::Bool)
            }
            Part::And(parts) | Part::Or(parts) => {
                let sound = parts.iter().filter_map(|part| self.want_bool(part)).count() == parts.len();
                sound.then_some(Kind::Bool)
            }
            Part::Compare(comparison, a, b) => self.compare(*comparison, a, b, &node.place),
            Part::In(a, b) => self.within(a, b, &node.place),
            Part::Defined(name) => {
                self.name(name, &node.place)?;
                Some(Kind::Bool)
            }
            Part::Reckon(_, a, b) => {
                let (a, b) = (self.want_number(a), self.want_number(b));
                a.and(b)?;
                Some(Kind::Number)
            }
            Part::Filter(filter, it) => self.filter(*filter, it),
            Part::Default(name, other) => {
                let (own, other_kind) = (self.name(name, &node.place), self.kind(other));
                let (own, other_kind) = (own?, other_kind?);
                if !own.meets(&other_kind) {
                    self.differ(&own, &other_kind, &other.place);
                    return None;
                }
                // The other value need not be one of the words.
                Some(if own.is_text() && own != other_kind { Kind::Text } else { own })
            }
        }
    }

    fn name(&mut self, name: &Name, place: &Range<usize>) -> Option<Kind> {
        match self.scope.kind(name) {
            Ok(kind) => Some(kind),
            Err(fault) => {
                self.faults.extend(fault.map(|fault| Fault { place: place.clone(), ..fault }));
                None
            }
        }
    }

    fn list(&mut self, items: &[Node]) -> Option<Kind> {
        let mut kind: Option<Kind> = None;
        for item in items {
            let next = self.kind(item)?;
            match &kind {
                None => kind = Some(next),
                Some(first) if first.meets(&next) => {
                    if first.is_text() && *first != next {
                        kind = Some(Kind::Text);
                    }
                }
                Some(first) => {
                    self.differ(&first.clone(), &next, &item.place);
                    return None;
                }
            }
        }
        Some(Kind::List(kind.map(Box::new)))
    }

    fn want_bool(&mut self, node: &Node) -> Option<()> {
        let kind = self.kind(node)?;
        if kind == Kind::Bool {
            return Some(());
        }
        let fault = Fault::new(
            node.place.clone(),
            format!("true or false is wanted here, this is {}", kind.en()),
            format!("참·거짓이 와야 하는데 {}입니다", kind.ko()),
        );
        self.faults.push(fault.help("compare it: `… == …`", "`… == …`처럼 비교하십시오"));
        None
    }

    fn want_number(&mut self, node: &Node) -> Option<()> {
        let kind = self.kind(node)?;
        if kind == Kind::Number {
            return Some(());
        }
        self.no_number(&kind, &node.place);
        None
    }

    fn no_number(&mut self, kind: &Kind, place: &Range<usize>) {
        let fault = Fault::new(
            place.clone(),
            format!("a number is wanted here, this is {}", kind.en()),
            format!("숫자가 와야 하는데 {}입니다", kind.ko()),
        );
        self.faults.push(if kind.is_text() {
            fault
                .help("read it as a number: `… | int` or `… | float`", "`… | int` 또는 `… | float`로 숫자로 읽으십시오")
        } else {
            fault
        });
    }

    fn differ(&mut self, one: &Kind, other: &Kind, place: &Range<usize>) {
        let fault = Fault::new(
            place.clone(),
            format!("{} and {} are never the same", one.en(), other.en()),
            format!("{}과(와) {}은(는) 같을 수 없습니다", one.ko(), other.ko()),
        );
        let readable = [one, other].iter().any(|kind| kind.is_text()) && [one, other].contains(&&Kind::Number);
        self.faults.push(if readable {
            fault.help(
                "read the text as a number (`… | int`), or put the number in quotes",
                "글을 숫자로 읽거나(`… | int`) 숫자에 따옴표를 쓰십시오",
            )
        } else {
            fault
        });
    }

    fn compare(&mut self, comparison: Comparison, a: &Node, b: &Node, place: &Range<usize>) -> Option<Kind> {
        match comparison {
            Comparison::Same | Comparison::Other => {
                let (one, other) = (self.kind(a), self.kind(b));
                let (one, other) = (one?, other?);
                if !one.meets(&other) {
                    self.differ(&one, &other, place);
                    return None;
                }
                self.words(&one, b)?;
                self.words(&other, a)?;
            }
            Comparison::Less | Comparison::AtMost | Comparison::More | Comparison::AtLeast => {
                let (a, b) = (self.want_number(a), self.want_number(b));
                a.and(b)?;
            }
        }
        Some(Kind::Bool)
    }

    fn within(&mut self, a: &Node, b: &Node, place: &Range<usize>) -> Option<Kind> {
        let (item, whole) = (self.kind(a), self.kind(b));
        let (item, whole) = (item?, whole?);
        match &whole {
            Kind::List(None) => {}
            Kind::List(Some(of)) => {
                if !item.meets(of) {
                    self.differ(&item, of, place);
                    return None;
                }
                if let Part::List(items) = &b.it {
                    for one in items {
                        self.words(&item, one)?;
                    }
                }
            }
            Kind::Text | Kind::Word(_) if item.is_text() => {}
            Kind::Text | Kind::Word(_) | Kind::Bool | Kind::Number => {
                self.faults.push(
                    Fault::new(
                        b.place.clone(),
                        format!("`in` looks in a list or for a text in a text, this is {}", whole.en()),
                        format!("`in`은 목록이나 글 안에서 찾습니다. 이것은 {}입니다", whole.ko()),
                    )
                    .help("write a list: `in [\"a\", \"b\"]`", "`in [\"a\", \"b\"]`처럼 목록을 쓰십시오"),
                );
                return None;
            }
        }
        Some(Kind::Bool)
    }

    /// A written text must be one of the words that the other side can hold.
    fn words(&mut self, kind: &Kind, node: &Node) -> Option<()> {
        let (Kind::Word(words), Part::Literal(Value::Text(text))) = (kind, &node.it) else { return Some(()) };
        if words.iter().any(|word| word == text) {
            return Some(());
        }
        let near = nearest(text, words.iter().map(String::as_str)).map(|near| format!("\"{near}\""));
        self.faults.push(
            Fault::new(node.place.clone(), format!("it is never `{text}`"), format!("값이 `{text}`인 경우는 없습니다"))
                .meant(near, words),
        );
        None
    }

    fn filter(&mut self, filter: Filter, it: &Node) -> Option<Kind> {
        let kind = self.kind(it)?;
        let of_text = |made: Kind, checker: &mut Self| {
            if kind.is_text() {
                return Some(made);
            }
            checker.faults.push(Fault::new(
                it.place.clone(),
                format!("a text is wanted here, this is {}", kind.en()),
                format!("글이 와야 하는데 {}입니다", kind.ko()),
            ));
            None
        };
        match filter {
            Filter::Int | Filter::Float if kind == Kind::Number => Some(Kind::Number),
            Filter::Int | Filter::Float => of_text(Kind::Number, self),
            Filter::Length if matches!(kind, Kind::List(_)) => Some(Kind::Number),
            Filter::Length => of_text(Kind::Number, self),
            Filter::Lower | Filter::Upper | Filter::Trim => of_text(Kind::Text, self),
        }
    }
}

fn literal(value: &Value) -> Kind {
    match value {
        Value::Bool(_) => Kind::Bool,
        Value::Int(_) | Value::Float(_) => Kind::Number,
        Value::Text(_) => Kind::Text,
        Value::List(items) => Kind::List(items.first().map(literal).map(Box::new)),
    }
}
