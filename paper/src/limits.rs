//! Texts within what other programs take.

/// A text without characters that XML can not hold, at most so many UTF-16 units long; what is cut off is counted.
pub(crate) fn fitting(text: &str, most: usize, more: impl Fn(usize) -> String) -> String {
    let clean = |character: char| match character {
        '\t' | '\n' => character,
        control if control.is_control() => '\u{fffd}',
        '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        plain => plain,
    };
    let long: usize = text.chars().map(char::len_utf16).sum();
    if long <= most {
        return text.chars().map(clean).collect();
    }
    // Room for the words about the rest, whose number is not known yet but is no longer than this.
    let room = most.saturating_sub(more(long).encode_utf16().count());
    let mut used = 0;
    let mut out = String::new();
    let mut rest = text.chars();
    for character in rest.by_ref() {
        used += character.len_utf16();
        if used > room {
            break;
        }
        out.push(clean(character));
    }
    let left = long - out.chars().map(char::len_utf16).sum::<usize>();
    out.push_str(&more(left));
    out
}

#[cfg(test)]
mod tests {
    use super::fitting;

    #[test]
    fn long_texts_say_what_is_cut_off_and_fit() {
        let more = |left: usize| format!("… (+{left})");
        assert_eq!(fitting("a\u{1}b\tc\nd", 100, more), "a\u{fffd}b\tc\nd");
        let cut = fitting(&"가".repeat(50), 20, more);
        assert!(cut.encode_utf16().count() <= 20 && cut.ends_with("… (+37)"), "{cut}");
    }
}
