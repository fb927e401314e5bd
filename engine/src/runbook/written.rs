//! What an author wrote, as data and as YAML again: for runbooks that are made of other runbooks.

use std::fmt::{self, Write as _};

use super::diagnostic::Findings;
use super::expand;
use super::parse::well_formed;
use super::tree::{Kind, NodeId, Tree};
use super::{Source, Surroundings};

/// Longest value that is written in a line of its own.
const LINE: usize = 100;

/// A value: aliases followed, merge keys resolved, components put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Written {
    /// A text. A plain one may also be a number or a truth.
    Scalar {
        /// As written, escapes resolved.
        text: String,
        /// Whether nothing made it a string.
        plain: bool,
    },
    /// A list.
    List(Vec<Self>),
    /// A map, in the order written.
    Map(Vec<(String, Self)>),
}

/// Reads a text as data. `None` when it is not well-formed, or something that it uses can not be put in.
pub(crate) fn written<'t>(source: &'t Source, around: &Surroundings, findings: &mut Findings<'t>) -> Option<Written> {
    let mut tree = well_formed(source, findings)?;
    if tree.expands() {
        expand::expand(&mut tree, around, None, findings);
    }
    value(&tree, tree.root())
}

fn value(tree: &Tree<'_>, at: NodeId) -> Option<Written> {
    Some(match tree.kind(at) {
        Kind::Scalar { text, plain } => Written::Scalar { text: text.clone().into_owned(), plain: *plain },
        Kind::List(_) => Written::List(tree.list(at).into_iter().map(|item| value(tree, item)).collect::<Option<_>>()?),
        Kind::Map(_) => {
            let entries = tree.entries(at).into_iter();
            let entries = entries.map(|[key, of]| Some((tree.text(key)?.to_owned(), value(tree, of)?)));
            Written::Map(entries.collect::<Option<_>>()?)
        }
        Kind::Alias(_) | Kind::Broken => return None,
    })
}

impl Written {
    /// A word of the language: a key's name, a number, a truth.
    pub(crate) fn word(text: impl Into<String>) -> Self {
        Self::Scalar { text: text.into(), plain: true }
    }

    /// A text for people.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Scalar { text: text.into(), plain: false }
    }

    /// A map of these entries.
    pub(crate) fn map<const N: usize>(entries: [(&str, Self); N]) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// The value of a key; nothing where this is no map.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The items of a list; nothing where this is none.
    pub(crate) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            Self::Scalar { .. } | Self::Map(_) => &[],
        }
    }

    /// The entries of a map; nothing where this is none.
    pub(crate) fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Map(entries) => entries,
            Self::Scalar { .. } | Self::List(_) => &[],
        }
    }

    /// This map without some of its keys.
    pub(crate) fn without(&self, keys: &[&str]) -> Self {
        let kept = self.entries().iter().filter(|(key, _)| !keys.contains(&key.as_str()));
        Self::Map(kept.cloned().collect())
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Scalar { .. } => false,
            Self::List(items) => items.is_empty(),
            Self::Map(entries) => entries.is_empty(),
        }
    }

    /// In one line.
    fn flow(&self, out: &mut String) {
        match self {
            Self::Scalar { text, plain } => scalar(text, *plain, out),
            Self::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    item.flow(out);
                }
                out.push(']');
            }
            Self::Map(entries) => {
                out.push('{');
                for (at, (key, value)) in entries.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    scalar(key, true, out);
                    out.push_str(": ");
                    value.flow(out);
                }
                out.push('}');
            }
        }
    }

    /// In lines of its own, so many levels deep, where it does not fit into one.
    fn block(&self, depth: usize, out: &mut String) {
        match self {
            Self::Scalar { .. } => self.flow(out),
            Self::List(items) => {
                for item in items {
                    indent(depth, out);
                    out.push_str("- ");
                    match item.line() {
                        Some(line) => {
                            out.push_str(&line);
                            out.push('\n');
                        }
                        None => {
                            let mut lines = String::new();
                            item.block(depth + 1, &mut lines);
                            // The first line stands behind the dash, which is as wide as a level.
                            out.push_str(lines.trim_start_matches(' '));
                        }
                    }
                }
            }
            Self::Map(entries) => {
                for (key, value) in entries {
                    indent(depth, out);
                    scalar(key, true, out);
                    out.push(':');
                    match value.line() {
                        Some(line) => {
                            out.push(' ');
                            out.push_str(&line);
                            out.push('\n');
                        }
                        None => {
                            out.push('\n');
                            value.block(depth + 1, out);
                        }
                    }
                }
            }
        }
    }

    /// The form in one line, where it is a short one.
    fn line(&self) -> Option<String> {
        let mut line = String::new();
        self.flow(&mut line);
        let fits = line.chars().count() <= LINE || matches!(self, Self::Scalar { .. }) || self.is_empty();
        fits.then_some(line)
    }
}

/// As YAML.
impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        self.block(0, &mut out);
        f.write_str(&out)
    }
}

fn indent(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", depth));
}

/// A scalar that is read back as the same one, inside and outside of brackets.
fn scalar(text: &str, plain: bool, out: &mut String) {
    if plain && (stays_plain(text) || text == "~") {
        out.push_str(text);
        return;
    }
    if plain && text.is_empty() {
        out.push('~');
        return;
    }
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            // What YAML does not allow as it is, and what an editor would show as a break or not at all.
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                // Writing to a String can not fail.
                let _ = write!(out, "\\U{:08X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Whether a text may stand without quotes. Stricter than YAML is: who reads it need not know all of its rules.
fn stays_plain(text: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '/' | '+' | '-' | '=' | ':' | ' ' | '%' | '@');
    let first = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '/' | '+');
    let number = text.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    (text.starts_with(first) || number) && text.chars().all(fits) && !text.contains(": ") && !text.ends_with([':', ' '])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runbook::Source;

    fn read(text: &str) -> Written {
        let source = Source::new("written.yaml", text);
        let mut findings = Findings::new(&source);
        written(&source, &Surroundings::default(), &mut findings).unwrap()
    }

    #[test]
    fn what_is_written_again_is_read_as_the_same() {
        let text = r##"
runbook: again
number: 3
negative: -1
quoted: "3"
empty: ""
none: ~
lists: [a, [b, "c, d"], []]
maps: {a: {b: "x: y"}, "key: odd": 1, c: {}}
lines: "one\ntwo\ttab \"quoted\" \\ back\u0007slash # no comment"
korean: 한국어 글
odd: ["- item", "? key", "&a", "*b", "!c", "%d", "@e", "`f", "{g", "true", "null", "~", " lead", "trail ", "a:", "#h"]
units:
  long: {title: "a title that is long enough to keep all of this from being written in one single line", run: [{command: [a, b]}, {command: "true && echo 'x'", timeout: 5s}]}
"##;
        let first = read(text);
        let again = first.to_string();
        assert_eq!(read(&again), first, "{again}");
        assert_eq!(read(&again).to_string(), again);
    }

    #[test]
    fn aliases_and_merge_keys_are_written_out() {
        let first = read("a: &a {x: 1}\nb: *a\nc: {<<: *a, y: 2}\nd:\n");
        let again = first.to_string();
        assert!(again.starts_with("a: {x: 1}\nb: {x: 1}\nc: {") && again.ends_with("}\nd: ~\n"), "{again}");
        assert_eq!(first.get("c").and_then(|c| c.get("x")), Some(&Written::word("1")));
    }
}
