//! Near misses: what somebody most likely meant to write.

/// The candidate that is nearest to a word, if one is near enough to be a slip of the pen.
///
/// One slip in three letters is allowed. Hangul counts by syllable, so one slip is also allowed in a word of two.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let allowed = (length / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= allowed)
        .map(|candidate| (strsim::osa_distance(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= allowed && *distance < candidate.chars().count())
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen_are_recognised_and_other_words_are_not() {
        assert_eq!(nearest("databse", ["web", "database"]), Some("database"));
        assert_eq!(nearest("needs_", ["needs", "title"]), Some("needs"));
        assert_eq!(nearest("데이타베이스", ["데이터베이스", "웹"]), Some("데이터베이스"));
        assert_eq!(nearest("db", ["web", "ap"]), None);
        assert_eq!(nearest("a", ["b"]), None);
    }
}
