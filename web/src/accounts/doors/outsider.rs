//! What is known here of an account that somebody else keeps.

use engine::base::{Timestamp, UserName};
use engine::store::Kept;
use serde::{Deserialize, Serialize};

use crate::accounts::Profile;

/// Who keeps an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The directory.
    Ldap,
    /// A provider of identity.
    Oidc {
        /// As it names itself.
        issuer: String,
    },
}

impl Source {
    /// A stable word, part of what deeds are called.
    pub const fn keyword(&self) -> &'static str {
        match self {
            Self::Ldap => "ldap",
            Self::Oidc { .. } => "oidc",
        }
    }
}

/// An account of somebody else's, beside the user of the same name. A user without one is our own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outsider {
    /// The user.
    pub name: UserName,
    /// Who keeps the account.
    pub source: Source,
    /// What the other side calls the person.
    pub subject: String,
    /// The name as people write it.
    pub display: Option<String>,
    /// The mail address.
    pub mail: Option<String>,
    /// When the user was made: one of the same name that was made later is another account.
    pub made: Timestamp,
    /// When the person last came in.
    pub seen: Timestamp,
}

impl Kept for Outsider {
    const KIND: &'static str = "outsider";

    fn id(&self) -> String {
        self.name.to_string()
    }

    fn group(&self) -> String {
        self.source.keyword().to_owned()
    }
}

impl Outsider {
    /// Whether this is the account that the other side means. A provider's subject is a person's for ever; the entry of a
    /// directory may move, and its name is what the directory itself tells people apart by.
    pub fn is(&self, source: &Source, profile: &Profile) -> bool {
        match source {
            Source::Ldap => self.source == *source,
            Source::Oidc { .. } => self.source == *source && self.subject == profile.subject,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_s_person_is_told_apart_by_the_subject_and_a_directory_s_by_the_name() {
        let provider = |issuer: &str| Source::Oidc { issuer: issuer.to_owned() };
        let profile = |subject: &str| Profile {
            name: "choi".parse().unwrap(),
            subject: subject.to_owned(),
            display: None,
            mail: None,
            groups: Vec::new(),
        };
        let kept = |source: Source| Outsider {
            name: "choi".parse().unwrap(),
            source,
            subject: "42".to_owned(),
            display: None,
            mail: None,
            made: Timestamp(0),
            seen: Timestamp(0),
        };
        let choi = kept(provider("https://id"));
        assert!(choi.is(&provider("https://id"), &profile("42")));
        assert!(!choi.is(&provider("https://id"), &profile("43")), "somebody else has got the name");
        assert!(!choi.is(&provider("https://other"), &profile("42")));
        assert!(!choi.is(&Source::Ldap, &profile("42")));
        assert!(kept(Source::Ldap).is(&Source::Ldap, &profile("uid=choi,ou=moved")));
    }
}
