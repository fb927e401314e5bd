//! `{{ name }}` in a text.

use std::ops::Range;

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// Taken as it stands.
    Text(&'a str),
    /// A name whose value comes here; it stood at these bytes, braces included.
    Name(&'a str, Range<usize>),
}

/// The parts of a text. Braces around anything but a name, such as those of other template languages, are text.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut taken, mut from, mut close) = (0, 0, 0);
    while let Some(open) = text[from..].find("{{").map(|at| from + at) {
        if close < open + 4 {
            let Some(next) = text[open + 2..].find("}}") else { break };
            close = open + 2 + next + 2;
        }
        let name = text[open + 2..close - 2].trim();
        if is_name(name) {
            if open > taken {
                parts.push(Part::Text(&text[taken..open]));
            }
            parts.push(Part::Name(name, open..close));
            (taken, from) = (close, close);
        } else {
            from = open + 1;
        }
    }
    if taken < text.len() {
        parts.push(Part::Text(&text[taken..]));
    }
    parts
}

/// The only name of a text that holds nothing else.
pub(super) fn only<'a>(parts: &[Part<'a>]) -> Option<&'a str> {
    match parts {
        [Part::Name(name, _)] => Some(name),
        _ => None,
    }
}

/// Whether there is a name in a text.
pub(super) fn has_name(text: &str) -> bool {
    text.contains("{{") && parts(text).iter().any(|part| matches!(part, Part::Name(..)))
}

fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    let first = characters.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    first && characters.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_other_braces_left_alone() {
        let text = "a {{ b }}{{c-d.e}} {{.Names}} {{ }} {{ 1 }} {{{ f }}}";
        let names: Vec<&str> = parts(text)
            .iter()
            .filter_map(|part| match part {
                Part::Name(name, at) => {
                    assert!(text[at.clone()].starts_with("{{") && text[at.clone()].ends_with("}}"));
                    Some(*name)
                }
                Part::Text(_) => None,
            })
            .collect();
        assert_eq!(names, ["b", "c-d.e", "f"]);
        assert_eq!(only(&parts("{{ x }}")), Some("x"));
        assert_eq!(only(&parts("{{ x }} ")), None);
        assert_eq!(parts("{{ open"), [Part::Text("{{ open")]);
        assert!(!has_name("{{ 'x' }}") && has_name("{{ 끝 }}"));
    }
}
