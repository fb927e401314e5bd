//! The people of the drill.

use engine::base::{Clock, Lang, Secret, UserName};
use engine::identity::{Accounts, Grant, User};

use crate::accounts::{Refusal, passwords};

/// Letters and digits that nobody takes for one another; 32 of them, so a random byte gives one without bias.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Characters of a password: 60 bits.
const LENGTH: usize = 12;

/// Somebody who takes part in the drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// The name to sign in with.
    pub name: &'static str,
    /// What this person is there for.
    pub part: &'static str,
    /// Roles.
    pub roles: &'static [&'static str],
}

/// Enough people that every gate of the shipped runbooks can be approved, none by the one who declared the run.
pub const PEOPLE: [Person; 5] = [
    Person {
        name: "operator",
        part: "declares and operates runs",
        roles: &["operator", "infra-lead", "network-lead", "dr-office"],
    },
    Person { name: "commander", part: "approves, and may operate", roles: &["commander", "deputy-commander", "cio"] },
    Person { name: "owner", part: "approves for the business", roles: &["business-owner", "dba-lead"] },
    Person { name: "auditor", part: "reads reports", roles: &["auditor"] },
    Person { name: "admin", part: "manages accounts", roles: &["admin"] },
];

/// Gives a person an account with a fresh password, or a fresh password to the account that is there.
pub async fn admit(accounts: &dyn Accounts, clock: &dyn Clock, person: Person) -> Result<Secret, Refusal> {
    let password = password()?;
    let hash = passwords::hash(password.clone()).await?;
    let name: UserName = person.name.parse().map_err(|_| Refusal::Wrong)?;
    let roles = person.roles.iter().filter_map(|role| role.parse().ok());
    let grants = roles.map(|role| Grant::in_all_modes(role, None)).collect();
    let lang = accounts.user(&name).await?.map_or(Lang::Ko, |known| known.lang);
    let user = User { grants, ..User::new(name, hash, lang, clock.now()) };
    if !accounts.change_user(user.clone()).await? {
        accounts.add_user(user).await?;
    }
    Ok(password)
}

/// A password that can be read off one screen and typed on another: `k3vp-x8ah-mm2q`.
fn password() -> Result<Secret, getrandom::Error> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes)?;
    let groups = bytes
        .chunks(4)
        .map(|group| group.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect::<String>());
    Ok(Secret::new(groups.collect::<Vec<_>>().join("-")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_roles_of_the_people_are_valid() {
        for person in PEOPLE {
            assert!(person.name.parse::<UserName>().is_ok(), "{person:?}");
            for role in person.roles {
                assert!(role.parse::<engine::base::RoleName>().is_ok(), "{role}");
            }
        }
    }

    #[test]
    fn passwords_are_typed_easily_and_differ() {
        let (one, other) = (password().unwrap(), password().unwrap());
        assert_eq!(one.expose().len(), 14);
        assert!(one.expose().bytes().all(|byte| byte == b'-' || LETTERS.contains(&byte)), "{}", one.expose());
        assert_ne!(one.expose(), other.expose());
    }
}
