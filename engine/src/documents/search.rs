//! Finding documents by words, Korean ones too: a word is found wherever it stands, inside a longer one too.
//!
//! Korean writes several words as one, writes the same ones apart, and hangs particles on them. So 재해복구 is looked for inside
//! 통합재해복구훈련의, spaces between Korean letters do not count, and a query's particle need not stand in the document. Documents
//! are looked through newest first, a page of the store at a time, until a page of answers is full.

use super::model::{Document, DocumentId, Shelved};
use crate::base::OrgId;
use crate::store::{Error, Query, Records, list};

/// Longest query, in characters.
const QUERY: usize = 200;
/// Documents that one answer looks through at most; the next one goes on behind them.
const LOOKED_THROUGH: usize = 20_000;
/// Documents read at once.
const PAGE: u32 = 1_000;

/// Particles that a word of a query may end in, longer ones first.
const PARTICLES: [&str; 25] = [
    "에서는",
    "에게서",
    "으로서",
    "으로써",
    "까지",
    "부터",
    "에서",
    "에게",
    "한테",
    "으로",
    "처럼",
    "보다",
    "마다",
    "이나",
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "에",
    "로",
    "와",
    "과",
];

/// What is looked for, and where the page before ended.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Words that all stand in a document; without any, every document is found.
    pub words: String,
    /// Only documents made before this one.
    pub before: Option<DocumentId>,
    /// At most so many.
    pub most: usize,
}

/// A page of what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The documents, the newest first.
    pub documents: Vec<Document>,
    /// What to go on behind, where there may be more.
    pub next: Option<DocumentId>,
}

/// Documents that may be seen and in which all words stand, the newest first. What nobody asks about is never counted: a page is
/// full of what the person may see.
pub async fn search(
    records: &(impl Records + ?Sized),
    asked: Asked,
    may_see: impl Fn(Option<&OrgId>) -> bool + Send,
) -> Result<Found, Error> {
    let words: String = asked.words.chars().take(QUERY).collect();
    let wanted = Wanted::of(&words);
    if wanted.0.is_empty() && !words.trim().is_empty() {
        // Signs without a letter are looked for in vain.
        return Ok(Found { documents: Vec::new(), next: None });
    }
    let (mut documents, mut before, mut looked_through) = (Vec::new(), asked.before, 0);
    loop {
        let query =
            Query { after: before.map(|id| id.to_string()), newest_first: true, limit: PAGE, ..Query::default() };
        let page = list::<Shelved>(records, query).await?;
        let read = page.len();
        for Shelved { document, words } in page.into_iter().map(|found| found.value) {
            if documents.len() == asked.most || looked_through == LOOKED_THROUGH {
                return Ok(Found { documents, next: before });
            }
            looked_through += 1;
            before = Some(document.id);
            if may_see(document.draft.organisation.as_ref()) && wanted.stand_in(&words) {
                documents.push(document);
            }
        }
        if read < PAGE as usize {
            return Ok(Found { documents, next: None });
        }
    }
}

/// The words of a query, without their particles: what has the word has what is left of it as well.
struct Wanted(Vec<String>);

impl Wanted {
    fn of(query: &str) -> Self {
        // Words that were written apart are looked for apart.
        let words = query.split(|letter: char| !letter.is_alphanumeric() && !is_part(letter));
        let words = words.map(plain).filter(|word| !word.is_empty());
        Self(words.map(|word| stem(&word).map(str::to_owned).unwrap_or(word)).collect())
    }

    fn stand_in(&self, text: &str) -> bool {
        self.0.iter().all(|word| text.contains(word.as_str()))
    }
}

/// A word without the particle that it ends in, where two syllables are left of it.
fn stem(word: &str) -> Option<&str> {
    let stem = PARTICLES.iter().find_map(|particle| word.strip_suffix(particle))?;
    (stem.chars().count() >= 2 && stem.chars().all(is_syllable)).then_some(stem)
}

const fn is_syllable(letter: char) -> bool {
    matches!(letter, '\u{ac00}'..='\u{d7a3}')
}

/// A part of a syllable, as some systems write them in names of files.
const fn is_part(letter: char) -> bool {
    matches!(letter, '\u{1100}'..='\u{11ff}')
}

/// Letters and digits in small form with one space between words, none between Korean ones; syllables that come in parts put
/// together. Lines stay apart.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut gap = None;
    for letter in text.chars() {
        if let Some(syllable) = composed(if gap.is_none() { plain.chars().next_back() } else { None }, letter) {
            plain.pop();
            plain.push(syllable);
        } else if letter.is_alphanumeric() || is_part(letter) {
            let korean = |letter: char| is_syllable(letter) || is_part(letter);
            let joined = gap == Some(' ') && plain.chars().next_back().is_some_and(korean) && korean(letter);
            if let Some(gap) = gap.take().filter(|_| !joined && !plain.is_empty()) {
                plain.push(gap);
            }
            plain.extend(letter.to_lowercase());
        } else {
            let space = matches!(letter, ' ' | '\t' | '\u{3000}') && gap != Some('\n');
            gap = Some(if space { ' ' } else { '\n' });
        }
    }
    plain
}

/// The syllable that a vowel or a final consonant makes of what stands before it (Unicode, chapter 3.12).
fn composed(before: Option<char>, letter: char) -> Option<char> {
    let (syllables, initials, vowels, finals) = (0xAC00, 0x1100, 0x1161, 0x11A7);
    let (before, letter) = (u32::from(before?), u32::from(letter));
    let made = if (initials..initials + 19).contains(&before) && (vowels..vowels + 21).contains(&letter) {
        syllables + ((before - initials) * 21 + (letter - vowels)) * 28
    } else if (syllables..syllables + 11_172).contains(&before)
        && (before - syllables).is_multiple_of(28)
        && (finals + 1..finals + 28).contains(&letter)
    {
        before + (letter - finals)
    } else {
        return None;
    };
    char::from_u32(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(query: &str, text: &str) -> bool {
        Wanted::of(query).stand_in(&plain(text))
    }

    #[test]
    fn hangul_in_parts_is_the_same_as_whole() {
        assert_eq!(plain("\u{1110}\u{1169}\u{11bc}\u{1112}\u{1161}\u{11b8}"), "통합");
        assert_eq!(plain("RTO-목표 2H"), "rto\n목표 2h");
        assert!(finds("\u{1110}\u{1169}\u{11bc}\u{1112}\u{1161}\u{11b8}", "통합 훈련"));
    }

    #[test]
    fn words_are_found_inside_longer_ones_with_particles_and_however_they_are_spaced() {
        for (query, text) in [
            ("재해복구", "2026년 통합재해복구훈련의 결과"),
            ("재해복구", "재해 복구 훈련"),
            ("재해 복구", "재해복구"),
            ("훈련을", "모의훈련 계획"),
            ("담당자에게서 결과", "담당자: 결과"),
            ("rto 2H", "RTO 2h"),
            ("의", "훈련의"),
        ] {
            assert!(finds(query, text), "{query:?} in {text:?}");
        }
        for (query, text) in [
            ("재해복구", "재해, 복구"),
            ("재해복구", "재해\n복구"),
            ("thatway", "that way"),
            ("회의", "회사"),
            ("훈련 연락", "연락망"),
        ] {
            assert!(!finds(query, text), "{query:?} in {text:?}");
        }
    }
}
