//! Who may sign in, for those who tell people something.

use async_trait::async_trait;
use engine::base::UserName;
use engine::identity::{User, roles};
use engine::store::{self, Error, Store};
use engine::telling::{Occasion, People, Person};

use super::SignIns;

/// The accounts that are not closed, with the roles that they hold where an occasion is.
#[derive(Debug)]
pub struct Roster(pub SignIns);

#[async_trait]
impl People for Roster {
    async fn people(&self, occasion: &Occasion) -> Result<Vec<Person>, Error> {
        let place = occasion.about.organisation.as_ref();
        let users = self.0.people().await?.into_iter().filter(|user| !user.disabled);
        let person = users.map(|user| Person {
            roles: roles(&user, place, Some(occasion.mode)).into_iter().collect(),
            lang: user.lang,
            name: user.name,
        });
        Ok(person.collect())
    }
}

/// An account that is in use.
pub async fn in_use(store: &dyn Store, name: &UserName) -> Result<Option<User>, Error> {
    let found = store::find::<User>(store, name.as_str()).await?;
    Ok(found.map(|found| found.value).filter(|user| !user.disabled))
}
