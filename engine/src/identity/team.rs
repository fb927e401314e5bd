//! Teams: people who hold some roles at one place together.
//!
//! What a team gives stands with each of its members ([`User::teams`](super::User::teams)), and is written there in the commit
//! that changes the team. So who asks what a person may do reads one record, as ever, and a team and its members can not differ.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Grant;
use crate::base::{Bilingual, Lang, OrgId, RoleName, TeamId, Text, UserName};
use crate::plan::Mode;
use crate::store::Kept;

/// People who hold some roles at one place together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// Its name for people.
    pub title: Text,
    /// Where it belongs and its roles count, with all below; `None` is the top of the tree, and so everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org: Option<OrgId>,
    /// Who is in it.
    #[serde(default)]
    pub members: BTreeSet<UserName>,
    /// The roles that its members hold, each with the modes in which it counts.
    #[serde(default)]
    pub roles: BTreeMap<RoleName, BTreeSet<Mode>>,
    /// A remark.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// Why a team can not be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TeamFault {
    /// Nobody would know what to call it.
    #[error("a team needs a name for people, of at most {} characters", Team::LONGEST_TITLE)]
    Title,
    /// A remark that is a document.
    #[error("a remark has at most {} characters", Team::LONGEST_NOTE)]
    Note,
    /// So many people are no team.
    #[error("a team has at most {} members; make another one below it", Team::MOST_MEMBERS)]
    Members,
    /// More roles than anybody looks through.
    #[error("a team gives at most {} roles", Team::MOST_ROLES)]
    Roles,
    /// A role that counts nowhere.
    #[error("the role {0} counts in no mode: name at least one, or take the role away")]
    NoMode(RoleName),
    /// There are as many as are looked through at once.
    #[error("there are {} teams already; remove one first", Team::MOST)]
    TooMany,
    /// Another team has the id.
    #[error("there is a team of that id already; choose another one")]
    Taken,
    /// Somebody else was quicker.
    #[error("somebody else has changed the team since it was looked at; look again, and then do the same once more")]
    Stale,
    /// Not a place of who asks.
    #[error("you do not manage people there: name an organisation that you manage")]
    Place,
    /// Nobody of that name, or somebody whom others manage.
    #[error(
        "there is no account {0} that you manage: who holds roles elsewhere too is put in and out by an admin of both"
    )]
    Person(UserName),
    /// Nobody changes the own rights.
    #[error("this changes what you may do yourself: another admin does that")]
    Own,
}

impl TeamFault {
    /// A stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Title => "team_title",
            Self::Note => "team_note",
            Self::Members => "team_members",
            Self::Roles => "team_roles",
            Self::NoMode(_) => "team_role_without_mode",
            Self::TooMany => "too_many_teams",
            Self::Taken => "team_taken",
            Self::Stale => "changed-meanwhile",
            Self::Place => "team_place",
            Self::Person(_) => "team_person",
            Self::Own => "own_account",
        }
    }
}

impl Bilingual for TeamFault {
    fn ko(&self) -> String {
        match self {
            Self::Title => format!("팀에는 {}자 이하의 이름이 있어야 합니다", Team::LONGEST_TITLE),
            Self::Note => format!("비고는 최대 {}자입니다", Team::LONGEST_NOTE),
            Self::Members => {
                format!("한 팀의 구성원은 최대 {}명입니다. 하위 팀을 따로 만드십시오", Team::MOST_MEMBERS)
            }
            Self::Roles => format!("한 팀이 주는 역할은 최대 {}개입니다", Team::MOST_ROLES),
            Self::NoMode(role) => {
                format!("{role} 역할이 미치는 모드가 없습니다. 모드를 하나 이상 고르거나 역할을 빼십시오")
            }
            Self::TooMany => format!("팀이 이미 {}개 있습니다. 먼저 하나를 지우십시오", Team::MOST),
            Self::Taken => "같은 ID의 팀이 이미 있습니다. 다른 ID를 쓰십시오".to_owned(),
            Self::Stale => {
                "화면을 연 뒤에 다른 사람이 이 팀을 바꾸었습니다. 다시 확인한 다음 한 번 더 하십시오".to_owned()
            }
            Self::Place => "그 조직의 사용자를 관리하지 않습니다. 관리하는 조직을 쓰십시오".to_owned(),
            Self::Person(name) => format!(
                "관리하는 사용자 가운데 {name} 계정이 없습니다. 다른 조직의 역할도 있는 사람은 두 조직을 모두 관리하는 관리자가 \
                 넣고 뺍니다"
            ),
            Self::Own => "본인의 권한이 바뀌는 일입니다. 다른 관리자에게 요청하십시오".to_owned(),
        }
    }
}

impl Team {
    /// Teams altogether.
    pub const MOST: usize = 200;
    /// Members of one.
    pub const MOST_MEMBERS: usize = 100;
    /// Roles of one.
    pub const MOST_ROLES: usize = 20;
    /// The longest title, in characters.
    pub const LONGEST_TITLE: usize = 100;
    /// The longest remark, in characters.
    pub const LONGEST_NOTE: usize = 1_000;

    /// What is wrong with it by itself, if anything is.
    pub fn fault(&self) -> Option<TeamFault> {
        let titled = |lang| (1..=Self::LONGEST_TITLE).contains(&self.title.get(lang).trim().chars().count());
        if !Lang::ALL.into_iter().all(titled) {
            Some(TeamFault::Title)
        } else if self.note.chars().count() > Self::LONGEST_NOTE {
            Some(TeamFault::Note)
        } else if self.members.len() > Self::MOST_MEMBERS {
            Some(TeamFault::Members)
        } else if self.roles.len() > Self::MOST_ROLES {
            Some(TeamFault::Roles)
        } else {
            let idle = self.roles.iter().find(|(_, modes)| modes.is_empty());
            idle.map(|(role, _)| TeamFault::NoMode(role.clone()))
        }
    }

    /// What each member holds through it.
    pub fn gives(&self) -> Vec<Grant> {
        let grant = |(role, modes): (&RoleName, &BTreeSet<Mode>)| Grant {
            role: role.clone(),
            org: self.org.clone(),
            modes: modes.clone(),
        };
        self.roles.iter().map(grant).collect()
    }
}

impl Kept for Team {
    const KIND: &'static str = "team";

    fn id(&self) -> String {
        self.id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{User, acts, holds_somewhere, may_grant, may_manage, roles};
    use super::*;
    use crate::base::Timestamp;
    use crate::run::COMMANDER;

    fn team() -> Team {
        Team {
            id: "command".parse().unwrap(),
            title: Text::new("사령부", "Command"),
            org: "bank/it".parse().ok(),
            members: ["kim".parse().unwrap()].into(),
            roles: [(COMMANDER.parse().unwrap(), [Mode::Drill].into())].into(),
            note: String::new(),
        }
    }

    fn kim() -> User {
        let kim = User::new("kim".parse().unwrap(), String::new(), Lang::Ko, Timestamp(0));
        User { teams: [(team().id, team().gives())].into(), ..kim }
    }

    #[test]
    fn what_a_team_gives_is_held_like_what_one_was_given() {
        let (kim, it, shop) = (kim(), "bank/it/dr".parse().unwrap(), "shop".parse().unwrap());
        assert_eq!(roles(&kim, Some(&it), Some(Mode::Drill)), [COMMANDER.parse().unwrap()]);
        assert!(roles(&kim, Some(&it), Some(Mode::Real)).is_empty() && roles(&kim, Some(&shop), None).is_empty());
        assert!(acts(&kim) && holds_somewhere(&kim, &[COMMANDER]));
        let held: Vec<_> = kim.held().map(|(grant, team)| (grant.role.as_str(), team.map(TeamId::as_str))).collect();
        assert_eq!(held, [(COMMANDER, Some("command"))]);
    }

    #[test]
    fn what_rests_is_not_held_but_still_keeps_other_admins_out() {
        let resting = User { resting: true, ..kim() };
        assert!(!acts(&resting) && roles(&resting, "bank/it".parse().ok().as_ref(), None).is_empty());
        let admin = |org: &str| {
            let grant = Grant::in_all_modes("admin".parse().unwrap(), org.parse().ok());
            User { given: vec![grant], ..User::new("boss".parse().unwrap(), String::new(), Lang::Ko, Timestamp(0)) }
        };
        assert!(may_manage(&admin("bank"), &resting) && !may_manage(&admin("shop"), &resting));
        // An admin by a team that rests manages nobody either.
        let through = User { resting: true, teams: [(team().id, admin("bank").given)].into(), ..kim() };
        assert!(!may_grant(&through, "bank/it".parse().ok().as_ref()));
        assert!(may_grant(&User { resting: false, ..through }, "bank/it".parse().ok().as_ref()));
    }

    #[test]
    fn a_user_as_kept_before_there_were_teams_is_read_and_in_none() {
        let mut kept = serde_json::to_value(kim()).unwrap();
        kept.as_object_mut().unwrap().retain(|key, _| !["teams", "resting"].contains(&key.as_str()));
        let read: User = serde_json::from_value(kept).unwrap();
        assert!(read.teams.is_empty() && !read.resting && read.given.is_empty());
    }

    #[test]
    fn what_can_not_be_a_team_is_refused_with_its_reason() {
        assert_eq!(team().fault(), None);
        let name = |n: usize| format!("person-{n}").parse().unwrap();
        let idle: RoleName = "operator".parse().unwrap();
        let wrong = [
            (Team { title: Text::new("팀", " "), ..team() }, TeamFault::Title),
            (Team { title: Text::plain("x".repeat(101)), ..team() }, TeamFault::Title),
            (Team { note: "가".repeat(1_001), ..team() }, TeamFault::Note),
            (Team { members: (0..=Team::MOST_MEMBERS).map(name).collect(), ..team() }, TeamFault::Members),
            (Team { roles: [(idle.clone(), BTreeSet::new())].into(), ..team() }, TeamFault::NoMode(idle)),
        ];
        for (wrong, fault) in wrong {
            assert_eq!(wrong.fault(), Some(fault), "{wrong:?}");
        }
    }
}
