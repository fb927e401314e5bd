//! What an expression comes to, over a snapshot of values. Pure, and never a guess: what can not be judged is an error.

use std::collections::BTreeMap;

use super::node::{Comparison, Expression, Filter, Node, Part, Reckoning};
use super::{Name, Value};

/// Longest value kept of what an expression saw, in bytes; no value that comes in is longer.
const SHOWN: usize = 16 << 10;

/// Why an expression can not be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// A value is not there: an optional input that was not given, or a step that did not say it.
    #[error("`{0}` has no value in this run")]
    Undefined(Name),
    /// A text that is no number.
    #[error("{0:?} can not be read as a number")]
    NotANumber(String),
    /// A number beyond all bounds, or divided by zero.
    #[error("its numbers come to nothing that can be compared")]
    OutOfRange,
    /// Values of kinds that the compiler would have refused: the plan was not made by a compiler.
    #[error("its values do not fit together")]
    Misfit,
}

type Outcome<T = Value> = Result<T, Trouble>;

/// Looks a value up.
type Known<'k> = &'k dyn Fn(&Name) -> Option<Value>;

impl Expression {
    /// Whether it holds.
    pub fn judge(&self, known: Known<'_>) -> Result<bool, Trouble> {
        truth(&self.root, known)
    }

    /// Every name in it with what it stands for; `None` for what has no value.
    pub fn saw(&self, known: Known<'_>) -> BTreeMap<String, Option<String>> {
        let names = self.names();
        names.keys().map(|name| (name.to_string(), known(name).map(|value| bounded(value.to_string())))).collect()
    }
}

fn bounded(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(SHOWN));
    text
}

/// What a part comes to, where that is true or false.
pub(super) fn truth(node: &Node, known: Known<'_>) -> Outcome<bool> {
    match value(node, known)? {
        Value::Bool(it) => Ok(it),
        Value::Int(_) | Value::Float(_) | Value::Text(_) | Value::List(_) => Err(Trouble::Misfit),
    }
}

fn value(node: &Node, known: Known<'_>) -> Outcome {
    Ok(match &node.it {
        Part::Literal(value) => value.clone(),
        Part::Name(name) => known(name).ok_or_else(|| Trouble::Undefined(name.clone()))?,
        Part::List(items) => Value::List(items.iter().map(|item| value(item, known)).collect::<Outcome<_>>()?),
        Part::Not(it) => Value::Bool(!truth(it, known)?),
        Part::And(parts) => Value::Bool(!any(parts, false, known)?),
        Part::Or(parts) => Value::Bool(any(parts, true, known)?),
        Part::Compare(comparison, a, b) => Value::Bool(compare(*comparison, &value(a, known)?, &value(b, known)?)?),
        Part::In(a, b) => Value::Bool(within(&value(a, known)?, &value(b, known)?)?),
        Part::Defined(name) => Value::Bool(known(name).is_some()),
        Part::Reckon(reckoning, a, b) => reckon(*reckoning, &value(a, known)?, &value(b, known)?)?,
        Part::Filter(filter, it) => apply(*filter, value(it, known)?)?,
        Part::Default(name, other) => match known(name) {
            Some(value) => value,
            None => value(other, known)?,
        },
    })
}

/// Whether one of the parts comes to `wanted`. What stands behind it is not looked at: `x is defined and x == "1"`.
fn any(parts: &[Node], wanted: bool, known: Known<'_>) -> Outcome<bool> {
    for part in parts {
        if truth(part, known)? == wanted {
            return Ok(true);
        }
    }
    Ok(false)
}

fn same(a: &Value, b: &Value) -> Outcome<bool> {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => Ok(a == b),
        (Value::Text(a), Value::Text(b)) => Ok(a == b),
        (Value::List(a), Value::List(b)) => {
            if a.len() != b.len() {
                return Ok(false);
            }
            a.iter().zip(b).try_fold(true, |all, (a, b)| Ok(same(a, b)? && all))
        }
        (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => Ok(order(a, b)?.is_eq()),
        _ => Err(Trouble::Misfit),
    }
}

fn order(a: &Value, b: &Value) -> Outcome<std::cmp::Ordering> {
    if let (Value::Int(a), Value::Int(b)) = (a, b) {
        return Ok(a.cmp(b));
    }
    float(a)?.partial_cmp(&float(b)?).ok_or(Trouble::OutOfRange)
}

#[expect(clippy::cast_precision_loss, reason = "a whole number beside a fraction is compared as a fraction")]
fn float(value: &Value) -> Outcome<f64> {
    match value {
        Value::Int(it) => Ok(*it as f64),
        Value::Float(it) => Ok(*it),
        Value::Bool(_) | Value::Text(_) | Value::List(_) => Err(Trouble::Misfit),
    }
}

fn compare(comparison: Comparison, a: &Value, b: &Value) -> Outcome<bool> {
    Ok(match comparison {
        Comparison::Same => same(a, b)?,
        Comparison::Other => !same(a, b)?,
        Comparison::Less => order(a, b)?.is_lt(),
        Comparison::AtMost => order(a, b)?.is_le(),
        Comparison::More => order(a, b)?.is_gt(),
        Comparison::AtLeast => order(a, b)?.is_ge(),
    })
}

fn within(item: &Value, whole: &Value) -> Outcome<bool> {
    match (item, whole) {
        (Value::Text(part), Value::Text(whole)) => Ok(whole.contains(part.as_str())),
        (item, Value::List(items)) => items.iter().try_fold(false, |any, one| Ok(same(item, one)? || any)),
        _ => Err(Trouble::Misfit),
    }
}

fn reckon(reckoning: Reckoning, a: &Value, b: &Value) -> Outcome {
    if let (Value::Int(a), Value::Int(b)) = (a, b) {
        let whole = match reckoning {
            Reckoning::Plus => Some(a.checked_add(*b)),
            Reckoning::Minus => Some(a.checked_sub(*b)),
            Reckoning::Times => Some(a.checked_mul(*b)),
            Reckoning::Over => None,
        };
        if let Some(whole) = whole {
            return whole.map(Value::Int).ok_or(Trouble::OutOfRange);
        }
    }
    let (a, b) = (float(a)?, float(b)?);
    let made = match reckoning {
        Reckoning::Plus => a + b,
        Reckoning::Minus => a - b,
        Reckoning::Times => a * b,
        Reckoning::Over => a / b,
    };
    if made.is_finite() { Ok(Value::Float(made)) } else { Err(Trouble::OutOfRange) }
}

fn apply(filter: Filter, value: Value) -> Outcome {
    match (filter, value) {
        (Filter::Int, it @ Value::Int(_)) => Ok(it),
        (Filter::Float, it @ (Value::Int(_) | Value::Float(_))) => Ok(Value::Float(float(&it)?)),
        (Filter::Int, Value::Float(it)) => whole(it).map(Value::Int).ok_or(Trouble::OutOfRange),
        (Filter::Int, Value::Text(text)) => {
            text.trim().parse().map(Value::Int).map_err(|_| Trouble::NotANumber(bounded_quote(&text)))
        }
        (Filter::Float, Value::Text(text)) => {
            let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
            number.map(Value::Float).ok_or_else(|| Trouble::NotANumber(bounded_quote(&text)))
        }
        (Filter::Length, Value::Text(text)) => count(text.chars().count()),
        (Filter::Length, Value::List(items)) => count(items.len()),
        (Filter::Lower, Value::Text(text)) => Ok(Value::Text(text.to_lowercase())),
        (Filter::Upper, Value::Text(text)) => Ok(Value::Text(text.to_uppercase())),
        (Filter::Trim, Value::Text(text)) => Ok(Value::text(text.trim())),
        (
            Filter::Int | Filter::Float | Filter::Length | Filter::Lower | Filter::Upper | Filter::Trim,
            Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::List(_),
        ) => Err(Trouble::Misfit),
    }
}

fn count(items: usize) -> Outcome {
    i64::try_from(items).map(Value::Int).map_err(|_| Trouble::OutOfRange)
}

/// The whole number nearest to zero, where there is one.
#[expect(clippy::cast_possible_truncation, reason = "numbers out of range were sorted out before")]
fn whole(number: f64) -> Option<i64> {
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    (number > -BEYOND && number < BEYOND).then_some(number as i64)
}

/// The beginning of a text, for messages.
fn bounded_quote(text: &str) -> String {
    text.chars().take(80).collect()
}
