//! Texts that can be printed: an archive's PDF may hold no character without a glyph.

use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

use super::world::covers;

/// Makes every text in the data printable.
pub(super) fn printable(data: &mut Value) {
    match data {
        Value::String(text) => {
            if let Some(changed) = changed(text) {
                *text = changed;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(printable),
        Value::Object(members) => members.values_mut().for_each(printable),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The text in another form, if it needs one. Korean file names of some systems come as loose letters, which are composed;
/// a character that the fonts do not have is named by its number instead of left out.
fn changed(text: &str) -> Option<String> {
    if text.chars().all(|character| character == '\n' || (' '..='~').contains(&character)) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    for character in text.nfc() {
        match character {
            '\n' => out.push('\n'),
            '\t' => out.push_str("    "),
            '\r' => {}
            // Marks that only steer the direction or joining of text.
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' => {}
            '\u{a0}' => out.push(' '),
            plain if !plain.is_control() && !is_private(plain) && covers(plain) => out.push(plain),
            missing => out.push_str(&format!("‹U+{:04X}›", u32::from(missing))),
        }
    }
    (out != text).then_some(out)
}

/// Characters whose meaning only their makers know.
const fn is_private(character: char) -> bool {
    matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::changed;

    #[test]
    fn what_has_no_glyph_is_named_and_loose_letters_are_composed() {
        assert_eq!(changed("db 1호기 漢字 → ✓"), None);
        assert_eq!(changed("a\u{1f525}b\u{1b}[31m").unwrap(), "a‹U+1F525›b‹U+001B›[31m");
        assert_eq!(changed("\u{1112}\u{1161}\u{11ab}").unwrap(), "한");
        assert_eq!(changed("\tx\u{202e}y\u{feff}").unwrap(), "    xy");
        assert_eq!(changed("\u{e000}").unwrap(), "‹U+E000›");
    }
}
