//! Teams: people who hold some roles at one place together.

use std::collections::{BTreeMap, BTreeSet};

use engine::base::{RoleName, TeamId, Text};
use engine::identity::Team;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Both, BothNames, Mode};
use crate::error::{Error, Unreadable};

/// One page of teams.
#[derive(Debug, Serialize, ToSchema)]
pub struct Teams {
    /// By id.
    pub teams: Vec<TeamLine>,
    /// What to give as `after` for the next page; `null` where this is the last one.
    pub next: Option<String>,
}

/// A team.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamLine {
    /// Its id.
    pub team: String,
    /// Its version: what a change of it must name.
    pub version: u64,
    /// Its name for people.
    pub title: Both,
    /// Where it belongs and its roles count, with all below; `null`: everywhere.
    pub organisation: Option<String>,
    /// What its members hold.
    pub roles: Vec<TeamRole>,
    /// Who is in it, by the names to sign in with.
    pub members: Vec<String>,
    /// A remark.
    pub note: String,
}

/// A role that a team gives.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamRole {
    /// The role.
    pub role: String,
    /// The modes in which it counts; at least one.
    #[schema(min_items = 1)]
    pub modes: Vec<Mode>,
}

impl TeamLine {
    /// As it is told.
    pub fn of(team: &Team, version: u64) -> Self {
        let role = |(role, modes): (&RoleName, &BTreeSet<engine::plan::Mode>)| TeamRole {
            role: role.to_string(),
            modes: modes.iter().map(|mode| (*mode).into()).collect(),
        };
        Self {
            team: team.id.to_string(),
            version,
            title: Both::of(&team.title),
            organisation: team.org.as_ref().map(ToString::to_string),
            roles: team.roles.iter().map(role).collect(),
            members: team.members.iter().map(ToString::to_string).collect(),
            note: team.note.clone(),
        }
    }
}

/// A team that is to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamBody {
    /// The version that was looked at; 0 for a new one.
    pub version: u64,
    /// Its name for people.
    pub title: BothNames,
    /// Where it belongs and its roles count, with all below; absent: everywhere.
    #[schema(max_length = 519)]
    pub organisation: Option<String>,
    /// What its members hold.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub roles: Vec<TeamRole>,
    /// Who is in it, by the names to sign in with.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub members: Vec<String>,
    /// A remark.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub note: String,
}

fn unfit(what: &str) -> Error {
    Error::Unreadable(Unreadable::Shape, what.to_owned())
}

impl TeamBody {
    /// The team that is meant.
    pub fn read(self, id: TeamId) -> Result<Team, Error> {
        let en = self.title.en.as_ref().unwrap_or(&self.title.ko);
        let mut roles = BTreeMap::new();
        for one in self.roles {
            let role: RoleName = one.role.parse().map_err(|_| unfit("role"))?;
            let modes = one.modes.into_iter().map(Into::into).collect();
            if roles.insert(role, modes).is_some() {
                return Err(unfit("roles"));
            }
        }
        Ok(Team {
            id,
            title: Text::new(self.title.ko.trim(), en.trim()),
            org: self.organisation.map(|org| org.parse().map_err(|_| unfit("organisation"))).transpose()?,
            members: self
                .members
                .iter()
                .map(|name| name.parse().map_err(|_| unfit("members")))
                .collect::<Result<_, _>>()?,
            roles,
            note: self.note.trim().to_owned(),
        })
    }
}
