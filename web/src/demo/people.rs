//! The people of the drill.

use engine::base::{Lang, Secret, Text, UserName};
use engine::identity::{Grant, Team, TeamFault};
use engine::plan::Mode;
use engine::run::{Actor, Door};

use crate::accounts::{By, NewUser, NotKept, Refusal, SignIns, new_user, printed};

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
    Person { name: "operator", part: "declares and operates runs", roles: &["operator", "dr-office"] },
    Person { name: "commander", part: "approves, and may operate", roles: &["commander", "cio"] },
    Person { name: "owner", part: "approves for the business", roles: &["dba-lead"] },
    Person { name: "auditor", part: "reads reports", roles: &["auditor"] },
    Person { name: "admin", part: "manages accounts", roles: &["admin"] },
];

/// A team of the drill.
#[derive(Debug)]
struct Crew {
    id: &'static str,
    ko: &'static str,
    en: &'static str,
    members: &'static [&'static str],
    /// What its members hold through it.
    roles: &'static [&'static str],
}

const TEAMS: [Crew; 4] = [
    Crew { id: "command", ko: "사령부", en: "Command", members: &["commander"], roles: &["deputy-commander"] },
    Crew {
        id: "response",
        ko: "기술대응",
        en: "Technical response",
        members: &["operator"],
        roles: &["infra-lead", "network-lead"],
    },
    Crew { id: "continuity", ko: "BC팀", en: "Business continuity", members: &["owner"], roles: &["business-owner"] },
    Crew {
        id: "communication", ko: "커뮤니케이션", en: "Communication", members: &["operator", "owner"], roles: &[]
    },
];

/// Makes the teams that are not there yet, of people who are.
pub async fn team_up(sign_ins: &SignIns) -> Result<(), NotKept> {
    let Ok(name) = "relight".parse() else { return Ok(()) };
    let by = By::host(Actor { name, roles: Vec::new(), via: Door::CommandLine });
    for Crew { id, ko, en, members, roles } in TEAMS {
        let Ok(id) = id.parse() else { continue };
        if sign_ins.team(&id).await?.is_some() {
            continue;
        }
        let roles = roles.iter().filter_map(|role| role.parse().ok());
        let team = Team {
            id,
            title: Text::new(ko, en),
            org: None,
            members: members.iter().filter_map(|name| name.parse().ok()).collect(),
            roles: roles.map(|role| (role, Mode::ALL.into())).collect(),
            note: String::new(),
        };
        match sign_ins.keep_team(&by, &team, 0).await {
            // A second demonstration beside this one has made it.
            Ok(()) | Err(NotKept::Fault(TeamFault::Taken)) => {}
            refused @ Err(_) => return refused,
        }
    }
    Ok(())
}

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
    use std::sync::Arc;

    use engine::base::{Clock, SystemClock};
    use engine::store::Memory;

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

    #[tokio::test]
    async fn each_team_is_there_once_and_its_people_hold_what_it_gives() {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let sign_ins = SignIns::new(Arc::new(Memory::new(Arc::clone(&clock))), clock, None);
        for person in PEOPLE {
            admit(&sign_ins, person).await.unwrap();
        }
        for _ in 0..2 {
            team_up(&sign_ins).await.unwrap();
        }
        let teams = sign_ins.teams().await.unwrap();
        assert_eq!(teams.iter().map(|found| found.version).collect::<Vec<_>>(), [1; TEAMS.len()]);
        let commander = sign_ins.person(&"commander".parse().unwrap()).await.unwrap().unwrap();
        let held: Vec<&str> = commander.grants().map(|grant| grant.role.as_str()).collect();
        assert_eq!(held, ["commander", "cio", "deputy-commander"]);
    }
}
