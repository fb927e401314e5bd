//! Messages to people.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::EnvValue;
use crate::base::{ContactName, TargetName, Text};

/// A message that goes out over a channel of the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notify {
    /// The channel: a target with `smtp` or `webhook`.
    pub channel: TargetName,
    /// Contact lists of the channel; empty: all of them. Who stands in a list depends on the mode of the run.
    pub to: Vec<ContactName>,
    /// What it is about, in one line.
    pub subject: Text,
    /// What it says.
    pub body: Text,
    /// What `{name}` stands for in both. Never a secret.
    pub values: BTreeMap<String, EnvValue>,
}

impl Notify {
    /// What `{name}` stands for in every message: how the run touches the world, and what is being carried out.
    pub const ALWAYS: [&'static str; 4] = ["mode", "run", "runbook", "unit"];

    /// The names that a text holds in braces.
    pub fn names(text: &str) -> impl Iterator<Item = &str> {
        pieces(text).filter_map(|piece| match piece {
            Piece::Name(name) => Some(name),
            Piece::Text(_) => None,
        })
    }

    /// A text with its names replaced. What comes of a value is never looked at again.
    pub fn fill(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
        pieces(text).fold(String::new(), |mut filled, piece| {
            match piece {
                Piece::Text(text) => filled += text,
                Piece::Name(name) => match value(name) {
                    Some(value) => filled += &value,
                    None => filled.extend(["{", name, "}"]),
                },
            }
            filled
        })
    }
}

/// A part of a text.
enum Piece<'t> {
    Text(&'t str),
    Name(&'t str),
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((name, after)) = name(rest) {
            rest = after;
            return Some(Piece::Name(name));
        }
        // A brace that begins no name is an ordinary character.
        let next = rest.char_indices().skip(1).find(|(at, _)| name(&rest[*at..]).is_some());
        let (piece, after) = rest.split_at(next.map_or(rest.len(), |(at, _)| at));
        rest = after;
        Some(Piece::Text(piece))
    })
}

/// `{name}` at the beginning of a text, and what follows.
fn name(text: &str) -> Option<(&str, &str)> {
    let (name, after) = text.strip_prefix('{')?.split_once('}')?;
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    (name.chars().next().is_some_and(char::is_alphanumeric) && name.chars().all(fits)).then_some((name, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_replaced_once_and_other_braces_stay() {
        let text = "{lag} s, {x}{lag}; {\"a\": {b c}} {} {-n} {지연} {";
        assert_eq!(Notify::names(text).collect::<Vec<_>>(), ["lag", "x", "lag", "지연"]);
        let value = |name: &str| match name {
            "lag" => Some("{x}".to_owned()),
            "x" => Some("y".to_owned()),
            _ => None,
        };
        assert_eq!(Notify::fill(text, value), "{x} s, y{x}; {\"a\": {b c}} {} {-n} {지연} {");
        assert_eq!(Notify::fill("", value), "");
    }
}
