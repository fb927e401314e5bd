//! What an entry says about a person.

use std::collections::HashMap;

use engine::base::InvalidName;
use ldap3::{LdapResult, SearchEntry};

use super::{Attributes, Trouble};
use crate::accounts::outside::{Profile, account_name, shown};

/// Attributes by which directories bar an account, whatever its password.
pub(super) const BARRING: [&str; 2] = ["userAccountControl", "nsAccountLock"];
/// The bit of `userAccountControl` that says so.
const ACCOUNT_DISABLED: u32 = 0x2;
/// Groups taken from one entry, at most. Active Directory gives so many at once.
const GROUPS: usize = 1_500;

/// Why an account is kept out although it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barred {
    /// Switched off, or its time is over.
    Disabled,
    /// Its password must be changed in the directory first.
    PasswordDue,
    /// Locked after wrong passwords.
    Locked,
}

impl Barred {
    /// What Active Directory puts behind a refused password; other directories say nothing of the kind.
    pub(super) fn of(result: &LdapResult) -> Option<Self> {
        let (_, behind) = result.text.split_once(", data ")?;
        match behind.split(',').next()? {
            "533" | "701" => Some(Self::Disabled),
            "532" | "773" => Some(Self::PasswordDue),
            "775" => Some(Self::Locked),
            _ => None,
        }
    }
}

/// A person's entry.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) profile: Profile,
    /// Whether the entry itself says that the account is switched off.
    pub(super) disabled: bool,
}

impl Person {
    pub(super) fn of(entry: SearchEntry, names: &Attributes) -> Result<Self, Trouble> {
        let SearchEntry { dn, mut attrs, bin_attrs: _ } = entry;
        let mut values = |name: &str| take(&mut attrs, name);
        let disabled = BARRING.iter().any(|name| values(name).iter().any(|value| bars(value)));
        let mut first = |name: &str| values(name).into_iter().next();
        let name = account_name(&first(&names.name).unwrap_or_default());
        let (display, mail) = (first(&names.display), first(&names.mail));
        let mut groups = values(&names.groups);
        groups.sort_unstable();
        groups.truncate(GROUPS);
        let bad = |why: InvalidName| Trouble::BadName {
            dn: dn.clone(),
            attribute: names.name.clone(),
            cause: why.to_string(),
        };
        let profile = Profile {
            name: name.map_err(bad)?,
            subject: dn.clone(),
            display: display.and_then(|text| shown(&text)),
            mail: mail.and_then(|text| shown(&text)),
            groups,
        };
        Ok(Self { profile, disabled })
    }
}

/// Directories give attributes back in their own spelling.
fn take(attributes: &mut HashMap<String, Vec<String>>, name: &str) -> Vec<String> {
    let spelled = attributes.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned();
    spelled.and_then(|key| attributes.get(&key).cloned()).unwrap_or_default()
}

fn bars(value: &str) -> bool {
    value.eq_ignore_ascii_case("true") || value.parse::<u32>().is_ok_and(|bits| bits & ACCOUNT_DISABLED != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> LdapResult {
        LdapResult { rc: 49, matched: String::new(), text: text.to_owned(), refs: Vec::new(), ctrls: Vec::new() }
    }

    #[test]
    fn what_active_directory_says_behind_a_refused_password_is_understood() {
        let said = |data| {
            format!("80090308: LdapErr: DSID-0C09041C, comment: AcceptSecurityContext error, data {data}, v4563")
        };
        assert_eq!(Barred::of(&refused(&said("533"))), Some(Barred::Disabled));
        assert_eq!(Barred::of(&refused(&said("773"))), Some(Barred::PasswordDue));
        assert_eq!(Barred::of(&refused(&said("775"))), Some(Barred::Locked));
        assert_eq!(Barred::of(&refused(&said("52e"))), None, "a wrong password");
        assert_eq!(Barred::of(&refused("")), None);
    }

    #[test]
    fn an_account_is_barred_by_its_entry() {
        assert!(bars("514") && bars("TRUE"));
        assert!(!bars("512") && !bars("66048") && !bars("FALSE") && !bars(""));
    }
}
