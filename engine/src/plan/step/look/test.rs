//! What a single value must be.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::Decimal;

/// A value of an answer, or one that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Decimal),
    /// A text.
    Text(String),
}

/// What a single value must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// This value.
    Is(Value),
    /// All of these are true of it.
    All(Vec<(Comparison, Value)>),
}

/// A comparison of a value with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// The same.
    Eq,
    /// Not the same.
    Ne,
    /// Greater.
    Gt,
    /// Greater, or the same.
    Gte,
    /// Less.
    Lt,
    /// Less, or the same.
    Lte,
}

/// Characters of a value that are shown.
const SHOWN: usize = 60;

impl Value {
    /// Whether an answer is this value. Databases without truth values of their own answer with 0 and 1.
    pub fn is(&self, answer: &Self) -> bool {
        match (self, answer) {
            (Self::Bool(wanted), Self::Number(number)) => *number == Decimal::from(i64::from(*wanted)),
            _ => self == answer,
        }
    }

    /// As a plain text for later steps; nothing where it is nothing.
    pub fn said(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Bool(truth) => Some(truth.to_string()),
            Self::Number(number) => Some(number.to_string()),
            Self::Text(text) => Some(text.clone()),
        }
    }

    /// Compares two numbers or two texts; other pairs have no order.
    fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => Some(one.cmp(other)),
            (Self::Text(one), Self::Text(other)) => Some(one.cmp(other)),
            (Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_), _) => None,
        }
    }

    /// Whether `gt` and the like can be asked of it.
    pub const fn has_order(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Text(_))
    }
}

impl Comparison {
    /// Its word in YAML.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Gt => "gt",
            Self::Gte => "gte",
            Self::Lt => "lt",
            Self::Lte => "lte",
        }
    }

    const fn sign(self) -> &'static str {
        match self {
            Self::Eq => "=",
            Self::Ne => "≠",
            Self::Gt => ">",
            Self::Gte => "≥",
            Self::Lt => "<",
            Self::Lte => "≤",
        }
    }

    fn holds(self, answer: &Value, wanted: &Value) -> bool {
        match self {
            Self::Eq => wanted.is(answer),
            Self::Ne => !wanted.is(answer),
            Self::Gt => answer.order(wanted).is_some_and(Ordering::is_gt),
            Self::Gte => answer.order(wanted).is_some_and(Ordering::is_ge),
            Self::Lt => answer.order(wanted).is_some_and(Ordering::is_lt),
            Self::Lte => answer.order(wanted).is_some_and(Ordering::is_le),
        }
    }
}

impl Test {
    /// Whether an answer passes.
    pub fn passes(&self, answer: &Value) -> bool {
        match self {
            Self::Is(wanted) => wanted.is(answer),
            Self::All(all) => all.iter().all(|(comparison, wanted)| comparison.holds(answer, wanted)),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(truth) => write!(f, "{truth}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) if text.chars().count() > SHOWN => {
                write!(f, "{:?}…", text.chars().take(SHOWN).collect::<String>())
            }
            Self::Text(text) => write!(f, "{text:?}"),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(wanted) => write!(f, "{wanted}"),
            Self::All(all) => {
                for (place, (comparison, wanted)) in all.iter().enumerate() {
                    let joint = if place == 0 { "" } else { ", " };
                    write!(f, "{joint}{} {wanted}", comparison.sign())?;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Value {
        Value::Number(text.parse().unwrap())
    }

    #[test]
    fn values_of_different_kinds_are_different() {
        assert!(number("3").is(&number("3.0")));
        assert!(!number("3").is(&Value::Text("3".to_owned())));
        assert!(Value::Bool(true).is(&number("1")) && Value::Bool(false).is(&number("0")));
        assert!(!Value::Bool(true).is(&number("2")) && !number("1").is(&Value::Bool(true)));
        assert!(Value::Null.is(&Value::Null) && !Value::Null.is(&Value::Text(String::new())));
    }

    #[test]
    fn bounds_hold_for_numbers_and_texts_and_for_nothing_else() {
        let between = Test::All(vec![(Comparison::Gte, number("5")), (Comparison::Lt, number("10"))]);
        assert!(between.passes(&number("5")) && between.passes(&number("9.99")));
        assert!(!between.passes(&number("10")) && !between.passes(&Value::Null));
        assert_eq!(between.to_string(), "≥ 5, < 10");
        let later = Test::All(vec![(Comparison::Gt, Value::Text("2026-01-01".to_owned()))]);
        assert!(later.passes(&Value::Text("2026-01-02".to_owned())) && !later.passes(&number("3000")));
        assert!(Test::All(vec![(Comparison::Ne, Value::Null)]).passes(&number("0")));
    }
}
