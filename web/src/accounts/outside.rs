//! What another keeper of accounts says about a person.

use engine::base::{InvalidName, UserName};

/// Longest text about a person that is taken over, in characters.
const LONGEST: usize = 128;

/// A person as somebody else's accounts describe them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The name of the account here.
    pub name: UserName,
    /// What the other side calls the person for ever: the entry's name in a directory, the subject of a provider.
    pub subject: String,
    /// The name as people write it.
    pub display: Option<String>,
    /// The mail address.
    pub mail: Option<String>,
    /// The groups, as the other side names them.
    pub groups: Vec<String>,
}

/// The name that somebody else's account has here. Other sides do not tell capitals from small letters, and people type
/// either: here it is always the small ones, so that a person has one account.
pub fn account_name(theirs: &str) -> Result<UserName, InvalidName> {
    theirs.trim().to_lowercase().parse()
}

/// A text about a person as it can be shown: without control characters, not endless; `None` when nothing is left.
pub(super) fn shown(text: &str) -> Option<String> {
    let text: String = text.trim().chars().filter(|character| !character.is_control()).take(LONGEST).collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_small_letters_whatever_was_typed() {
        assert_eq!(account_name(" Kim ").unwrap().as_str(), "kim");
        assert!(account_name("kim@bank.example").is_err());
        assert!(account_name("").is_err());
    }

    #[test]
    fn what_is_shown_has_no_control_characters_and_an_end() {
        assert_eq!(shown(" 김\u{7}민준\n "), Some("김민준".to_owned()));
        assert_eq!(shown("\u{0}"), None);
        assert_eq!(shown(&"x".repeat(1_000)).map(|text| text.len()), Some(LONGEST));
    }
}
