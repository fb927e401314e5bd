//! Hides secret values, and what common tools make of them, in everything that is shown.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use crate::base::Secret;

/// What stands in the place of a secret.
pub const MASK: &str = "***";
/// Shorter encodings would hide innocent text without protecting anything.
const SHORTEST_ENCODING: usize = 4;

/// Knows the forms in which the secrets of a run may show up.
#[derive(Debug, Default)]
pub struct Masker {
    /// Longest first, so that the longest form hides as a whole.
    forms: Vec<Zeroizing<Vec<u8>>>,
    /// Bytes with which a form may begin.
    first: BTreeSet<u8>,
}

impl Masker {
    /// For these secrets: as they are, line by line, in base64 (both alphabets, at any place of a longer text), hex,
    /// percent-encoding, and escaped for JSON, HTML and shells. Empty secrets hide nothing.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut forms = BTreeSet::new();
        for secret in secrets {
            let whole = secret.expose();
            for text in
                [whole, whole.trim()].into_iter().chain(whole.lines().filter(|line| line.len() >= SHORTEST_ENCODING))
            {
                if !text.is_empty() {
                    forms.insert(text.to_owned());
                    forms.extend(encodings(text).into_iter().filter(|form| form.len() >= SHORTEST_ENCODING));
                }
            }
        }
        let first = forms.iter().filter_map(|form| form.bytes().next()).collect();
        let mut forms: Vec<_> = forms.into_iter().map(|form| Zeroizing::new(form.into_bytes())).collect();
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        Self { forms, first }
    }

    /// One that hides this secret too.
    #[must_use]
    pub fn with(&self, secret: &Secret) -> Self {
        let mut forms: Vec<_> = Self::new([secret]).forms;
        forms.extend(self.forms.iter().cloned());
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        let first = forms.iter().filter_map(|form| form.first().copied()).collect();
        Self { forms, first }
    }

    /// Whether there is nothing to hide.
    pub fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    /// A whole text with all secrets hidden.
    pub fn text(&self, text: &str) -> String {
        let mut stream = Stream::default();
        let mut out = stream.push(self, text);
        out += &stream.finish(self);
        out
    }

    fn at(&self, rest: &[u8]) -> Found {
        if !rest.first().is_some_and(|byte| self.first.contains(byte)) {
            return Found::Nothing;
        }
        let mut longest = None;
        for form in &self.forms {
            if form.len() > rest.len() && form.starts_with(rest) {
                return Found::Perhaps;
            }
            if longest.is_none() && rest.starts_with(form) {
                longest = Some(form.len());
            }
        }
        longest.map_or(Found::Nothing, Found::Form)
    }

    /// Length of the longest beginning of `text` with which a form ends: the rest of a secret whose beginning was cut off.
    fn cut_off(&self, text: &[u8]) -> usize {
        let ending =
            |form: &[u8]| (1..form.len().min(text.len() + 1)).rev().find(|length| form.ends_with(&text[..*length]));
        self.forms.iter().filter_map(|form| ending(form)).max().unwrap_or(0)
    }
}

enum Found {
    Nothing,
    /// A form, so long.
    Form(usize),
    /// What follows decides.
    Perhaps,
}

/// Hides secrets in a text that comes in pieces, wherever it is cut. What comes out depends on the text alone, not on
/// the cuts.
#[derive(Debug, Default)]
pub struct Stream {
    held: Zeroizing<Vec<u8>>,
    after_gap: bool,
}

impl Stream {
    /// Takes a piece in and gives out what is certain.
    pub fn push(&mut self, masker: &Masker, piece: &str) -> String {
        if masker.is_empty() {
            return piece.to_owned();
        }
        self.held.extend_from_slice(piece.as_bytes());
        let mut out = Vec::with_capacity(self.held.len());
        let mut at = 0;
        if std::mem::take(&mut self.after_gap) {
            at = masker.cut_off(&self.held);
            if at > 0 {
                out.extend_from_slice(MASK.as_bytes());
            }
        }
        while at < self.held.len() {
            match masker.at(&self.held[at..]) {
                Found::Nothing => {
                    out.push(self.held[at]);
                    at += 1;
                }
                Found::Form(length) => {
                    out.extend_from_slice(MASK.as_bytes());
                    at += length;
                }
                Found::Perhaps => break,
            }
        }
        let rest = Zeroizing::new(self.held.split_off(at));
        self.held = rest;
        readable(out)
    }

    /// What was held back at the end. The beginning of a secret that was cut short by the end is hidden too.
    pub fn finish(&mut self, masker: &Masker) -> String {
        let held = std::mem::take(&mut self.held);
        let mut out = Vec::new();
        let mut at = 0;
        while at < held.len() {
            match masker.at(&held[at..]) {
                Found::Nothing => {
                    out.push(held[at]);
                    at += 1;
                }
                Found::Form(length) => {
                    out.extend_from_slice(MASK.as_bytes());
                    at += length;
                }
                Found::Perhaps => {
                    let whole = masker.forms.iter().rev().find(|form| held[at..].starts_with(form));
                    let rest = held.len() - at;
                    let telling = |form: &&Zeroizing<Vec<u8>>| form.starts_with(&held[at..]) && rest * 2 >= form.len();
                    if let Some(form) = whole {
                        out.extend_from_slice(MASK.as_bytes());
                        at += form.len();
                    } else if masker.forms.iter().any(|form| telling(&form)) {
                        out.extend_from_slice(MASK.as_bytes());
                        at = held.len();
                    } else {
                        out.push(held[at]);
                        at += 1;
                    }
                }
            }
        }
        readable(out)
    }

    /// Text is missing here: a secret may have lost its end before and its beginning after.
    pub fn gap(&mut self, masker: &Masker) -> String {
        let held = std::mem::take(&mut self.held);
        self.after_gap = !masker.is_empty();
        if held.is_empty() { String::new() } else { MASK.to_owned() }
    }
}

/// Cuts lie before the first byte of a form, which begins a character; so this only guards against surprises.
fn readable(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn encodings(text: &str) -> Vec<String> {
    let bytes = text.as_bytes();
    let mut forms = vec![
        STANDARD.encode(bytes),
        STANDARD_NO_PAD.encode(bytes),
        URL_SAFE.encode(bytes),
        URL_SAFE_NO_PAD.encode(bytes),
        hex::encode(bytes),
        hex::encode_upper(bytes),
        percent(text, true),
        percent(text, false),
        percent(text, true).replace("%20", "+"),
        text.replace('\'', r"'\''"),
        text.replace('\'', "'\"'\"'"),
        backslashed(text),
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
            .replace('\'', "&#39;"),
    ];
    for shift in 0..3 {
        forms.push(inside_base64(bytes, shift, &STANDARD_NO_PAD));
        forms.push(inside_base64(bytes, shift, &URL_SAFE_NO_PAD));
    }
    if let Ok(quoted) = serde_json::to_string(text) {
        let inner = quoted.trim_start_matches('"').strip_suffix('"').unwrap_or(&quoted).to_owned();
        forms.push(ascii_only(&inner));
        forms.push(inner.replace('/', r"\/"));
        forms.push(inner);
    }
    forms
}

/// The characters of a base64 text that depend on `bytes` alone, when `shift` other bytes stand before them in a group.
fn inside_base64(bytes: &[u8], shift: usize, alphabet: &impl base64::Engine) -> String {
    let mut padded = vec![0; shift];
    padded.extend_from_slice(bytes);
    let encoded = alphabet.encode(&padded);
    let before = [0, 2, 3][shift];
    let shared_end = usize::from(!padded.len().is_multiple_of(3));
    encoded.get(before..encoded.len().saturating_sub(shared_end)).unwrap_or_default().to_owned()
}

fn percent(text: &str, upper: bool) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match (byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte), upper) {
            (true, _) => out.push(char::from(byte)),
            // Writing to a String never fails.
            (false, true) => write!(out, "%{byte:02X}").unwrap_or_default(),
            (false, false) => write!(out, "%{byte:02x}").unwrap_or_default(),
        }
    }
    out
}

fn backslashed(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        if character.is_ascii() && !character.is_ascii_alphanumeric() && !"-_./,:=@%+".contains(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

fn ascii_only(json: &str) -> String {
    let mut out = String::new();
    for character in json.chars() {
        if character.is_ascii() {
            out.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}").unwrap_or_default();
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PASSWORD: &str = r#"p@ss w0rd/한글"'<&"#;

    fn masker() -> Masker {
        Masker::new(&[Secret::new(PASSWORD)])
    }

    #[test]
    fn common_encodings_of_a_secret_are_hidden() {
        let masker = masker();
        for form in encodings(PASSWORD) {
            assert_eq!(masker.text(&format!("<{form}>")), "<***>", "{form}");
        }
        for before in ["", "u", "us", "usr"] {
            let encoded = STANDARD.encode(format!("{before}{PASSWORD}:more"));
            let shown = masker.text(&encoded);
            assert!(shown.contains(MASK) && shown.len() < 20, "{encoded} shows as {shown}");
        }
    }

    #[test]
    fn text_without_secrets_is_left_alone() {
        assert_eq!(masker().text("p@ss and w0rd"), "p@ss and w0rd");
        assert_eq!(Masker::new(&[Secret::new("")]).text("all of it"), "all of it");
        assert_eq!(Masker::default().text("all of it"), "all of it");
    }

    #[test]
    fn a_secret_cut_by_a_gap_is_hidden_on_both_sides() {
        let masker = Masker::new(&[Secret::new("correct horse")]);
        let mut stream = Stream::default();
        let mut out = stream.push(&masker, "pw=correct h");
        out += &stream.gap(&masker);
        out += &stream.push(&masker, "rect horse, then");
        out += &stream.finish(&masker);
        assert_eq!(out, "pw=******, then");
    }

    #[test]
    fn most_of_a_secret_at_the_very_end_is_hidden() {
        let masker = Masker::new(&[Secret::new("correct horse")]);
        assert_eq!(masker.text("it was correct ho"), "it was ***");
        assert_eq!(masker.text("c"), "c");
    }

    proptest! {
        #[test]
        fn however_a_text_is_cut_the_same_comes_out_and_no_secret_in_it(
            parts in proptest::collection::vec(prop_oneof![Just(PASSWORD.to_owned()), "[a-zp@ 한]{0,6}"], 0..8),
            cut in 1usize..7,
        ) {
            let (masker, text) = (masker(), parts.concat());
            let mut stream = Stream::default();
            let mut out = String::new();
            let characters: Vec<char> = text.chars().collect();
            for piece in characters.chunks(cut) {
                out += &stream.push(&masker, &piece.iter().collect::<String>());
            }
            out += &stream.finish(&masker);
            prop_assert!(!out.contains(PASSWORD));
            prop_assert_eq!(out, masker.text(&text));
        }
    }
}
