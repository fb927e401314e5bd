//! The people of the drill.

use engine::base::{Lang, Secret, UserName};
use engine::identity::Grant;
use engine::run::{Actor, Door};

use crate::accounts::{By, NewUser, Refusal, SignIns, new_user, printed};

/// Groups of four letters of a password: 60 bits.
const GROUPS: usize = 3;

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
pub async fn admit(sign_ins: &SignIns, person: Person) -> Result<Secret, Refusal> {
    let password = printed(GROUPS)?;
    let name: UserName = person.name.parse().map_err(|_| Refusal::Wrong)?;
    let roles = person.roles.iter().filter_map(|role| role.parse().ok());
    let grants: Vec<Grant> = roles.map(|role| Grant::in_all_modes(role, None)).collect();
    let by = By::host(Actor { name: name.clone(), roles: Vec::new(), via: Door::CommandLine });
    let new = NewUser { name: name.clone(), password: password.clone(), password_due: false, grants, lang: Lang::Ko };
    if !new_user(sign_ins, &by, new).await? {
        sign_ins.replace_password(&by, &name, password.clone()).await?;
    }
    Ok(password)
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
}
