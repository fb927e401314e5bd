//! Who may sign in, for those who tell people something.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use engine::base::{RoleName, UserName};
use engine::identity::{User, acts, roles};
use engine::store::{self, Error, Store};
use engine::telling::{Occasion, People, Person};

use super::SignIns;

/// The accounts that are not closed, with the roles that they hold where an occasion is and, where it asks for a vote, those that
/// they bring in the place of somebody else.
#[derive(Debug)]
pub struct Roster(pub SignIns);

/// By deputy: in whose place, with which roles.
type Brought = BTreeMap<UserName, BTreeMap<UserName, BTreeSet<RoleName>>>;

impl Roster {
    /// What deputies bring to the gate that an occasion tells of. All delegations are read together, not one for each account.
    async fn brought(&self, occasion: &Occasion, users: &[User]) -> Result<Brought, Error> {
        let mut brought = Brought::new();
        let Some(runbook) = occasion.about.runbook.as_ref().filter(|_| occasion.kind.asks_for_votes()) else {
            return Ok(brought);
        };
        let by_name: BTreeMap<&UserName, &User> = users.iter().map(|user| (&user.name, user)).collect();
        let (place, now) = (occasion.about.organisation.as_ref(), self.0.now());
        for mandate in self.0.mandates().await? {
            let (Some(giver), Some(deputy)) = (by_name.get(&mandate.from), by_name.get(&mandate.to)) else { continue };
            // Who only looks on stands in for nobody, whatever was given.
            let Some(brings) = mandate.brings(giver, (place, occasion.mode, runbook), now).filter(|_| acts(deputy))
            else {
                continue;
            };
            let from = brought.entry(mandate.to.clone()).or_default().entry(brings.from).or_default();
            from.extend(brings.roles);
        }
        Ok(brought)
    }
}

#[async_trait]
impl People for Roster {
    async fn people(&self, occasion: &Occasion) -> Result<Vec<Person>, Error> {
        let place = occasion.about.organisation.as_ref();
        let mut users = self.0.people().await?;
        users.retain(|user| !user.disabled);
        let mut brought = self.brought(occasion, &users).await?;
        let person = users.into_iter().map(|user| Person {
            roles: roles(&user, place, Some(occasion.mode)).into_iter().collect(),
            lang: user.lang,
            stands_in: brought.remove(&user.name).unwrap_or_default(),
            name: user.name,
        });
        Ok(person.collect())
    }
}

/// An account that is in use, of a person who is not here: what a broken glass gives is used in person alone, and is left out.
pub async fn in_use(store: &dyn Store, name: &UserName) -> Result<Option<User>, Error> {
    let found = store::find::<User>(store, name.as_str()).await?;
    let user = found.map(|found| found.value).filter(|user| !user.disabled);
    Ok(user.map(|user| User { glass_until: None, ..user }))
}
