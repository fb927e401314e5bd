//! Text in pictures, which do not wrap by themselves.

/// Cuts a text so that it takes at most `width` columns, a Hangul syllable or Chinese character taking two.
pub fn clip(text: &str, width: usize) -> String {
    let total: usize = text.chars().map(columns).sum();
    if total <= width {
        return text.to_owned();
    }
    let mut used = 0;
    let mut cut = String::new();
    for character in text.chars() {
        used += columns(character);
        if used >= width {
            break;
        }
        cut.push(character);
    }
    cut.push('…');
    cut
}

const fn columns(character: char) -> usize {
    match character as u32 {
        0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFF00..=0xFF60 => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hangul_counts_double() {
        assert_eq!(clip("short", 10), "short");
        assert_eq!(clip("데이터베이스 승격", 10), "데이터베…");
        assert_eq!(clip("abcdefghijk", 5), "abcd…");
    }
}
