//! Keeping teams: a team and what its members hold through it change in one commit, or not at all.

use std::collections::{BTreeMap, BTreeSet};

use engine::base::{TeamId, Text, UserName};
use engine::identity::{Team, TeamFault, User};
use engine::store::{self, Changed, Query, Versioned};

use super::guard::ATTEMPTS;
use super::{By, Refusal, SignIns};

/// Teams read at once: more than there can be.
const PAGE: u32 = 1_000;

/// Why a team was not kept or removed.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    /// What was asked for can not be, or not by who asked.
    #[error(transparent)]
    Fault(#[from] TeamFault),
    /// Something else.
    #[error(transparent)]
    Refused(Refusal),
}

impl From<store::Error> for NotKept {
    fn from(why: store::Error) -> Self {
        Self::Refused(why.into())
    }
}

impl SignIns {
    /// All teams by id.
    pub async fn teams(&self) -> Result<Vec<Versioned<Team>>, store::Error> {
        store::list::<Team>(&*self.store, Query { limit: PAGE, ..Query::default() }).await
    }

    /// What the teams are called.
    pub async fn team_titles(&self) -> Result<BTreeMap<TeamId, Text>, store::Error> {
        Ok(self.teams().await?.into_iter().map(|found| (found.value.id, found.value.title)).collect())
    }

    /// One team.
    pub async fn team(&self, id: &TeamId) -> Result<Option<Versioned<Team>>, store::Error> {
        store::find::<Team>(&*self.store, id.as_str()).await
    }

    /// Keeps a team in the place of the version that was looked at, 0 for a new one.
    pub async fn keep_team(&self, by: &By, team: &Team, version: u64) -> Result<(), NotKept> {
        if let Some(fault) = team.fault() {
            return Err(fault.into());
        }
        for _ in 0..ATTEMPTS {
            let found = self.team(&team.id).await?;
            match &found {
                Some(found) if !by.may_grant(found.value.org.as_ref()) && version > 0 => {
                    return Err(NotKept::Refused(Refusal::Nothing));
                }
                Some(_) if version == 0 => return Err(TeamFault::Taken.into()),
                Some(found) if found.version != version => return Err(TeamFault::Stale.into()),
                None if version > 0 => return Err(TeamFault::Stale.into()),
                None if self.teams().await?.len() >= Team::MOST => return Err(TeamFault::TooMany.into()),
                Some(_) | None => {}
            }
            if !by.may_grant(team.org.as_ref()) {
                return Err(TeamFault::Place.into());
            }
            if self.replace_team(by, found.as_ref(), Some(team)).await? {
                return Ok(());
            }
        }
        Err(NotKept::Refused(Refusal::Busy))
    }

    /// Removes a team, and what its members held through it.
    pub async fn remove_team(&self, by: &By, id: &TeamId) -> Result<(), NotKept> {
        for _ in 0..ATTEMPTS {
            let found = self.team(id).await?.filter(|found| by.may_grant(found.value.org.as_ref()));
            let found = found.ok_or(NotKept::Refused(Refusal::Nothing))?;
            if self.replace_team(by, Some(&found), None).await? {
                return Ok(());
            }
        }
        Err(NotKept::Refused(Refusal::Busy))
    }

    /// Puts one team in the place of another, with everybody whose rights that changes; `false` when somebody else changed the
    /// team or one of these people in the meantime. Each of them is judged as if the roles were given or taken by hand.
    async fn replace_team(
        &self,
        by: &By,
        before: Option<&Versioned<Team>>,
        after: Option<&Team>,
    ) -> Result<bool, NotKept> {
        let (now, old) = (self.now(), before.map(|before| &before.value));
        let Some(id) = after.or(old).map(|team| &team.id) else { return Ok(true) };
        if old == after {
            return Ok(true);
        }
        let (act, change) = match (before, after) {
            (None, None) => return Ok(true),
            (None, Some(after)) => ("team.add", store::add(after)?),
            (Some(before), Some(after)) => ("team.change", before.put(after)?),
            (Some(before), None) => ("team.remove", before.remove()),
        };
        let mut deed = by.deed(now, act, format!("team/{id}"));
        deed.before = old.and_then(|team| serde_json::to_value(team).ok());
        deed.after = after.and_then(|team| serde_json::to_value(team).ok());
        let (mut changes, mut deeds) = (vec![change], vec![deed]);
        let members: BTreeSet<&UserName> = old.into_iter().chain(after).flat_map(|team| &team.members).collect();
        for name in members {
            let found = store::find::<User>(&*self.store, name.as_str()).await?;
            let found = found.ok_or_else(|| TeamFault::Person(name.clone()))?;
            let mut altered = found.value.clone();
            match after.filter(|team| team.members.contains(name)) {
                Some(team) => altered.teams.insert(id.clone(), team.gives()),
                None => altered.teams.remove(id),
            };
            if altered == found.value {
                continue;
            }
            if by.is(&found.value) {
                return Err(TeamFault::Own.into());
            }
            if !by.may_manage(&found.value) {
                return Err(TeamFault::Person(name.clone()).into());
            }
            let told = (found.value.told(), altered.told());
            deeds.push(by.change(now, "user.team", format!("user/{name}"), told));
            changes.push(found.put(&altered)?);
        }
        Ok(self.store.change(now, changes, deeds).await? == Changed::Done)
    }
}
